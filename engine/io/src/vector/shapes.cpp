#include "vector/shapes.h"

#include <glm/geometric.hpp>
#include <limits>

namespace tenbo::io::vector {

std::vector<Polygon> polygons_of(const VectorData& d) {
  std::vector<Polygon> out;
  for (std::uint32_t i = 0; i < d.parts.size(); ++i) {
    const ShapePart& part = d.parts[i];
    if (part.kind != ShapeKind::polygon) continue;
    if (part.hole && !out.empty() && out.back().end_part == i) ++out.back().end_part;
    else out.push_back({part.feature, i, i + 1});
  }
  return out;
}

void Rings::take(const VectorData& d, const Polygon& polygon) {
  points.clear();
  starts.clear();
  for (std::size_t k = polygon.first_part; k < polygon.end_part; ++k) {
    const ShapePart& part = d.parts[k];
    starts.push_back(static_cast<std::uint32_t>(points.size()));
    for (std::uint32_t i = 0; i < part.count; ++i) points.push_back(d.points[part.first + i]);
  }
  starts.push_back(static_cast<std::uint32_t>(points.size()));
}

geo::GeoPoint middle_of(const VectorData& d, const Polygon& polygon, std::uint32_t& corners) {
  corners = 0;
  for (std::size_t k = polygon.first_part; k < polygon.end_part; ++k) corners += d.parts[k].count;
  geo::GeoPoint out{0, 0, 0};
  for (std::size_t k = polygon.first_part; k < polygon.end_part; ++k)
    for (std::uint32_t i = 0; i < d.parts[k].count; ++i) {
      const auto& p = d.points[d.parts[k].first + i];
      out.lon += p.lon / static_cast<double>(corners);
      out.lat += p.lat / static_cast<double>(corners);
    }
  return out;
}

double ring_area(const VectorData& d, const ShapePart& part) {
  const Plane plane(d.points[part.first]);
  double twice = 0;
  for (std::uint32_t i = 0; i < part.count; ++i) {
    const auto a = plane(d.points[part.first + i]), b = plane(d.points[part.first + (i + 1) % part.count]);
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

double line_length(const VectorData& d, const ShapePart& part) {
  const Plane plane(d.points[part.first]);
  double sum = 0;
  for (std::uint32_t i = 1; i < part.count; ++i) sum += glm::distance(plane(d.points[part.first + i - 1]), plane(d.points[part.first + i]));
  return sum;
}

geo::GeoPoint line_middle(const VectorData& d, const ShapePart& part, double length) {
  const Plane plane(d.points[part.first]);
  double left = length / 2;
  for (std::uint32_t i = 1; i < part.count; ++i) {
    const auto &a = d.points[part.first + i - 1], &b = d.points[part.first + i];
    const double l = glm::distance(plane(a), plane(b));
    if (l >= left) {
      const double f = l > 0 ? left / l : 0;
      return {a.lon + (b.lon - a.lon) * f, a.lat + (b.lat - a.lat) * f, a.height + (b.height - a.height) * f};
    }
    left -= l;
  }
  return d.points[part.first];
}

geo::GeoPoint inside_point(const VectorData& d, const Polygon& polygon) {
  const ShapePart& outer = d.parts[polygon.first_part];
  double south = std::numeric_limits<double>::infinity(), north = -south;
  for (std::uint32_t i = 0; i < outer.count; ++i) {
    south = std::min(south, d.points[outer.first + i].lat);
    north = std::max(north, d.points[outer.first + i].lat);
  }
  geo::GeoPoint best = d.points[outer.first];
  double widest = -1;
  std::vector<double> cuts;
  for (double part : {0.5, 0.3717, 0.6283, 0.2119, 0.7881}) {
    const double lat = south + (north - south) * part;
    cuts.clear();
    for (std::size_t k = polygon.first_part; k < polygon.end_part; ++k) {
      const ShapePart& ring = d.parts[k];
      for (std::uint32_t i = 0; i < ring.count; ++i) {
        const auto &a = d.points[ring.first + i], &b = d.points[ring.first + (i + 1 < ring.count ? i + 1 : 0)];
        if ((a.lat <= lat) != (b.lat <= lat)) cuts.push_back(a.lon + (b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat));
      }
    }
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t i = 0; i + 1 < cuts.size(); i += 2)
      if (cuts[i + 1] - cuts[i] > widest) {
        widest = cuts[i + 1] - cuts[i];
        best = {(cuts[i] + cuts[i + 1]) / 2, lat, 0};
      }
  }
  return best;
}

}  // namespace tenbo::io::vector
