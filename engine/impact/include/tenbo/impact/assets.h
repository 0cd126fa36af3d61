#pragma once
// What a hazard may touch: buildings by their footprints, roads by their lines, shelters by their points, people by the
// cells that they are counted in.
#include <cstdint>
#include <vector>

namespace tenbo::impact {

struct LonLat {
  double lon = 0, lat = 0;  // degrees
};

enum class Shape : std::uint8_t { area, line, point };

// One ring of an area, one line or one point of an asset.
struct AssetPart {
  std::uint32_t asset = 0;
  std::uint32_t first = 0, count = 0;  // into Assets::points
  Shape shape = Shape::point;
  bool hole = false;                   // of an area: is taken off
};

// Parts of an asset may stand anywhere in the list. Rings need not be closed. An asset with an area is measured by its
// areas alone, one with a line and no area by its lines.
struct Assets {
  std::uint32_t count = 0;
  std::vector<LonLat> points;
  std::vector<AssetPart> parts;

  void add_part(std::uint32_t asset, Shape shape, bool hole = false) {
    parts.push_back({asset, static_cast<std::uint32_t>(points.size()), 0, shape, hole});
  }
  void add_point(double lon, double lat) {
    points.push_back({lon, lat});
    ++parts.back().count;
  }
};

}  // namespace tenbo::impact
