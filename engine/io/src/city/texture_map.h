#pragma once
// Pictures laid on surfaces by a formula instead of by coordinates: TexCoordGen's matrix, GeoreferencedTexture's place.
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "geometry.h"
#include "image/picture_place.h"
#include "notes.h"

namespace tenbo::io::city {

struct Appearance;
struct FileContext;

// (x y z 1), as the file writes them, to (s q, t q, q), row by row; s runs right and t up, and the picture is [0, 1]^2.
struct TextureMap {
  std::int32_t texture = -1;
  std::array<double, 12> matrix{};
  std::string_view srs_name;   // what x, y, z are in; empty: the surface's own
  bool easting_first = false;  // x, y are easting and northing, whatever order the CRS has (world files)
  bool bounded = true;         // outside [0, 1]^2 there is no picture
};

// The matrix of a picture that lies at `place`. false: it has no inverse.
bool map_of_place(const PicturePlace& place, std::array<double, 12>& matrix);

// Texture coordinates by formula of one object's polygons, from its points as the file has them.
class MappedCoordinates {
 public:
  // Before the points are placed. `looks`: the first that maps a polygon wins.
  void find(const Geometry& geometry, std::initializer_list<const Appearance*> looks, const FileContext& file, Notes& notes);
  const TextureMap* of(std::size_t polygon) const { return polygon < by_polygon_.size() ? by_polygon_[polygon] : nullptr; }
  // s and t of a point of a polygon that of() knows.
  std::array<float, 2> at(std::size_t point) const { return points_[point]; }

 private:
  bool map(const Geometry& geometry, const Polygon& polygon, const TextureMap& map, const FileContext& file, Notes& notes);
  std::vector<const TextureMap*> by_polygon_;
  std::vector<std::array<float, 2>> points_;  // by point; written where a polygon is mapped
};

}  // namespace tenbo::io::city
