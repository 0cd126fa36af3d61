// The slim bar at the top: find, bookmarks, tools, switches.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "ui.h"

namespace tenbo::shell {
namespace {

constexpr ImGuiWindowFlags menu_flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                        ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                                        ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing;

Rect item_rect() {
  const ImVec2 a = ImGui::GetItemRectMin(), b = ImGui::GetItemRectMax();
  return {a.x, a.y, b.x, b.y};
}

Rect window_rect() {
  const ImVec2 p = ImGui::GetWindowPos(), s = ImGui::GetWindowSize();
  return {p.x, p.y, p.x + s.x, p.y + s.y};
}

}  // namespace

void Ui::top_bar() {
  const float unit = u(), edge = touch();
  begin_panel("top", layout_.top);
  const float y = std::round((layout_.top.height() - edge) / 2);
  ImGui::SetCursorPos({unit, y});
  if (icon_button("layers", Icon::layers, tip("top.layers", Action::layers), state_.layers)) host_.act(Action::layers);
  ImGui::SameLine(0, 0);
  if (icon_button("home", Icon::home, tip("top.home", Action::home))) host_.act(Action::home);

  // Right end first, to know what is left for the find box.
  struct Button { const char* id; Icon icon; const char* word; Action action; bool on; };
  const std::size_t alarms = engine_.open_alarms();
  const bool live = alarms > 0 || !engine_.scene().feeds.empty();
  std::vector<Button> buttons;
  if (live) buttons = {{"alarms", Icon::bell, "top.alarms", Action::alarms, state_.shows(Panel::alarms)}, {"feeds", Icon::feed, "top.feeds", Action::feeds, state_.shows(Panel::feeds)}};
  for (const Button& b : {
      Button{"bookmark", Icon::bookmark, "top.bookmarks", Action::count, state_.bookmarks},
      Button{"measure", Icon::ruler, "top.measure", Action::measure, state_.shows(Panel::measure)},
      Button{"markup", Icon::pencil, "top.markup", Action::markup, state_.shows(Panel::markup)},
      Button{"ledger", Icon::ledger, "top.ledger", Action::ledger, state_.shows(Panel::ledger)},
      Button{"structures", Icon::bridge, "top.structures", Action::structures, state_.shows(Panel::structures)},
      Button{"priority", Icon::priority, "top.priority", Action::priority, state_.shows(Panel::priority)},
      Button{"style", Icon::palette, "top.style", Action::style, state_.shows(Panel::style)},
      Button{"water", Icon::drop, engine_.water_mode() == render::WaterMode::classes ? "water.classes"
                            : engine_.water_mode() == render::WaterMode::surface ? "water.surface" : "water.both",
       Action::water_mode, engine_.water_mode() != render::WaterMode::both},
      Button{"night", state_.night ? Icon::moon : Icon::sun, "top.night", Action::night, state_.night},
      Button{"save", Icon::save, "top.save", Action::save, state_.save},
      Button{"shot", Icon::camera, "top.screenshot", Action::screenshot, false},
      Button{"help", Icon::help, "top.help", Action::help, state_.help}})
    buttons.push_back(b);
  const float language_width = std::round(8 * unit);
  const float find_x = 2 * edge + 2 * unit;
  const auto tail_of = [&](std::size_t n) { return static_cast<float>(n) * edge + language_width + 1.5f * unit; };
  const auto room = [&] { return layout_.top.width() - find_x - tail_of(buttons.size()) - unit; };
  // In a narrow window those go first that are asked for least; their keys stay.
  for (const std::string_view least : {"shot", "save", "night", "water", "style", "feeds", "structures", "priority", "ledger", "markup", "measure", "bookmark"})
    if (room() < 16 * unit) std::erase_if(buttons, [&](const Button& b) { return b.id == least; });
  const float tail = tail_of(buttons.size());
  const float find_width = std::max(8 * unit, std::min(48 * unit, room()));
  ImGui::SameLine(0, unit);
  ImGui::SetCursorPosY(y);
  const bool focus = std::exchange(state_.find_focus, false);
  if (input("##find", state_.find_text, word("find.hint"), find_width, focus)) {
    state_.find_wait = 0.15;
    state_.find_open = true;
  }
  find_anchor_ = item_rect();
  if (ImGui::IsItemActive()) state_.find_open = true;
  const bool enter = ImGui::IsItemDeactivated() &&
                     ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter), false);
  draw_icon(*ImGui::GetWindowDrawList(), Icon::search, {find_anchor_.x1 - 2 * unit, (find_anchor_.y0 + find_anchor_.y1) / 2},
            1.75f * unit, theme_.quiet.packed());
  if (state_.find_wait > 0) {
    animating_ = true;
    state_.find_wait -= state_.last_step;
  }
  if (state_.find_text != state_.found_for && (state_.find_wait <= 0 || enter)) {
    state_.found_for = state_.find_text;
    state_.found = state_.find_text.empty() ? std::vector<runtime::Found>{} : engine_.find(state_.find_text);
  }
  if (enter && !state_.found.empty()) {
    engine_.fly_to(state_.found.front().camera);
    state_.find_open = false;
  }

  ImGui::SetCursorPos({layout_.top.width() - tail, y});
  for (const Button& b : buttons) {
    if (icon_button(b.id, b.icon, tip(b.word, b.action), b.on)) {
      if (b.action == Action::count) state_.bookmarks = !state_.bookmarks;
      else host_.act(b.action);
    }
    if (b.action == Action::count) bookmark_anchor_ = item_rect();
    if (b.action == Action::save) save_anchor_ = item_rect();
    if (b.action == Action::alarms) badge(item_rect(), alarms);
    ImGui::SameLine(0, 0);
  }
  ImGui::SameLine(0, 0.5f * unit);
  ImGui::SetCursorPosY(y);
  // The switch names the language one gets.
  if (text_button("language", word("top.other_language"), false, language_width)) host_.act(Action::language);
  if (ImGui::IsItemHovered()) tooltip(tip("top.language", Action::language));
  end_panel();

  if (state_.find_open && !state_.find_text.empty()) find_results(find_anchor_);
  if (state_.bookmarks) bookmarks_menu(bookmark_anchor_);
  if (state_.save) save_menu(save_anchor_);
}

