#pragma once
// Sizes and words that all parts of the HUD share. Lengths are px after scaling; the grid is 8 px at scale 1.
#include <algorithm>
#include <cmath>
#include <string>

#include "tenbo/runtime/hud.h"
#include "words.h"

namespace tenbo::runtime::hud {

// Everything a part needs to measure and to draw itself.
struct Context {
  const HudInput& input;
  render::GlyphCache& glyphs;
  Theme theme;
  float scale = 1;
  TextSizes sizes{};
  glm::vec4 area{0};  // px: where parts may stand

  float px(float at_scale_1) const { return std::round(at_scale_1 * scale); }
  float hair() const { return std::max(1.f, std::floor(scale)); }  // the thinnest line
  int font(float at_scale_1) const {
    return std::clamp(static_cast<int>(std::lround(at_scale_1 * scale)), render::least_text_size, render::greatest_text_size);
  }
  float width(std::string_view text, int size, bool bold = false) const { return glyphs.text_width(text, size, bold); }
  std::string say(std::string_view key, const Values& values = {}) const { return hud::say(input.words, input.language, key, values); }
};

// The beginning of a text, so that nobody's megabyte is measured every frame; cut between characters.
inline std::string head(const std::string& text, std::size_t bytes = 400) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

inline glm::vec2 size_of(glm::vec4 r) { return {r.z - r.x, r.w - r.y}; }
inline glm::vec2 min_of(glm::vec4 r) { return {r.x, r.y}; }
inline glm::vec2 max_of(glm::vec4 r) { return {r.z, r.w}; }
inline bool overlap(glm::vec4 a, glm::vec4 b) { return a.x < b.z && b.x < a.z && a.y < b.w && b.y < a.w; }
inline bool inside(glm::vec2 p, glm::vec4 r) { return p.x >= r.x && p.x < r.z && p.y >= r.y && p.y < r.w; }

inline void draw_panel(Painter& p, const Context& c, glm::vec4 r) {
  p.rect(min_of(r), max_of(r), c.theme.panel, c.px(metrics::radius));
  p.frame(min_of(r), max_of(r), c.hair(), c.theme.panel_edge, c.px(metrics::radius));
}

}  // namespace tenbo::runtime::hud
