#include "tenbo/geo/ellipsoid.h"

#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <numbers>

namespace tenbo::geo {
namespace {
constexpr double degree = std::numbers::pi / 180;
constexpr double b = wgs84_a * (1 - wgs84_f);           // semi-minor axis
constexpr double ep2 = wgs84_e2 / (1 - wgs84_e2);       // second eccentricity squared
}  // namespace

glm::dvec3 to_ecef(const GeoPoint& p) {
  const double lat = p.lat * degree, lon = p.lon * degree;
  const double sin_lat = std::sin(lat), cos_lat = std::cos(lat);
  const double n = wgs84_a / std::sqrt(1 - wgs84_e2 * sin_lat * sin_lat);
  return {(n + p.height) * cos_lat * std::cos(lon), (n + p.height) * cos_lat * std::sin(lon),
          (n * (1 - wgs84_e2) + p.height) * sin_lat};
}

// Bowring's iteration on the reduced latitude (1976): starts within 1e-6 rad near the Earth and gains five digits and
// more a step, so three steps are past double precision wherever the evolute is not near (heights above -5000 km).
GeoPoint from_ecef(const glm::dvec3& e) {
  const double p = std::hypot(e.x, e.y);
  double tan_u = p > 0 ? e.z / p * (wgs84_a / b) : 0, lat = 0, up = 0, out = 0;
  if (p > 0) {
    for (int i = 0; i < 4; ++i) {
      const double cos_u = 1 / std::sqrt(1 + tan_u * tan_u), sin_u = tan_u * cos_u;
      up = e.z + ep2 * b * sin_u * sin_u * sin_u;
      out = p - wgs84_e2 * wgs84_a * cos_u * cos_u * cos_u;
      tan_u = (1 - wgs84_f) * up / out;
      if (!(out > 0)) break;  // within the evolute: the latitude is not unique
    }
    lat = std::atan2(up, out);
  } else {
    lat = e.z < 0 ? -std::numbers::pi / 2 : std::numbers::pi / 2;
  }
  const double sin_lat = std::sin(lat);
  // Stable at every latitude, unlike p / cos(lat) - N.
  const double height = p * std::cos(lat) + e.z * sin_lat - wgs84_a * std::sqrt(1 - wgs84_e2 * sin_lat * sin_lat);
  return {std::atan2(e.y, e.x) / degree, lat / degree, height};
}

LocalFrame LocalFrame::at(const GeoPoint& p) {
  const double lat = p.lat * degree, lon = p.lon * degree;
  const glm::dvec3 east(-std::sin(lon), std::cos(lon), 0);
  const glm::dvec3 up(std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat));
  return {p, to_ecef(p), glm::dmat3(east, glm::cross(up, east), up)};
}

glm::dvec3 LocalFrame::to_local(const glm::dvec3& ecef) const { return (ecef - origin) * axes; }  // = axes^T * v
glm::dvec3 LocalFrame::to_world(const glm::dvec3& local) const { return origin + axes * local; }
glm::dvec3 LocalFrame::to_local(const GeoPoint& p) const { return to_local(to_ecef(p)); }
GeoPoint LocalFrame::to_geo(const glm::dvec3& local) const { return from_ecef(to_world(local)); }

}  // namespace tenbo::geo
