#include "surfaces.h"

#include <algorithm>
#include <cmath>

#include "textures.h"

namespace tenbo::io::make_city_detail {
namespace {

Vec3 point(const Building& b, double p, double q, double z) {
  const Vec2 w = b.at(p, q);
  return {w.x, w.y, b.base + z};
}

double distance(const Vec3& a, const Vec3& b) { return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z); }

// A wall: the picture's bays and storeys fit a whole number of times.
Surface wall(std::vector<Vec3> points, int texture) {
  Surface s{Face::wall, std::move(points), texture, {}};
  if (texture == texture_none) return s;
  const TextureScale scale = texture_scale(texture);
  const Vec3 &a = s.points[0], &e = s.points[1];
  const double length = distance(a, e);
  double top = a.z;
  for (const Vec3& p : s.points) top = std::max(top, p.z);
  const double bays = std::max(1.0, std::round(length / scale.bay)) / scale.bays;
  const double storeys = std::max(1.0, std::round((top - a.z) / scale.storey)) / scale.storeys;
  for (const Vec3& p : s.points) {
    const double along = ((p.x - a.x) * (e.x - a.x) + (p.y - a.y) * (e.y - a.y)) / (length * length);
    s.uv.push_back({along * bays, (p.z - a.z) / (top - a.z) * storeys});
  }
  return s;
}

// A roof: courses run along the first edge.
Surface roof(std::vector<Vec3> points, int texture) {
  Surface s{Face::roof, std::move(points), texture, {}};
  if (texture == texture_none) return s;
  const double size = texture_scale(texture).bay;
  const Vec3 &a = s.points[0], &e = s.points[1];
  const double length = distance(a, e);
  const Vec3 d{(e.x - a.x) / length, (e.y - a.y) / length, (e.z - a.z) / length};
  for (const Vec3& p : s.points) {
    const Vec3 r{p.x - a.x, p.y - a.y, p.z - a.z};
    const double along = r.x * d.x + r.y * d.y + r.z * d.z;
    const double up = std::sqrt(std::max(0.0, r.x * r.x + r.y * r.y + r.z * r.z - along * along));
    s.uv.push_back({along / size, up / size});
  }
  return s;
}

std::vector<Vec3> reversed(std::vector<Vec3> points) {
  std::reverse(points.begin(), points.end());
  return points;
}

}  // namespace

std::vector<Vec3> lift(const Building& b, const std::vector<Vec2>& footprint, double z) {
  std::vector<Vec3> out;
  for (const Vec2 f : footprint) out.push_back(point(b, f.x, f.y, z));
  return out;
}

std::vector<Surface> prism_surfaces(const Building& b) {
  std::vector<Surface> out;
  const std::vector<Vec3> low = lift(b, b.footprint, 0), high = lift(b, b.footprint, b.height);
  out.push_back({Face::ground, reversed(low), texture_none, {}});
  for (std::size_t i = 0; i < low.size(); ++i) {
    const std::size_t n = (i + 1) % low.size();
    out.push_back(wall({low[i], low[n], high[n], high[i]}, b.wall));
  }
  out.push_back(roof(high, b.roof));
  return out;
}

std::vector<Surface> gable_surfaces(const Building& b) {
  // The ridge runs along the longer side; r turns the frame where that is q.
  const bool turn = b.half_q > b.half_p;
  const double p = turn ? b.half_q : b.half_p, q = turn ? b.half_p : b.half_q;
  const auto at = [&](double x, double y, double z) { return turn ? point(b, -y, x, z) : point(b, x, y, z); };
  const double e = b.eaves, h = b.height;
  std::vector<Surface> out;
  out.push_back({Face::ground, {at(-p, q, 0), at(p, q, 0), at(p, -q, 0), at(-p, -q, 0)}, texture_none, {}});
  out.push_back(wall({at(-p, -q, 0), at(p, -q, 0), at(p, -q, e), at(-p, -q, e)}, b.wall));
  out.push_back(wall({at(p, q, 0), at(-p, q, 0), at(-p, q, e), at(p, q, e)}, b.wall));
  out.push_back(wall({at(p, -q, 0), at(p, q, 0), at(p, q, e), at(p, 0, h), at(p, -q, e)}, b.wall));
  out.push_back(wall({at(-p, q, 0), at(-p, -q, 0), at(-p, -q, e), at(-p, 0, h), at(-p, q, e)}, b.wall));
  out.push_back(roof({at(-p, -q, e), at(p, -q, e), at(p, 0, h), at(-p, 0, h)}, b.roof));
  out.push_back(roof({at(p, q, e), at(-p, q, e), at(-p, 0, h), at(p, 0, h)}, b.roof));
  return out;
}

std::vector<Surface> loft_surfaces(const Building& b, const Loft& l) {
  const auto low = [&](int p, int q) { return point(b, l.p + p * l.p0, l.q + q * l.q0, l.z0); };
  const auto high = [&](int p, int q) { return point(b, l.p + p * l.p1, l.q + q * l.q1, l.z1); };
  std::vector<Surface> out;
  out.push_back({l.z0 == 0 ? Face::ground : Face::ceiling, {low(-1, 1), low(1, 1), low(1, -1), low(-1, -1)}, texture_none, {}});
  static constexpr int corners[5][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};
  for (int i = 0; i < 4; ++i) {
    const auto& a = corners[i];
    const auto& c = corners[i + 1];
    std::vector<Vec3> points = {low(a[0], a[1]), low(c[0], c[1]), high(c[0], c[1])};
    if (distance(points[2], high(a[0], a[1])) > 1e-6) points.push_back(high(a[0], a[1]));
    const bool upright = (i % 2 ? l.p0 == l.p1 : l.q0 == l.q1);
    out.push_back(l.roof && !upright ? roof(std::move(points), l.side)
                                     : wall(std::move(points), l.roof ? static_cast<int>(tex_plaster) : l.side));
  }
  if (l.p1 > 0 && l.q1 > 0) out.push_back(roof({high(-1, -1), high(1, -1), high(1, 1), high(-1, 1)}, l.top));
  return out;
}

}  // namespace tenbo::io::make_city_detail
