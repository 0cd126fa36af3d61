#include "tenbo/scene/camera_controls.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/mat3x3.hpp>
#include <numbers>

namespace tenbo::scene {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double highest = 3e7;  // m

double wrap360(double d) {
  d = std::fmod(d, 360);
  return d < 0 ? d + 360 : d;
}
double wrap180(double d) { return wrap360(d + 180) - 180; }

void place(Camera& camera, const geo::GeoPoint& p) {
  camera.lon = p.lon;
  camera.lat = p.lat;
  camera.height = std::min(p.height, highest);
}

// Heading and pitch that look along `forward` with `up` upwards (ECEF), from where the camera is.
void face(Camera& camera, const glm::dvec3& forward, const glm::dvec3& up) {
  const geo::LocalFrame frame = geo::LocalFrame::at({camera.lon, camera.lat, camera.height});
  const glm::dvec3 f = forward * frame.axes, u = up * frame.axes;
  const double pitch = std::asin(std::clamp(f.z, -1.0, 1.0));
  // Level and ahead, also when looking straight down, where `forward` alone has no heading.
  const glm::dvec3 ahead = f * std::cos(pitch) - u * std::sin(pitch);
  camera.pitch = pitch / degree;
  camera.heading = wrap360(std::atan2(ahead.x, ahead.y) / degree);
}

bool same_place(const Camera& a, const Camera& b) { return a.lon == b.lon && a.lat == b.lat && a.height == b.height; }

double smooth(double k) { return k * k * k * (k * (k * 6 - 15) + 10); }  // Perlin's: no speed and no jerk at the ends

}  // namespace

std::optional<geo::GeoPoint> ground_under(const Camera& camera, glm::dvec2 pixel, glm::dvec2 viewport,
                                          const GroundSampler& ground, double sea, double reach) {
  const glm::dvec3 from = camera.position(), ray = camera.ray(pixel, viewport);
  const auto above = [&](double t) {
    const geo::GeoPoint p = geo::from_ecef(from + ray * t);
    const double g = ground ? ground(p.lon, p.lat) : sea;
    return p.height - (std::isfinite(g) ? g : sea);
  };
  double t = 0, clear = above(0);
  if (!(clear > 0)) return std::nullopt;  // under the ground already
  while (t < reach) {
    // Steps grow with the distance and the height above the ground: a ridge of a pixel's size is not stepped over.
    const double step = std::max({0.5, t * 0.01, clear * 0.1});
    const double next = std::min(t + step, reach), there = above(next);
    if (there <= 0) {
      double low = t, high = next;
      for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (above(middle) > 0 ? low : high) = middle;
      }
      return geo::from_ecef(from + ray * ((low + high) / 2));
    }
    t = next;
    if (there > clear && there > 20'000) return std::nullopt;  // rising and above all mountains: leaves the Earth
    clear = there;
  }
  return std::nullopt;
}

Camera pan(const Camera& camera, const geo::GeoPoint& grabbed, glm::dvec2 pixel, glm::dvec2 viewport) {
  const geo::LocalFrame frame = geo::LocalFrame::at(grabbed);
  const glm::dvec3 start = frame.to_local(camera.position());
  const double limit = 10 * glm::length(start);
  Camera at = camera;
  for (int i = 0; i < 12; ++i) {
    // The ray through the pixel meets the level plane of the grabbed point; the camera moves by what is missing.
    const glm::dvec3 eye = frame.to_local(at.position()), ray = at.ray(pixel, viewport) * frame.axes;
    const double t = -eye.z / ray.z;
    if (!(std::isfinite(t) && t > 0)) return camera;
    const glm::dvec3 hit = eye + ray * t;
    const glm::dvec2 missing(-hit.x, -hit.y);
    if (glm::length(glm::dvec2(eye.x, eye.y) + missing - glm::dvec2(start.x, start.y)) > limit) return camera;
    const geo::GeoPoint p = frame.to_geo({eye.x + missing.x, eye.y + missing.y, eye.z});
    place(at, {p.lon, p.lat, camera.height});
    if (glm::length(missing) < 1e-7 * glm::length(eye)) break;
  }
  return at;
}

Camera zoom(const Camera& camera, const geo::GeoPoint& target, double factor, glm::dvec2 viewport, double nearest) {
  const glm::dvec3 to = geo::to_ecef(target), from = camera.position();
  const double distance = glm::distance(from, to);
  if (!(distance > 0) || !(factor > 0) || !std::isfinite(factor)) return camera;
  const double wanted = std::clamp(distance * factor, std::min(nearest, distance), highest);
  Camera at = camera;
  place(at, geo::from_ecef(to + (from - to) * (wanted / distance)));
  // North turned a little on the way: brought back under the pixel.
  const auto pixel = camera.project(to, viewport);
  return pixel ? pan(at, target, *pixel, viewport) : at;
}

