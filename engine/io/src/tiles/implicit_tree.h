#pragma once
// The tiles of one implicit root, by its subtrees.
#include <memory>
#include <string>
#include <vector>

#include "tiles/subtree.h"
#include "tiles/volume.h"

namespace tenbo::io::tiles {

struct ImplicitRoot {
  std::string tileset, label;  // the name of the tileset that references are resolved from, and how it is told to people
  std::shared_ptr<const MetadataSchema> schema;
  Implicit implicit;
  TileVolume volume;  // in the tile's own space
  glm::dmat4 transform;
  double error;       // m, of the root tile
  bool add;
  std::vector<std::shared_ptr<const TileAttributes>> content_attributes;  // one for each content template
  std::string place;
};

// Adds what is available below tile `index`. A broken subtree below the root costs itself and is told in the tree's
// diagnostics; throws json::Bad for the root's own and where there are more tiles than the options allow.
void expand_implicit(const TileSource& source, const TileTreeOptions& options, const ImplicitRoot& root, std::uint32_t index, TileTree& tree);

}  // namespace tenbo::io::tiles
