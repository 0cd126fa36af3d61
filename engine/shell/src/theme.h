#pragma once
// Colours of the panels. One accent, of a hue that no official hazard scale uses. At night nothing on a panel is
// brighter than the palest hazard class.
#include <algorithm>

#include "tenbo/runtime/hud.h"

namespace tenbo::shell {

struct PanelTheme {
  Rgba8 panel{13, 19, 25, 222}, edge{255, 255, 255, 20}, raised{255, 255, 255, 16}, hover{255, 255, 255, 28};
  Rgba8 text{233, 239, 243, 255}, dim{160, 173, 183, 255}, faint{96, 110, 121, 255};
  Rgba8 accent{72, 199, 183, 255}, on_accent{6, 24, 22, 255};
  Rgba8 warn{244, 187, 79, 255}, error{255, 118, 104, 255};
  Rgba8 field{0, 0, 0, 96};         // where one types
  Rgba8 scrim{4, 7, 10, 150};       // behind a page over everything
};
// Panel, text, accent and attention are the HUD's own; the rest goes with them.
inline PanelTheme panel_theme(bool night) {
  PanelTheme t;
  const runtime::Theme hud = runtime::hud_theme(night);
  t.panel = hud.panel;
  t.panel.a = std::max<std::uint8_t>(hud.panel.a, 232);  // panels hold small text
  t.edge = hud.panel_edge;
  t.text = hud.text;
  t.dim = hud.quiet;
  t.accent = hud.accent;
  t.warn = hud.attention;
  if (!night) return t;
  t.raised = {255, 255, 255, 9};
  t.hover = {255, 255, 255, 16};
  t.faint = {84, 94, 102, 255};
  t.error = {176, 84, 76, 255};
  return t;
}

}  // namespace tenbo::shell
