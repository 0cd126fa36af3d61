#include "tenbo/geo/geodesic.h"

#include <geodesic.h>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::geo {

GeoPoint geodesic_direct(const GeoPoint& from, double azimuth, double metres) {
  geod_geodesic ellipsoid;
  geod_init(&ellipsoid, wgs84_a, wgs84_f);
  double lat = 0, lon = 0;
  geod_gendirect(&ellipsoid, from.lat, from.lon, azimuth, GEOD_LONG_UNROLL, metres, &lat, &lon, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  return {lon, lat, 0};
}

}  // namespace tenbo::geo
