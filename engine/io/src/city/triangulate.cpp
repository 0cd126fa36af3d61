#include "triangulate.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

namespace tenbo::io::city {
namespace {
constexpr std::size_t grid_from = 48;  // nodes; below this a plain walk is faster
}

glm::dvec3 newell(std::span<const glm::dvec3> ring) {
  glm::dvec3 sum(0);
  if (ring.size() < 3) return sum;
  const glm::dvec3 o = ring[0];
  glm::dvec3 before = ring[1] - o;
  for (std::size_t i = 2; i < ring.size(); ++i) {
    const glm::dvec3 p = ring[i] - o;
    sum += glm::cross(before, p);
    before = p;
  }
  return sum;
}

Triangulation Triangulator::run(std::span<const glm::dvec3> points, std::span<const std::uint32_t> starts,
                                std::vector<std::uint32_t>& triangles, glm::dvec3& normal) {
  triangles.clear();
  normal = glm::dvec3(0);
  if (starts.size() < 2 || starts[1] - starts[0] < 3) return Triangulation::no_area;
  const std::uint32_t outer = starts[1] - starts[0];
  const auto ring = points.subspan(starts[0], outer);
  const glm::dvec3 area = newell(ring);
  const double twice = glm::length(area);
  glm::dvec3 low = ring[0], high = ring[0];
  for (const auto& p : ring) {
    low = glm::min(low, p);
    high = glm::max(high, p);
  }
  // thinner than a tenth of a micrometre: no area, and no direction to trust
  if (!(twice > 1e-7 * glm::length(high - low))) return Triangulation::no_area;
  normal = area / twice;
  if (outer == 3 && starts.size() == 2) {
    triangles.assign({starts[0], starts[0] + 1, starts[0] + 2});
    return Triangulation::done;
  }
  project(points.subspan(0, starts.back()), normal);
  if (starts.size() == 2 && is_strictly_convex(outer)) {
    for (std::uint32_t i = 1; i + 1 < outer; ++i) triangles.insert(triangles.end(), {0, i, i + 1});
    return Triangulation::done;
  }

  nodes_.clear();
  nodes_.reserve(points.size() + 2 * starts.size());
  budget_ = 20'000 + static_cast<std::int64_t>(points.size()) * 2000;
  const Index start = add_ring(starts[0], starts[1], true);
  // holes from the right, so that each can see the outer ring or a hole already joined
  holes_.clear();
  for (std::size_t i = 1; i + 1 < starts.size(); ++i)
    if (starts[i + 1] - starts[i] >= 3) holes_.push_back(add_ring(starts[i], starts[i + 1], false));
  for (Index& h : holes_) {
    Index right = h;
    for (Index n = nodes_[static_cast<std::size_t>(h)].next; n != h; n = nodes_[static_cast<std::size_t>(n)].next)
      if (nodes_[static_cast<std::size_t>(n)].x > nodes_[static_cast<std::size_t>(right)].x) right = n;
    h = right;
  }
  std::stable_sort(holes_.begin(), holes_.end(), [&](Index a, Index b) {
    return nodes_[static_cast<std::size_t>(a)].x > nodes_[static_cast<std::size_t>(b)].x;
  });
  for (const Index h : holes_) {
    join_hole(start, h);  // a hole that lies outside the ring is left out
    if (budget_ < 0) return Triangulation::too_complex;
  }
  std::size_t remaining = 1;
  for (Index n = nodes_[static_cast<std::size_t>(start)].next; n != start; n = nodes_[static_cast<std::size_t>(n)].next) ++remaining;
  if (!clip(triangles, start, remaining)) {
    triangles.clear();
    return Triangulation::too_complex;
  }
  return Triangulation::done;
}

// Drops the axis the polygon faces most, keeping the outer ring counter-clockwise.
void Triangulator::project(std::span<const glm::dvec3> points, const glm::dvec3& n) {
  const glm::dvec3 a = glm::abs(n);
  int u = 0, v = 1;
  bool flip = n.z < 0;
  if (a.x >= a.y && a.x >= a.z) { u = 1; v = 2; flip = n.x < 0; }
  else if (a.y >= a.z) { u = 2; v = 0; flip = n.y < 0; }
  if (flip) std::swap(u, v);
  flat_.resize(points.size());
  const double ou = points[0][u], ov = points[0][v];
  for (std::size_t i = 0; i < points.size(); ++i) flat_[i] = {points[i][u] - ou, points[i][v] - ov};
}

// Every corner turns left by more than rounding, and the whole turns once.
bool Triangulator::is_strictly_convex(std::uint32_t count) const {
  int x_changes = 0;
  double last_dx = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Flat &a = flat_[i], &b = flat_[i + 1 < count ? i + 1 : 0], &c = flat_[i + 2 < count ? i + 2 : i + 2 - count];
    const double e1x = b.x - a.x, e1y = b.y - a.y, e2x = c.x - b.x, e2y = c.y - b.y;
    const double turn = e1x * e2y - e1y * e2x;
    if (!(turn > 1e-12 * (e1x * e1x + e1y * e1y + e2x * e2x + e2y * e2y))) return false;
    const double dx = e1x;
    if (dx != 0) {
      if (last_dx != 0 && (dx > 0) != (last_dx > 0)) ++x_changes;
      last_dx = dx;
    }
  }
  return x_changes <= 2;  // more: the ring winds about itself, as a pentagram does
}

