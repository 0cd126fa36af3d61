#include "texture_map.h"

#include <algorithm>
#include <cmath>

#include "appearance.h"
#include "file_context.h"

namespace tenbo::io::city {

bool map_of_place(const PicturePlace& picture, std::array<double, 12>& matrix) {
  const auto& p = picture.place;
  const double determinant = p[1] * p[5] - p[2] * p[4];
  if (!std::isfinite(determinant) || determinant == 0 || picture.width <= 0 || picture.height <= 0) return false;
  const double column_x = p[5] / determinant, column_y = -p[2] / determinant, row_x = -p[4] / determinant, row_y = p[1] / determinant;
  const double w = picture.width, h = picture.height;
  matrix = {column_x / w, column_y / w, 0, -(column_x * p[0] + column_y * p[3]) / w,
            -row_x / h,   -row_y / h,   0, 1 + (row_x * p[0] + row_y * p[3]) / h,
            0,            0,            0, 1};
  return std::all_of(matrix.begin(), matrix.end(), [](double v) { return std::isfinite(v); });
}

void MappedCoordinates::find(const Geometry& g, std::initializer_list<const Appearance*> looks, const FileContext& file, Notes& notes) {
  by_polygon_.clear();
  for (const Appearance* look : looks) {
    if (look->maps.empty()) continue;
    by_polygon_.resize(g.polygons.size(), nullptr);
    points_.resize(std::max(points_.size(), g.points.size()));
    for (const GeometryId& id : g.ids) {  // inner elements close first, and win
      const auto found = look->maps.find(id.id);
      if (found == look->maps.end() || !file.textures->usable(found->second.texture)) continue;
      for (std::uint32_t p = id.polygon_begin; p < id.polygon_end; ++p)
        if (by_polygon_[p] == nullptr && map(g, g.polygons[p], found->second, file, notes)) by_polygon_[p] = &found->second;
    }
  }
}

// false: the picture cannot be laid on this polygon.
bool MappedCoordinates::map(const Geometry& g, const Polygon& polygon, const TextureMap& map, const FileContext& file, Notes& notes) {
  if (polygon.ring_count == 0) return false;
  if (polygon.implicit >= 0) {
    notes.warn(polygon.at, "a picture placed in the world is not drawn on a shape that is placed many times (ImplicitGeometry)", {}, ErrorCode::unsupported);
    return false;
  }
  const std::uint32_t first_point = g.rings[polygon.first_ring].first;
  const auto run = std::upper_bound(g.runs.begin(), g.runs.end(), first_point, [](std::uint32_t p, const CrsRun& r) { return p < r.first; });
  const CrsEntry* crs = run == g.runs.begin() ? nullptr : std::prev(run)->crs;
  if (crs == nullptr || crs->error) return false;
  if (!map.srs_name.empty())
    if (const CrsEntry& own = file.crs_table->get(map.srs_name); own.error || own.crs.id() != crs->crs.id()) {
      notes.warn(polygon.at, "a picture placed in " + std::string(map.srs_name.substr(0, 200)) + " is not drawn on a surface in " + crs->srs_name.substr(0, 200),
                 "give both in the same coordinate reference system", ErrorCode::unsupported);
      return false;
    }
  const bool swap = map.easting_first && crs->north_first != file.exchanges(*crs);
  const auto& m = map.matrix;
  double low[2] = {1e300, 1e300}, high[2] = {-1e300, -1e300};
  for (std::uint32_t r = polygon.first_ring; r < polygon.first_ring + polygon.ring_count; ++r)
    for (std::uint32_t i = g.rings[r].first; i < g.rings[r].first + g.rings[r].count; ++i) {
      const geo::GeoPoint& p = g.points[i];
      const double x = swap ? p.lat : p.lon, y = swap ? p.lon : p.lat, z = p.height;
      const double q = m[8] * x + m[9] * y + m[10] * z + m[11];
      const double st[2] = {(m[0] * x + m[1] * y + m[2] * z + m[3]) / q, (m[4] * x + m[5] * y + m[6] * z + m[7]) / q};
      for (int k = 0; k < 2; ++k) {
        if (!(q > 0) || !(std::abs(st[k]) < 1e6)) {
          notes.warn(polygon.at, "texture coordinates made by a matrix are not usable here; the surface keeps its colour", "check the matrix and the order of axes");
          return false;
        }
        low[k] = std::min(low[k], st[k]);
        high[k] = std::max(high[k], st[k]);
      }
      points_[i] = {static_cast<float>(st[0]), static_cast<float>(st[1])};
    }
  if (map.bounded && (low[0] >= 1 || low[1] >= 1 || high[0] <= 0 || high[1] <= 0)) {
    notes.warn(polygon.at, "a surface lies outside the picture placed on it; it keeps its colour", "check the picture's place and the order of axes", ErrorCode::mismatch);
    return false;
  }
  return true;
}

}  // namespace tenbo::io::city
