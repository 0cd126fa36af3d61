// Alarms: the open ones, the worst first, to fly to and to acknowledge by name; below them what happened before.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/runtime/alarm_level.h"
#include "tenbo/scene/camera.h"
#include "ui.h"

namespace tenbo::shell {
namespace {
constexpr std::size_t most_rows = 300, most_history = 200;  // of the list: nobody reads more, and each costs its text
constexpr double near_point = 600;                          // m: how near a gauge is looked at
}  // namespace

// The level as a block of its colour with its digit; of a feed that is stale, amber with "!".
void Ui::level_block(int level, bool stale, float x, float y, float edge, bool open) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  Rgba8 fill = stale ? theme_.attention : runtime::alarm_level_colour(level);
  Rgba8 ink = stale ? theme_.attention_text : runtime::ink_on(fill);
  if (!open) fill.a = 110, ink.a = 200;  // what was is quieter than what is
  list.AddRectFilled({x, y}, {x + edge, y + edge}, fill.packed(), 0.5f * u());
  list.AddRect({x, y}, {x + edge, y + edge}, theme_.panel_edge.packed(), 0.5f * u());
  ImGui::PushFont(fonts_.font(TextSize::read, true));
  const char* sign = t(stale ? std::string("!") : std::to_string(level));
  const ImVec2 extent = ImGui::CalcTextSize(sign);
  list.AddText({std::round(x + (edge - extent.x) / 2), std::round(y + (edge - extent.y) / 2)}, ink.packed(), sign);
  ImGui::PopFont();
}

void Ui::alarms_card() {
  const float width = ImGui::GetContentRegionAvail().x;
  AlarmTool& tool = state_.alarms;
  const auto alarms = engine_.alarms();
  const auto open = static_cast<std::size_t>(std::count_if(alarms.begin(), alarms.end(), [](const auto& a) { return !a.acknowledged_at; }));
  const auto count = [&] { chip(word("alarms.open", {{"n", std::to_string(open)}}), open ? theme_.attention : theme_.quiet); };
  const auto sound = [&] {
    const std::string tip_text = word(!tool.can_sound ? "alarms.no_sound" : tool.sound ? "alarms.sound_on" : "alarms.sound_off");
    if (icon_button("sound", tool.sound ? Icon::sound : Icon::sound_off, tip_text, tool.sound && tool.can_sound)) tool.sound = !tool.sound;
  };
  if (panel_head(word("alarms.title"), count, 1, sound)) {
    state_.close(Panel::alarms);
    return;
  }
  const auto clock = engine_.clock();
  const bool past = clock.journal || (clock.feeds && clock.mode != live::Clock::Mode::real);
  if (past) wrapped(word(clock.journal ? "alarm.of_a_replay" : "alarm.of_the_past"), TextSize::detail, theme_.attention);
  else input("##by", tool.by, word("alarms.by_hint"), width);
  ImGui::BeginChild("alarms", {0, 0}, false, ImGuiWindowFlags_NoNav);
  if (open == 0) wrapped(word("alarms.none"), TextSize::detail, theme_.quiet);
  for (std::size_t i = 0; i < std::min(open, most_rows); ++i) {
    ImGui::PushID(static_cast<int>(i));
    alarm_row(alarms[i], past);
    ImGui::PopID();
  }
  if (open > most_rows) label(word("alarm.more", {{"n", std::to_string(open - most_rows)}}), TextSize::detail, theme_.quiet);
  alarm_history();
  touch_scroll();
  ImGui::EndChild();
}

