#pragma once
// The fixed grid of the whole Earth that tiles are cut by: level L has 2^(L+1) columns from 180 degrees west and 2^L
// rows from the south pole, so that a place has the same cells in every bake and parts of a bake meet at the same
// seams.
#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io::bake {

struct Cell {
  std::uint32_t level = 0, x = 0, y = 0;
  friend auto operator<=>(const Cell&, const Cell&) = default;

  static Cell at(std::uint32_t level, double lon, double lat) {
    const double rows = std::ldexp(1.0, static_cast<int>(level));
    const auto index = [](double v, double count) {
      return static_cast<std::uint32_t>(std::clamp(std::floor(v), 0.0, count - 1));
    };
    return {level, index((lon + 180) / 180 * rows, 2 * rows), index((lat + 90) / 180 * rows, rows)};
  }
  double degrees() const { return std::ldexp(180.0, -static_cast<int>(level)); }  // edge
  double metres() const {
    return degrees() * (geo::mean_radius * 3.14159265358979323846 / 180);
  }  // edge, north to south
  double west() const { return x * degrees() - 180; }
  double south() const { return y * degrees() - 90; }
  geo::GeoPoint centre() const { return {west() + degrees() / 2, south() + degrees() / 2, 0}; }
  Cell parent() const { return {level - 1, x / 2, y / 2}; }
};

// Everything is first brought into blocks: cells of this level, 2.4 km from north to south. A block's tiles depend on
// its own features alone, so blocks are the unit of parallel work, of resuming and of sharing.
inline constexpr std::uint32_t block_level = 13;

}  // namespace tenbo::io::bake
