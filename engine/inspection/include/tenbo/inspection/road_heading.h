#pragma once
// Which way a structure runs whose record does not say: as the nearest road does. A guess, and said as one.
#include <optional>
#include <span>

#include "tenbo/inspection/model.h"

namespace tenbo::inspection {

inline constexpr double road_reach = 30;  // m: beyond, no road says anything of it

struct RoadPiece { double lon0 = 0, lat0 = 0, lon1 = 0, lat1 = 0; };  // degrees; a straight piece of a road's line
// Degrees clockwise from north, 0 to 180, of the nearest piece within road_reach; a footbridge crosses it. Absent: none is near.
std::optional<float> heading_by_road(std::span<const RoadPiece> roads, double lon, double lat, Kind kind);

}  // namespace tenbo::inspection
