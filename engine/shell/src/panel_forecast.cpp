// A forecast of several issues or members: which issue, which future, and what the issue changed. Also the button in the time bar that
// says all that in words and opens the card.
#include <imgui.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "format.h"
#include "tenbo/runtime/freshness.h"
#include "tenbo/scene/camera.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

std::string day_and_clock(geo::Instant t) {  // "9/13 05:30" in JST
  const auto c = jst(t);
  return fmt::format("{}/{} {:02}:{:02}", c.month, c.day, c.hour, c.minute);
}

// Its messages say what the areas were before (docs/guide/plugins.md).
bool says_before(const runtime::LayerStatus& l) {
  return std::any_of(l.attributes.begin(), l.attributes.end(), [](const auto& a) { return a.name == "class_before"; });
}

std::optional<double> number(const std::string& text) {
  double v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(v) ? std::optional(v) : std::nullopt;
}

// The first class of a palette of depths begins just above nothing, so that what is dry is in none: people read and write that as 0.
bool about_nothing(double v) { return std::abs(v) < 1e-4; }

bool rises(const runtime::ChangedArea& a) { return a.to_level > a.from_level; }

}  // namespace

bool Ui::has_forecast_card(const runtime::LayerStatus& l) const { return l.state == runtime::LayerState::ready && (l.forecast || says_before(l)); }

void Ui::open_forecast(std::uint32_t layer) {
  state_.forecast = {};
  state_.open(Panel::forecast);
  state_.forecast.layer = layer;
}

// What the time bar speaks of: the layer of the card, else the forecast that is drawn last.
const runtime::LayerStatus* Ui::forecast_layer() const {
  const runtime::LayerStatus* out = nullptr;
  for (const auto& l : layers_) {
    if (!l.forecast || !l.visible) continue;
    if (state_.forecast.layer == l.id) return &l;
    out = &l;
  }
  return out;
}

std::string Ui::issue_words(const runtime::ForecastStatus& f, std::size_t issue) const {
  if (issue >= f.issues.size()) return word("forecast.undated");
  std::string out = day_and_clock(f.issues[issue]);
  if (issue + 1 == f.issues.size() && f.issues.size() > 1) out += " " + word("forecast.latest");
  return out;
}

// Both axes in words, beside the track; returns where the track may begin.
float Ui::forecast_button(float x, const Rect& bar, bool narrow) {
  const runtime::LayerStatus* l = forecast_layer();
  if (!l) return x;
  const auto& f = *l->forecast;
  const bool earlier = f.issue + 1 < f.issues.size();
  const auto valid = l->valid_time ? l->valid_time : engine_.time().now;
  std::string what = f.what.empty() ? std::string() : f.what;
  if (f.show.changed) what += (what.empty() ? "" : " · ") + word("forecast.changed_short");
  const std::string lines[] = {
      word("forecast.valid") + " " + (valid ? day_and_clock(*valid) + " JST" : word("forecast.undated")),
      word("layers.issued") + " " + (f.issue < f.issues.size() ? day_and_clock(f.issues[f.issue]) + " JST" : word("forecast.undated")) +
          (f.issues.size() < 2 ? "" : " " + word(earlier ? "forecast.earlier" : "forecast.latest")),
      what};
  ImGui::PushFont(fonts_.font(TextSize::detail));
  float width = 0;
  for (const auto& line : lines) width = std::max(width, ImGui::CalcTextSize(t(line)).x);
  width = std::round(std::min(width + 4.5f * u(), (narrow ? 26.0f : 46.0f) * u()));
  const float pad = 0.75f * u(), height = bar.height() - 2 * pad, step = std::round(ImGui::GetFontSize() * 1.35f);
  const ImVec2 at{x, bar.y0 + pad};
  ImGui::SetCursorScreenPos(at);
  const bool pressed = ImGui::InvisibleButton("forecast", {width, height}), hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, (hovered || state_.shows(Panel::forecast) ? theme_.hover : theme_.raised).packed(), 0.5f * u());
  float y = std::round(at.y + (height - step * (what.empty() ? 2.f : 3.f)) / 2);
  for (std::size_t i = 0; i < std::size(lines); ++i, y += step) {
    if (lines[i].empty()) continue;
    const Rgba8 ink = i == 1 && earlier ? theme_.attention : i == 0 ? theme_.quiet : theme_.text;
    list.AddText({at.x + u(), y}, ink.packed(), t(cut(lines[i], width - 4 * u())));
  }
  draw_icon(list, Icon::right, {at.x + width - 1.5f * u(), std::round(at.y + height / 2)}, 1.5f * u(), theme_.quiet.packed());
  ImGui::PopFont();
  if (hovered) tooltip((l->title.empty() ? l->name : l->title) + "\n" + lines[0] + "\n" + lines[1] + (what.empty() ? "" : "\n" + what));
  if (pressed) {
    if (state_.shows(Panel::forecast)) state_.close(Panel::forecast);
    else open_forecast(l->id);
  }
  return x + width + 1.5f * u();
}

