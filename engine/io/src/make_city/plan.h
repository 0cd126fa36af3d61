#pragma once
// The lie of the land: where river, coast, canals and hills are, and how high the ground is.
//
// Two plane frames, in metres. World: x east, y north of the anchor. Plan: u across the river (west negative), v along
// it (north, inland, positive); the river is the straight line u = 0 there and so are all streets. to_world() bends the
// plan into a landscape. Big cities stretch the plan by `stretch`, heights and widths stay human.
#include <cstdint>
#include <vector>

#include "tenbo/geo/extent.h"

namespace tenbo::io::make_city_detail {

struct Vec2 {
  double x = 0, y = 0;
  friend Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
  friend Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
  friend Vec2 operator*(Vec2 a, double s) { return {a.x * s, a.y * s}; }
};

class Plan {
 public:
  Plan(std::uint32_t buildings, std::uint64_t seed);

  std::uint64_t seed;
  double stretch;     // 1 for a city of 4 km
  double half_size;   // m, half the edge of the terrain
  double city_half;   // m, half the edge of the built area

  // In plan metres (already stretched).
  double river_half;                      // of the channel
  double levee_crest, levee_foot;         // distance from the river's middle line
  double rail_v;                          // the railway's line
  double canal_west_u, canal_north_v;     // the west canal runs along v to the sea, to here in the north
  double canal_cross_v;                   // the cross canal runs along u from the west canal to the levee
  double creek_east_u, creek_north_v;     // the creek on the east terrace
  double canal_half = 11, cross_half = 8, creek_half = 7;
  double breach_v;                        // where the west levee fails
  Vec2 castle, station;                   // plan
  std::vector<double> bridge_lines;       // v of the streets that cross the river; set by the street layout

  Vec2 to_world(Vec2 plan) const;
  Vec2 to_plan(Vec2 world) const;         // exact to a millimetre
  // Unit vectors of growing u and v at a place, in world axes, and metres of world per metre of plan.
  void axes(Vec2 plan, Vec2& along_u, Vec2& along_v, double& scale_u, double& scale_v) const;

  double coast_v(double u) const;         // the shore line; land where v is greater
  double river_level(double v) const;     // m, normal water level
  double ground(Vec2 world, Vec2 plan) const;  // m above T.P.; the sea bed is negative
  double ground(Vec2 world) const { return ground(world, to_plan(world)); }
  double ground_plan(Vec2 plan) const { return ground(to_world(plan), plan); }
  double hilliness(Vec2 plan) const;      // 0 flat .. 1 in the hills
  bool in_harbour(Vec2 plan) const;       // the dug basin
  // Water that is always there: 0 none, 1 sea, 2 river, 3 canals and creek.
  int water(Vec2 world, Vec2 plan) const;

  geo::GeoPoint to_geo(Vec2 world, double height) const;
  double degrees_per_metre_x() const { return degrees_x_; }
  double degrees_per_metre_y() const { return degrees_y_; }
  static constexpr double anchor_lon = 138.45, anchor_lat = 34.40;

 private:
  double bend(double v) const;
  double bend_slope(double v) const;
  double dry_land(Vec2 world, double u, double v, double inland) const;
  double degrees_x_, degrees_y_;
};

}  // namespace tenbo::io::make_city_detail
