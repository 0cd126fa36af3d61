#include "tenbo/inspection/road_heading.h"

#include <algorithm>
#include <cmath>

namespace tenbo::inspection {

std::optional<float> heading_by_road(std::span<const RoadPiece> roads, double lon, double lat, Kind kind) {
  constexpr double north = 111'320;  // m a degree, near enough over tens of metres
  const double east = north * std::cos(lat * M_PI / 180);
  double least = road_reach, best = NAN;
  for (const auto& r : roads) {
    const double ax = (r.lon0 - lon) * east, ay = (r.lat0 - lat) * north, dx = (r.lon1 - r.lon0) * east, dy = (r.lat1 - r.lat0) * north;
    const double square = dx * dx + dy * dy;
    if (!(square > 1e-4)) continue;  // 1 cm: it has no direction; NaN neither
    const double t = std::clamp(-(ax * dx + ay * dy) / square, 0.0, 1.0);
    const double d = std::hypot(ax + t * dx, ay + t * dy);
    if (!(d < least)) continue;
    least = d;
    best = std::atan2(dx, dy) * 180 / M_PI;
  }
  if (!std::isfinite(best)) return std::nullopt;
  if (kind == Kind::footbridge) best += 90;
  best = std::fmod(best + 720, 180);
  return static_cast<float>(best);
}

}  // namespace tenbo::inspection
