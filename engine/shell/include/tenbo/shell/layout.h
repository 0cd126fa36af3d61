#pragma once
// Where the panels go at any window size. Pure: a function of sizes, tested without a window.
#include <glm/vec2.hpp>
#include <glm/vec4.hpp>

namespace tenbo::shell {

// x0, y0 inclusive; x1, y1 exclusive; px from the top left corner.
struct Rect {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  float width() const { return x1 - x0; }
  float height() const { return y1 - y0; }
  bool empty() const { return x1 <= x0 || y1 <= y0; }
  bool contains(glm::vec2 p) const { return p.x >= x0 && p.x < x1 && p.y >= y0 && p.y < y1; }
};

inline constexpr int nav_buttons = 7;

struct LayoutInput {
  glm::uvec2 size{1920, 1080};  // px
  float scale = 1;              // content scale x ui.scale
  float left = 1;               // how far the layer panel is slid in, 0..1
  float right = 1;              // the same of the card on the right
  float right_units = 44;       // width of the card on the right where there is room, in 8 px
  float time_bar = 1;
  float banner = 0;             // px at the top that the banners take
  float left_content = 1e9f;    // px the layer panel needs; it is no taller
};
struct Layout {
  Rect top, left, right, time_bar;  // empty where slid out
  Rect free;                        // what the panels leave
  Rect nav;                         // the column of buttons that move the camera, at the right of it; empty where there is no room
  Rect clear;                       // free without nav: where the HUD may stand
  float unit = 8;                   // px: the grid
  bool portrait = false;            // panels side by side above the time bar; the picture is above them
};
Layout layout_for(const LayoutInput& input);

}  // namespace tenbo::shell