Triangulator::Index Triangulator::add_ring(std::uint32_t begin, std::uint32_t end, bool counter_clockwise) {
  double area = 0;
  for (std::uint32_t i = begin; i < end; ++i) {
    const Flat &a = flat_[i], &b = flat_[i + 1 < end ? i + 1 : begin];
    area += a.x * b.y - a.y * b.x;
  }
  const bool forward = (area > 0) == counter_clockwise;
  const auto first = static_cast<Index>(nodes_.size());
  const auto count = static_cast<Index>(end - begin);
  for (Index i = 0; i < count; ++i) {
    const std::uint32_t p = forward ? begin + static_cast<std::uint32_t>(i) : end - 1 - static_cast<std::uint32_t>(i);
    nodes_.push_back({flat_[p].x, flat_[p].y, p, first + (i + count - 1) % count, first + (i + 1) % count});
  }
  return first;
}

namespace {
// q strictly inside the sector that opens counter-clockwise at v from w to u
template <class N>
bool in_sector(const N& v, const N& w, const N& u, const N& q) {
  const auto side = [](const N& o, const N& a, const N& b) { return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x); };
  const bool convex = side(v, w, u) >= 0;
  const bool left = side(v, w, q) > 0, right = side(v, q, u) > 0;
  return convex ? left && right : left || right;
}
}  // namespace

// Eberly's bridge: from the hole's rightmost point look right, take the nearest edge, then the vertex that is seen.
bool Triangulator::join_hole(Index outer, Index hole) {
  const auto at = [&](Index i) -> Node& { return nodes_[static_cast<std::size_t>(i)]; };
  const Node m = at(hole);
  double best_x = INFINITY;
  Index best = -1;
  Index i = outer;
  do {
    const Node &a = at(i), &b = at(a.next);
    --budget_;
    if (a.y <= m.y && m.y <= b.y && a.y < b.y) {  // interior lies left of a rising edge
      const double x = a.x + (m.y - a.y) / (b.y - a.y) * (b.x - a.x);
      if (x >= m.x && x < best_x) {
        best_x = x;
        best = a.x > b.x ? i : a.next;
      }
    }
    i = a.next;
  } while (i != outer);
  if (best < 0) return false;
  // a reflex vertex inside the triangle (m, hit, best) hides best: take the one nearest in angle
  const Node hit{best_x, m.y, 0, 0, 0};
  const Node corner = at(best);
  double best_slope = INFINITY;
  if (!(corner.x == hit.x && corner.y == hit.y)) {
    i = outer;
    do {
      const Node& p = at(i);
      --budget_;
      if (p.x >= m.x && p.x <= std::max(corner.x, hit.x) && !(p.x == corner.x && p.y == corner.y)) {
        const bool up = corner.y > m.y;
        const double s1 = cross(m, hit, p), s2 = cross(hit, corner, p), s3 = cross(corner, m, p);
        const bool inside = up ? s1 >= 0 && s2 >= 0 && s3 >= 0 : s1 <= 0 && s2 <= 0 && s3 <= 0;
        if (inside && p.x > m.x) {
          const double slope = std::abs(p.y - m.y) / (p.x - m.x);
          if (slope < best_slope || (slope == best_slope && p.x < at(best).x)) {
            if (in_sector(p, at(p.next), at(p.prev), m)) {
              best_slope = slope;
              best = i;
            }
          }
        }
      }
      i = p.next;
    } while (i != outer);
  }
  // of several nodes at this place (earlier bridges end there), the one whose inside faces the hole
  if (!in_sector(at(best), at(at(best).next), at(at(best).prev), m)) {
    const double x = at(best).x, y = at(best).y;
    i = outer;
    do {
      const Node& p = at(i);
      --budget_;
      if (p.x == x && p.y == y && in_sector(p, at(p.next), at(p.prev), m)) {
        best = i;
        break;
      }
      i = p.next;
    } while (i != outer);
  }
  // best -> hole ... hole' -> best' -> (what followed best)
  const auto hole_copy = static_cast<Index>(nodes_.size());
  nodes_.push_back(at(hole));
  const auto best_copy = static_cast<Index>(nodes_.size());
  nodes_.push_back(at(best));
  const Index after = at(best).next, before_hole = at(hole).prev;
  at(best).next = hole;
  at(hole).prev = best;
  at(before_hole).next = hole_copy;
  at(hole_copy).prev = before_hole;
  at(hole_copy).next = best_copy;
  at(best_copy).prev = hole_copy;
  at(best_copy).next = after;
  at(after).prev = best_copy;
  return true;
}

