#pragma once
// Markers and labels: which are shown, which stand together as a cluster, and where each text has room.
#include <vector>

#include "context.h"

namespace tenbo::runtime::hud {

struct ShownMarker {
  std::size_t index = 0;      // into the input: the worst of a cluster
  std::size_t count = 1;      // places it stands for
  std::size_t as_bad = 1;     // of them, those of its own shape and colour
  float radius = 0;           // px
  glm::vec4 rect{0};          // symbol, count and sign
  int alarm = 0;              // the highest of those it stands for
};
struct ShownLabel {
  std::size_t index = 0;      // into labels, or into markers
  bool of_marker = false;
  bool selected = false;
  std::string text;           // as it fits
  int size = 0;
  glm::vec4 rect{0};
};
struct Crowd {
  std::vector<ShownMarker> markers;  // in drawing order: far ones first, the selected last
  std::vector<ShownLabel> labels;
};
// Everything that stands on the scene; `taken` are the rectangles that belong to the rest of the HUD.
Crowd arrange(const Context& c, const std::vector<glm::vec4>& taken);
void draw_crowd(Painter& p, const Context& c, const Crowd& crowd);

}  // namespace tenbo::runtime::hud
