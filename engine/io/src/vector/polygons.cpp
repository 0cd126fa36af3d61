#include "vector/polygons.h"

#include <cmath>
#include <glm/common.hpp>
#include <glm/vec2.hpp>
#include <limits>

#include "tenbo/base/pages.h"
#include "vector/refine.h"

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
  if (!extruded) return;
  expect_filled(mesh.vertices.data(), 5 * corners * sizeof(Vertex));
  expect_filled(mesh.indices.data(), 15 * corners / 2 * sizeof(std::uint32_t));  // of a rectangle: the least
}

double PolygonMesher::follow_curve() {
  glm::dvec2 low(std::numeric_limits<double>::infinity()), high(-low);
  for (const auto& p : flat_) {
    low = glm::min(low, glm::dvec2(p));
    high = glm::max(high, glm::dvec2(p));
  }
  if (std::hypot(high.x - low.x, high.y - low.y) <= curve_edge) return 0;
  const double edge = affordable_edge(flat_, triangles_, curve_edge, max_polygon_triangles);
  finer_.clear();
  refine(rings_.points, flat_, triangles_, edge, finer_);
  triangles_.swap(finer_);
  return edge;
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
  const double edge = follow_curve();
  const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
  const auto place = [&](const geo::GeoPoint& p, double h) { return project_({p.lon, p.lat, h}); };
  const auto up = encode_normal({0, 0, 1});
  const auto corners = rings_.starts.back();
  low_.clear();
  high_.clear();
  for (std::uint32_t i = 0; i < corners; ++i) low_.push_back(place(rings_.points[i], base));
  for (const auto& p : rings_.points) high_.push_back(place(p, base + metres));
  for (const auto& p : high_) mesh.vertices.push_back(vertex(p, up, polygon.feature));
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
      const std::uint32_t from = forward ? begin + i : after(i), to = forward ? after(i) : begin + i;
      const auto &p = rings_.points[from], &q = rings_.points[to];
      const auto along = plane(q) - plane(p);
      const double l = std::hypot(along.x, along.y);
      if (!(l > 1e-6)) continue;
      const auto outwards = encode_normal(glm::vec3(static_cast<float>(along.y / l), static_cast<float>(-along.x / l), 0));
      foot_.clear();
      if (edge > 0) refine_edge(p, q, flat_[from], flat_[to], edge, foot_);
      glm::dvec3 low = low_[from], high = high_[from];
      for (std::size_t k = 0; k <= foot_.size(); ++k) {
        const bool corner = k == foot_.size();
        const glm::dvec3 next_low = corner ? low_[to] : place(foot_[k], base), next_high = corner ? high_[to] : place(foot_[k], base + metres);
        const auto v = static_cast<std::uint32_t>(mesh.vertices.size());
        const Vertex wall[] = {vertex(low, outwards, polygon.feature), vertex(next_low, outwards, polygon.feature), vertex(next_high, outwards, polygon.feature),
                               vertex(high, outwards, polygon.feature)};
        mesh.vertices.insert(mesh.vertices.end(), std::begin(wall), std::end(wall));
        mesh.indices.insert(mesh.indices.end(), {v, v + 1, v + 2, v, v + 2, v + 3});
        low = next_low;
        high = next_high;
      }
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
  const std::size_t corners = flat_.size();
  follow_curve();
  for (std::size_t i = corners; i < flat_.size(); ++i) flat_[i] = project_(rings_.points[i]);  // at its own height, not on the chord
  const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
  const auto packed = encode_normal(glm::vec3(normal));
  for (const auto& p : flat_) mesh.vertices.push_back(vertex(p, packed, polygon.feature));
  for (const auto i : triangles_) mesh.indices.push_back(first + i);
}

}  // namespace tenbo::io::vector
