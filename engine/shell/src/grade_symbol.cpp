// The sign of a grade in a panel: shape, colour and letter as the markers on the map have them.
#include <imgui.h>

#include <cmath>

#include "ui.h"

namespace tenbo::shell {

const char* grade_letter(inspection::Grade g) {
  static constexpr const char* letters[] = {"?", "I", "II", "III", "IV", "–"};
  return letters[static_cast<std::size_t>(g)];
}

void Ui::grade_symbol(inspection::Grade g, float x, float y, float radius) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rgba8 c = engine_.grade_colour(g);
  const auto regular = [&](int n, float turn, float r, float down) {
    for (int i = 0; i < n; ++i) {
      const float a = turn + 6.2831853f * static_cast<float>(i) / static_cast<float>(n);
      list.PathLineTo({x + r * std::sin(a), y + down - r * std::cos(a)});
    }
    list.PathFillConvex(c.packed());
  };
  float letter_down = 0, letter = radius * 1.3f;
  switch (g) {
    case inspection::Grade::I: list.AddCircleFilled({x, y}, radius, c.packed()); break;
    case inspection::Grade::II: regular(4, 0.78539816f, radius * 1.22f, 0); break;
    case inspection::Grade::III: regular(3, 0, radius * 1.42f, radius * 0.26f), letter_down = radius * 0.33f, letter *= 0.85f; break;
    case inspection::Grade::IV: regular(4, 0, radius * 1.15f, 0), letter *= 0.9f; break;
    default: regular(6, 0, radius * 1.06f, 0);
  }
  const float luma = 0.2126f * static_cast<float>(c.r) + 0.7152f * static_cast<float>(c.g) + 0.0722f * static_cast<float>(c.b);
  const ImU32 ink = luma > 120 ? IM_COL32(18, 18, 20, 255) : IM_COL32_WHITE;
  ImFont* font = fonts_.font(TextSize::detail, true);
  ImGui::PushFont(font);  // glyphs are made for the font that is current
  const char* shown = t(grade_letter(g));
  const ImVec2 extent = font->CalcTextSizeA(letter, 1e9f, 0, shown);
  list.AddText(font, letter, {std::round(x - extent.x / 2), std::round(y + letter_down - extent.y / 2)}, ink, shown);
  ImGui::PopFont();
}

}  // namespace tenbo::shell
