#include "map_drawing.h"

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/scene/camera.h"

namespace tenbo::shell {
namespace {

constexpr Rgba8 shade{0, 0, 0, 130};  // under every stroke, so that it is seen on any ground

struct Pen {
  const MapDrawing& of;
  runtime::Painter& painter;
  runtime::Theme theme = runtime::hud_theme(of.night);

  std::optional<glm::vec2> at(const geo::GeoPoint& p) const {
    const auto pixel = of.engine.camera().project(geo::to_ecef(p), glm::dvec2(of.size));
    return pixel ? std::optional(glm::vec2(*pixel)) : std::nullopt;
  }

  // Lies on the ground where that is known; shows through walls, because it is a tool and not a thing.
  void way(const geo::GeoPoint& from, const geo::GeoPoint& to, Rgba8 ink) const {
    constexpr int pieces = 48;
    const float thick = std::max(2.0f, of.unit / 3.5f);
    std::optional<glm::vec2> before;
    for (int k = 0; k <= pieces; ++k) {
      geo::GeoPoint p = between(from, to, static_cast<double>(k) / pieces);
      if (k > 0 && k < pieces)
        if (const auto ground = of.engine.ground_height(p.lon, p.lat)) p.height = *ground + 0.3;
      const auto pixel = at(p);
      if (before && pixel) {
        painter.line(*before, *pixel, thick + 2, shade);
        painter.line(*before, *pixel, thick, ink);
      }
      before = pixel;
    }
  }

  void tag(glm::vec2 pixel, const std::string& text) const {
    const int size = runtime::hud_text_sizes(of.unit / runtime::metrics::unit).read;
    const float width = of.glyphs.text_width(text, size, true), u = of.unit;
    const glm::vec2 a(std::clamp(pixel.x + 2 * u, u, std::max(u, static_cast<float>(of.size.x) - width - 3 * u)), pixel.y - 5 * u);
    painter.rect(a, a + glm::vec2(width + 2 * u, 3.5f * u), theme.panel, u / 2);
    painter.text_middle(a + glm::vec2(u, 1.75f * u), text, size, theme.text, true);
  }
};

// Finished marks, and the one that is being drawn.
void draw_mark(const Pen& pen, MarkKind kind, const std::vector<geo::GeoPoint>& points, const std::string& note, bool draft) {
  Rgba8 ink = pen.theme.attention;
  if (draft) ink.a = 170;
  const float u = pen.of.unit;
  const std::size_t ways = points.size() < 2 || kind == MarkKind::point ? 0 : kind == MarkKind::area && points.size() > 2 ? points.size() : points.size() - 1;
  for (std::size_t i = 0; i < ways; ++i) pen.way(points[i], points[(i + 1) % points.size()], ink);
  if (kind == MarkKind::point || draft)
    for (const auto& p : points)
      if (const auto pixel = pen.at(p)) pen.painter.circle(*pixel, (kind == MarkKind::point ? 1.1f : 0.7f) * u, ink, pen.theme.attention_text, std::max(1.5f, 0.3f * u));
  if (!note.empty() && !points.empty())
    if (const auto pixel = pen.at(points.front())) pen.tag(*pixel, note);
}

}  // namespace

void draw_on_map(const MapDrawing& what, render::OverlayList& out) {
  runtime::Painter painter(what.glyphs, out);
  painter.clip({0, 0, what.size});
  const Pen pen{what, painter};
  const float u = what.unit;
  if (what.tool == Panel::measure && !what.measure.points.empty()) {
    std::vector<geo::GeoPoint> line = what.measure.points;
    if (what.pending) line.push_back(*what.pending);
    for (std::size_t i = 1; i < line.size(); ++i) {
      Rgba8 ink = pen.theme.accent;
      if (what.pending && i + 1 == line.size()) ink.a = 130;
      pen.way(line[i - 1], line[i], ink);
    }
    for (const geo::GeoPoint& p : what.measure.points)
      if (const auto pixel = pen.at(p)) painter.circle(*pixel, 0.75f * u, pen.theme.text, shade, std::max(1.5f, 0.25f * u));
    if (const auto pixel = pen.at(line.back()); pixel && line.size() > 1) {
      const Measured m = measure(line);
      pen.tag(*pixel, format_metres(m.horizontal) + "  ↕ " + format_signed_metres(m.vertical));
    }
  }
  for (const Mark& m : what.markup.marks) draw_mark(pen, m.kind, m.points, m.note, false);
  if (what.tool == Panel::markup) draw_mark(pen, what.markup.kind, what.markup.points, what.markup.note, true);
  if (what.pin)
    if (const auto foot = pen.at(*what.pin)) {  // a pin stuck into the ground
      const glm::vec2 head = *foot - glm::vec2(0, 3.5f * u);
      painter.line(*foot, head, 0.6f * u, shade);
      painter.line(*foot, head, 0.3f * u, pen.theme.text);
      painter.circle(head, 1.1f * u, pen.theme.accent, pen.theme.accent_text, std::max(1.5f, 0.3f * u));
      painter.circle(head, 0.35f * u, pen.theme.accent_text, pen.theme.accent_text, 0);
    }
}

}  // namespace tenbo::shell
