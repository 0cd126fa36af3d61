#include "tenbo/inspection/decal.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>

namespace tenbo::inspection {
namespace {

// "0102": part 2 of span 1; "2": part 2. Parts of other patterns have no number here.
int number_of(std::string_view element) {
  if (element.empty() || element.size() > 4 || element.size() == 3 || !std::all_of(element.begin(), element.end(), [](char c) { return c >= '0' && c <= '9'; })) return 0;
  if (element.size() == 4) element.remove_prefix(2);
  int n = 0;
  for (const char c : element) n = n * 10 + (c - '0');
  return n;
}

// The side of a triangle's polygon that lies within `limit` along `axis` times `sign` (Sutherland and Hodgman 1974).
std::vector<glm::vec2> clip(const std::vector<glm::vec2>& polygon, int axis, float sign, float limit) {
  std::vector<glm::vec2> out;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const glm::vec2 a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    const float da = limit - sign * a[axis], db = limit - sign * b[axis];
    if (da >= 0) out.push_back(a);
    if ((da > 0 && db < 0) || (da < 0 && db > 0)) out.push_back(a + (b - a) * (da / (da - db)));
  }
  return out;
}

struct Best {
  const Triangle* triangle = nullptr;
  glm::vec3 at{0};
  float distance = INFINITY;
};

template <class Fits>
Best nearest(std::span<const Triangle> surface, glm::vec3 target, Fits&& fits) {
  Best best;
  for (const auto& t : surface) {
    if (!fits(t)) continue;
    const glm::vec3 p = nearest_on(t, target);
    if (const float d = glm::length(p - target); d < best.distance - 1e-5f) best = {&t, p, d};
  }
  return best;
}

// Which way the face of a member usually looks that inspectors write of, where they did not say how high.
bool usual_face(Member member, glm::vec3 n, float y) {
  switch (member) {
    case Member::deck: return n.z < -0.5f;  // from below: what is on top lies under the pavement
    case Member::pavement: case Member::expansion_joint: return n.z > 0.5f;
    case Member::main_girder: case Member::railing: return std::abs(n.y) > 0.5f && (std::abs(y) < 0.1f || (n.y > 0) == (y > 0));  // seen from outside
    default: return std::abs(n.z) < 0.7f || member == Member::lining;
  }
}

}  // namespace

// After Ericson, Real-Time Collision Detection (2005), 5.1.5.
glm::vec3 nearest_on(const Triangle& t, glm::vec3 p) {
  const auto& [a, b, c] = t.corners;
  const glm::vec3 ab = b - a, ac = c - a, ap = p - a;
  const float d1 = glm::dot(ab, ap), d2 = glm::dot(ac, ap);
  if (d1 <= 0 && d2 <= 0) return a;
  const glm::vec3 bp = p - b;
  const float d3 = glm::dot(ab, bp), d4 = glm::dot(ac, bp);
  if (d3 >= 0 && d4 <= d3) return b;
  const float vc = d1 * d4 - d3 * d2;
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return a + ab * (d1 / (d1 - d3));
  const glm::vec3 cp = p - c;
  const float d5 = glm::dot(ab, cp), d6 = glm::dot(ac, cp);
  if (d6 >= 0 && d5 <= d6) return c;
  const float vb = d5 * d2 - d1 * d6;
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return a + ac * (d2 / (d2 - d6));
  const float va = d3 * d6 - d5 * d4;
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) return b + (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6)));
  const float whole = va + vb + vc;
  return whole != 0 ? a + ab * (vb / whole) + ac * (vc / whole) : a;
}

bool has_place(const Defect& d, const Outline& outline) {
  if (std::isfinite(d.lon) && std::isfinite(d.lat)) return true;
  if (std::isfinite(d.along)) return true;
  return d.member != Member::unknown && d.member != Member::other && (d.span >= 1 || outline.spans() <= 1);
}

