#pragma once
// One tileset.json while it is read, and what it says of extensions. All throw json::Bad.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/node.h"
#include "metadata/schema.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io::tiles {

struct Tileset {
  std::string name, folder, label;
  std::string version;
  std::vector<std::string> used, required;
  std::shared_ptr<const MetadataSchema> schema;
  std::vector<std::shared_ptr<const TileAttributes>> groups;
  std::string grid_type;  // of MAXAR_grid; empty: none
  int nesting = 0;
};

// Whether Tenbo reads it, or checks its rules where what it says changes no picture.
bool known_extension(std::string_view word);

// Whether "extensionsUsed" names it.
bool uses(const Tileset& t, std::string_view word);

// A list of extensions, each named once; empty where there is no such key.
std::vector<std::string> extension_list(const json::Node& root, const char* key);

// What 3D Tiles 1.0 says of glTF as content: which extensions the glTF files have, in the tileset's own extension object.
void check_content_gltf(const json::Node& root, const Tileset& t);

// Those whose rules are checked, where they stand in the tileset; before any tile is read. Sets the type of its grid.
void check_extensions(const TileSource& source, const json::Node& root, const json::Node& tile, Tileset& t);

}  // namespace tenbo::io::tiles
