// The column of buttons beside the picture: everything the camera can do with one finger.
#include <imgui.h>

#include <array>

#include "ui.h"

namespace tenbo::shell {
namespace {

constexpr double tap = 0.35;  // s that a tap moves; held, it goes on

}  // namespace

void Ui::nav_buttons() {
  const Rect r = layout_.nav;
  if (r.empty()) return;
  struct Button { Icon icon; const char* word; NavMove move; };
  // In the order of need: where the column is short the last ones are left out.
  constexpr std::array<Button, shell::nav_buttons> buttons{{{Icon::plus, "nav.zoom_in", NavMove::zoom_in},
                                                            {Icon::minus, "nav.zoom_out", NavMove::zoom_out},
                                                            {Icon::tilt_up, "nav.tilt_up", NavMove::tilt_up},
                                                            {Icon::tilt_down, "nav.tilt_down", NavMove::tilt_down},
                                                            {Icon::turn_left, "nav.turn_left", NavMove::turn_left},
                                                            {Icon::turn_right, "nav.turn_right", NavMove::turn_right},
                                                            {Icon::north, "nav.north", NavMove::north}}};
  begin_panel("nav", r);
  const float pad = u() / 2;
  for (std::size_t i = 0; i < buttons.size() && pad + static_cast<float>(i + 1) * touch() < r.height(); ++i) {
    ImGui::SetCursorPos({pad, pad + static_cast<float>(i) * touch()});
    const bool pressed = icon_button(buttons[i].word, buttons[i].icon, word(buttons[i].word));
    if (ImGui::IsItemActivated()) {
      state_.nav = {buttons[i].move, tap, true};
      state_.nav_begun = true;
    }
    if (ImGui::IsItemActive() && state_.nav.move == buttons[i].move) state_.nav.held = true;
    (void)pressed;  // the movement begins with the press, not with its end
  }
  end_panel();
}

}  // namespace tenbo::shell
