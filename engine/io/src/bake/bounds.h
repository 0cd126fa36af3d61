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

  // A triangle whose corners have been added: its inside is nearer to the Earth's centre than they are where it is large. Between the points of
  // a circle of radius r a plane sinks by r^2 / 2R at most, and a triangle with edges of at most l lies in a circle of l / sqrt(3).
  void add_inside(const glm::vec3& a, const glm::vec3& b, const glm::vec3& c) {
    const auto square = [](const glm::vec3& v) { return v.x * v.x + v.y * v.y; };
    const float longest = std::max({square(b - a), square(c - b), square(a - c)});
    if (longest < 300.f * 300) return;  // 2.4 mm
    const double sinks = 1.01 * static_cast<double>(longest) / (6 * geo::mean_radius);
    low = std::min(low, std::min({frame_.to_geo(glm::dvec3(a)).height, frame_.to_geo(glm::dvec3(b)).height, frame_.to_geo(glm::dvec3(c)).height}) - sinks);
  }

  glm::dvec3 min{INFINITY}, max{-INFINITY};
  double low = INFINITY, high = -INFINITY;

 private:
  const geo::LocalFrame& frame_;
  double bend_east_, bend_north_;  // 1/m
};

}  // namespace tenbo::io::bake
