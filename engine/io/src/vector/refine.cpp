#include "vector/refine.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <unordered_map>

namespace tenbo::io::vector {
namespace {

geo::GeoPoint middle_of(const geo::GeoPoint& a, const geo::GeoPoint& b) { return {(a.lon + b.lon) / 2, (a.lat + b.lat) / 2, (a.height + b.height) / 2}; }

}  // namespace

void refine(std::vector<geo::GeoPoint>& points, std::vector<glm::dvec3>& flat, std::vector<std::uint32_t>& work, double edge, std::vector<std::uint32_t>& done) {
  std::unordered_map<std::uint64_t, std::uint32_t> middles;
  const auto middle = [&](std::uint32_t a, std::uint32_t b) {
    const auto key = static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b);
    const auto [it, fresh] = middles.try_emplace(key, static_cast<std::uint32_t>(points.size()));
    if (fresh) {
      points.push_back(middle_of(points[a], points[b]));
      flat.push_back((flat[a] + flat[b]) * 0.5);
    }
    return it->second;
  };
  while (!work.empty()) {
    const std::uint32_t c = work.back(), b = work[work.size() - 2], a = work[work.size() - 3];
    work.resize(work.size() - 3);
    const bool ab = glm::distance(flat[a], flat[b]) > edge, bc = glm::distance(flat[b], flat[c]) > edge, ca = glm::distance(flat[c], flat[a]) > edge;
    const auto push = [&](std::uint32_t x, std::uint32_t y, std::uint32_t z) { work.insert(work.end(), {x, y, z}); };
    const auto split_one = [&](std::uint32_t p, std::uint32_t q, std::uint32_t r) {  // pq alone is long
      const auto m = middle(p, q);
      push(p, m, r);
      push(m, q, r);
    };
    const auto split_two = [&](std::uint32_t p, std::uint32_t q, std::uint32_t r) {  // pq and qr are long
      const auto m = middle(p, q), n = middle(q, r);
      push(m, q, n);
      push(p, m, n);
      push(p, n, r);
    };
    if (ab && bc && ca) {
      const auto m = middle(a, b), n = middle(b, c), o = middle(c, a);
      push(a, m, o); push(m, b, n); push(o, n, c); push(m, n, o);
    } else if (ab && bc) split_two(a, b, c);
    else if (bc && ca) split_two(b, c, a);
    else if (ca && ab) split_two(c, a, b);
    else if (ab) split_one(a, b, c);
    else if (bc) split_one(b, c, a);
    else if (ca) split_one(c, a, b);
    else done.insert(done.end(), {a, b, c});
  }
}

void refine_edge(const geo::GeoPoint& p, const geo::GeoPoint& q, const glm::dvec3& flat_p, const glm::dvec3& flat_q, double edge, std::vector<geo::GeoPoint>& between) {
  if (!(glm::distance(flat_p, flat_q) > edge)) return;
  const auto m = middle_of(p, q);
  const auto flat = (flat_p + flat_q) * 0.5;
  refine_edge(p, m, flat_p, flat, edge, between);
  between.push_back(m);
  refine_edge(m, q, flat, flat_q, edge, between);
}

double affordable_edge(const std::vector<glm::dvec3>& flat, const std::vector<std::uint32_t>& triangles, double edge, double budget) {
  for (;; edge *= 1.4) {
    double count = 0;
    for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
      const auto &a = flat[triangles[i]], &b = flat[triangles[i + 1]], &c = flat[triangles[i + 2]];
      const double area = std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
      const double longest = std::max({glm::distance(a, b), glm::distance(b, c), glm::distance(c, a)});
      count += std::max({1.0, 4 * area / (edge * edge), longest > edge ? 2 * longest / edge : 0});
    }
    if (count <= budget || edge >= 1e6) return edge;
  }
}

}  // namespace tenbo::io::vector
