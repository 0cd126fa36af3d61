// Measuring: the line on the scene, its figures, and the ground's profile along it.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/scene/camera.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::measure_card(float height) {
  const float width = ImGui::GetContentRegionAvail().x, edge = std::round(3 * u());
  MeasureTool& tool = state_.measure;
  label(word("measure.title"), TextSize::heading, theme_.text, true);
  ImGui::SameLine(layout_.right.width() - edge - 1.5f * u());
  if (icon_button("close", Icon::close, tip("card.close", Action::clear), false, 3)) {
    tool.active = false;
    tool.clear();
    return;
  }
  if (tool.points.size() < 2) {
    wrapped(word("measure.hint"), TextSize::detail, theme_.dim);
    if (tool.points.empty()) return;
    label(format_place(tool.points.front()), TextSize::read, theme_.text);
    label(format_metres(tool.points.front().height), TextSize::read, theme_.text);
    return;
  }
  const Measured m = measure(tool.points);
  const auto line = [&](std::string_view key, const std::string& value) {
    label(word(key), TextSize::detail, theme_.dim);
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
  label(word("measure.profile"), TextSize::detail, theme_.dim);
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
    list.AddText({at.x + u(), at.y + u()}, theme_.dim.packed(), w("measure.no_ground"));
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
  list.AddText({at.x + u(), y1 - text_height}, theme_.dim.packed(), t(ends[1]));
  const char* length = t(format_metres(end));
  list.AddText({at.x + width - u() - ImGui::CalcTextSize(length).x, y1}, theme_.dim.packed(), length);
  list.AddText({at.x + u(), y1}, theme_.dim.packed(), t("0 m"));
  if (hovered) {
    const double along = std::clamp<double>((ImGui::GetIO().MousePos.x - at.x - u()) / (width - 2 * u()), 0, 1) * end;
    const auto near = std::min_element(profile.begin(), profile.end(), [&](const auto& a, const auto& b) {
      return std::abs(a.along - along) < std::abs(b.along - along);
    });
    list.AddLine({x_of(near->along), y0}, {x_of(near->along), y1}, theme_.dim.packed());
    tooltip(format_metres(near->along) + "\n" + (near->height ? format_metres(*near->height) : word("probe.unknown")));
  }
  ImGui::PopFont();
}

// The line lies on the ground where that is known; it shows through walls, because it is a tool and not a thing.
void Ui::measure_lines() {
  const MeasureTool& tool = state_.measure;
  if (!tool.active || tool.points.empty()) return;
  const scene::Camera& camera = engine_.camera();
  const glm::dvec2 viewport{size_.x, size_.y};
  ImDrawList& list = *ImGui::GetBackgroundDrawList();
  const auto project = [&](const geo::GeoPoint& p) { return camera.project(geo::to_ecef(p), viewport); };
  std::vector<geo::GeoPoint> line = tool.points;
  const bool pending = state_.ground && state_.cursor;
  if (pending) line.push_back(*state_.ground);
  const float thick = std::max(2.0f, u() / 3.5f);
  for (std::size_t i = 1; i < line.size(); ++i) {
    Rgba8 ink = theme_.accent;
    if (pending && i + 1 == line.size()) ink.a = 130;
    constexpr int pieces = 48;
    std::optional<glm::dvec2> before;
    for (int k = 0; k <= pieces; ++k) {
      geo::GeoPoint p = between(line[i - 1], line[i], static_cast<double>(k) / pieces);
      if (k > 0 && k < pieces)
        if (const auto ground = engine_.ground_height(p.lon, p.lat)) p.height = *ground + 0.3;
      const auto pixel = project(p);
      if (before && pixel) {
        const ImVec2 a{static_cast<float>(before->x), static_cast<float>(before->y)}, b{static_cast<float>(pixel->x), static_cast<float>(pixel->y)};
        list.AddLine(a, b, Rgba8{0, 0, 0, 120}.packed(), thick + 2);
        list.AddLine(a, b, ink.packed(), thick);
      }
      before = pixel;
    }
  }
  for (const geo::GeoPoint& p : tool.points)
    if (const auto pixel = project(p)) {
      const ImVec2 at{static_cast<float>(pixel->x), static_cast<float>(pixel->y)};
      list.AddCircleFilled(at, 0.85f * u(), Rgba8{0, 0, 0, 150}.packed());
      list.AddCircleFilled(at, 0.6f * u(), theme_.text.packed());
    }
  if (line.size() < 2) return;
  if (const auto pixel = project(line.back())) {
    const Measured m = measure(line);
    const std::string text = format_metres(m.horizontal) + "  ↕ " + format_signed_metres(m.vertical);
    const char* shown = t(text);
    const ImVec2 extent = ImGui::CalcTextSize(shown), at{static_cast<float>(pixel->x) + 2 * u(), static_cast<float>(pixel->y) - 3 * u()};
    list.AddRectFilled({at.x - u(), at.y - 0.25f * u()}, {at.x + extent.x + u(), at.y + extent.y + 0.25f * u()}, theme_.panel.packed(), 0.5f * u());
    list.AddText(at, theme_.text.packed(), shown);
  }
}

}  // namespace tenbo::shell