std::optional<Decal> make_decal(const Defect& d, std::string_view element, const Place& place, const Outline& outline, std::span<const Triangle> surface,
                                std::span<const std::int32_t> parts) {
  if ((!has_place(d, outline) && parts.empty()) || surface.empty()) return std::nullopt;
  Decal out;
  const bool spanned = d.span >= 1 && d.span <= outline.spans();
  const int number = number_of(element);
  const bool member_known = d.member != Member::unknown && d.member != Member::other;
  // What fits best of the surface: the same part, the same member of the span, the member, anything.
  const auto fits = [&](const Triangle& t, int strict) {
    if (strict == 4) return std::binary_search(parts.begin(), parts.end(), t.part);
    if (strict >= 1 && member_known && t.member != d.member) return false;
    if (strict >= 2 && spanned && t.span != 0 && t.span != d.span) return false;
    if (strict >= 3 && number && t.number != 0 && t.number != number) return false;
    return true;
  };
  int strict = parts.empty() ? 3 : 4;
  while (strict > 0 && std::none_of(surface.begin(), surface.end(), [&](const Triangle& t) { return fits(t, strict); })) --strict;
  if ((strict < 1 && member_known) || (strict < 2 && spanned) || (strict < 3 && number)) out.guesses |= guess_member;
  glm::vec3 low(INFINITY), high(-INFINITY);  // of what fits
  for (const auto& t : surface)
    if (fits(t, strict))
      for (const auto& c : t.corners) low = glm::min(low, c), high = glm::max(high, c);
  glm::vec3 target = (low + high) / 2.f;
  if (d.span > outline.spans()) out.guesses |= guess_member | guess_along;  // of a span that it does not have
  if (place) {
    target = *place;
    if (!std::isfinite(target.z)) target.z = high.z, out.guesses |= guess_up;
  } else {
    if (std::isfinite(d.along)) target.x = (spanned ? outline.start_of(d.span) : -outline.length / 2) + d.along;
    else out.guesses |= guess_along;
    if (std::isfinite(d.across)) target.y = d.across;
    else out.guesses |= guess_across;
    if (std::isfinite(d.up)) target.z = d.up;
    else out.guesses |= guess_up;
  }
  for (int k = 0; k < 3; ++k) {  // beyond the member: at its end, and no longer the list's own word
    if (target[k] >= low[k] - 2 && target[k] <= high[k] + 2) continue;
    target[k] = target[k] > high[k] ? high[k] : low[k];  // NaN too
    out.guesses |= k == 0 ? guess_along : k == 1 ? guess_across : guess_up;
  }
  Best best;
  if (out.guesses & guess_up) best = nearest(surface, target, [&](const Triangle& t) { return fits(t, strict) && usual_face(d.member, t.normal, target.y); });
  if (!best.triangle) best = nearest(surface, target, [&](const Triangle& t) { return fits(t, strict); });
  if (!best.triangle) return std::nullopt;  // corners that are no numbers
  out.at = best.at;
  out.normal = best.triangle->normal;
  out.member = best.triangle->member;
  out.span = best.triangle->span;
  out.number = best.triangle->number;
  out.part = best.triangle->part;

  // Length along the structure where the surface lets it, else level; width across that.
  const glm::vec3 n = out.normal;
  glm::vec3 along = glm::vec3(1, 0, 0) - n * n.x;
  if (glm::length(along) < 0.3f) along = glm::vec3(0, 1, 0) - n * n.y;
  along = glm::normalize(along);
  const glm::vec3 across = glm::cross(n, along);
  const bool line = is_line(d.kind);
  float length = d.length, width = d.width;
  if (!(length > 0 && length < 1000)) length = std::isfinite(width) && width > 0 && width < 1000 && !line ? width : default_size, out.guesses |= guess_size;
  if (!(width > 0 && width < 1000)) width = line ? 0.0005f : length, out.guesses |= line ? 0u : static_cast<std::uint32_t>(guess_size);
  const float half_length = length / 2, half_width = std::max(width / 2, 0.0001f), reach = std::hypot(half_length, half_width) + 0.5f;
  for (const auto& t : surface) {
    if (!fits(t, strict) || glm::dot(t.normal, n) < 0.6f || glm::length(nearest_on(t, out.at) - out.at) > reach) continue;
    if (std::abs(glm::dot(nearest_on(t, out.at) - out.at, n)) > std::max(0.3f, reach * 0.7f)) continue;  // another face behind or before it
    std::vector<glm::vec2> flat;
    for (const auto& c : t.corners) flat.emplace_back(glm::dot(c - out.at, along), glm::dot(c - out.at, across));
    flat = clip(clip(clip(clip(flat, 0, 1, half_length), 0, -1, half_length), 1, 1, half_width), 1, -1, half_width);
    if (flat.size() < 3) continue;
    const float slope = glm::dot(t.normal, n);
    const auto lift = [&](glm::vec2 p) {  // back onto the triangle's plane, along the decal's normal
      const glm::vec3 q = out.at + along * p.x + across * p.y;
      return q + n * (glm::dot(t.corners[0] - q, t.normal) / slope) + n * decal_lift;
    };
    for (std::size_t i = 2; i < flat.size(); ++i) out.triangles.push_back({lift(flat[0]), lift(flat[i - 1]), lift(flat[i])});
    if (line) {
      float from = INFINITY, to = -INFINITY;
      for (const auto& p : flat) from = std::min(from, p.x), to = std::max(to, p.x);
      if (to > from) out.edges.push_back({lift({from, 0}), lift({to, 0})});
      continue;
    }
    for (std::size_t i = 0; i < flat.size(); ++i) {
      const glm::vec2 a = flat[i], b = flat[(i + 1) % flat.size()];
      const auto on = [](float x, float y, float limit) { return std::abs(std::abs(x) - limit) < 1e-4f && std::abs(x - y) < 1e-4f; };
      if (on(a.x, b.x, half_length) || on(a.y, b.y, half_width)) out.edges.push_back({lift(a), lift(b)});
    }
  }
  return out;
}

}  // namespace tenbo::inspection
