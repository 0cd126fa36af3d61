#pragma once
// A square of heights as a tile of quantized-mesh: fewer triangles where the ground is even.
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tenbo/geo/extent.h"

namespace tenbo::io::bake {

inline constexpr int terrain_cells = 64;  // along a tile's edge
inline constexpr int terrain_points = terrain_cells + 1;

// Heights (m, NaN = no data) row by row from the south; edges are those of the neighbours.
using TerrainSquare = std::vector<float>;

class TerrainMesher {
 public:
  TerrainMesher();
  // The bytes of a tile that is off by `tolerance` m at most within, and not at all on its edges: those of neighbours fit.
  // Where there is no data, triangles at the heights of `filling` close it, marked as such. [any]
  std::string tile(const geo::Extent& box, const TerrainSquare& heights, double tolerance,
                   const std::function<double(double lon, double lat)>& filling, std::uint64_t& triangles) const;

 private:
  struct Triangle { std::uint16_t a, b, c; };       // the right angle at c
  std::vector<std::vector<Triangle>> levels_;       // from the two halves of the square to the smallest
};

}  // namespace tenbo::io::bake
