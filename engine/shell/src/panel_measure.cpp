// Measuring: the line on the scene, its figures, and the ground's profile along it.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::measure_card(float height) {
  const float width = ImGui::GetContentRegionAvail().x;
  MeasureTool& tool = state_.measure;
  if (panel_head(word("measure.title"))) {
    state_.close(Panel::measure);
    tool.clear();
    return;
  }
  if (tool.points.size() < 2) {
    wrapped(word("measure.hint"), TextSize::detail, theme_.quiet);
    if (tool.points.empty()) return;
    label(format_place(tool.points.front()), TextSize::read, theme_.text);
    label(format_metres(tool.points.front().height), TextSize::read, theme_.text);
    return;
  }
  const Measured m = measure(tool.points);
  const auto line = [&](std::string_view key, const std::string& value) {
    label(word(key), TextSize::detail, theme_.quiet);
    ImGui::SameLine(width * 0.45f);
    label(value, TextSize::read, theme_.text, true);
  };
  line("measure.horizontal", format_metres(m.horizontal));
  line("measure.vertical", format_signed_metres(m.vertical));
  line("measure.straight", format_metres(m.straight));
  if (m.area) line("measure.area", format_area(*m.area));
  if (tool.profile_of != tool.points.size()) {
    tool.profile = terrain_profile(tool.points, [&](double lon, double lat) { return engine_.ground_height(lon, lat); });
    tool.profile_of = tool.points.size();
  }
  label(word("measure.profile"), TextSize::detail, theme_.quiet);
  const float room = height - ImGui::GetCursorPosY() - 6 * u();
  profile_chart(width, std::clamp(room, 8 * u(), 22 * u()));
  if (text_button("again", word("measure.again"))) tool.clear();
}

void Ui::profile_chart(float width, float height) {
  const auto& profile = state_.measure.profile;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, theme_.field.packed(), 0.5f * u());
  double low = INFINITY, high = -INFINITY;
  for (const auto& p : profile)
    if (p.height) low = std::min(low, *p.height), high = std::max(high, *p.height);
  ImGui::PushFont(fonts_.font(TextSize::detail));
  if (!(low <= high) || profile.size() < 2) {
    list.AddText({at.x + u(), at.y + u()}, theme_.quiet.packed(), w("measure.no_ground"));
    ImGui::PopFont();
    return;
  }
  const double margin = std::max(0.5, (high - low) * 0.08), bottom = low - margin, top = high + margin, end = profile.back().along;
  const float text_height = ImGui::GetFontSize(), y0 = at.y + 0.5f * u(), y1 = at.y + height - text_height - 0.25f * u();
  const auto x_of = [&](double along) { return at.x + u() + static_cast<float>(along / end) * (width - 2 * u()); };
  const auto y_of = [&](double h) { return y1 - static_cast<float>((h - bottom) / (top - bottom)) * (y1 - y0); };
  Rgba8 fill = theme_.accent;
  fill.a = 50;
  for (std::size_t i = 1; i < profile.size(); ++i) {
    const auto &a = profile[i - 1], &b = profile[i];
    if (!a.height || !b.height) continue;  // unknown ground stays a gap
    const ImVec2 p{x_of(a.along), y_of(*a.height)}, q{x_of(b.along), y_of(*b.height)};
    list.AddQuadFilled(p, q, {q.x, y1}, {p.x, y1}, fill.packed());
    list.AddLine(p, q, theme_.accent.packed(), std::max(1.5f, u() / 5));
  }
  const std::string ends[] = {format_metres(high), format_metres(low)};
  list.AddText({at.x + u(), y0}, theme_.text.packed(), t(ends[0]));
  list.AddText({at.x + u(), y1 - text_height}, theme_.quiet.packed(), t(ends[1]));
  const char* length = t(format_metres(end));
  list.AddText({at.x + width - u() - ImGui::CalcTextSize(length).x, y1}, theme_.quiet.packed(), length);
  list.AddText({at.x + u(), y1}, theme_.quiet.packed(), t("0 m"));
  if (hovered) {
    const double along = std::clamp<double>((ImGui::GetIO().MousePos.x - at.x - u()) / (width - 2 * u()), 0, 1) * end;
    const auto near = std::min_element(profile.begin(), profile.end(), [&](const auto& a, const auto& b) {
      return std::abs(a.along - along) < std::abs(b.along - along);
    });
    list.AddLine({x_of(near->along), y0}, {x_of(near->along), y1}, theme_.quiet.packed());
    tooltip(format_metres(near->along) + "\n" + (near->height ? format_metres(*near->height) : word("probe.unknown")));
  }
  ImGui::PopFont();
}

}  // namespace tenbo::shell
