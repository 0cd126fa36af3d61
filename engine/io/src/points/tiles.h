#pragma once
// From points in the file's order to tiles: along a Morton curve (Morton 1966), cut where cells of an octree end, and within a tile
// in bit-reversed order along the curve, so that any beginning of it is spread evenly.
#include <functional>
#include <span>

#include "tenbo/io/points.h"

namespace tenbo::io::points {

inline constexpr std::uint32_t tile_points = 65'536;  // at most in a tile
inline constexpr double tile_edge = 8'000;            // m: at most; 16 bits are 12 cm of it
inline constexpr std::uint64_t sort_bytes = 16;       // a point, while tiles are made

struct PointInput {
  std::uint32_t count = 0;
  // Places in any axes, about in metres; NaN: none. Called on any thread.
  std::function<glm::dvec3(std::uint32_t row)> rough;
  // A maker of one function for each thread: fills longitude, latitude (degrees) and height (m, scene's datum) of rows.
  using Placer = std::function<void(std::span<const std::uint32_t> rows, std::span<geo::GeoPoint> out)>;
  std::function<Placer()> placer;
};

// Fills tiles, places, rows and extent of `out`; points without a place are left out and counted in its diagnostics.
Status make_tiles(const PointInput& input, PointCloud& out, JobSystem& jobs, Progress& progress, CancelToken cancel);

}  // namespace tenbo::io::points
