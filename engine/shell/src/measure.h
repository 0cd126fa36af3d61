#pragma once
// Distances and areas on the WGS 84 ellipsoid, and profiles of the ground.
#include <functional>
#include <optional>
#include <vector>

#include "tenbo/geo/extent.h"

namespace tenbo::shell {

// Length of the geodesic, m (Vincenty 1975; near antipodes, where that does not converge, the great circle's length).
double geodesic_distance(const geo::GeoPoint& a, const geo::GeoPoint& b);
// The straight line through space, m, heights taken as they are.
double straight_distance(const geo::GeoPoint& a, const geo::GeoPoint& b);
// Area of a polygon, m2, edges as great circles of the authalic sphere (for edges of 10 km within 1e-6 of geodesics).
double polygon_area(const std::vector<geo::GeoPoint>& ring);
// A point of the way from a to b, t in 0..1: on the great circle, height linear.
geo::GeoPoint between(const geo::GeoPoint& a, const geo::GeoPoint& b, double t);

struct Measured {
  double horizontal = 0, vertical = 0, straight = 0;  // m along the line; vertical = last minus first
  std::optional<double> area;                         // m2, from three points on
};
Measured measure(const std::vector<geo::GeoPoint>& line);

struct ProfilePoint { double along = 0; std::optional<double> height; };  // m; absent = no ground known
using GroundHeight = std::function<std::optional<double>(double lon, double lat)>;
std::vector<ProfilePoint> terrain_profile(const std::vector<geo::GeoPoint>& line, const GroundHeight& ground, int samples = 200);

}  // namespace tenbo::shell
