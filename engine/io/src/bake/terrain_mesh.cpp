#include "terrain_mesh.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <limits>

#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/terrain.h"

namespace tenbo::io::bake {
namespace {

constexpr std::uint32_t none = UINT32_MAX;
constexpr double farthest_horizon = 100;  // radii of the Earth: seen from everywhere

int column(std::uint16_t p) { return p % terrain_points; }
int row(std::uint16_t p) { return p / terrain_points; }
// Of two points an even number of steps apart.
std::uint16_t middle(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::uint16_t>((row(a) + row(b)) / 2 * terrain_points + (column(a) + column(b)) / 2);
}

// How far along `direction` (in space scaled by the ellipsoid's axes) the eye has to be to see a point over the horizon.
double horizon_of(const glm::dvec3& point, const glm::dvec3& direction) {
  const double length = std::max(1.0, glm::length(point));
  const glm::dvec3 unit = glm::normalize(point);
  const double cos_a = glm::dot(unit, direction), sin_a = glm::length(glm::cross(unit, direction));
  const double cos_b = 1 / length, sin_b = std::sqrt(length * length - 1) / length;
  const double d = cos_a * cos_b - sin_a * sin_b;
  return d > 1 / farthest_horizon ? 1 / d : farthest_horizon;
}

}  // namespace

TerrainMesher::TerrainMesher() {
  const std::uint16_t sw = 0, se = terrain_cells, nw = terrain_cells * terrain_points, ne = nw + terrain_cells;
  levels_.push_back({{sw, ne, nw}, {ne, sw, se}});
  for (;;) {
    const auto& above = levels_.back();
    if (std::abs(column(above[0].a) - column(above[0].c)) + std::abs(row(above[0].a) - row(above[0].c)) <= 1) return;
    std::vector<Triangle> next;
    for (const Triangle& t : above) {
      const auto m = middle(t.a, t.b);
      next.push_back({t.c, t.a, m});
      next.push_back({t.b, t.c, m});
    }
    levels_.push_back(std::move(next));
  }
}

std::string TerrainMesher::tile(const geo::Extent& box, const TerrainSquare& heights, double tolerance,
                                const std::function<double(double lon, double lat)>& filling, std::uint64_t& triangles) const {
  constexpr double must = std::numeric_limits<double>::infinity();
  const auto has = [&](std::uint16_t p) { return !std::isnan(heights[p]); };
  // What each point would be off by if it were left out, with all that hangs on it; from the smallest triangles up.
  std::vector<double> off(heights.size(), 0);
  for (std::size_t level = levels_.size() - 1; level-- > 0;)
    for (const Triangle& t : levels_[level]) {
      const auto m = middle(t.a, t.b);
      double e = 0;
      if (has(t.a) != has(t.b) || has(t.a) != has(m)) e = must;
      else if (has(m)) e = std::abs(heights[m] - (static_cast<double>(heights[t.a]) + heights[t.b]) / 2);
      if (column(m) == 0 || row(m) == 0 || column(m) == terrain_cells || row(m) == terrain_cells) e = must;
      if (level + 2 < levels_.size()) e = std::max({e, off[middle(t.c, t.a)], off[middle(t.b, t.c)]});
      off[m] = std::max(off[m], e);
    }
  std::vector<Triangle> ground, holes;
  const auto descend = [&](const auto& self, const Triangle& t, std::size_t level) -> void {
    const auto m = middle(t.a, t.b);
    if (level + 1 < levels_.size() && off[m] > tolerance) {
      self(self, {t.c, t.a, m}, level + 1);
      self(self, {t.b, t.c, m}, level + 1);
      return;
    }
    (has(t.a) && has(t.b) && has(t.c) ? ground : holes).push_back(t);
  };
  for (const Triangle& t : levels_.front()) descend(descend, t, 0);
  triangles += ground.size();

  QuantizedMesh mesh;
  std::vector<std::uint32_t> number(heights.size(), none);
  std::vector<std::uint16_t> points;
  for (const auto* list : {&ground, &holes})
    for (const Triangle& t : *list)
      for (const auto p : {t.a, t.b, t.c}) {
        if (number[p] == none) {
          number[p] = static_cast<std::uint32_t>(points.size());
          points.push_back(p);
        }
        mesh.indices.push_back(number[p]);
      }
  const auto lon = [&](std::uint16_t p) { return box.west + (box.east - box.west) * column(p) / terrain_cells; };
  const auto lat = [&](std::uint16_t p) { return box.south + (box.north - box.south) * row(p) / terrain_cells; };
  std::vector<double> height(points.size());
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto p = points[i];
    height[i] = has(p) ? heights[p] : filling(lon(p), lat(p));
    low = std::min(low, height[i]);
    high = std::max(high, height[i]);
  }
  mesh.min_height = std::nextafter(static_cast<float>(low), -1e9f);
  mesh.max_height = std::nextafter(static_cast<float>(high), 1e9f);
  const double range = static_cast<double>(mesh.max_height) - mesh.min_height;
  const auto quantized = [](double part) { return static_cast<std::uint16_t>(std::lround(std::clamp(part, 0.0, 1.0) * QuantizedMesh::most)); };
  const auto centre = geo::to_ecef({(box.west + box.east) / 2, (box.south + box.north) / 2, (low + high) / 2});
  const glm::dvec3 axes(geo::wgs84_a, geo::wgs84_a, geo::wgs84_a * (1 - geo::wgs84_f));
  const glm::dvec3 direction = glm::normalize(centre / axes);
  double radius = 0, horizon = 1;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto p = points[i];
    mesh.u.push_back(quantized(static_cast<double>(column(p)) / terrain_cells));
    mesh.v.push_back(quantized(static_cast<double>(row(p)) / terrain_cells));
    mesh.h.push_back(quantized((height[i] - mesh.min_height) / range));
    const auto at = geo::to_ecef({lon(p), lat(p), height[i]});
    radius = std::max(radius, glm::distance(centre, at));
    horizon = std::max(horizon, horizon_of(at / axes, direction));
  }
  for (int i = 0; i < 3; ++i) {
    mesh.centre[static_cast<std::size_t>(i)] = mesh.sphere[static_cast<std::size_t>(i)] = centre[i];
    mesh.horizon[static_cast<std::size_t>(i)] = direction[i] * horizon;
  }
  mesh.sphere[3] = radius;
  for (int k = 0; k <= terrain_cells; ++k) {
    mesh.west.push_back(number[static_cast<std::size_t>(k * terrain_points)]);
    mesh.south.push_back(number[static_cast<std::size_t>(k)]);
    mesh.east.push_back(number[static_cast<std::size_t>(k * terrain_points + terrain_cells)]);
    mesh.north.push_back(number[static_cast<std::size_t>(terrain_cells * terrain_points + k)]);
  }
  mesh.filling = static_cast<std::uint32_t>(holes.size());
  return write_quantized_mesh(mesh);
}

}  // namespace tenbo::io::bake