void Triangulator::update_reflex(Index i) {
  Node& n = nodes_[static_cast<std::size_t>(i)];
  n.reflex = !(cross(nodes_[static_cast<std::size_t>(n.prev)], n, nodes_[static_cast<std::size_t>(n.next)]) > 0);
}

void Triangulator::build_grid(Index start, std::size_t remaining) {
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  std::size_t reflex = 0;
  Index i = start;
  do {
    const Node& n = nodes_[static_cast<std::size_t>(i)];
    x0 = std::min(x0, n.x); x1 = std::max(x1, n.x);
    y0 = std::min(y0, n.y); y1 = std::max(y1, n.y);
    reflex += n.reflex;
    i = n.next;
  } while (i != start);
  const double w = std::max(x1 - x0, 1e-9), h = std::max(y1 - y0, 1e-9);
  const double side = std::sqrt(w * h / static_cast<double>(std::max<std::size_t>(reflex, 1)));
  grid_w_ = static_cast<int>(std::clamp(w / std::max(side, w / 4096), 1.0, 4096.0));
  grid_h_ = static_cast<int>(std::clamp(h / std::max(side, h / 4096), 1.0, 4096.0));
  grid_x_ = x0; grid_y_ = y0;
  grid_sx_ = grid_w_ / w; grid_sy_ = grid_h_ / h;
  const auto cell = [&](const Node& n) {
    const int cx = std::clamp(static_cast<int>((n.x - grid_x_) * grid_sx_), 0, grid_w_ - 1);
    const int cy = std::clamp(static_cast<int>((n.y - grid_y_) * grid_sy_), 0, grid_h_ - 1);
    return static_cast<std::size_t>(cy) * static_cast<std::size_t>(grid_w_) + static_cast<std::size_t>(cx);
  };
  cell_starts_.assign(static_cast<std::size_t>(grid_w_) * static_cast<std::size_t>(grid_h_) + 1, 0);
  cell_nodes_.resize(reflex);
  i = start;
  do {
    const Node& n = nodes_[static_cast<std::size_t>(i)];
    if (n.reflex) ++cell_starts_[cell(n) + 1];
    i = n.next;
  } while (i != start);
  for (std::size_t c = 1; c < cell_starts_.size(); ++c) cell_starts_[c] += cell_starts_[c - 1];
  std::vector<std::uint32_t> fill(cell_starts_.begin(), cell_starts_.end() - 1);
  i = start;
  do {
    const Node& n = nodes_[static_cast<std::size_t>(i)];
    if (n.reflex) cell_nodes_[fill[cell(n)]++] = i;
    i = n.next;
  } while (i != start);
  grid_built_for_ = remaining;
  budget_ -= static_cast<std::int64_t>(remaining + cell_starts_.size());
}

