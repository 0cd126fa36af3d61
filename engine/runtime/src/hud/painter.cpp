#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

#include "tenbo/base/text.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::runtime {
namespace {
constexpr float half_feather = 0.5f;  // px on each side of an edge: one pixel from covered to clear
constexpr float pi = 3.14159265f;

Rgba8 faded(Rgba8 c, float k) {
  c.a = static_cast<std::uint8_t>(std::lround(c.a * std::clamp(k, 0.f, 1.f)));
  return c;
}
Rgba8 clear(Rgba8 c) { return faded(c, 0); }

// The polygon moved outwards by `distance` (inwards where negative). Needs the winding of oriented().
std::vector<glm::vec2> grown(const std::vector<glm::vec2>& p, float distance) {
  std::vector<glm::vec2> out(p.size());
  const auto normal = [&](std::size_t i) {  // of the edge that begins at i
    const glm::vec2 d = p[(i + 1) % p.size()] - p[i];
    const float length = glm::length(d);
    return length > 0 ? glm::vec2(d.y, -d.x) / length : glm::vec2(0);
  };
  for (std::size_t i = 0; i < p.size(); ++i) {
    const glm::vec2 a = normal((i + p.size() - 1) % p.size()), b = normal(i);
    const float spread = std::max(0.5f * (1 + glm::dot(a, b)), 0.15f);  // limits the mitre of sharp corners
    out[i] = p[i] + (a + b) * (0.5f * distance / spread);
  }
  return out;
}

// Without repeated points, clockwise on the screen (y down), so that grown() knows which side is out.
std::vector<glm::vec2> oriented(const std::vector<glm::vec2>& p) {
  std::vector<glm::vec2> out;
  for (const auto& v : p)
    if (out.empty() || glm::length(v - out.back()) > 1e-3f) out.push_back(v);
  while (out.size() > 1 && glm::length(out.front() - out.back()) <= 1e-3f) out.pop_back();
  float area = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto &a = out[i], &b = out[(i + 1) % out.size()];
    area += a.x * b.y - b.x * a.y;
  }
  if (area < 0) std::reverse(out.begin(), out.end());
  return out;
}

std::vector<glm::vec2> arc_rect(glm::vec2 min, glm::vec2 max, float radius) {
  radius = std::min({radius, (max.x - min.x) / 2, (max.y - min.y) / 2});
  const int steps = std::clamp(static_cast<int>(std::ceil(radius / 2)) + 2, 3, 16);
  std::vector<glm::vec2> points;
  const glm::vec2 centres[4] = {{max.x - radius, min.y + radius}, max - radius, {min.x + radius, max.y - radius}, min + radius};
  for (int corner = 0; corner < 4; ++corner)
    for (int i = 0; i <= steps; ++i) {
      const float angle = (corner - 1 + static_cast<float>(i) / steps) * pi / 2;
      points.push_back(centres[corner] + radius * glm::vec2(std::cos(angle), std::sin(angle)));
    }
  return points;
}
}  // namespace

Painter::Painter(render::GlyphCache& glyphs, render::OverlayList& out) : glyphs_(glyphs), out_(out) {}

Painter::~Painter() {
  if (!out_.commands.empty() && command_ + 1 == out_.commands.size() && out_.commands[command_].index_count == 0)
    out_.commands.pop_back();
}

void Painter::clip(glm::vec4 rect) {
  clip_ = rect;
  command_ = SIZE_MAX;
}

std::uint32_t Painter::vertex(glm::vec2 at, glm::vec2 uv, Rgba8 colour) {
  out_.vertices.push_back({at.x, at.y, uv.x, uv.y, colour.packed()});
  return static_cast<std::uint32_t>(out_.vertices.size() - 1);
}

void Painter::triangle(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  if (command_ == SIZE_MAX || command_ + 1 != out_.commands.size()) {
    command_ = out_.commands.size();
    out_.commands.push_back({clip_, static_cast<std::uint32_t>(out_.indices.size()), 0, 0, {}});
  }
  out_.indices.insert(out_.indices.end(), {a, b, c});
  out_.commands[command_].index_count += 3;
}