void Ui::find_results(const Rect& below) {
  const float width = std::max(below.width(), 40 * u());
  ImGui::SetNextWindowPos({below.x0, layout_.top.y1 + 0.5f * u()});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, layout_.free.height() * 0.7f});
  ImGui::SetNextWindowBgAlpha(0.97f);
  ImGui::Begin("found", nullptr, menu_flags & ~ImGuiWindowFlags_NoScrollbar);
  if (state_.found.empty())
    label(word(state_.found_for == state_.find_text ? "find.nothing" : "find.searching"), TextSize::detail, theme_.quiet);
  for (std::size_t i = 0; i < state_.found.size(); ++i) {
    const runtime::Found& f = state_.found[i];
    ImGui::PushID(static_cast<int>(i));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float row = std::round(5.5f * u()), inner = width - 3 * u();
    const bool chosen = ImGui::InvisibleButton("row", {inner, row});
    if (ImGui::IsItemHovered())
      ImGui::GetWindowDrawList()->AddRectFilled({at.x - u() / 2, at.y}, {at.x + inner + u() / 2, at.y + row},
                                                theme_.hover.packed(), 0.5f * u());
    const ImVec2 next = ImGui::GetCursorPos();
    ImGui::SetCursorScreenPos({at.x, at.y + 0.25f * u()});
    label(f.text, TextSize::read, theme_.text, false, inner);
    ImGui::SetCursorScreenPos({at.x, at.y + 2.9f * u()});
    label(f.detail, TextSize::detail, theme_.quiet, false, inner);
    ImGui::SetCursorPos(next);
    if (chosen) {
      engine_.fly_to(f.camera);
      state_.find_open = false;
    }
    ImGui::PopID();
  }
  touch_scroll();
  cover(window_rect());
  ImGui::End();
}

