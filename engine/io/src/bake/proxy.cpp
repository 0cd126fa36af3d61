#include "proxy.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

namespace tenbo::io::bake {
namespace {

using Point = glm::vec2;

float cross(Point o, Point a, Point b) { return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x); }

// Convex hull, counter-clockwise (Andrew 1979).
void hull_of(std::vector<Point>& p) {
  std::sort(p.begin(), p.end(), [](Point a, Point b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
  p.erase(std::unique(p.begin(), p.end()), p.end());
  if (p.size() < 3) return;
  std::vector<Point> hull(p.size() * 2);
  std::size_t n = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    while (n >= 2 && cross(hull[n - 2], hull[n - 1], p[i]) <= 0) --n;
    hull[n++] = p[i];
  }
  const std::size_t lower = n + 1;
  for (std::size_t i = p.size() - 1; i-- > 0;) {
    while (n >= lower && cross(hull[n - 2], hull[n - 1], p[i]) <= 0) --n;
    hull[n++] = p[i];
  }
  hull.resize(n - 1);
  p = std::move(hull);
}

struct Rectangle {
  Point centre{0}, axis{1, 0};
  float a = 0, b = 0;
};

// The edges that a rectangle is tried along: all, or the longest of very many.
std::vector<std::size_t> edges_to_try(const std::vector<Point>& hull) {
  constexpr std::size_t enough = 64;
  std::vector<std::size_t> edges(hull.size());
  for (std::size_t i = 0; i < edges.size(); ++i) edges[i] = i;
  if (edges.size() <= enough) return edges;
  const auto square = [&](std::size_t i) {
    const Point edge = hull[(i + 1) % hull.size()] - hull[i];
    return glm::dot(edge, edge);
  };
  std::stable_sort(edges.begin(), edges.end(), [&](std::size_t a, std::size_t b) { return square(a) > square(b); });
  edges.resize(enough);
  return edges;
}

// The rectangle of least area has an edge of the hull in one of its own.
Rectangle least_rectangle(const std::vector<Point>& hull) {
  Rectangle best;
  float least = INFINITY;
  for (const std::size_t i : edges_to_try(hull)) {
    Point edge = hull[(i + 1) % hull.size()] - hull[i];
    const float length = glm::length(edge);
    if (hull.size() > 1 && !(length > 1e-4f)) continue;
    edge = hull.size() > 1 ? edge / length : Point(1, 0);
    float low_a = INFINITY, high_a = -INFINITY, low_b = INFINITY, high_b = -INFINITY;
    for (const Point p : hull) {
      const float along = glm::dot(p, edge), across = edge.x * p.y - edge.y * p.x;
      low_a = std::min(low_a, along);
      high_a = std::max(high_a, along);
      low_b = std::min(low_b, across);
      high_b = std::max(high_b, across);
    }
    const float area = (high_a - low_a) * (high_b - low_b);
    if (area >= least) continue;
    least = area;
    const float a = (low_a + high_a) / 2, b = (low_b + high_b) / 2;
    best = {edge * a + Point(-edge.y, edge.x) * b, edge, (high_a - low_a) / 2, (high_b - low_b) / 2};
  }
  return best;
}

// To a millimetre within 2 km of the origin of the frame.
float above_ellipsoid(float x, float y, float z) {
  return z + (x * x + y * y) / static_cast<float>(2 * geo::mean_radius);
}

}  // namespace

void ProxyList::append(const ProxyList& other) {
  const auto point = static_cast<std::uint32_t>(points.size()), index = static_cast<std::uint32_t>(indices.size());
  for (Proxy p : other.proxies) {
    p.first_point += point;
    p.first_index += index;
    proxies.push_back(p);
  }
  points.insert(points.end(), other.points.begin(), other.points.end());
  indices.insert(indices.end(), other.indices.begin(), other.indices.end());
}

std::uint32_t ProxyList::add_mesh(Proxy& proxy, std::span<const glm::vec3> p, std::span<const std::uint32_t> i) {
  proxy.first_point = static_cast<std::uint32_t>(points.size());
  proxy.points = static_cast<std::uint32_t>(p.size());
  proxy.first_index = static_cast<std::uint32_t>(indices.size());
  proxy.indices = static_cast<std::uint32_t>(i.size());
  points.insert(points.end(), p.begin(), p.end());
  indices.insert(indices.end(), i.begin(), i.end());
  return proxy.first_point;
}

Proxy box_around(std::span<const glm::vec3> points, std::span<const std::uint32_t> triangles,
                 const geo::LocalFrame& frame) {
  std::vector<Point> hull;
  hull.reserve(points.size());
  float low = INFINITY, high = -INFINITY;
  for (const auto& p : points) {
    hull.emplace_back(p.x, p.y);
    low = std::min(low, p.z);
    high = std::max(high, p.z);
  }
  hull_of(hull);
  const Rectangle r = least_rectangle(hull);
  const Point across(-r.axis.y, r.axis.x);

  // From the surface to the box: its points lie within. From the box to the surface: the box's corners to the nearest
  // point, and how much of its roof has nothing below it.
  float deviation = 0, roof = 0;
  for (const auto& p : points) {
    const Point d = Point(p.x, p.y) - r.centre;
    const float inside =
        std::min({r.a - std::abs(glm::dot(d, r.axis)), r.b - std::abs(glm::dot(d, across)), high - p.z, p.z - low});
    deviation = std::max(deviation, inside);
  }
  for (int corner = 0; corner < 8; ++corner) {
    const Point xy = r.centre + r.axis * (corner & 1 ? r.a : -r.a) + across * (corner & 2 ? r.b : -r.b);
    const glm::vec3 c(xy, corner & 4 ? high : low);
    float nearest = INFINITY;
    for (const auto& p : points) {
      const glm::vec3 d = p - c;
      nearest = std::min(nearest, glm::dot(d, d));
    }
    deviation = std::max(deviation, std::sqrt(nearest));
  }
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const auto &a = points[triangles[i]], &b = points[triangles[i + 1]], &c = points[triangles[i + 2]];
    roof += std::max(0.f, (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
  }
  const float bare = 4 * r.a * r.b - roof;
  if (bare > 0)
    deviation = std::max(deviation, std::min(std::sqrt(bare) / 2, std::max(high - low, std::min(r.a, r.b))));

  Proxy box;
  const auto middle = frame.to_geo(glm::dvec3(r.centre, low));
  box.lon = middle.lon;
  box.lat = middle.lat;
  box.bottom = above_ellipsoid(r.centre.x, r.centre.y, low);
  box.top = above_ellipsoid(r.centre.x, r.centre.y, high);
  box.a = r.a;
  box.b = r.b;
  box.angle = std::atan2(r.axis.y, r.axis.x);
  box.size = std::max({2 * r.a, 2 * r.b, high - low});
  box.deviation = box.box_deviation = deviation;
  return box;
}

void box_corners(const Proxy& box, const geo::LocalFrame& frame, glm::dvec3 out[8]) {
  const auto own = geo::LocalFrame::at({box.lon, box.lat, box.bottom});
  const glm::dmat3 turn = glm::transpose(frame.axes) * own.axes;
  const glm::dvec3 base = frame.to_local(own.origin);
  const double c = std::cos(box.angle), s = std::sin(box.angle);
  const glm::dvec3 a = turn * glm::dvec3(c * box.a, s * box.a, 0), b = turn * glm::dvec3(-s * box.b, c * box.b, 0),
                   up = turn[2] * static_cast<double>(box.top - box.bottom);
  out[0] = base - a - b;
  out[1] = base + a - b;
  out[2] = base + a + b;
  out[3] = base - a + b;
  for (int i = 0; i < 4; ++i) out[4 + i] = out[i] + up;
}

}  // namespace tenbo::io::bake