void Painter::quad(glm::vec2 min, glm::vec2 max, glm::vec2 uv0, glm::vec2 uv1, Rgba8 colour) {
  const auto a = vertex(min, uv0, colour), b = vertex({max.x, min.y}, {uv1.x, uv0.y}, colour);
  const auto c = vertex(max, uv1, colour), d = vertex({min.x, max.y}, {uv0.x, uv1.y}, colour);
  triangle(a, b, c);
  triangle(a, c, d);
}

void Painter::fill(const std::vector<glm::vec2>& convex, Rgba8 colour) {
  const auto p = oriented(convex);
  const std::size_t n = p.size();
  if (n < 3 || colour.a == 0) return;
  const glm::vec2 white = glyphs_.white_uv();
  const auto inner = grown(p, -half_feather), outer = grown(p, half_feather);
  const auto first = static_cast<std::uint32_t>(out_.vertices.size());
  for (std::size_t i = 0; i < n; ++i) {
    vertex(inner[i], white, colour);
    vertex(outer[i], white, clear(colour));
  }
  for (std::uint32_t i = 2; i < n; ++i) triangle(first, first + 2 * i - 2, first + 2 * i);
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t a = first + 2 * i, b = first + 2 * ((i + 1) % static_cast<std::uint32_t>(n));
    triangle(a, a + 1, b + 1);
    triangle(a, b + 1, b);
  }
}

void Painter::ring(const std::vector<glm::vec2>& convex, float width, Rgba8 colour) {
  const auto p = oriented(convex);
  const auto n = static_cast<std::uint32_t>(p.size());
  if (n < 3 || width <= 0 || colour.a == 0) return;
  const float solid = std::max(width - 2 * half_feather, 0.f);
  const Rgba8 tone = faded(colour, std::min(width, 1.f));
  const glm::vec2 white = glyphs_.white_uv();
  const float distance[4] = {half_feather, -half_feather, -half_feather - solid, -3 * half_feather - solid};
  const auto first = static_cast<std::uint32_t>(out_.vertices.size());
  for (int k = 0; k < 4; ++k)
    for (const auto& at : grown(p, distance[k])) vertex(at, white, k == 1 || k == 2 ? tone : clear(tone));
  for (std::uint32_t k = 0; k < 3; ++k)
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t a = first + k * n + i, b = first + k * n + (i + 1) % n;
      triangle(a, b, b + n);
      triangle(a, b + n, a + n);
    }
}

void Painter::rect(glm::vec2 min, glm::vec2 max, Rgba8 colour, float radius) {
  min = glm::vec2(std::round(min.x), std::round(min.y));
  max = glm::vec2(std::round(max.x), std::round(max.y));
  if (!(max.x > min.x && max.y > min.y)) return;
  if (radius > 0) fill(arc_rect(min, max, radius), colour);
  else quad(min, max, glyphs_.white_uv(), glyphs_.white_uv(), colour);
}

void Painter::frame(glm::vec2 min, glm::vec2 max, float width, Rgba8 colour, float radius) {
  if (!(max.x > min.x && max.y > min.y)) return;
  if (radius > 0) return ring(arc_rect(min, max, radius), width, colour);
  const float w = std::max(1.f, std::round(width));
  rect(min, {max.x, min.y + w}, colour);
  rect({min.x, max.y - w}, max, colour);
  rect({min.x, min.y + w}, {min.x + w, max.y - w}, colour);
  rect({max.x - w, min.y + w}, {max.x, max.y - w}, colour);
}

void Painter::gradient(glm::vec2 min, glm::vec2 max, Rgba8 left, Rgba8 right) {
  const glm::vec2 white = glyphs_.white_uv();
  const auto a = vertex(min, white, left), b = vertex({max.x, min.y}, white, right);
  const auto c = vertex(max, white, right), d = vertex({min.x, max.y}, white, left);
  triangle(a, b, c);
  triangle(a, c, d);
}

void Painter::line(glm::vec2 a, glm::vec2 b, float width, Rgba8 colour) {
  const float length = glm::length(b - a);
  if (!(length > 0) || !(width > 0) || !std::isfinite(length)) return;
  const float w = std::max(width, 1.f);  // a thinner line is a fainter one
  const glm::vec2 side = glm::vec2(-(b - a).y, (b - a).x) * (0.5f * w / length);
  fill({a + side, b + side, b - side, a - side}, faded(colour, width));
}