void Ui::forecast_card(float) {
  const float width = ImGui::GetContentRegionAvail().x;
  ForecastTool& tool = state_.forecast;
  if (panel_head(word("forecast.title"), {}, 1, [&] {
        if (icon_button("undo", Icon::undo, tip("layers.undo", Action::undo))) host_.act(Action::undo);
      })) {
    state_.close(Panel::forecast);
    return;
  }
  std::vector<const runtime::LayerStatus*> choices;
  std::vector<std::string> names;
  int current = -1;
  for (const auto& l : layers_) {
    if (!has_forecast_card(l)) continue;
    if (tool.layer == l.id) current = static_cast<int>(choices.size());
    choices.push_back(&l);
    names.push_back(l.title.empty() ? l.name : l.title);
  }
  if (choices.empty()) {
    wrapped(word("forecast.none"), TextSize::detail, theme_.quiet);
    return;
  }
  if (current < 0) current = static_cast<int>(choices.size()) - 1;
  if (choices.size() > 1) {
    if (const int c = choice("layer", names, current, width); c >= 0) current = c;
  } else {
    label(names[0], TextSize::read, theme_.text, true, width);
  }
  const runtime::LayerStatus& l = *choices[static_cast<std::size_t>(current)];
  if (tool.layer != l.id) tool.threshold.clear();
  tool.layer = l.id;
  if (l.forecast) {
    forecast_issue(l, width);
    forecast_member(l, width);
  }
  forecast_changes(l, width);
  touch_scroll();
}

// Shows it, and says why where that cannot be.
void Ui::show_field(const runtime::LayerStatus& l, const scene::FieldShow& show) {
  if (auto s = engine_.show(l.id, show); !s) state_.say(s.error().text(), true);
}

void Ui::forecast_issue(const runtime::LayerStatus& l, float width) {
  const auto& f = *l.forecast;
  const float edge = touch();
  label(word("forecast.issue"), TextSize::detail, theme_.quiet);
  if (f.issues.size() < 2) {
    label(issue_words(f, 0) + (f.issues.empty() ? "" : " JST"), TextSize::read, theme_.text, false, width);
    return;
  }
  const auto pick = [&](std::size_t issue) {
    auto show = f.show;
    show.issue = issue + 1 == f.issues.size() ? "latest" : geo::format_utc(f.issues[issue]);
    if (issue == 0) show.changed = false;  // nothing came before it
    show_field(l, show);
  };
  const auto now = l.live ? std::optional(engine_.now()) : engine_.time().now;
  const auto age = [&](std::size_t i) {
    if (!now || *now < f.issues[i]) return std::string();
    return word("age.old", {{"age", runtime::age_text(words_.table, words_.language(), static_cast<double>(now->ms - f.issues[i].ms) / 1000)}});
  };
  std::vector<std::string> items;
  for (std::size_t i = f.issues.size(); i-- > 0;)  // the newest first
    items.push_back(issue_words(f, i) + (age(i).empty() ? "" : " · " + age(i)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0.75f * u()});
  if (icon_button("earlier", Icon::step_back, word("forecast.one_earlier")) && f.issue > 0) pick(f.issue - 1);
  ImGui::SameLine(0, 0);
  if (const int c = choice("issue", items, static_cast<int>(f.issues.size() - 1 - f.issue), width - 2 * edge); c >= 0) pick(f.issues.size() - 1 - static_cast<std::size_t>(c));
  ImGui::SameLine(0, 0);
  if (icon_button("later", Icon::step_forward, word("forecast.one_later")) && f.issue + 1 < f.issues.size()) pick(f.issue + 1);
  ImGui::PopStyleVar();
  if (const auto old = age(f.issue); !old.empty()) label(old, TextSize::detail, theme_.quiet);  // also where the box is too narrow for it
  if (f.issue + 1 < f.issues.size()) wrapped(word("forecast.not_latest", {{"time", day_and_clock(f.issues.back())}}), TextSize::detail, theme_.attention);
}

