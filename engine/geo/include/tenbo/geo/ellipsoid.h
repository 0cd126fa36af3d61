#pragma once
// The world is ECEF (EPSG:4978) in double on the WGS 84 ellipsoid (GRS 80 differs by 0.1 mm and is taken as equal).
#include <glm/mat3x3.hpp>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>

#include "tenbo/geo/extent.h"

namespace tenbo::geo {

inline constexpr double wgs84_a = 6378137.0;              // m, semi-major axis (NGA.STND.0036)
inline constexpr double wgs84_f = 1.0 / 298.257223563;    // flattening
inline constexpr double wgs84_e2 = wgs84_f * (2 - wgs84_f);
inline constexpr double mean_radius = 6371008.8;          // m, IUGG mean radius R1

glm::dvec3 to_ecef(const GeoPoint& p);      // degrees, m -> ECEF m
GeoPoint from_ecef(const glm::dvec3& ecef);  // to 1e-11 degrees and 1e-6 m, up to 10,000 km high

// East-north-up at a point: local = axes^T * (ecef - origin).
struct LocalFrame {
  GeoPoint anchor;           // the origin, geodetic
  glm::dvec3 origin{0};      // the origin, ECEF
  glm::dmat3 axes{1};        // columns: east, north, up in ECEF

  static LocalFrame at(const GeoPoint& p);
  glm::dvec3 to_local(const glm::dvec3& ecef) const;
  glm::dvec3 to_world(const glm::dvec3& local) const;
  glm::dvec3 to_local(const GeoPoint& p) const;
  GeoPoint to_geo(const glm::dvec3& local) const;
};

}  // namespace tenbo::geo