// Does node p keep the triangle a, b, c from being cut off?
bool Triangulator::blocks(const Node& p, Index pi, const Node& a, const Node& b, const Node& c, Index ai, Index bi, Index ci) const {
  if (pi == ai || pi == bi || pi == ci) return false;
  if (cross(a, b, p) < 0 || cross(b, c, p) < 0 || cross(c, a, p) < 0) return false;
  const auto same = [](const Node& u, const Node& v) { return u.x == v.x && u.y == v.y; };
  const Node *v = nullptr, *w = nullptr, *u = nullptr;  // corner, the next and the one before it
  if (same(p, a)) { v = &a; w = &b; u = &c; }
  else if (same(p, b)) { v = &b; w = &c; u = &a; }
  else if (same(p, c)) { v = &c; w = &a; u = &b; }
  if (v == nullptr) return true;
  // it lies on a corner: it blocks only where one of its edges runs into the triangle
  return in_sector(*v, *w, *u, nodes_[static_cast<std::size_t>(p.next)]) ||
         in_sector(*v, *w, *u, nodes_[static_cast<std::size_t>(p.prev)]);
}

// The columns that a triangle covers in one row of the grid, and one more on either side for rounding.
std::pair<int, int> Triangulator::columns_of(const Node& a, const Node& b, const Node& c, int row) const {
  // points beyond the grid's edge are in its outermost rows
  const double low = row == 0 ? -INFINITY : grid_y_ + (row - 1e-6) / grid_sy_, high = row == grid_h_ - 1 ? INFINITY : grid_y_ + (row + 1 + 1e-6) / grid_sy_;
  double left = INFINITY, right = -INFINITY;
  const auto add = [&](double x) { left = std::min(left, x), right = std::max(right, x); };
  for (const auto& [p, q] : {std::pair(&a, &b), std::pair(&b, &c), std::pair(&c, &a)}) {
    if (p->y >= low && p->y <= high) add(p->x);
    for (const double y : {low, high})
      if ((p->y < y) != (q->y < y) && p->y != q->y) add(p->x + (q->x - p->x) * ((y - p->y) / (q->y - p->y)));
  }
  const auto column = [&](double x) { return std::clamp(static_cast<int>(std::clamp((x - grid_x_) * grid_sx_, -1.0, 1e6)), 0, grid_w_ - 1); };
  if (left > right) return {1, 0};
  return {column(left) - 1, column(right) + 1};
}

bool Triangulator::is_ear(Index bi) {
  const Node& b = nodes_[static_cast<std::size_t>(bi)];
  if (b.reflex) return false;
  const Index ai = b.prev, ci = b.next;
  const Node &a = nodes_[static_cast<std::size_t>(ai)], &c = nodes_[static_cast<std::size_t>(ci)];
  if (grid_built_for_ == 0) {
    for (Index i = c.next; i != ai; i = nodes_[static_cast<std::size_t>(i)].next) {
      const Node& p = nodes_[static_cast<std::size_t>(i)];
      --budget_;
      if (p.reflex && blocks(p, i, a, b, c, ai, bi, ci)) return false;
    }
    return true;
  }
  const double x0 = std::min({a.x, b.x, c.x}), x1 = std::max({a.x, b.x, c.x});
  const double y0 = std::min({a.y, b.y, c.y}), y1 = std::max({a.y, b.y, c.y});
  const int cx0 = std::clamp(static_cast<int>((x0 - grid_x_) * grid_sx_), 0, grid_w_ - 1);
  const int cx1 = std::clamp(static_cast<int>((x1 - grid_x_) * grid_sx_), 0, grid_w_ - 1);
  const int cy0 = std::clamp(static_cast<int>((y0 - grid_y_) * grid_sy_), 0, grid_h_ - 1);
  const int cy1 = std::clamp(static_cast<int>((y1 - grid_y_) * grid_sy_), 0, grid_h_ - 1);
  const bool wide = cx1 - cx0 > 4 && cy1 > cy0;  // a sliver across many cells touches few of them: a fan of such ones would cost their square
  for (int cy = cy0; cy <= cy1; ++cy) {
    const std::size_t row = static_cast<std::size_t>(cy) * static_cast<std::size_t>(grid_w_);
    int first = cx0, last = cx1;
    if (wide) {
      const auto [left, right] = columns_of(a, b, c, cy);
      first = std::max(cx0, left), last = std::min(cx1, right);
    }
    if (first > last) continue;
    const std::uint32_t from = cell_starts_[row + static_cast<std::size_t>(first)], to = cell_starts_[row + static_cast<std::size_t>(last) + 1];
    budget_ -= 1 + (to - from);
    for (std::uint32_t k = from; k < to; ++k) {
      const Index i = cell_nodes_[k];
      const Node& p = nodes_[static_cast<std::size_t>(i)];
      if (p.alive && p.reflex && blocks(p, i, a, b, c, ai, bi, ci)) return false;
    }
  }
  return true;
}