void Ui::forecast_member(const runtime::LayerStatus& l, float width) {
  const auto& f = *l.forecast;
  const float edge = touch(), gap = 0.5f * u();
  if (f.members.size() > 1) {
    label(word("forecast.member", {{"n", std::to_string(f.members.size())}}), TextSize::detail, theme_.quiet);
    const auto pick = [&](const std::string& member) {
      auto show = f.show;
      show.member = member;
      // A probability needs a threshold: where the second class of the palette begins, until somebody says another.
      if (member == "probability" && !show.threshold) show.threshold = f.thresholds.size() > 1 ? f.thresholds[1] : f.threshold;
      show_field(l, show);
    };
    constexpr const char* statistics[] = {"mean", "max", "probability", "p10", "p50", "p90"};
    const float third = std::floor((width - 2 * gap) / 3);
    for (std::size_t i = 0; i < std::size(statistics); ++i) {
      if (i % 3) ImGui::SameLine(0, gap);
      if (text_button(statistics[i], word(std::string("forecast.") + statistics[i]), f.show.member == statistics[i], third)) pick(statistics[i]);
    }
    if (text_button("disagreement", word("forecast.disagreement"), f.show.member == "disagreement", width)) pick("disagreement");
    const auto at = std::find(f.members.begin(), f.members.end(), f.show.member);
    const int index = at == f.members.end() ? -1 : static_cast<int>(at - f.members.begin());
    std::vector<std::string> items;
    for (const auto& m : f.members) items.push_back(word("forecast.one", {{"name", m}}));
    if (index < 0) items.insert(items.begin(), word("forecast.any"));
    const int shift = index < 0 ? 1 : 0, n = static_cast<int>(f.members.size());
    if (icon_button("before", Icon::step_back, word("forecast.member_before")) && n > 0) pick(f.members[static_cast<std::size_t>(index < 0 ? n - 1 : (index + n - 1) % n)]);
    ImGui::SameLine(0, 0);
    if (const int c = choice("member", items, std::max(index, 0), width - 2 * edge); c >= shift) pick(f.members[static_cast<std::size_t>(c - shift)]);
    ImGui::SameLine(0, 0);
    if (icon_button("next", Icon::step_forward, word("forecast.member_next")) && n > 0) pick(f.members[static_cast<std::size_t>((index + 1) % n)]);
    forecast_threshold(l, width);
  }
  if (f.issues.size() > 1) {
    const bool possible = f.issue > 0;
    if (text_button("changed", word("forecast.changed"), f.show.changed, width) && possible) {
      auto show = f.show;
      show.changed = !show.changed;
      show_field(l, show);
    }
    if (!possible) wrapped(word("forecast.first"), TextSize::detail, theme_.quiet);
  }
}

// Of the probability and of the hatching. Minus and plus go along the classes of the palette; any other number can be typed.
void Ui::forecast_threshold(const runtime::LayerStatus& l, float width) {
  const auto& f = *l.forecast;
  const float edge = touch();
  ForecastTool& tool = state_.forecast;
  const auto set = [&](double v) {
    auto show = f.show;
    show.threshold = v;
    tool.threshold.clear();
    show_field(l, show);
  };
  label(word("forecast.threshold", {{"unit", f.unit}}), TextSize::detail, theme_.quiet);
  const auto below = std::lower_bound(f.thresholds.begin(), f.thresholds.end(), f.threshold);
  const auto above = std::upper_bound(f.thresholds.begin(), f.thresholds.end(), f.threshold);
  const float y = ImGui::GetCursorPosY();
  if (icon_button("less", Icon::minus, word("forecast.lower")) && below != f.thresholds.begin()) set(*(below - 1));
  ImGui::SameLine(0, 0);
  if (!tool.typing) tool.threshold = fmt::format("{:g}", about_nothing(f.threshold) ? 0 : f.threshold);
  ImGui::PushFont(fonts_.font(TextSize::read));
  const float unit_width = ImGui::CalcTextSize(t(f.unit)).x + 1.5f * u();
  input("##threshold", tool.threshold, "", width - 2 * edge - unit_width);
  const bool typing = ImGui::IsItemActive(), done = ImGui::IsItemDeactivatedAfterEdit();
  ImGui::SameLine(0, 0.5f * u());
  ImGui::SetCursorPosY(y + std::round((edge - ImGui::GetFontSize()) / 2));
  label(f.unit, TextSize::read, theme_.text);
  ImGui::PopFont();
  ImGui::SetCursorPos({layout_.right.width() - edge - 1.5f * u(), y});
  if (icon_button("more", Icon::plus, word("forecast.higher")) && above != f.thresholds.end()) set(*above);
  if (done) {
    if (auto v = number(tool.threshold)) {
      if (about_nothing(*v) && !f.thresholds.empty() && about_nothing(f.thresholds.front())) v = f.thresholds.front();
      if (*v != f.threshold) set(*v);
    } else {
      state_.say(word("forecast.no_number", {{"text", tool.threshold}}), true);
    }
  }
  tool.typing = typing;
}

