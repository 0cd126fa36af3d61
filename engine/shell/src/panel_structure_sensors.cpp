// The sensors on a structure, in its card: what each says and when, the threshold that it has reached, and its last day as a line.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "overlay.h"
#include "tenbo/runtime/alarm_level.h"
#include "tenbo/runtime/hud.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

constexpr std::size_t most_rows = 60;

// What the line and the thresholds stand at: the greatest and the least value at the left, thresholds by name at the right, each once where
// two would cover one another. In the font that is set.
template <class T, class F>
void numbers(ImDrawList& list, ImVec2 at, ImVec2 size, const runtime::SensorCard& card, const std::string& unit, double least, double most, T&& glyphs, F&& y, const runtime::Theme& theme) {
  const float line = ImGui::GetTextLineHeight();
  const auto at_height = [&](double v) { return std::clamp(y(v) - line / 2, at.y, at.y + size.y - line); };
  const auto write = [&](float x, float top, const std::string& text, Rgba8 colour) {
    const char* shown = glyphs(text);
    const float wide = ImGui::CalcTextSize(shown).x;
    Rgba8 ground = theme.panel;
    ground.a = 225;  // the line goes on behind it
    list.AddRectFilled({x - 2, top}, {x + wide + 2, top + line}, ground.packed());
    list.AddText({std::round(x), std::round(top)}, colour.packed(), shown);
  };
  const int digits = most - least >= 100 ? 0 : most - least >= 10 ? 1 : most - least >= 1 ? 2 : 3;
  const auto said = [&](double v) { return fmt::format("{:.{}f}{}{}", v, digits, unit.empty() ? "" : " ", unit); };
  const float high = at_height(most), low = at_height(least);
  write(at.x + 2, high, said(most), theme.text);
  if (low - high >= line) write(at.x + 2, low, said(least), theme.text);
  std::vector<std::pair<float, const runtime::SensorCard::Level*>> levels;
  for (const auto& l : card.levels)
    if (const float where = y(l.value); where >= at.y && where <= at.y + size.y) levels.emplace_back(at_height(l.value), &l);
  std::sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) { return a.first < b.first; });  // the upper stays, which is the worse where more is worse
  float free = at.y;
  for (const auto& [top, l] : levels) {
    const float wide = ImGui::CalcTextSize(glyphs(l->label)).x;
    if (top < free || wide > size.x * 0.6f) continue;
    write(at.x + size.x - wide - 2, top, l->label, theme.quiet);
    free = top + line;
  }
}

// The last 24 hours; thresholds within reach as lines across. Pieces end where nothing is known.
template <class T>
void spark(ImDrawList& list, ImVec2 at, ImVec2 size, const runtime::SensorCard& card, const std::string& measured_in, T&& glyphs, const runtime::Theme& theme, float unit) {
  list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, theme.raised.packed(), 0.5f * unit);
  double low = INFINITY, high = -INFINITY;
  for (const auto& p : card.line)
    if (std::isfinite(p.y)) low = std::min(low, p.y), high = std::max(high, p.y);
  if (!(low <= high)) return;
  const double reach = std::max({1.5 * (high - low), 0.25 * std::max(std::abs(low), std::abs(high)), 1e-9}), first = low, last = high;
  for (const auto& l : card.levels)
    if (l.value >= first - reach && l.value <= last + reach) low = std::min(low, l.value), high = std::max(high, l.value);
  const double edge = std::max((high - low) * 0.08, 1e-9);
  low -= edge, high += edge;
  const auto y = [&](double v) { return at.y + size.y * static_cast<float>((high - v) / (high - low)); };
  for (const auto& l : card.levels)
    if (l.value >= low && l.value <= high) {
      const float line = std::round(y(l.value));
      list.AddRectFilled({at.x, line - 1}, {at.x + size.x, line + 2}, theme.faint.packed());  // black and white levels stand out, too
      list.AddRectFilled({at.x, line}, {at.x + size.x, line + 1}, l.colour.packed());
    }
  const auto place = [&](glm::dvec2 p) { return ImVec2(at.x + size.x * static_cast<float>(p.x), y(p.y)); };
  for (std::size_t i = 0; i < card.line.size(); ++i) {
    if (!std::isfinite(card.line[i].y)) continue;
    const bool before = i > 0 && std::isfinite(card.line[i - 1].y), after = i + 1 < card.line.size() && std::isfinite(card.line[i + 1].y);
    if (before) list.AddLine(place(card.line[i - 1]), place(card.line[i]), theme.text.packed(), std::max(1.f, 0.2f * unit));
    else if (!after) list.AddCircleFilled(place(card.line[i]), 0.3f * unit, theme.text.packed());
  }
  if (std::isfinite(card.line.back().y)) list.AddCircleFilled(place(card.line.back()), 0.4f * unit, theme.text.packed());
  numbers(list, at, size, card, measured_in, first, last, glyphs, y, theme);
}

}  // namespace

