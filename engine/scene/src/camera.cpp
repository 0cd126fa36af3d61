#include "tenbo/scene/camera.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

namespace tenbo::scene {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double farthest = 6e7;  // m: the whole Earth fits at 36 degrees into a picture half as wide as high

double wrap360(double d) {
  d = std::fmod(d, 360);
  return d < 0 ? d + 360 : d;
}
double wrap180(double d) { return wrap360(d + 180) - 180; }

glm::dvec3 direction(double heading, double pitch) {  // east, north, up
  const double h = heading * degree, p = pitch * degree;
  return {std::sin(h) * std::cos(p), std::cos(h) * std::cos(p), std::sin(p)};
}

}  // namespace

glm::dvec3 Camera::position() const { return geo::to_ecef({lon, lat, height}); }

glm::dmat3 Camera::orientation() const {
  const glm::dvec3 forward = direction(heading, pitch);
  const glm::dvec3 right(std::cos(heading * degree), -std::sin(heading * degree), 0);
  return geo::LocalFrame::at({lon, lat, height}).axes * glm::dmat3(right, glm::cross(right, forward), -forward);
}

glm::dvec3 Camera::ray(glm::dvec2 pixel, glm::dvec2 viewport) const {
  const double up = std::tan(fov / 2 * degree), half = viewport.y / 2;
  const glm::dvec3 eye((pixel.x - viewport.x / 2) / half * up, -(pixel.y - half) / half * up, -1);
  return glm::normalize(orientation() * eye);
}

std::optional<glm::dvec2> Camera::project(const glm::dvec3& ecef, glm::dvec2 viewport) const {
  const glm::dvec3 eye = (ecef - position()) * orientation();  // = transpose(orientation) * v
  if (!(eye.z < 0)) return std::nullopt;
  const double scale = viewport.y / 2 / std::tan(fov / 2 * degree) / -eye.z;
  return glm::dvec2(viewport.x / 2 + eye.x * scale, viewport.y / 2 - eye.y * scale);
}

Camera look_at(const geo::GeoPoint& target, double range, double heading, double pitch, double fov) {
  const geo::LocalFrame frame = geo::LocalFrame::at(target);
  Camera camera;
  camera.fov = fov;
  camera.heading = wrap360(heading);
  camera.pitch = std::clamp(pitch, -90.0, 90.0);
  // North and up turn along the way from the camera to the target, so the direction seen from the target is adjusted
  // until the camera's own heading and pitch are those asked for.
  double h = heading, p = camera.pitch, seen_h = 0, seen_p = 0;
  const auto stand = [&] {
    const geo::GeoPoint at = frame.to_geo(direction(h, p) * -range);
    camera.lon = at.lon;
    camera.lat = at.lat;
    camera.height = at.height;
    const glm::dvec3 d = geo::LocalFrame::at(at).to_local(frame.origin);
    seen_h = std::atan2(d.x, d.y) / degree;
    seen_p = std::atan2(d.z, std::hypot(d.x, d.y)) / degree;
  };
  for (int i = 0; i < 60; ++i) {
    stand();
    if (std::abs(camera.pitch) > 89.99) return camera;  // straight down has no heading to adjust
    const double off_h = wrap180(camera.heading - seen_h), off_p = camera.pitch - seen_p;
    h += off_h;
    p = std::clamp(p + off_p, -90.0, 90.0);
    if (std::abs(off_h) + std::abs(off_p) < 1e-10) return camera;
    // From far away the whole Earth is nearly below: no place from which the target is seen so flatly, and from above.
    if (range > 1e5 && camera.pitch < 0 && p > -1) {
      h = heading;
      p = camera.pitch;
      stand();
      camera.heading = wrap360(seen_h);
      camera.pitch = seen_p;
      return camera;
    }
  }
  return camera;
}

