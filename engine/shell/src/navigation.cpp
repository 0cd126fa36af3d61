#include "navigation.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::shell {
namespace {

constexpr double rad = std::numbers::pi / 180;
constexpr double farthest = 60'000'000;  // m from the Earth

// Distances along a ray at which it crosses the ellipsoid raised by `height` (near and far); nullopt = it misses.
std::optional<glm::dvec2> crossings(const glm::dvec3& from, const glm::dvec3& ray, double height) {
  const double a = geo::wgs84_a + height, b = geo::wgs84_a * (1 - geo::wgs84_f) + height;
  const glm::dvec3 p = from / glm::dvec3(a, a, b), d = ray / glm::dvec3(a, a, b);
  const double aa = glm::dot(d, d), bb = glm::dot(p, d), cc = glm::dot(p, p) - 1, disc = bb * bb - aa * cc;
  if (!(disc >= 0)) return std::nullopt;
  const double root = std::sqrt(disc);
  return glm::dvec2((-bb - root) / aa, (-bb + root) / aa);
}

}  // namespace

std::optional<geo::GeoPoint> ground_under(const scene::Camera& camera, glm::dvec2 pixel, glm::dvec2 viewport, const Ground& ground) {
  const glm::dvec3 from = camera.position(), ray = camera.ray(pixel, viewport);
  const auto height_above = [&](double t, geo::GeoPoint& p) {
    p = geo::from_ecef(from + ray * t);
    const double g = ground(p.lon, p.lat).value_or(0.0), above = p.height - g;
    p.height = g;
    return above;
  };
  // The way to search ends where the ray passes below any ground on land, or, towards the sky, far beyond sight.
  const auto floor_hit = crossings(from, ray, -500);
  const double end = floor_hit && floor_hit->y > 0 ? std::max(0.0, floor_hit->x) : std::min(400'000.0, camera.height * 200 + 20'000);
  if (!(end > 0) || !std::isfinite(end)) return std::nullopt;
  geo::GeoPoint p;
  double low = 0;
  if (height_above(0, p) < 0) return std::nullopt;
  // Steps grow with the distance, as what they may skip shrinks on the screen.
  constexpr int steps = 96;
  const double first = std::max(0.5, std::min(end, camera.height) / 64), growth = std::pow(std::max(1.0, end / first), 1.0 / steps);
  double t = first;
  for (int i = 0; i <= steps + 1; ++i, low = t, t = std::min(end, t * std::max(growth, 1.0001))) {
    if (height_above(t, p) > 0) {
      if (t >= end) return std::nullopt;
      continue;
    }
    double high = t;
    for (int k = 0; k < 40 && high - low > 1e-4; ++k) {
      const double middle = (low + high) / 2;
      (height_above(middle, p) > 0 ? low : high) = middle;
    }
    height_above(high, p);
    return p;
  }
  return std::nullopt;
}

scene::Camera pan(const scene::Camera& camera, const geo::GeoPoint& anchor, glm::dvec2 pixel, glm::dvec2 viewport) {
  scene::Camera out = camera;
  const double reach = glm::length(geo::to_ecef(anchor) - camera.position());
  for (int i = 0; i < 4; ++i) {  // one step is exact on a plane; the Earth's roundness takes two more
    const glm::dvec3 from = out.position(), ray = out.ray(pixel, viewport);
    const auto hit = crossings(from, ray, anchor.height);
    if (!hit || !(hit->x > 0) || hit->x > 6 * reach) return i == 0 ? camera : out;  // near the horizon a pixel is a country
    const geo::GeoPoint under = geo::from_ecef(from + ray * hit->x);
    out.lon += std::remainder(anchor.lon - under.lon, 360.0);
    out.lat = std::clamp(out.lat + anchor.lat - under.lat, -89.9, 89.9);
    out.lon = std::remainder(out.lon, 360.0);
  }
  return out;
}

scene::Camera above_ground(scene::Camera camera, const Ground& ground, double clearance) {
  if (const auto g = ground(camera.lon, camera.lat)) camera.height = std::max(camera.height, *g + clearance);
  return camera;
}

scene::Camera zoom(const scene::Camera& camera, const geo::GeoPoint& anchor, double factor, const Ground& ground) {
  const glm::dvec3 to = geo::to_ecef(anchor), from = camera.position();
  const double distance = glm::length(from - to);
  if (!(distance > 0) || !(factor > 0)) return camera;
  const double wanted = std::clamp(distance * factor, 2.0, farthest);
  const geo::GeoPoint p = geo::from_ecef(to + (from - to) * (wanted / distance));
  scene::Camera out = camera;
  out.lon = p.lon;
  out.lat = p.lat;
  out.height = p.height;
  return above_ground(out, ground);
}

scene::Camera orbit(const scene::Camera& camera, const geo::GeoPoint& anchor, double turn, double tilt, const Ground& ground) {
  const auto frame = geo::LocalFrame::at(anchor);
  glm::dvec3 offset = frame.to_local(camera.position());
  const double pitch = std::clamp(camera.pitch + tilt, -89.9, 30.0), dp = (pitch - camera.pitch) * rad;
  const double h = camera.heading * rad;
  // About the camera's level right axis, then about the vertical: the camera's own angles change by just as much.
  const glm::dvec3 right{std::cos(h), -std::sin(h), 0};
  offset = offset * std::cos(dp) + glm::cross(right, offset) * std::sin(dp) + right * glm::dot(right, offset) * (1 - std::cos(dp));
  const double c = std::cos(turn * rad), s = std::sin(turn * rad);
  offset = {offset.x * c + offset.y * s, offset.y * c - offset.x * s, offset.z};
  const geo::GeoPoint p = frame.to_geo(offset);
  scene::Camera out = camera;
  out.lon = p.lon;
  out.lat = p.lat;
  out.height = p.height;
  out.pitch = pitch;
  out.heading = std::fmod(camera.heading + turn + 720, 360);
  return above_ground(out, ground);
}

scene::Camera walk(const scene::Camera& camera, const Walk& w, double seconds, const Ground& ground) {
  const double above = std::max(0.0, camera.height - ground(camera.lon, camera.lat).value_or(0.0));
  const double speed = std::clamp(above * 0.6, 4.0, 200'000.0) * (w.fast ? 4 : 1), step = speed * seconds;
  const double h = camera.heading * rad;
  const auto frame = geo::LocalFrame::at({camera.lon, camera.lat, camera.height});
  const glm::dvec3 move{(std::sin(h) * w.forward + std::cos(h) * w.right) * step, (std::cos(h) * w.forward - std::sin(h) * w.right) * step, 0};
  const geo::GeoPoint p = frame.to_geo(move);
  scene::Camera out = camera;
  out.lon = p.lon;
  out.lat = p.lat;
  out.height = std::min(camera.height + w.up * step, farthest);  // along the curve, not along the tangent
  return above_ground(out, ground);
}

}  // namespace tenbo::shell