Camera orbit(const Camera& camera, const geo::GeoPoint& pivot, double turn, double tilt, glm::dvec2 viewport) {
  const geo::LocalFrame frame = geo::LocalFrame::at(pivot);
  tilt = std::clamp(camera.pitch + tilt, -90.0, std::max(-1.0, camera.pitch)) - camera.pitch;
  const double h = camera.heading * degree, a = -turn * degree, b = tilt * degree;
  // Rodrigues: tilt about the level axis to the right, then turn about the vertical.
  const glm::dvec3 right(std::cos(h), -std::sin(h), 0);
  const auto rotate = [&](glm::dvec3 v) {
    v = v * std::cos(b) + glm::cross(right, v) * std::sin(b) + right * glm::dot(right, v) * (1 - std::cos(b));
    return glm::dvec3(v.x * std::cos(a) - v.y * std::sin(a), v.x * std::sin(a) + v.y * std::cos(a), v.z);
  };
  const glm::dmat3 axes = camera.orientation();
  Camera at = camera;
  place(at, frame.to_geo(rotate(frame.to_local(camera.position()))));
  face(at, frame.axes * rotate(-axes[2] * frame.axes), frame.axes * rotate(axes[1] * frame.axes));
  at.pitch = std::clamp(at.pitch, -90.0, 90.0);
  const auto pixel = camera.project(frame.origin, viewport);
  return pixel ? pan(at, pivot, *pixel, viewport) : at;
}

Camera turn(const Camera& camera, double heading, double pitch) {
  Camera at = camera;
  at.heading = wrap360(camera.heading + heading);
  at.pitch = std::clamp(camera.pitch + pitch, -90.0, 90.0);
  return at;
}

Camera walk(const Camera& camera, double right, double ahead, double up) {
  const geo::LocalFrame frame = geo::LocalFrame::at({camera.lon, camera.lat, camera.height});
  const double h = camera.heading * degree;
  const geo::GeoPoint p = frame.to_geo({right * std::cos(h) + ahead * std::sin(h), ahead * std::cos(h) - right * std::sin(h), 0});
  Camera at = camera;
  place(at, {p.lon, p.lat, camera.height + up});  // level means the same height, also where the Earth curves away
  return at;
}

double walk_speed(double height_above_ground) {
  return std::max(1.4, std::min(height_above_ground, highest) * 0.8);
}

Camera pinch(const Camera& camera, const geo::GeoPoint& anchor, glm::dvec2 middle, double spread, double twist, glm::dvec2 viewport) {
  Camera at = zoom(camera, anchor, spread > 0 ? 1 / spread : 1, viewport);
  at = orbit(at, anchor, -twist, 0, viewport);  // fingers turn the world, the view turns against it
  return pan(at, anchor, middle, viewport);
}

Camera keep_above(const Camera& camera, const GroundSampler& ground, double clearance) {
  Camera at = camera;
  if (const double g = ground ? ground(camera.lon, camera.lat) : 0; std::isfinite(g)) at.height = std::max(at.height, g + clearance);
  return at;
}

Camera fly(const Camera& from, const Camera& to, double k, const GroundSampler& ground, double clearance) {
  if (!(k > 0)) return from;
  if (k >= 1) return to;
  const auto upright = [](const Camera& c) {
    return glm::dvec3(std::cos(c.lat * degree) * std::cos(c.lon * degree), std::cos(c.lat * degree) * std::sin(c.lon * degree),
                      std::sin(c.lat * degree));
  };
  const glm::dvec3 a = upright(from), b = upright(to);
  const double angle = std::atan2(glm::length(glm::cross(a, b)), glm::dot(a, b)), distance = angle * geo::mean_radius;
  const auto place_at = [&](double s) -> geo::GeoPoint {
    if (std::sin(angle) < 1e-6) return {from.lon + wrap180(to.lon - from.lon) * s, from.lat + (to.lat - from.lat) * s, 0};
    const glm::dvec3 n = (a * std::sin((1 - s) * angle) + b * std::sin(s * angle)) / std::sin(angle);
    return {std::atan2(n.y, n.x) / degree, std::atan2(n.z, std::hypot(n.x, n.y)) / degree, 0};
  };
  // Heights change by equal ratios, as seen from 50 m below the lower end, so that a descent slows near the ground.
  const double base = std::min(from.height, to.height) - 50;
  const auto level = [&](double s) { return base + std::pow(from.height - base, 1 - s) * std::pow(to.height - base, s); };
  double arc = same_place(from, to) ? 0 : std::max(0.0, 0.3 * distance - std::max(from.height, to.height));
  if (ground) {
    constexpr int samples = 96;
    for (int i = 4; i <= samples - 4; ++i) {
      const double s = static_cast<double>(i) / samples;
      const geo::GeoPoint p = place_at(s);
      if (const double g = ground(p.lon, p.lat); std::isfinite(g)) arc = std::max(arc, (g + clearance - level(s)) / (4 * s * (1 - s)));
    }
  }
  const double s = smooth(k);
  Camera at = to;
  const geo::GeoPoint p = place_at(s);
  at.lon = p.lon;
  at.lat = p.lat;
  at.height = std::min(level(s) + arc * 4 * s * (1 - s), highest);
  at.heading = wrap360(from.heading + wrap180(to.heading - from.heading) * s);
  at.pitch = from.pitch + (to.pitch - from.pitch) * s;
  at.fov = from.fov + (to.fov - from.fov) * s;
  // Where an end stands closer than the clearance the flight may too, but never under the ground.
  return keep_above(at, ground, std::min(clearance, 2.0));
}

}  // namespace tenbo::scene
