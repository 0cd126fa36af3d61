// The time bar: forecast steps as ticks, issue time, the clock's now, transport, JST first.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "format.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

constexpr std::array<double, 8> speeds{60, 300, 600, 1800, 3600, 10800, 21600, 86400};
constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;
constexpr std::int64_t label_steps[] = {minute, 5 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour,
                                        day, 2 * day, 7 * day, 30 * day, 90 * day, 365 * day, 3650 * day};
constexpr std::int64_t jst_ms = geo::jst_offset_minutes * minute;

}  // namespace

void Ui::time_bar() {
  if (layout_.time_bar.empty()) return;
  const auto& time = engine_.time();
  const auto speed_text = [&](double s) {
    const auto [key, unit] = s >= 86400 ? std::pair{"speed.days", 86400.0} : s >= 3600 ? std::pair{"speed.hours", 3600.0} : std::pair{"speed.minutes", 60.0};
    return word(key, {{"n", std::to_string(std::lround(s / unit))}});
  };
  const Rect bar_rect = layout_.time_bar;
  const float unit = u(), edge = touch();
  begin_panel("time", bar_rect);
  const bool narrow = bar_rect.width() < 110 * unit;

  // Left: the time on the glass, large.
  const float clock_width = std::round((narrow ? 21 : 25) * unit);
  ImGui::SetCursorPos({1.5f * unit, 0.75f * unit});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {unit, 0});
  const geo::Instant now = time.now.value_or(time.steps.empty() ? geo::Instant{} : time.steps.front());
  label(format_jst(now) + " JST", narrow ? TextSize::read : TextSize::heading, theme_.text, true);
  label(format_utc_short(now) + " UTC", TextSize::detail, theme_.quiet);
  ImGui::PopStyleVar();

  // Transport, under the clock.
  ImGui::SetCursorPos({0.75f * unit, bar_rect.height() - edge - 0.5f * unit});
  struct Button { const char* id; Icon icon; const char* word; Action action; bool on; };
  const bool forward = time.playing && !time.reverse, back = time.playing && time.reverse;
  const Button buttons[] = {
      {"reverse", back ? Icon::pause : Icon::play_reverse, back ? "time.pause" : "time.reverse", Action::play_reverse, back},
      {"back", Icon::step_back, "time.step_back", Action::step_back, false},
      {"play", forward ? Icon::pause : Icon::play, forward ? "time.pause" : "time.play", Action::play, forward},
      {"forward", Icon::step_forward, "time.step_forward", Action::step_forward, false}};
  for (const Button& b : buttons) {
    if (icon_button(b.id, b.icon, tip(b.word, b.action), b.on)) host_.act(b.action);
    ImGui::SameLine(0, 0);
  }
  std::vector<std::string> names;
  int current = 0;
  for (std::size_t i = 0; i < speeds.size(); ++i) {
    names.push_back(speed_text(speeds[i]));
    if (std::abs(speeds[i] - time.speed) < std::abs(speeds[static_cast<std::size_t>(current)] - time.speed)) current = static_cast<int>(i);
  }
  ImGui::PushFont(fonts_.font(TextSize::detail));
  ImGui::SetCursorPosY(bar_rect.height() - edge - 0.5f * unit);
  if (const int picked = choice("speed", names, current, std::round((narrow ? 10 : 12) * unit)); picked >= 0)
    engine_.set_speed(speeds[static_cast<std::size_t>(picked)]);
  ImGui::PopFont();

  float track_x = forecast_button(bar_rect.x0 + std::max(clock_width, 4 * edge + (narrow ? 11 : 13) * unit) + 1.5f * unit, bar_rect, narrow);
  track_x += clock_control(track_x, bar_rect);
  time_track({track_x, bar_rect.y0 + 0.5f * unit, bar_rect.x1 - 2 * unit, bar_rect.y1 - 0.5f * unit});
  end_panel();
}