// A row of a list that flies there: two lines, a finger high.
bool Ui::place_row(const std::string& text, const std::string& detail, Rgba8 ink, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float line1 = fonts_.font(TextSize::read)->FontSize, line2 = fonts_.font(TextSize::detail)->FontSize;
  const float row = std::max(touch(), std::round(line1 + line2 + u()));
  const bool pressed = ImGui::InvisibleButton("row", {width, row}), hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (hovered) list.AddRectFilled(at, {at.x + width, at.y + row}, theme_.hover.packed(), 0.5f * u());
  const float room = width - 4 * u(), y = std::round(at.y + (row - line1 - line2) / 2);
  ImGui::PushFont(fonts_.font(TextSize::read));
  list.AddText(fonts_.font(TextSize::read), line1, {at.x + 0.5f * u(), y}, ink.packed(), t(cut(text, room)));
  ImGui::PopFont();
  ImGui::PushFont(fonts_.font(TextSize::detail));
  list.AddText(fonts_.font(TextSize::detail), line2, {at.x + 0.5f * u(), y + line1}, theme_.quiet.packed(), t(cut(detail, room)));
  ImGui::PopFont();
  draw_icon(list, Icon::target, {at.x + width - 2 * u(), std::round(at.y + row / 2)}, 2 * u(), (hovered ? theme_.text : theme_.quiet).packed());
  return pressed;
}

void Ui::forecast_changes(const runtime::LayerStatus& l, float width) {
  if (l.forecast && (l.forecast->issues.size() < 2 || l.forecast->issue == 0)) return;
  const auto found = engine_.changes_soon(l.id);
  ImGui::Dummy({0, 0.25f * u()});
  if (!found) {
    label(word("forecast.counting"), TextSize::detail, theme_.quiet);
    return;
  }
  if (!*found) {
    wrapped(found->error().text(), TextSize::detail, theme_.quiet);
    return;
  }
  const runtime::LayerChanges& c = **found;
  const auto& camera = engine_.camera();
  if (c.field) {
    label(word("forecast.since", {{"time", c.cells.since ? day_and_clock(*c.cells.since) : word("forecast.undated")}}), TextSize::read, theme_.text, true, width);
    wrapped(word("forecast.cells", {{"rose", format_count(c.cells.rose)}, {"fell", format_count(c.cells.fell)}, {"same", format_count(c.cells.same)}, {"unknown", format_count(c.cells.unknown)}}) +
                (c.cells.valid_time ? " · " + word("forecast.valid") + " " + day_and_clock(*c.cells.valid_time) + " JST" : ""), TextSize::detail, theme_.quiet);
    int id = 0;
    for (const auto* list : {&c.cells.risen, &c.cells.fallen}) {
      label(word(list == &c.cells.risen ? "forecast.risen" : "forecast.fallen"), TextSize::detail, theme_.faint);
      if (list->empty()) label(word("forecast.nowhere"), TextSize::detail, theme_.quiet);
      for (const auto& p : *list) {
        ImGui::PushID(id++);
        const std::string text = fmt::format("{:+.2f} {}   {:.2f} → {:.2f} {}", p.change(), c.unit, p.before, p.now, c.unit);
        if (place_row(text, format_place({p.lon, p.lat, 0}), theme_.text, width)) {
          const auto ground = engine_.ground_height(p.lon, p.lat);
          engine_.fly_to(scene::look_at({p.lon, p.lat, ground.value_or(0)}, 900, camera.heading, -40, camera.fov));
        }
        ImGui::PopID();
      }
    }
    return;
  }
  label(word("forecast.areas"), TextSize::read, theme_.text, true, width);
  const auto risen = static_cast<std::size_t>(std::count_if(c.areas.begin(), c.areas.end(), rises));
  wrapped(word("forecast.area_counts", {{"rose", format_count(risen)}, {"fell", format_count(c.areas.size() - risen)}, {"same", format_count(c.same)}, {"unknown", format_count(c.unknown)}}) +
              (c.issue ? " · " + word("layers.issued") + " " + day_and_clock(*c.issue) + " JST" : ""), TextSize::detail, theme_.quiet);
  for (std::size_t i = 0; i < c.areas.size(); ++i) {
    const auto& a = c.areas[i];
    ImGui::PushID(static_cast<int>(i));
    if (place_row(a.name, a.from + " → " + a.to, rises(a) ? theme_.attention : theme_.text, width) && !a.extent.empty())
      engine_.fly_to(scene::frame_extent(a.extent, static_cast<double>(size_.x) / std::max(1u, size_.y), camera.fov));
    ImGui::PopID();
  }
}

}  // namespace tenbo::shell
