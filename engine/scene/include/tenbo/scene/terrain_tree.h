#pragma once
// Terrain in tiles of many levels of detail, without the GPU: which tiles a view needs, and what is in one. Level 0 are
// the roots, which together cover the extent; a tile of level n splits into four of level n + 1.
#include <compare>
#include <functional>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <utility>
#include <vector>

#include "tenbo/base/mesh.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/scene/camera.h"

namespace tenbo::scene {

inline constexpr int terrain_cells = 48;  // along each edge of a tile

struct TileId {
  int level = 0;
  int x = 0, y = 0;  // from west, from south
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

class TerrainTree {
 public:
  // resolution: m between samples of the data; the finest level's cells are no larger, and more than half as large.
  TerrainTree(const geo::Extent& extent, double resolution, int cells = terrain_cells);

  int levels() const { return levels_; }
  std::vector<TileId> roots() const;
  geo::Extent box(const TileId& id) const;  // heights are the extent's
  double cell_size(int level) const;        // m, the longer edge, where the extent is widest
  // m by which a level's surface may be off the data's: what select() measures against the pixel.
  double error(int level) const;

  using Loaded = std::function<bool(const TileId&)>;
  struct Selection {
    std::vector<TileId> draw;     // covers what is loaded of the extent once, without overlap: a tile stays until all
                                  // the finer ones that take its place are there
    std::vector<TileId> request;  // not loaded but wanted, the most needed first
  };
  // max_pixel_error: px that the surface may be off on the screen. Tiles outside the view stay coarse but are drawn, so
  // that shadows and a turn of the head find ground.
  // `heights`: where a tile's surface lies (m, lowest and highest), for trees whose extent does not know; or none.
  using Heights = std::function<std::pair<double, double>(const TileId&)>;
  Selection select(const Camera& camera, glm::dvec2 viewport, double max_pixel_error, const Loaded& loaded, const Heights& heights = {}) const;

 private:
  geo::Extent extent_;
  int levels_ = 1, roots_x_ = 1, roots_y_ = 1, cells_ = terrain_cells;
};

struct TerrainTile {
  geo::LocalFrame frame;
  MeshData mesh;            // may be empty: nothing but no data
  glm::vec3 min{0}, max{0};  // of the positions, in the frame, skirts included
  geo::Extent box;          // min_height, max_height: of the samples
};

// height: m in the scene's datum, NaN for no data; asked also one cell beyond the box, so that normals agree from tile
// to tile. Texture coordinates span the box, v down from its north edge. No data stays a hole. Skirts hang where another
// tile adjoins, as deep as this edge is off when drawn up to 16 times coarser, and at least `least_skirt` m: where levels
// have heights of their own that cannot be told. [any]
TerrainTile build_terrain_tile(const geo::Extent& box, const std::function<double(double lon, double lat)>& height,
                               int cells = terrain_cells, double least_skirt = 0);

}  // namespace tenbo::scene
