#pragma once
// What a tile's vertices take up.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/vec3.hpp>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io::bake {

// The largest and least of points in a frame, and of their heights above the ellipsoid, m.
class Bounds {
 public:
  explicit Bounds(const geo::LocalFrame& frame) : frame_(frame) {
    // How the ellipsoid bends at the frame's place to the east and to the north.
    const double sine = frame.axes[2].z, w = 1 - geo::wgs84_e2 * sine * sine, east = geo::wgs84_a / std::sqrt(w);
    bend_east_ = 1 / (2 * east);
    bend_north_ = w / (2 * east * (1 - geo::wgs84_e2));
  }
  void add(const glm::dvec3& p, double height) {
    min = glm::min(min, p);
    max = glm::max(max, p);
    low = std::min(low, height);
    high = std::max(high, height);
  }
  void add(const glm::vec3& point) {
    const glm::dvec3 p(point);
    const double fall = p.x * p.x * bend_east_ + p.y * p.y * bend_north_, height = p.z + fall;
    if (fall < 0.3) return add(p, height);  // within 2 km: to a millimetre
    // Worked out exactly only where it may be the highest or the lowest.
    const double doubt = 0.01 + fall * (1e-3 + std::abs(p.z) * 1e-6);
    const bool between = fall < 3000 && height - doubt > low && height + doubt < high;
    add(p, between ? low : frame_.to_geo(p).height);
  }

  glm::dvec3 min{INFINITY}, max{-INFINITY};
  double low = INFINITY, high = -INFINITY;

 private:
  const geo::LocalFrame& frame_;
  double bend_east_, bend_north_;  // 1/m
};

}  // namespace tenbo::io::bake