Camera frame_extent(const geo::Extent& extent, double aspect, double fov) {
  if (extent.empty() || !std::isfinite(extent.west + extent.east + extent.south + extent.north)) return {};
  // Towns and countries from the side; continents more and more from above, and the globe straight, with room around it.
  const double across = std::clamp((std::max(extent.east - extent.west, extent.north - extent.south) - 15) / 60, 0.0, 1.0);
  const double heading = 0, pitch = -35 - 55 * across, margin = 1.08 + 0.16 * across;
  const double low = extent.has_height() ? extent.min_height : 0, high = extent.has_height() ? extent.max_height : 0;
  const geo::GeoPoint centre{(extent.west + extent.east) / 2, std::clamp((extent.south + extent.north) / 2, -85.0, 85.0), (low + high) / 2};
  const double tan_y = std::tan(fov / 2 * degree), tan_x = tan_y * std::max(aspect, 0.1);

  // A single place is seen among its surroundings; anything with a size, from where it fills the picture.
  const double size = glm::distance(geo::to_ecef({extent.west, extent.south, low}), geo::to_ecef({extent.east, extent.north, high}));
  const double nearest = size < 0.1 ? 250 : 3;

  // How far back every point of the box comes within the picture, seen along one direction; the direction itself turns
  // a little with the range (look_at), hence twice.
  double range = 100;
  for (int round = 0; round < 3; ++round) {
    const Camera from = look_at(centre, range, heading, pitch, fov);
    const glm::dmat3 axes = from.orientation();
    const glm::dvec3 origin = geo::to_ecef(centre);
    double needed = nearest;
    constexpr int steps = 4;
    for (int i = 0; i <= steps; ++i)
      for (int j = 0; j <= steps; ++j)
        for (const double height : {low, high}) {
          const geo::GeoPoint p{extent.west + (extent.east - extent.west) * i / steps,
                                extent.south + (extent.north - extent.south) * j / steps, height};
          const glm::dvec3 eye = (geo::to_ecef(p) - origin) * axes;
          needed = std::max({needed, eye.z + std::abs(eye.x) / tan_x * margin, eye.z + std::abs(eye.y) / tan_y * margin});
        }
    range = std::min(needed, farthest);
  }
  return look_at(centre, range, heading, pitch, fov);
}

SunPosition sun_position(geo::Instant t, double lon, double lat) {
  const double days = static_cast<double>(t.ms) / 86'400'000.0 - 10'957.5;  // since J2000.0, 2000-01-01T12:00Z
  const double c = days / 36'525;                                          // Julian centuries
  // Meeus ch. 25: mean longitude, mean anomaly, equation of the centre, apparent longitude, obliquity.
  const double mean_longitude = 280.46646 + c * (36000.76983 + c * 0.0003032);
  const double anomaly = (357.52911 + c * (35999.05029 - c * 0.0001537)) * degree;
  const double centre = (1.914602 - c * (0.004817 + c * 0.000014)) * std::sin(anomaly) +
                        (0.019993 - c * 0.000101) * std::sin(2 * anomaly) + 0.000289 * std::sin(3 * anomaly);
  const double node = (125.04 - 1934.136 * c) * degree;
  const double longitude = (mean_longitude + centre - 0.00569 - 0.00478 * std::sin(node)) * degree;
  const double obliquity = (23.43929111 - c * (0.0130041667 + c * (1.6389e-7 - c * 5.0361e-7)) + 0.00256 * std::cos(node)) * degree;
  const double right_ascension = std::atan2(std::cos(obliquity) * std::sin(longitude), std::cos(longitude));
  const double declination = std::asin(std::sin(obliquity) * std::sin(longitude));
  // Ch. 12: mean sidereal time at Greenwich; ch. 13: to the horizon.
  const double sidereal = 280.46061837 + 360.98564736629 * days + c * c * (0.000387933 - c / 38'710'000);
  const double hour_angle = wrap360(sidereal + lon) * degree - right_ascension;
  const double phi = lat * degree;
  const double east = -std::cos(declination) * std::sin(hour_angle);
  const double north = std::cos(phi) * std::sin(declination) - std::sin(phi) * std::cos(declination) * std::cos(hour_angle);
  const double up = std::sin(phi) * std::sin(declination) + std::cos(phi) * std::cos(declination) * std::cos(hour_angle);
  return {wrap360(std::atan2(east, north) / degree), std::atan2(up, std::hypot(east, north)) / degree};
}

}  // namespace tenbo::scene
