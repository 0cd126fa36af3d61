#pragma once
// A road network from lines, and the shortest way round an edge of it that is closed. Lines meet where an end point of one lies within the
// tolerance of an end point or vertex of another, or where both have the very same vertex; lines that merely cross (a bridge over a road) do not.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "tenbo/geo/extent.h"

namespace tenbo::inspection {

struct RoadLine {
  std::uint32_t feature = 0;
  std::span<const geo::GeoPoint> points;  // degrees; at least 2
  double speed = std::numeric_limits<double>::quiet_NaN();  // km/h; NaN = not stated
  int way = 0;                            // 0 both ways, 1 along the line alone, -1 against it
};

struct RoadEdge {
  std::uint32_t from = 0, to = 0;         // nodes
  std::uint32_t feature = 0;
  std::uint32_t first = 0, count = 0;     // into RoadNetwork::points
  double metres = 0, seconds = 0;
  bool forth = true, back = true;         // may be driven from `from` to `to`, and from `to` to `from`
};

class RoadNetwork {
 public:
  // Where a line's speed is not stated it is taken as `assumed_speed` km/h, and counted. Lengths are on the ellipsoid, at height 0.
  static RoadNetwork build(std::span<const RoadLine> lines, double tolerance_metres, double assumed_speed = 30);

  std::size_t nodes() const { return starts_.empty() ? 0 : starts_.size() - 1; }
  const std::vector<RoadEdge>& edges() const { return edges_; }
  std::span<const geo::GeoPoint> points(const RoadEdge& e) const { return {points_.data() + e.first, e.count}; }
  std::size_t without_speed() const { return without_speed_; }  // edges

  // The nearest edge within so many metres of a place; absent: none.
  struct Snap { std::uint32_t edge = 0; double metres = 0; };
  std::optional<Snap> snap(double lon, double lat, double within_metres) const;

  struct Arc { std::uint32_t edge = 0, to = 0; };
  std::span<const Arc> arcs(std::uint32_t node) const { return {arcs_.data() + starts_[node], starts_[node + 1] - starts_[node]}; }

 private:
  std::vector<RoadEdge> edges_;
  std::vector<geo::GeoPoint> points_;
  std::vector<Arc> arcs_;                 // that may be driven, from each node
  std::vector<std::uint32_t> starts_;
  std::size_t without_speed_ = 0;
  // edges by cells of a grid of degrees, for snap
  double west_ = 0, south_ = 0, cell_lon_ = 1, cell_lat_ = 1;
  std::uint32_t columns_ = 0, rows_ = 0;
  std::vector<std::uint32_t> cell_starts_, cell_edges_;
};

enum class Around : std::uint8_t {
  found,
  none,            // no way round: what lies behind is cut off
  not_in_network,  // no edge near enough to the structure
  under_hazard,    // there is one, and it is impassable
};
const char* to_string(Around around);  // "found", "none", "not_in_network", "under_hazard"

// From one end of the closed edge to the other without it; of an edge for both ways the worse of the two.
struct Detour {
  Around around = Around::not_in_network;
  std::uint32_t edge = 0;
  double from_road = 0;                   // m from the structure to the edge
  double metres = 0, seconds = 0;         // of the way round
  double extra_metres = 0, extra_seconds = 0;  // more than over the edge; may be less than nought where the way round is the shorter one
  std::vector<geo::GeoPoint> route;       // the way round, degrees
};

// Dijkstra over a network that it keeps a reference to; scratch memory is kept from search to search. One thread at a time.
class RoadSearch {
 public:
  explicit RoadSearch(const RoadNetwork& network) : network_(network) {}
  // `blocked` one an edge (empty: none is): edges that cannot be driven; the closed edge itself need not be among them.
  Detour around(std::uint32_t edge, bool by_time, std::span<const std::uint8_t> blocked = {});
  // Of the nearest edge to a place.
  Detour around(double lon, double lat, double within_metres, bool by_time, std::span<const std::uint8_t> blocked = {});

 private:
  struct Found { bool found = false; double metres = 0, seconds = 0; std::vector<std::uint32_t> edges; };
  Found shortest(std::uint32_t from, std::uint32_t to, std::uint32_t without, bool by_time, std::span<const std::uint8_t> blocked);

  const RoadNetwork& network_;
  std::vector<double> cost_;
  std::vector<std::uint32_t> stamp_, by_edge_;
  std::uint32_t run_ = 0;
};

}  // namespace tenbo::inspection