void Ui::bookmarks_menu(const Rect& below) {
  const float width = 36 * u();
  ImGui::SetNextWindowPos({std::min(below.x0, layout_.top.x1 - width), layout_.top.y1 + 0.5f * u()});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, layout_.free.height() * 0.7f});
  ImGui::SetNextWindowBgAlpha(0.97f);
  ImGui::Begin("bookmarks", nullptr, menu_flags & ~ImGuiWindowFlags_NoScrollbar);
  label(word("bookmarks.title"), TextSize::read, theme_.text, true);
  const bool japanese = engine_.language() == runtime::Language::ja;
  const auto& views = engine_.scene().views;
  if (views.empty()) wrapped(word("bookmarks.none"), TextSize::detail, theme_.quiet);
  for (std::size_t i = 0; i < views.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const std::string& title = views[i].title.in(japanese);
    if (text_button("go", title.empty() ? views[i].name : title, false, width - 3 * u())) {
      engine_.fly_to(views[i].camera);
      state_.bookmarks = false;
    }
    ImGui::PopID();
  }
  input("##name", state_.bookmark_name, word("bookmarks.hint"), width - 13 * u());
  ImGui::SameLine();
  if (text_button("add", word("bookmarks.add"), true, 9 * u())) host_.act(Action::bookmark);
  cover(window_rect());
  ImGui::End();
}

void Ui::save_menu(const Rect& below) {
  const float width = std::min(56 * u(), layout_.top.width());
  ImGui::SetNextWindowPos({std::min(below.x0, layout_.top.x1 - width), layout_.top.y1 + 0.5f * u()});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, 60 * u()});
  ImGui::SetNextWindowBgAlpha(0.97f);
  ImGui::Begin("save", nullptr, menu_flags);
  label(word("save.title"), TextSize::read, theme_.text, true);
  const bool enter = (input("##path", state_.save_path, "scene.json", width - 3 * u()), ImGui::IsItemDeactivated()) &&
                     ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter), false);
  if ((text_button("ok", word("save.save"), true) || enter) && !state_.save_path.empty()) {
    const Status saved = engine_.save(state_.save_path);
    state_.say(saved.ok() ? word("save.done") + " " + state_.save_path : saved.error().text(), !saved.ok());
    if (saved.ok()) state_.save = false;
  }
  ImGui::SameLine();
  if (text_button("cancel", word("cancel"))) state_.save = false;
  cover(window_rect());
  ImGui::End();
}

void Ui::toasts(double dt) {
  float y = (layout_.time_bar.empty() ? static_cast<float>(size_.y) : layout_.time_bar.y0) - u();
  if (layout_.portrait) y = layout_.free.y1 - u();
  const float centre = (layout_.free.x0 + layout_.free.x1) / 2, width = std::max(20 * u(), std::min(80 * u(), layout_.free.width() - 4 * u()));
  for (std::size_t i = state_.toasts.size(); i-- > 0;) {
    Toast& toast = state_.toasts[i];
    toast.left -= dt;
    if (toast.left <= 0) {
      state_.toasts.erase(state_.toasts.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    animating_ = true;
    ImGui::PushStyleVar(ImGuiStyleVar_Alpha, std::clamp(static_cast<float>(toast.left / 0.2), 0.05f, 1.0f));
    ImGui::SetNextWindowPos({centre, y}, 0, {0.5f, 1});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {width, 30 * u()});
    ImGui::PushID(static_cast<int>(i));
    char name[32];
    std::snprintf(name, sizeof name, "toast%zu", i);
    ImGui::Begin(name, nullptr, menu_flags | ImGuiWindowFlags_NoInputs);
    ImGui::PushTextWrapPos(width - 3 * u());
    ImGui::PushStyleColor(ImGuiCol_Text, (toast.error ? theme_.error : theme_.text).packed());
    ImGui::TextUnformatted(t(toast.text));
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
    y -= ImGui::GetWindowSize().y + u();
    ImGui::End();
    ImGui::PopID();
    ImGui::PopStyleVar();
  }
}

}  // namespace tenbo::shell