void Ui::sensor_rows(const runtime::StructureCard& card) {
  if (card.sensors.empty()) return;
  const float width = ImGui::GetContentRegionAvail().x, edge = 3 * u();
  label(word("structure.sensors", {{"n", std::to_string(card.sensors.size())}}), TextSize::read, theme_.text, true, width);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < std::min(card.sensors.size(), most_rows); ++i) {
    const auto& s = card.sensors[i];
    ImGui::PushID(static_cast<int>(i));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float left = ImGui::GetCursorPosX(), top = ImGui::GetCursorPosY(), inner = width - edge - u();
    // Its sign: the digit of the level in its colour; what is not current has none, and is hatched or crossed as on the map.
    const Rgba8 fill = s.card.mark.colour;
    const ImVec2 middle{at.x + edge / 2, at.y + edge / 2};
    list.AddCircleFilled(middle, edge / 2, fill.packed());
    const std::string sign = s.card.mark.letter.empty() || s.card.mark.letter == " " ? std::string() : s.card.mark.letter;
    if (!sign.empty()) {
      ImGui::PushFont(fonts_.font(TextSize::detail, true));
      const char* letter = t(sign);
      const ImVec2 extent = ImGui::CalcTextSize(letter);
      list.AddText({std::round(middle.x - extent.x / 2), std::round(middle.y - extent.y / 2)}, runtime::ink_on(fill).packed(), letter);
      ImGui::PopFont();
    }
    if (s.card.mark.hatched)
      for (const float away : {-0.3f, 0.f, 0.3f}) list.AddLine({middle.x + (away - 0.3f) * edge, middle.y + (away + 0.3f) * edge}, {middle.x + (away + 0.3f) * edge, middle.y + (away - 0.3f) * edge}, theme_.text.packed(), 1.5f);
    ImGui::SetCursorPos({left + edge + u(), top});
    ImGui::BeginGroup();
    label(s.card.title, TextSize::detail, s.here ? theme_.accent : theme_.text, true, inner);
    label(s.card.value, TextSize::read, s.overdue || s.card.mark.letter == "×" ? theme_.attention : theme_.text, true, inner);
    if (!s.card.state.empty()) label(s.card.state, TextSize::detail, s.level > 0 || s.overdue ? theme_.attention : theme_.quiet, s.level > 0, inner);
    std::string where = s.where;
    if (s.here) where += (where.empty() ? "" : " · ") + word("structure.sensors_here");
    if (!where.empty()) wrapped(where, TextSize::detail, theme_.quiet, left + width);
    for (const auto& line : s.card.details)
      if (&line == &s.card.details.front() && s.time) wrapped(line, TextSize::detail, theme_.faint, left + width);
    if (!s.source.empty()) label(s.source, TextSize::detail, theme_.faint, false, inner);
    if (!s.card.line.empty()) {
      const ImVec2 from = ImGui::GetCursorScreenPos(), size{inner, 10 * u()};
      ImGui::PushFont(fonts_.font(TextSize::detail, false));
      spark(list, from, size, s.card, s.unit, [this](const std::string& text) { return t(text); }, theme_, u());
      const float line = ImGui::GetTextLineHeight(), to = ImGui::CalcTextSize(t(s.card.to)).x;
      list.AddText({from.x, from.y + size.y}, theme_.faint.packed(), t(s.card.from));
      list.AddText({from.x + size.x - to, from.y + size.y}, theme_.faint.packed(), t(s.card.to));
      ImGui::PopFont();
      ImGui::Dummy({size.x, size.y + line});
    }
    ImGui::EndGroup();
    ImGui::Dummy({0, 0.5f * u()});
    ImGui::PopID();
  }
}

}  // namespace tenbo::shell
