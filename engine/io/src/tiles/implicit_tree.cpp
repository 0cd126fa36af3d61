// Implicit tiling: subtrees to tiles, level by level.
#include "tiles/implicit_tree.h"

#include <array>
#include <cmath>

#include "gltf/references.h"

namespace tenbo::io::tiles {
namespace {

std::string filled(std::string text, int level, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  for (const auto& [key, value] :
       {std::pair<const char*, std::uint32_t>{"{level}", static_cast<std::uint32_t>(level)},
        {"{x}", x},
        {"{y}", y},
        {"{z}", z}})
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at))
      text.replace(at, std::string_view(key).size(), std::to_string(value));
  return text;
}

std::shared_ptr<const TileAttributes> row_attributes(const PropertyRows& rows, std::uint64_t row,
                                                            const char* prefix, const TileAttributes* more) {
  auto out = more ? std::make_shared<TileAttributes>(*more) : std::make_shared<TileAttributes>();
  rows.visit(row, [&](std::string_view name, const PropertyValue& value) {
    out->emplace_back(prefix + std::string(name), value);
  });
  return out;
}

std::array<std::uint32_t, 3> unmorton(std::uint64_t m, int level, bool octree) {
  std::array<std::uint32_t, 3> out{0, 0, 0};
  const int dims = octree ? 3 : 2;
  for (int l = 0; l < level; ++l)
    for (int d = 0; d < dims; ++d)
      out[static_cast<std::size_t>(d)] |= static_cast<std::uint32_t>(m >> (l * dims + d) & 1) << l;
  return out;
}

class Expansion {
 public:
  Expansion(const TileSource& source, const TileTreeOptions& options, TileTree& tree) : source_(source), options_(options), tree_(tree) {}