bool Triangulator::clip(std::vector<std::uint32_t>& triangles, Index start, std::size_t remaining) {
  triangles.reserve(remaining * 3);
  list_.clear();
  Index i = start;
  do {
    update_reflex(i);
    list_.push_back(i);
    i = nodes_[static_cast<std::size_t>(i)].next;
  } while (i != start);
  grid_built_for_ = 0;
  if (remaining >= grid_from) build_grid(start, remaining);

  Index any = start;  // some node that is still there
  const auto remove = [&](Index v) {
    Node& n = nodes_[static_cast<std::size_t>(v)];
    n.alive = false;
    nodes_[static_cast<std::size_t>(n.prev)].next = n.next;
    nodes_[static_cast<std::size_t>(n.next)].prev = n.prev;
    update_reflex(n.prev);
    update_reflex(n.next);
    any = n.next;
    --remaining;
  };
  const auto cut = [&](Index v) {
    const Node& n = nodes_[static_cast<std::size_t>(v)];
    triangles.insert(triangles.end(), {nodes_[static_cast<std::size_t>(n.prev)].point, n.point, nodes_[static_cast<std::size_t>(n.next)].point});
    remove(v);
  };

  // Rounds: in one round no two neighbours are cut, which keeps the triangles from degenerating into a fan.
  bool full_sweep = true, progress = false;
  for (std::uint32_t round = 1; remaining > 3; ++round) {
    next_list_.clear();
    for (const Index v : list_) {
      if (remaining <= 3) break;
      if (budget_ < 0) return false;
      Node& n = nodes_[static_cast<std::size_t>(v)];
      if (!n.alive) continue;
      if (n.touched == round) {
        next_list_.push_back(v);
        continue;
      }
      --budget_;
      if (!is_ear(v)) continue;
      const Index before = n.prev, after = n.next;
      cut(v);
      progress = true;
      for (const Index neighbour : {before, after}) {
        Node& m = nodes_[static_cast<std::size_t>(neighbour)];
        if (m.touched != round) {
          m.touched = round;
          next_list_.push_back(neighbour);
        }
      }
    }
    std::swap(list_, next_list_);
    if (remaining <= 3) break;
    if (grid_built_for_ != 0 && remaining * 2 < grid_built_for_) {
      if (remaining >= grid_from) build_grid(any, remaining);
      else grid_built_for_ = 0;
    }
    if (!list_.empty()) {
      full_sweep = false;
      continue;
    }
    if (full_sweep && !progress) {
      // stuck: the ring touches or crosses itself. Drop points that span nothing; failing that, cut a corner anyway.
      bool dropped = false;
      i = any;
      for (std::size_t k = remaining; k > 0 && remaining > 3; --k) {
        const Node& n = nodes_[static_cast<std::size_t>(i)];
        const Index following = n.next;
        --budget_;
        if (cross(nodes_[static_cast<std::size_t>(n.prev)], n, nodes_[static_cast<std::size_t>(n.next)]) == 0) {
          remove(i);
          dropped = true;
        }
        i = following;
      }
      if (!dropped) {
        i = any;
        std::size_t looked = 0;
        while (looked++ < remaining && nodes_[static_cast<std::size_t>(i)].reflex) i = nodes_[static_cast<std::size_t>(i)].next;
        budget_ -= static_cast<std::int64_t>(looked);
        if (nodes_[static_cast<std::size_t>(i)].reflex) remove(i);
        else cut(i);
      }
    }
    // everything that is left, once more
    list_.clear();
    i = any;
    do {
      list_.push_back(i);
      i = nodes_[static_cast<std::size_t>(i)].next;
    } while (i != any);
    budget_ -= static_cast<std::int64_t>(list_.size());
    full_sweep = true;
    progress = false;
  }
  if (remaining == 3) {
    const Node& n = nodes_[static_cast<std::size_t>(any)];
    triangles.insert(triangles.end(), {nodes_[static_cast<std::size_t>(n.prev)].point, n.point, nodes_[static_cast<std::size_t>(n.next)].point});
  }
  return true;
}

}  // namespace tenbo::io::city
