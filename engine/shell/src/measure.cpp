#include "measure.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::shell {
namespace {

constexpr double rad = std::numbers::pi / 180;
constexpr double a = geo::wgs84_a, f = geo::wgs84_f, e2 = geo::wgs84_e2, b = a * (1 - f);

// q of Snyder 1987 (3-12); authalic latitude = asin(q / q(pole)).
double q_of(double sin_lat) {
  const double e = std::sqrt(e2);
  return (1 - e2) * (sin_lat / (1 - e2 * sin_lat * sin_lat) - std::log((1 - e * sin_lat) / (1 + e * sin_lat)) / (2 * e));
}

glm::dvec3 unit(const geo::GeoPoint& p) {
  return {std::cos(p.lat * rad) * std::cos(p.lon * rad), std::cos(p.lat * rad) * std::sin(p.lon * rad), std::sin(p.lat * rad)};
}

double angle(const glm::dvec3& u, const glm::dvec3& v) { return std::atan2(glm::length(glm::cross(u, v)), glm::dot(u, v)); }

}  // namespace

double geodesic_distance(const geo::GeoPoint& p, const geo::GeoPoint& r) {
  const double l = std::remainder(r.lon - p.lon, 360.0) * rad;
  const double u1 = std::atan((1 - f) * std::tan(p.lat * rad)), u2 = std::atan((1 - f) * std::tan(r.lat * rad));
  const double su1 = std::sin(u1), cu1 = std::cos(u1), su2 = std::sin(u2), cu2 = std::cos(u2);
  double lambda = l;
  for (int i = 0; i < 100; ++i) {
    const double sl = std::sin(lambda), cl = std::cos(lambda);
    const double ss = std::hypot(cu2 * sl, cu1 * su2 - su1 * cu2 * cl);
    if (ss == 0) return 0;
    const double cs = su1 * su2 + cu1 * cu2 * cl;
    const double sigma = std::atan2(ss, cs);
    const double sa = cu1 * cu2 * sl / ss, ca2 = 1 - sa * sa;
    const double c2m = ca2 > 1e-15 ? cs - 2 * su1 * su2 / ca2 : 0;
    const double c = f / 16 * ca2 * (4 + f * (4 - 3 * ca2));
    const double before = lambda;
    lambda = l + (1 - c) * f * sa * (sigma + c * ss * (c2m + c * cs * (2 * c2m * c2m - 1)));
    if (std::abs(lambda - before) > 1e-13) continue;
    const double k2 = ca2 * (a * a - b * b) / (b * b);
    const double big_a = 1 + k2 / 16384 * (4096 + k2 * (-768 + k2 * (320 - 175 * k2)));
    const double big_b = k2 / 1024 * (256 + k2 * (-128 + k2 * (74 - 47 * k2)));
    const double d = big_b * ss * (c2m + big_b / 4 * (cs * (2 * c2m * c2m - 1) -
                                                      big_b / 6 * c2m * (4 * ss * ss - 3) * (4 * c2m * c2m - 3)));
    return b * big_a * (sigma - d);
  }
  return geo::mean_radius * angle(unit(p), unit(r));
}

double straight_distance(const geo::GeoPoint& p, const geo::GeoPoint& r) {
  return glm::length(geo::to_ecef(r) - geo::to_ecef(p));
}

double polygon_area(const std::vector<geo::GeoPoint>& ring) {
  if (ring.size() < 3) return 0;
  const double q_pole = q_of(1);
  const auto half_tan = [&](const geo::GeoPoint& p) {
    return std::tan(std::asin(std::clamp(q_of(std::sin(p.lat * rad)) / q_pole, -1.0, 1.0)) / 2);
  };
  double excess = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const geo::GeoPoint &p = ring[i], &r = ring[(i + 1) % ring.size()];
    const double t = std::tan(std::remainder(r.lon - p.lon, 360.0) * rad / 2), t1 = half_tan(p), t2 = half_tan(r);
    excess += 2 * std::atan2(t * (t1 + t2), 1 + t1 * t2);
  }
  return std::abs(excess) * a * a * q_pole / 2;
}

geo::GeoPoint between(const geo::GeoPoint& p, const geo::GeoPoint& r, double t) {
  const glm::dvec3 u = unit(p), v = unit(r);
  const double whole = angle(u, v);
  // By steps too small for the sphere's formula the chord is as good.
  const glm::dvec3 w = whole < 1e-9 ? glm::mix(u, v, t) : (std::sin((1 - t) * whole) * u + std::sin(t * whole) * v) / std::sin(whole);
  return {std::atan2(w.y, w.x) / rad, std::atan2(w.z, std::hypot(w.x, w.y)) / rad, p.height + (r.height - p.height) * t};
}

Measured measure(const std::vector<geo::GeoPoint>& line) {
  Measured out;
  if (line.size() < 2) return out;
  for (std::size_t i = 1; i < line.size(); ++i) {
    out.horizontal += geodesic_distance(line[i - 1], line[i]);
    out.straight += straight_distance(line[i - 1], line[i]);
  }
  out.vertical = line.back().height - line.front().height;
  if (line.size() >= 3) out.area = polygon_area(line);
  return out;
}

std::vector<ProfilePoint> terrain_profile(const std::vector<geo::GeoPoint>& line, const GroundHeight& ground, int samples) {
  std::vector<ProfilePoint> out;
  double total = 0;
  for (std::size_t i = 1; i < line.size(); ++i) total += geodesic_distance(line[i - 1], line[i]);
  if (!(total > 0) || samples < 2) return out;
  double start = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const double length = geodesic_distance(line[i - 1], line[i]);
    const int steps = std::max(1, static_cast<int>(std::lround(samples * length / total)));
    for (int k = i == 1 ? 0 : 1; k <= steps; ++k) {
      const geo::GeoPoint p = between(line[i - 1], line[i], static_cast<double>(k) / steps);
      out.push_back({start + length * k / steps, ground(p.lon, p.lat)});
    }
    start += length;
  }
  return out;
}

}  // namespace tenbo::shell