  // The subtree whose root is `index`, at a level and place of the whole implicit tree.
  void expand(const ImplicitRoot& root, std::uint32_t index, int level, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    const auto& implicit = root.implicit;
    const std::string reference = filled(implicit.subtree_template, level, x, y, z);
    auto name = source_.resolve(root.tileset, reference);
    const auto fail = [&](Error e) {
      if (e.file.empty()) e.file = root.label;
      if (e.place.empty()) e.place = root.place;
      throw json::Bad{std::move(e)};
    };
    if (!name) fail(name.error());
    Subtree subtree;
    try {
      auto bytes = source_.read(*name, std::uint64_t{256} << 20);
      if (!bytes) throw json::Bad{bytes.error()};
      subtree =
          read_subtree(*bytes, source_.label(*name), fetch_from_source(source_, *name), implicit, root.schema);
    } catch (const json::Bad& bad) {
      if (level == 0 || bad.error.code == ErrorCode::out_of_budget) throw;
      tree_.diagnostics.fail(bad.error);
      return;
    }
    if (!subtree.tiles[0]) {
      if (level == 0) return;
      tree_.diagnostics.fail({ErrorCode::malformed, "the subtree's root tile is not available", source_.label(*name),
                              "$.tileAvailability", ""});
      return;
    }
    // Tiles level by level in Morton order; `of` maps a place in the level to its tile.
    std::vector<std::uint32_t> of{index};
    std::uint64_t available = 0;
    std::vector<std::uint64_t> content_rows(subtree.contents.size(), 0);
    for (int l = 0; l < implicit.subtree_levels && level + l < implicit.levels; ++l) {
      const std::uint64_t first = tiles_above(implicit, l), count = tiles_at(implicit, l);
      std::vector<std::uint32_t> here(static_cast<std::size_t>(count), no_tile);
      for (std::uint64_t m = 0; m < count; ++m) {
        if (!subtree.tiles[first + m]) continue;
        const auto place = unmorton(m, l, implicit.octree);
        const std::uint32_t tx = (x << l) + place[0], ty = (y << l) + place[1],
                            tz = implicit.octree ? (z << l) + place[2] : 0;
        std::uint32_t tile_index = index;
        if (l > 0) {
          const std::uint32_t parent = of[static_cast<std::size_t>(m >> (implicit.octree ? 3 : 2))];
          if (parent == no_tile)
            json::fail(
                ErrorCode::malformed,
                "tile " + std::to_string(m) + " of level " + std::to_string(l) + " is available, and its parent is not",
                source_.label(*name), "$.tileAvailability");
          tile_index = add_implicit(root, parent, level + l, tx, ty, tz);
        }
        here[static_cast<std::size_t>(m)] = tile_index;
        Tile& tile = tree_.tiles[tile_index];
        if (!subtree.attributes.empty()) {
          auto with = tile.attributes ? std::make_shared<TileAttributes>(*tile.attributes) : std::make_shared<TileAttributes>();
          with->insert(with->end(), subtree.attributes.begin(), subtree.attributes.end());
          tile.attributes = std::move(with);
        }
        if (subtree.tile_properties) {
          if (available >= subtree.tile_properties->rows())
            json::fail(ErrorCode::malformed, "there are more tiles available than the " + std::to_string(subtree.tile_properties->rows()) + " rows of their metadata",
                       source_.label(*name), "$.tileMetadata");
          tile.attributes = row_attributes(*subtree.tile_properties, available, "tile/", tile.attributes.get());
          apply_semantics(*subtree.tile_properties, available, subtree.tile_semantics, source_.label(*name), tile);
        }
        ++available;
        for (std::size_t c = 0; c < subtree.contents.size() && c < implicit.content_templates.size(); ++c) {
          if (!subtree.contents[c][first + m]) continue;
          auto content = source_.resolve(root.tileset, filled(implicit.content_templates[c], level + l, tx, ty, tz));
          if (!content) fail(content.error());
          auto attributes = root.content_attributes[c];
          if (c < subtree.content_properties.size() && content_rows[c] >= subtree.content_properties[c]->rows())
            json::fail(ErrorCode::malformed, "there are more contents available than the " + std::to_string(subtree.content_properties[c]->rows()) + " rows of their metadata",
                       source_.label(*name), "$.contentMetadata[" + std::to_string(c) + "]");
          if (c < subtree.content_properties.size())
            attributes = row_attributes(*subtree.content_properties[c], content_rows[c], "content/", attributes.get());
          ++content_rows[c];
          tile.contents.push_back({std::move(*content), std::move(attributes)});
        }
      }
      of = std::move(here);
    }
    const int below = level + implicit.subtree_levels;
    if (below >= implicit.levels) return;
    for (std::uint64_t m = 0; m < tiles_at(implicit, implicit.subtree_levels); ++m) {
      if (!subtree.children[m]) continue;
      const auto place = unmorton(m, implicit.subtree_levels, implicit.octree);
      const std::uint32_t parent = of[static_cast<std::size_t>(m >> (implicit.octree ? 3 : 2))];
      if (parent == no_tile)
        json::fail(ErrorCode::malformed,
                   "child subtree " + std::to_string(m) + " is available, and its parent tile is not",
                   source_.label(*name), "$.childSubtreeAvailability");
      const std::uint32_t cx = (x << implicit.subtree_levels) + place[0],
                          cy = (y << implicit.subtree_levels) + place[1],
                          cz = implicit.octree ? (z << implicit.subtree_levels) + place[2] : 0;
      const auto child = add_implicit(root, parent, below, cx, cy, cz);
      expand(root, child, below, cx, cy, cz);
    }
  }

 private:
  std::uint32_t add_implicit(const ImplicitRoot& root, std::uint32_t parent, int level, std::uint32_t x, std::uint32_t y,
                             std::uint32_t z) {
    Tile tile;
    tile.volume =
        transformed(subdivided(root.volume, level, x, y, z, root.implicit.octree), root.transform);
    tile.transform = root.transform;
    tile.geometric_error = root.error / std::ldexp(1.0, level);
    tile.add = root.add;
    if (tree_.tiles.size() >= options_.max_tiles)
      json::fail(ErrorCode::out_of_budget, "there are more than " + std::to_string(options_.max_tiles) + " tiles",
                 root.label, root.place);
    const auto index = static_cast<std::uint32_t>(tree_.tiles.size());
    tile.parent = parent;
    tree_.tiles.push_back(std::move(tile));
    tree_.tiles[parent].children.push_back(index);
    return index;
  }

  const TileSource& source_;
  const TileTreeOptions& options_;
  TileTree& tree_;
};

}  // namespace

void expand_implicit(const TileSource& source, const TileTreeOptions& options, const ImplicitRoot& root, std::uint32_t index, TileTree& tree) {
  Expansion(source, options, tree).expand(root, index, 0, 0, 0, 0);
}

}  // namespace tenbo::io::tiles
