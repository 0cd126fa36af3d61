#include "vector/lines.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <limits>

#include "vector/tile_meshes.h"

namespace tenbo::io::vector {

LineMesher::Target& LineMesher::target(const geo::GeoPoint& p) {
  const auto tile = grid_.at(p.lon, p.lat);
  auto it = targets_.find(tile_key(tile));
  if (it == targets_.end()) {
    const auto centre = grid_.centre(tile);
    lines_.push_back({geo::LocalFrame::at(centre), {}, {}, {}});
    it = targets_.emplace(tile_key(tile), Target{static_cast<std::uint32_t>(lines_.size() - 1), city::LocalProjector(centre)}).first;
  }
  return it->second;
}

void LineMesher::add(const ShapePart& part) {
  const Plane plane(d_.points[part.first]);
  std::vector<geo::GeoPoint> points;
  for (std::uint32_t i = 0; i < part.count; ++i) {
    const auto& p = d_.points[part.first + i];
    if (i > 0) {
      const auto& q = d_.points[part.first + i - 1];
      const double l = glm::distance(plane(p), plane(q));
      const auto pieces = static_cast<std::uint32_t>(std::clamp(std::ceil(l / edge_), 1.0, 1e7));
      for (std::uint32_t k = 1; k < pieces; ++k) {
        const double f = static_cast<double>(k) / pieces;
        points.push_back({q.lon + (p.lon - q.lon) * f, q.lat + (p.lat - q.lat) * f, q.height + (p.height - q.height) * f});
      }
    }
    points.push_back(p);
  }
  double known = std::numeric_limits<double>::quiet_NaN();
  if (!own_z_) {
    for (auto& p : points) {
      p.height = ground_ ? ground_(p.lon, p.lat) : std::numeric_limits<double>::quiet_NaN();
      if (!std::isnan(p.height) && (std::isnan(known) || p.height < known)) known = p.height;
    }
    for (auto& p : points) {
      if (std::isnan(p.height)) { p.height = std::isnan(known) ? 0 : known; ++no_ground; }
      p.height += o_.lift;
    }
  }
  // A line that leaves its tile's neighbourhood goes on in another, from the same point.
  for (std::size_t begin = 0; begin + 1 < points.size();) {
    const Target& t = target(points[begin]);
    LineBatch& batch = lines_[t.batch];
    batch.starts.push_back(static_cast<std::uint32_t>(batch.points.size()));
    std::size_t i = begin;
    for (; i < points.size(); ++i) {
      const glm::dvec3 local = t.project(points[i]);
      batch.points.emplace_back(local);
      batch.features.push_back(part.feature);
      if (i > begin && std::max(std::abs(local.x), std::abs(local.y)) > 2 * tile_size_ && i + 1 < points.size()) break;
    }
    begin = i;
  }
}

std::vector<LineBatch> LineMesher::take() {
  for (auto& l : lines_) l.starts.push_back(static_cast<std::uint32_t>(l.points.size()));
  return std::move(lines_);
}

}  // namespace tenbo::io::vector
