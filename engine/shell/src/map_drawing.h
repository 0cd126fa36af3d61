#pragma once
// What a person has drawn on the map: measured lines and the pinned point. On the window's picture and on F12's alike.
#include "state.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::shell {

struct MapDrawing {
  const runtime::Engine& engine;
  render::GlyphCache& glyphs;
  Panel tool = Panel::none;  // in hand
  const MeasureTool& measure;
  const MarkupTool& markup;
  std::optional<geo::GeoPoint> pin;
  std::optional<geo::GeoPoint> pending;  // the next point of the line, under the cursor; not on pictures
  glm::uvec2 size{1, 1};                 // px
  float unit = 8;                        // px
  bool night = false;
};
void draw_on_map(const MapDrawing& what, render::OverlayList& out);

}  // namespace tenbo::shell
