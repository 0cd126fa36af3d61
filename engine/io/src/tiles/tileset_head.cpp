// What a tileset.json says of extensions: which are read, and the rules of those that are checked.
#include "tiles/tileset_head.h"

#include <algorithm>
#include <array>

#include "tiles/extension_rules.h"
#include "tiles/volume.h"

namespace tenbo::io::tiles {

using json::Node;

namespace {

constexpr std::array read_extensions{
    "3DTILES_content_gltf",       "3DTILES_implicit_tiling",       "3DTILES_multiple_contents",      "3DTILES_metadata",
    "3DTILES_bounding_volume_S2", "3DTILES_batch_table_hierarchy", "3DTILES_draco_point_compression",
    "MAXAR_content_geojson"};
// What they say changes no picture; it is checked, so that a broken set does not pass as a good one.
constexpr std::array checked_extensions{"NGA_gpm", "MAXAR_grid", "VRICON_grid", "MAXAR_extent", "VRICON_class"};

}  // namespace

bool known_extension(std::string_view word) {
  return std::find(read_extensions.begin(), read_extensions.end(), word) != read_extensions.end() ||
         std::find(checked_extensions.begin(), checked_extensions.end(), word) != checked_extensions.end();
}

bool uses(const Tileset& t, std::string_view word) {
  return std::find(t.used.begin(), t.used.end(), word) != t.used.end();
}

std::vector<std::string> extension_list(const Node& root, const char* key) {
  std::vector<std::string> out;
  const auto list = root.find(key);
  if (!list) return out;
  list->array(1);
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Node one = list->at(i);
    if (std::find(out.begin(), out.end(), one.text()) != out.end())
      one.bad("\"" + one.text().substr(0, 80) + "\" stands there twice");
    out.push_back(one.text());
  }
  return out;
}

// What 3D Tiles 1.0 says of glTF as content: which extensions the glTF files have, in the tileset's own extension
// object.
void check_content_gltf(const Node& root, const Tileset& t) {
  if (t.version == "1.0" && uses(t, "3DTILES_content_gltf") &&
      std::find(t.required.begin(), t.required.end(), "3DTILES_content_gltf") == t.required.end()) {
    const Node list = root("extensionsUsed");
    list.bad("3DTILES_content_gltf is used and not in \"extensionsRequired\", where 3D Tiles 1.0 wants it");
  }
  const auto extensions = root.find("extensions");
  const auto gltf = extensions ? extensions->find("3DTILES_content_gltf") : std::nullopt;
  if (!gltf) return;
  const auto used = extension_list(*gltf, "extensionsUsed"), required = extension_list(*gltf, "extensionsRequired");
  for (const auto& word : required)
    if (std::find(used.begin(), used.end(), word) == used.end()) {
      const Node list = (*gltf)("extensionsRequired");
      list.bad("\"" + word.substr(0, 80) + "\" is required and not in \"extensionsUsed\"");
    }
}

namespace {

// MAXAR_content_geojson: wanted in both lists, and schemas of the metadata entities that name one.
void check_geojson(const TileSource& source, const Node& root, const Tileset& t) {
  if (uses(t, "MAXAR_content_geojson") && std::find(t.required.begin(), t.required.end(), "MAXAR_content_geojson") == t.required.end()) {
    const Node list = root("extensionsUsed");
    list.bad("MAXAR_content_geojson is used and not in \"extensionsRequired\", where it has to be");
  }
  const auto entity = [&](const Node& node) {
    const auto extensions = node.find("extensions");
    if (const auto geojson = extensions ? extensions->find("MAXAR_content_geojson") : std::nullopt)
      check_geojson_schema(*geojson, source, t.name);
  };
  if (const auto metadata = root.find("metadata")) entity(*metadata);
  if (const auto groups = root.find("groups"); groups && groups->is_array())
    for (std::size_t i = 0; i < groups->size(); ++i) {
      const Node group = groups->at(i);
      entity(group);
    }
}

}  // namespace

// Those whose rules are checked, where they stand in the tileset; before any tile is read.
void check_extensions(const TileSource& source, const Node& root, const Node& tile, Tileset& t) {
  check_geojson(source, root, t);
  const auto extensions = root.find("extensions");
  if (!extensions) return;
  std::size_t contents = tile.is_object() && tile.has("content") ? 1 : 0;
  if (const auto several = tile.find("contents"); several && several->is_array()) contents = several->size();
  if (const auto gpm = extensions->find("NGA_gpm")) check_gpm(*gpm, contents);
  for (const char* name : {"MAXAR_grid", "VRICON_grid"})
    if (const auto grid = extensions->find(name)) t.grid_type = check_grid(*grid);
  if (const auto classes = extensions->find("VRICON_class")) check_class(*classes);
  if (const auto extent = extensions->find("MAXAR_extent")) {
    const Node volume = tile("boundingVolume");
    TileVolume own = read_volume(volume);
    if (const auto transform = tile.find("transform")) {
      own = transformed(own, read_transform(*transform));
    }
    check_extent(*extent, source, t.name, own);
  }
}

}  // namespace tenbo::io::tiles
