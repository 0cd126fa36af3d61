#include <algorithm>
#include <cmath>

#include "tenbo/geo/ellipsoid.h"
#include "tenbo/runtime/sheet.h"

namespace tenbo::runtime {

void draw_route(const Engine& engine, render::GlyphCache& glyphs, const inspection::Detour& detour, glm::uvec2 size, float unit, Rgba8 ink, render::OverlayList& out) {
  if (detour.around != inspection::Around::found || detour.route.size() < 2) return;
  Painter painter(glyphs, out);
  painter.clip({0, 0, size});
  constexpr Rgba8 shade{0, 0, 0, 130};  // under the stroke, so that it is seen on any ground
  const float thick = std::max(2.5f, unit / 2.5f);
  const auto at = [&](geo::GeoPoint p) -> std::optional<glm::vec2> {
    p.height = engine.ground_height(p.lon, p.lat).value_or(0) + 0.3;
    const auto pixel = engine.camera().project(geo::to_ecef(p), glm::dvec2(size));
    return pixel ? std::optional(glm::vec2(*pixel)) : std::nullopt;
  };
  for (const bool under : {true, false}) {
    std::optional<glm::vec2> before;
    for (const auto& p : detour.route) {
      const auto pixel = at(p);
      if (before && pixel) painter.line(*before, *pixel, under ? thick + 3 : thick, under ? shade : ink);
      before = pixel;
    }
  }
  for (const auto& end : {detour.route.front(), detour.route.back()})
    if (const auto pixel = at(end)) painter.circle(*pixel, 0.7f * unit, ink, shade, std::max(1.5f, 0.25f * unit));
}

Result<SheetPicture> sheet_picture(Engine& engine, const PriorityReport& report, const PriorityRow& row, bool wait, double across) {
  const auto& s = report.structure(row);
  SheetPicture out;
  out.centre = {s.lon, s.lat, s.height.value_or(engine.ground_height(s.lon, s.lat).value_or(0))};
  if (!engine.renderer() || !engine.glyphs()) return out;
  const auto& detour = row.detour_now && row.detour_now->around == inspection::Around::found ? row.detour_now : row.detour;
  double wide = across;
  if (detour && detour->around == inspection::Around::found) {  // all of the way round is on the map, up to 80 km across
    const auto frame = geo::LocalFrame::at(out.centre);
    for (auto p : detour->route) {
      p.height = out.centre.height;
      const auto l = frame.to_local(p);
      wide = std::max({wide, 2.3 * std::abs(l.x), 2.3 * std::abs(l.y) * 186 / 88});
    }
  }
  wide = std::min(wide, 80'000.0);
  constexpr glm::uvec2 size(1488, 704);  // 186 x 88 mm at 8 px a millimetre
  constexpr double fov = 30;             // degrees, of the height
  const double high = wide * size.y / size.x;
  engine.set_camera(scene::look_at(out.centre, high / 2 / std::tan(fov / 2 * 3.14159265358979 / 180), 0, -89.9, fov));
  engine.set_ui_scale(0.75f);
  if (wait) engine.settle();
  auto still = engine.still_with(size, 4, [&](render::OverlayList& list) {
    if (detour) draw_route(engine, *engine.glyphs(), *detour, size, 8, {0x00, 0x8f, 0xff, 255}, list);
    Painter painter(*engine.glyphs(), list);  // a ring round the structure
    if (const auto pixel = engine.camera().project(geo::to_ecef(out.centre), glm::dvec2(size))) {
      painter.circle(glm::vec2(*pixel), 17, {0, 0, 0, 0}, {0, 0, 0, 200}, 6);
      painter.circle(glm::vec2(*pixel), 16, {0, 0, 0, 0}, {255, 255, 255, 255}, 3);
    }
  });
  if (!still) return still.error();
  out.map = std::move(*still);
  return out;
}

}  // namespace tenbo::runtime