void Ui::alarm_row(const runtime::Alarm& a, bool past) {
  const bool ja = words_.language() == runtime::Language::ja, stale = a.subject == live::AlarmSubject::stale;
  const float width = ImGui::GetContentRegionAvail().x, edge = touch(), block = std::round(4.5f * u());
  const float x = block + u(), room = std::max(8 * u(), width - x - (past ? 0 : edge + 0.5f * u()));
  std::string layer = a.layer;
  for (const auto& l : layers_)
    if (l.name == a.layer && !l.title.empty()) layer = l.title;
  const std::string& what = a.in(ja);
  std::string about = (stale ? word("alarm.stale") : word("sensor.level", {{"level", std::to_string(a.level)}})) + " · " + format_jst(a.at) + " JST";
  if (layer != what.substr(0, layer.size())) about += " · " + layer;
  if (!a.source.empty()) about += " · " + a.source;
  const auto height_of = [&](const std::string& text, TextSize size) {
    ImGui::PushFont(fonts_.font(size));
    const float h = ImGui::CalcTextSize(t(text), nullptr, false, room).y;
    ImGui::PopFont();
    return h;
  };
  const float text = height_of(what, TextSize::read) + height_of(about, TextSize::detail) + 0.25f * u();
  const float row = std::max(edge, std::round(text + u()));
  const ImVec2 at = ImGui::GetCursorPos(), screen = ImGui::GetCursorScreenPos();
  const bool chosen = ImGui::InvisibleButton("go", {x + room, row});
  if (ImGui::IsItemHovered()) {
    if (a.place) ImGui::GetWindowDrawList()->AddRectFilled(screen, {screen.x + x + room, screen.y + row}, theme_.hover.packed(), 0.5f * u());
    tooltip(word(a.place ? "alarms.go" : "alarms.no_place"));
  }
  level_block(a.level, stale, screen.x, std::round(screen.y + (row - block) / 2), block, true);
  ImGui::SetCursorPos({at.x + x, std::round(at.y + (row - text) / 2)});
  wrapped(what, TextSize::read, theme_.text, at.x + x + room);
  ImGui::SetCursorPosX(at.x + x);
  ImGui::SetCursorPosY(std::round(at.y + (row - text) / 2) + height_of(what, TextSize::read) + 0.25f * u());
  wrapped(about, TextSize::detail, theme_.quiet, at.x + x + room);
  if (!past) {
    ImGui::SetCursorPos({at.x + width - edge, std::round(at.y + (row - edge) / 2)});
    if (icon_button("acknowledge", Icon::check, word("alarms.acknowledge"))) {
      const Status done = engine_.acknowledge_alarm(a.id, state_.alarms.by);
      state_.say(done.ok() ? word("alarms.acknowledged", {{"by", state_.alarms.by}}) : done.error().message, !done.ok());
    }
  }
  ImGui::SetCursorPos({at.x, at.y + row});
  ImGui::Dummy({0, 0.25f * u()});
  if (chosen && a.place) {
    geo::GeoPoint to = *a.place;
    to.height = engine_.ground_height(to.lon, to.lat).value_or(0);
    const auto& c = engine_.camera();
    engine_.fly_to(scene::look_at(to, std::max(near_point, 1.8 * a.across), c.heading, a.across > 0 ? -50 : -35, c.fov));
  }
}

// What was raised and who acknowledged it, as the journal has it.
void Ui::alarm_history() {
  const auto history = engine_.alarm_history(most_history);
  if (history.empty()) return;
  const bool ja = words_.language() == runtime::Language::ja;
  ImGui::Dummy({0, 0.5f * u()});
  label(word("alarms.history"), TextSize::read, theme_.quiet, true);
  const float edge = std::round(2.5f * u()), x = edge + u();
  for (const auto& r : history) {
    const ImVec2 at = ImGui::GetCursorPos(), screen = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    level_block(r.level, r.subject == live::AlarmSubject::stale, screen.x, screen.y, edge, false);
    ImGui::SetCursorPos({at.x + x, at.y});
    const std::string when = format_jst(r.at) + " JST · " + (r.acknowledged ? word("alarms.acknowledged", {{"by", r.by}}) : word("alarms.raised"));
    wrapped(when, TextSize::detail, r.acknowledged ? theme_.accent : theme_.quiet, at.x + width);
    ImGui::SetCursorPosX(at.x + x);
    wrapped(ja || r.what_en.empty() ? r.what : r.what_en, TextSize::detail, theme_.text, at.x + width);
    ImGui::SetCursorPosX(at.x);
    ImGui::Dummy({0, 0.25f * u()});
  }
}

// Beside the bell in the top bar: how many are open.
void Ui::badge(const Rect& of, std::size_t count) {
  if (count == 0) return;
  ImGui::PushFont(fonts_.font(TextSize::detail, true));
  const char* text = t(count > 99 ? std::string("99+") : std::to_string(count));
  const ImVec2 extent = ImGui::CalcTextSize(text);
  const float half = std::max(1.125f * u(), extent.x / 2 + 0.5f * u()), high = 1.125f * u();
  const ImVec2 middle{std::round(of.x1 - half), std::round(of.y0 + high + 0.25f * u())};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({middle.x - half, middle.y - high}, {middle.x + half, middle.y + high}, theme_.attention.packed(), high);
  list.AddText({std::round(middle.x - extent.x / 2), std::round(middle.y - extent.y / 2)}, theme_.attention_text.packed(), text);
  ImGui::PopFont();
}

}  // namespace tenbo::shell
