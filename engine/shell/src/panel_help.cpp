// F1: what the mouse and the keys do, as they are bound now.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui.h"

namespace tenbo::shell {

void Ui::help_page() {
  const auto w_px = static_cast<float>(size_.x), h_px = static_cast<float>(size_.y);
  const float width = std::min(w_px - 4 * u(), 108 * u()), height = std::min(h_px - 4 * u(), 92 * u());
  const Rect rect{std::round((w_px - width) / 2), std::round((h_px - height) / 2), std::round((w_px + width) / 2), std::round((h_px + height) / 2)};
  cover({0, 0, w_px, h_px});
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({w_px, h_px});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme_.scrim.packed());
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  const ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav;
  ImGui::Begin("scrim", nullptr, flags);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsMouseClicked(0) && !rect.contains({mouse.x, mouse.y})) state_.help = false;
  ImGui::SetCursorScreenPos({rect.x0, rect.y0});
  Rgba8 solid = theme_.panel;
  solid.a = 250;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, solid.packed());
  ImGui::BeginChild("page", {width, height}, true, ImGuiWindowFlags_NoNav | ImGuiWindowFlags_AlwaysUseWindowPadding);
  ImGui::PopStyleColor();
  label(word("help.title"), TextSize::title, theme_.text, true);
  ImGui::SameLine(width - touch() - u());
  if (icon_button("close", Icon::close, tip("card.close", Action::clear))) state_.help = false;

  const bool two = width > 80 * u();
  const float column = two ? (width - 5 * u()) / 2 : width - 3 * u();
  const auto row = [&](std::string_view what, const std::string& how, float x) {
    ImGui::SetCursorPosX(x);
    label(what, TextSize::detail, theme_.text, false, column * 0.42f);
    ImGui::SameLine(x + column * 0.44f);
    label(how, TextSize::detail, theme_.accent, true, column * 0.55f);
  };
  const float top = ImGui::GetCursorPosY(), x0 = 1.5f * u(), x1 = two ? x0 + column + 2 * u() : x0;
  label(word("help.mouse"), TextSize::read, theme_.quiet, true);
  for (const char* key : {"pan", "zoom", "orbit", "tilt", "goto", "pick", "pin", "buttons", "drop"})
    row(word(std::string("mouse.") + key), word(std::string("mouse.") + key + ".how"), x0);
  ImGui::SetCursorPosX(x0);
  label(word("help.movement"), TextSize::read, theme_.quiet, true);
  for (std::size_t a = 0; a < action_count; ++a)
    if (Bindings::is_held(static_cast<Action>(a)))
      row(word(std::string("action.") + to_string(static_cast<Action>(a))), bindings_.label(static_cast<Action>(a)), x0);
  if (two) ImGui::SetCursorPosY(top);
  ImGui::SetCursorPosX(x1);
  label(word("help.keys"), TextSize::read, theme_.quiet, true);
  for (std::size_t a = 0; a < action_count; ++a)
    if (!Bindings::is_held(static_cast<Action>(a)))
      row(word(std::string("action.") + to_string(static_cast<Action>(a))), bindings_.label(static_cast<Action>(a)), x1);
  touch_scroll();
  ImGui::EndChild();
  ImGui::End();
}

}  // namespace tenbo::shell