void Painter::polygon(const std::vector<glm::vec2>& convex, Rgba8 colour, Rgba8 border, float border_width) {
  if (border_width <= 0) return fill(convex, colour);
  fill(grown(oriented(convex), -border_width / 2), colour);
  ring(convex, border_width, border);
}

void Painter::circle(glm::vec2 centre, float radius, Rgba8 colour, Rgba8 border, float border_width) {
  const int n = std::clamp(static_cast<int>(radius) + 8, 10, 72);
  std::vector<glm::vec2> points(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    const float angle = 2 * pi * static_cast<float>(i) / static_cast<float>(n);
    points[static_cast<std::size_t>(i)] = centre + radius * glm::vec2(std::cos(angle), std::sin(angle));
  }
  polygon(points, colour, border, border_width);
}

void Painter::hatch(glm::vec2 min, glm::vec2 max, float spacing, Rgba8 colour, float width) {
  if (!(max.x > min.x && max.y > min.y) || !(spacing >= 2)) return;
  if (width <= 0) width = spacing / 3;
  const glm::vec2 white = glyphs_.white_uv();
  const glm::vec2 across = glm::vec2(1) / std::sqrt(2.f);  // a stripe is where from <= dot(p - min, across) < to
  const auto strip = [&](float from, float to, float alpha_from, float alpha_to) {
    std::vector<glm::vec2> polygon{min, {max.x, min.y}, max, {min.x, max.y}};
    for (const auto& [limit, sign] : {std::pair{from, 1.f}, std::pair{to, -1.f}}) {  // Sutherland-Hodgman
      std::vector<glm::vec2> kept;
      for (std::size_t i = 0; i < polygon.size(); ++i) {
        const glm::vec2 p = polygon[i], q = polygon[(i + 1) % polygon.size()];
        const float dp = sign * (glm::dot(p - min, across) - limit), dq = sign * (glm::dot(q - min, across) - limit);
        if (dp >= 0) kept.push_back(p);
        if ((dp < 0) != (dq < 0)) kept.push_back(p + (q - p) * (dp / (dp - dq)));
      }
      polygon = std::move(kept);
    }
    if (polygon.size() < 3) return;
    const auto first = static_cast<std::uint32_t>(out_.vertices.size());
    for (const auto& p : polygon) {
      const float t = std::clamp((glm::dot(p - min, across) - from) / (to - from), 0.f, 1.f);
      vertex(p, white, faded(colour, alpha_from + (alpha_to - alpha_from) * t));
    }
    for (std::uint32_t i = 2; i < polygon.size(); ++i) triangle(first, first + i - 1, first + i);
  };
  const float end = glm::dot(max - min, across), step = spacing;
  for (float at = 0; at < end; at += step) {
    strip(at, at + 1, 0, 1);
    if (width > 2) strip(at + 1, at + width - 1, 1, 1);
    strip(std::max(at + 1, at + width - 1), std::max(at + 2, at + width), 1, 0);
  }
}

float Painter::text(glm::vec2 baseline, std::string_view utf8, int size, Rgba8 colour, bool bold, bool halo) {
  const glm::vec2 start(std::round(baseline.x), std::round(baseline.y));
  float width = 0;
  for (const bool under : {true, false}) {
    if (under && !halo) continue;
    width = 0;
    const int radius = std::max(2, size / 9);
    const Rgba8 tone = under ? Rgba8{8, 11, 16, static_cast<std::uint8_t>(colour.a * 0.8f)} : colour;
    for (std::size_t at = 0; at < utf8.size();) {
      const char32_t c = next_code_point(utf8, at);
      const render::Glyph& g = under ? glyphs_.halo(c, size, bold, radius) : glyphs_.glyph(c, size, bold);
      const glm::vec2 pen(start.x + width, start.y);
      if (g.x1 > g.x0) quad(pen + glm::vec2(g.x0, g.y0), pen + glm::vec2(g.x1, g.y1), {g.u0, g.v0}, {g.u1, g.v1}, tone);
      width += g.advance;
    }
  }
  return width;
}

float Painter::text_middle(glm::vec2 middle_left, std::string_view utf8, int size, Rgba8 colour, bool bold, bool halo) {
  return text({middle_left.x, middle_left.y + glyphs_.cap_height(size) / 2}, utf8, size, colour, bold, halo);
}

}  // namespace tenbo::runtime
