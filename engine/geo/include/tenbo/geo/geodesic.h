#pragma once
// Shortest ways on the WGS 84 ellipsoid.
#include "tenbo/geo/extent.h"

namespace tenbo::geo {

// The place `metres` from `from` in the direction `azimuth` (degrees clockwise from north). Its longitude follows on from
// that of `from`, beyond 180 degrees where need be; height 0.
GeoPoint geodesic_direct(const GeoPoint& from, double azimuth, double metres);

}  // namespace tenbo::geo
