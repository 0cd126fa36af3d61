#include "clip.h"

namespace tenbo::impact {

double signed_area(std::span<const Point> ring) {
  if (ring.size() < 3) return 0;
  // from the first corner, so that large coordinates do not eat the digits of a small ring
  const Point o = ring[0];
  double twice = 0;
  for (std::size_t i = 1; i + 1 < ring.size(); ++i)
    twice += (ring[i].x - o.x) * (ring[i + 1].y - o.y) - (ring[i + 1].x - o.x) * (ring[i].y - o.y);
  return twice / 2;
}

void clip(std::span<const Point> ring, double a, double b, double c, std::vector<Point>& out) {
  out.clear();
  if (ring.empty()) return;
  Point before = ring.back();
  double d_before = a * before.x + b * before.y - c;
  for (const Point& p : ring) {
    const double d = a * p.x + b * p.y - c;
    if ((d <= 0) != (d_before <= 0)) {
      const double t = d_before / (d_before - d);
      out.push_back({before.x + t * (p.x - before.x), before.y + t * (p.y - before.y)});
    }
    if (d <= 0) out.push_back(p);
    before = p;
    d_before = d;
  }
}

}  // namespace tenbo::impact
