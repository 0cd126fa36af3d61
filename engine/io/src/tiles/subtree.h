#pragma once
// A subtree of an implicit tiling: which tiles, contents and child subtrees there are, and their metadata.
#include <memory>
#include <string>
#include <vector>

#include "metadata/schema.h"
#include "tenbo/io/tiles.h"
#include "tiles/semantics.h"

namespace tenbo::io::tiles {

struct Implicit {
  bool octree = false;
  int subtree_levels = 1, levels = 1;
  std::string content_template, subtree_template;
  std::vector<std::string> content_templates;
};

// One bit a tile (or all the same).
struct Availability {
  bool constant = true, value = false;
  std::vector<std::byte> bits;
  bool operator[](std::uint64_t i) const {
    return constant ? value : (static_cast<unsigned>(bits[i / 8]) >> (i % 8) & 1u) != 0;
  }
};

struct Subtree {
  Availability tiles, children;
  std::vector<Availability> contents;
  TileAttributes attributes;                                            // of the subtree itself: "subtree/..."
  Semantics tile_semantics;                                             // of the tiles' properties
  std::shared_ptr<const PropertyRows> tile_properties;                  // a row an available tile, in their order
  std::vector<std::shared_ptr<const PropertyRows>> content_properties;  // the same for each content
};

// Tiles of a subtree's levels together, and of one level.
std::uint64_t tiles_at(const Implicit& implicit, int level);
std::uint64_t tiles_above(const Implicit& implicit, int level);

// Throws json::Bad.
Subtree read_subtree(std::span<const std::byte> bytes, const std::string& label, const FetchResource& fetch,
                     const Implicit& implicit, const std::shared_ptr<const MetadataSchema>& schema);

}  // namespace tenbo::io::tiles
