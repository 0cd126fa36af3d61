#pragma once
// Polygons and lines of vector data, measured.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <glm/vec3.hpp>
#include <vector>

#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/vector.h"

namespace tenbo::io::vector {

inline constexpr double degree = 3.14159265358979323846 / 180;

// East and north metres about a place: good enough to measure, to triangulate and to find inside points.
struct Plane {
  double lon0, lat0, kx, ky;
  explicit Plane(const geo::GeoPoint& p)
      : lon0(p.lon), lat0(p.lat), kx(geo::mean_radius * degree * std::max(1e-6, std::cos(p.lat * degree))), ky(geo::mean_radius * degree) {}
  glm::dvec3 operator()(const geo::GeoPoint& p) const { return {(p.lon - lon0) * kx, (p.lat - lat0) * ky, 0}; }
};

// One polygon: its outer ring and its holes, as they lie in VectorData::parts.
struct Polygon {
  std::uint32_t feature;
  std::uint32_t first_part, end_part;
};
std::vector<Polygon> polygons_of(const VectorData& data);

// Rings of one polygon, one after another.
struct Rings {
  std::vector<geo::GeoPoint> points;
  std::vector<std::uint32_t> starts;  // and the end
  void take(const VectorData& data, const Polygon& polygon);
};

// The middle of a polygon's corners, height 0, and how many there are.
geo::GeoPoint middle_of(const VectorData& data, const Polygon& polygon, std::uint32_t& corners);
double ring_area(const VectorData& data, const ShapePart& ring);      // m2, positive counter-clockwise
double line_length(const VectorData& data, const ShapePart& line);    // m
geo::GeoPoint line_middle(const VectorData& data, const ShapePart& line, double length);
// A place inside of the polygon: the middle of the widest stretch along a few parallels.
geo::GeoPoint inside_point(const VectorData& data, const Polygon& polygon);

}  // namespace tenbo::io::vector
