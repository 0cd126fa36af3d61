#include "vector/polygons.h"

#include <cmath>
#include <limits>

namespace tenbo::io::vector {

constexpr double highest = 20'000;  // m, of what is extruded

double extrusion(const VectorData& d, std::uint32_t feature, const VectorMeshOptions& o) {
  const auto h = geo::to_number(d.features.value(feature, o.extrude_attribute));
  const double metres = h ? *h * o.extrude_scale : 0;
  return std::isfinite(metres) && metres > 0 && metres < highest ? metres : std::numeric_limits<double>::quiet_NaN();
}

PolygonMesher::PolygonMesher(const VectorData& data, const GroundSampler& ground, bool own_z, const city::LocalProjector& project, std::size_t corners,
                             bool extruded)
    : d_(data), ground_(ground), own_z_(own_z), project_(project) {
  mesh.vertices.reserve(extruded ? 5 * corners : corners);  // a roof's corner, and two of walls below and above
  mesh.indices.reserve(extruded ? 9 * corners : 3 * corners);
}

double PolygonMesher::extrude(const Polygon& polygon, double metres) {
  rings_.take(d_, polygon);
  flat_.clear();
  triangles_.clear();
  const Plane plane(d_.points[d_.parts[polygon.first_part].first]);
  for (const auto& p : rings_.points) flat_.push_back(plane(p));
  glm::dvec3 normal;
  if (triangulator_.run(flat_, rings_.starts, triangles_, normal) != city::Triangulation::done) {
    ++counts.no_area;
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (normal.z < 0)
    for (std::size_t i = 0; i + 2 < triangles_.size(); i += 3) std::swap(triangles_[i + 1], triangles_[i + 2]);
  double base = std::numeric_limits<double>::infinity();
  for (const auto& p : rings_.points) {
    const double g = own_z_ ? p.height : ground_ ? ground_(p.lon, p.lat) : std::numeric_limits<double>::quiet_NaN();
    if (!std::isnan(g)) base = std::min(base, g);
  }
  if (!std::isfinite(base)) { base = 0; ++counts.no_ground; }
  const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
  const auto place = [&](const geo::GeoPoint& p, double h) { return project_({p.lon, p.lat, h}); };
  const auto up = encode_normal({0, 0, 1});
  for (const auto& p : rings_.points) mesh.vertices.push_back(vertex(place(p, base + metres), up, polygon.feature));
  for (const auto i : triangles_) mesh.indices.push_back(first + i);
  // Walls: outer rings run counter-clockwise as seen from above, holes clockwise, whatever the file has.
  for (std::size_t r = 0; r + 1 < rings_.starts.size(); ++r) {
    const std::uint32_t begin = rings_.starts[r], count = rings_.starts[r + 1] - begin;
    const auto after = [&](std::uint32_t i) { return begin + (i + 1 < count ? i + 1 : 0); };
    double twice = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto &a = flat_[begin + i], &b = flat_[after(i)];
      twice += a.x * b.y - b.x * a.y;
    }
    const bool forward = (twice > 0) == (r == 0);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t from = begin + i, to = after(i);
      const auto &p = rings_.points[forward ? from : to], &q = rings_.points[forward ? to : from];
      const auto along = plane(q) - plane(p);
      const double l = std::hypot(along.x, along.y);
      if (!(l > 1e-6)) continue;
      const auto outwards = encode_normal(glm::vec3(static_cast<float>(along.y / l), static_cast<float>(-along.x / l), 0));
      const auto v = static_cast<std::uint32_t>(mesh.vertices.size());
      for (const auto& [point, h] : {std::pair{p, base}, std::pair{q, base}, std::pair{q, base + metres}, std::pair{p, base + metres}})
        mesh.vertices.push_back(vertex(place(point, h), outwards, polygon.feature));
      mesh.indices.insert(mesh.indices.end(), {v, v + 1, v + 2, v, v + 2, v + 3});
    }
  }
  return base + metres;
}

void PolygonMesher::lay(const Polygon& polygon) {
  rings_.take(d_, polygon);
  flat_.clear();
  triangles_.clear();
  for (const auto& p : rings_.points) flat_.push_back(project_(p));
  glm::dvec3 normal;
  if (triangulator_.run(flat_, rings_.starts, triangles_, normal) != city::Triangulation::done) {
    ++counts.no_area;
    return;
  }
  const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
  const auto packed = encode_normal(glm::vec3(normal));
  for (const auto& p : flat_) mesh.vertices.push_back(vertex(p, packed, polygon.feature));
  for (const auto i : triangles_) mesh.indices.push_back(first + i);
}

}  // namespace tenbo::io::vector