void Ui::time_track(const Rect& r) {
  const auto& time = engine_.time();
  if (time.steps.empty() || r.width() < 4 * u()) return;
  const std::int64_t first = time.steps.front().ms, last = std::max(time.steps.back().ms, first + 1);
  const float x0 = r.x0 + 1.5f * u(), x1 = r.x1 - 1.5f * u(), y = std::round(r.y0 + r.height() * 0.55f);
  const auto x_of = [&](std::int64_t ms) {
    return x0 + (x1 - x0) * static_cast<float>(static_cast<double>(ms - first) / static_cast<double>(last - first));
  };
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImGui::PushFont(fonts_.font(TextSize::detail));
  const float line = ImGui::GetFontSize(), rail = std::max(3.0f, std::round(0.5f * u()));

  ImGui::SetCursorScreenPos({r.x0, std::round(y - touch() / 2)});
  ImGui::InvisibleButton("track", {r.width(), touch()});
  const bool hovered = ImGui::IsItemHovered(), dragged = ImGui::IsItemActive();
  const float mouse = std::clamp(ImGui::GetIO().MousePos.x, x0, x1);
  geo::Instant under{first + std::llround(static_cast<double>((mouse - x0) / std::max(1.0f, x1 - x0)) * static_cast<double>(last - first))};
  // Near a step means that step.
  const auto nearest_step = *std::min_element(time.steps.begin(), time.steps.end(), [&](auto a, auto b) {
    return std::abs(a.ms - under.ms) < std::abs(b.ms - under.ms);
  });
  if (std::abs(x_of(nearest_step.ms) - mouse) < 0.75f * u()) under = nearest_step;
  if (dragged && (!time.now || *time.now != under)) {
    engine_.set_playing(false);
    engine_.set_time(under);
  }

  // The rail up to now is bright; steps are ticks, thinned where they would run together.
  const geo::Instant now = time.now.value_or(time.steps.front());
  const float x_now = std::clamp(x_of(now.ms), x0, x1);
  list.AddRectFilled({x0, y - rail / 2}, {x1, y + rail / 2}, theme_.hover.packed(), rail / 2);
  list.AddRectFilled({x0, y - rail / 2}, {x_now, y + rail / 2}, theme_.accent.packed(), rail / 2);
  float drawn = -1e9f;
  for (const geo::Instant step : time.steps) {
    const float x = std::round(x_of(step.ms));
    if (x - drawn < 3) continue;
    drawn = x;
    list.AddRectFilled({x, y - 0.9f * u()}, {x + 1, y + 0.9f * u()}, (step <= now ? theme_.accent : theme_.quiet).packed());
  }

  // Times under the rail, on round JST hours and days, at least as far apart as they are wide.
  const float label_room = ImGui::CalcTextSize(t("00:00")).x + 3 * u();
  std::int64_t step = label_steps[std::size(label_steps) - 1];
  for (const std::int64_t s : label_steps)
    if (static_cast<float>(static_cast<double>(s) / static_cast<double>(last - first)) * (x1 - x0) >= label_room) {
      step = s;
      break;
    }
  const auto floor_to = [](std::int64_t value, std::int64_t to) { return value - ((value % to) + to) % to; };
  for (std::int64_t at = floor_to(first + jst_ms + step - 1, step) - jst_ms; at <= last; at += step) {
    const std::string text = step >= day ? [&] { const auto c = jst({at}); return std::to_string(c.month) + "/" + std::to_string(c.day); }()
                                         : format_jst_clock({at});
    const float width = ImGui::CalcTextSize(t(text)).x, x = x_of(at);
    if (x + width / 2 > r.x1 || x - width / 2 < r.x0) continue;
    list.AddText({std::round(x - width / 2), y + 1.25f * u()}, theme_.quiet.packed(), t(text));
  }

  // Above: the clock's own now where it lies within, and when the forecasts were made, beside it where both are at one place.
  const std::int64_t wall = engine_.now().ms;
  const bool has_now = wall >= first && wall <= last;
  const float issue_y = std::round(y - 2.4f * u() - line), now_y = r.y0 + u(), apart = 0.75f * u();
  float now_x0 = 0, now_x1 = 0;  // what it takes of the line of the issues
  if (has_now) {
    const float x = std::round(x_of(wall));
    list.AddRectFilled({x - 1, now_y}, {x + 1, y + u()}, theme_.attention.packed());
    const float width = ImGui::CalcTextSize(w("time.now")).x;
    const bool fits = x + 0.5f * u() + width <= r.x1;  // at the right end it stands before its mark
    const float text = fits ? x + 0.5f * u() : x - 0.5f * u() - width;
    list.AddText({text, now_y}, theme_.attention.packed(), w("time.now"));
    const bool same_line = std::abs(now_y - issue_y) < line;
    now_x0 = same_line ? std::min(text, x - 1) : x - 1;
    now_x1 = same_line ? std::max(text + width, x + 1) : x + 1;
  }
  std::set<geo::Instant> issues;
  for (const auto& l : layers_)
    if (l.visible && l.issue_time) issues.insert(*l.issue_time);
  float taken = r.x0;
  for (const geo::Instant issue : issues) {
    const std::string text = word("layers.issued") + " " + format_jst_clock(issue);
    const float width = ImGui::CalcTextSize(t(text)).x;
    const bool inside = issue.ms >= first && issue.ms <= last;
    const float mark = std::clamp(x_of(issue.ms), x0, x1);
    float x = std::clamp(mark - (inside ? 0 : width / 2), taken, std::max(taken, r.x1 - width));
    bool room = x + width <= r.x1 + 1;
    if (!room) break;
    if (has_now && x < now_x1 + apart && x + width > now_x0 - apart) {
      x = now_x0 - apart - width >= taken ? now_x0 - apart - width : std::max(taken, now_x1 + apart);
      room = x + width <= r.x1 + 1;
    }
    if (inside) list.AddTriangleFilled({mark - 0.6f * u(), y - 2.1f * u()}, {mark + 0.6f * u(), y - 2.1f * u()}, {mark, y - 1.1f * u()}, theme_.quiet.packed());
    if (!room) continue;  // its mark stands without words
    list.AddText({std::round(x), issue_y}, theme_.quiet.packed(), t(text));
    taken = x + width + 2 * u();
  }

  list.AddCircleFilled({x_now, y}, (dragged || hovered ? 1.15f : 1.0f) * u(), theme_.text.packed(), 24);
  list.AddCircleFilled({x_now, y}, 0.45f * u(), theme_.accent.packed(), 16);
  ImGui::PopFont();
  if (hovered || dragged) tooltip(format_jst(under) + " JST\n" + format_utc_short(under) + " UTC");
}

}  // namespace tenbo::shell
