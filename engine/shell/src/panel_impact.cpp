// The ledger: what each hazard touches, at the time shown and at worst, when first, who to close first, and what all that rests on.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "format.h"
#include "tenbo/runtime/impact_drills.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

std::string amount(double v) {
  return v == std::floor(v) && v < 1e15 ? format_count(static_cast<std::uint64_t>(v)) : fmt::format("{:.1f}", v);
}
// Who says so, in the language of the glass.
std::string source_shown(const std::vector<runtime::LayerStatus>& layers, const std::string& layer, const std::string& otherwise) {
  for (const auto& l : layers)
    if (l.name == layer && !l.source_shown.empty()) return l.source_shown;
  return otherwise;
}
// "09:10" on the day of the forecast's beginning, "11-22 00:10" on another.
std::string clock_of(const runtime::ImpactReport& report, const std::optional<geo::Instant>& t, const std::string& otherwise) {
  if (!t) return otherwise;
  const auto text = format_jst(*t);
  const auto& first = report.sums.front().time;
  return text.substr(first && format_jst(*first).substr(0, 10) == text.substr(0, 10) ? 11 : 5);
}

}  // namespace

void Ui::ledger_card(float height) {
  LedgerTool& tool = state_.ledger;
  const auto before = std::tuple(tool.pair, tool.vehicle, tool.row, tool.out, tool.go_to);
  ledger_parts(height);
  if (before != std::tuple(tool.pair, tool.vehicle, tool.row, tool.out, tool.go_to)) animating_ = true;  // the desk sees to it before the next frame
}

void Ui::ledger_parts(float height) {
  LedgerTool& tool = state_.ledger;
  const float width = ImGui::GetContentRegionAvail().x, edge = touch();
  if (panel_head(word("ledger.title"))) {
    state_.close(Panel::ledger);
    return;
  }
  if (tool.pairs.empty()) {
    wrapped(word("ledger.none"), TextSize::detail, theme_.quiet);
    return;
  }
  std::vector<std::string> names;
  for (const auto& p : tool.pairs) names.push_back(p.hazard + " × " + p.assets);
  if (const int chosen = choice("##pair", names, static_cast<int>(tool.pair), width); chosen >= 0) {
    tool.pair = static_cast<std::size_t>(chosen);
    tool.row.reset();
  }
  const auto& pair = tool.pairs[std::min(tool.pair, tool.pairs.size() - 1)];
  if (!pair.error.empty()) {
    wrapped(pair.error, TextSize::detail, theme_.error);
    return;
  }
  if (!tool.report || tool.report != pair.report) {  // another pair's, until the desk has looked
    label(word("ledger.counting"), TextSize::detail, theme_.quiet);
    bar(-1, width);
    return;
  }
  const auto& report = *tool.report;
  const auto step = step_at(report, engine_.time().now);
  ledger_head(pair, report, step, width);
  ledger_chart(report, step, width, std::clamp(height * 0.16f, 9 * u(), 16 * u()));

  std::vector<std::string> tabs{word("ledger.counts"), word("ledger.first"), word("ledger.rank"), word("ledger.basis")};
  const float each = (width - 3 * 0.5f * u()) / 4;
  for (int i = 0; i < 4; ++i) {
    if (i) ImGui::SameLine(0, 0.5f * u());
    ImGui::PushID(i);
    if (text_button("tab", tabs[static_cast<std::size_t>(i)], static_cast<int>(tool.tab) == i, each)) tool.tab = static_cast<LedgerTab>(i);
    ImGui::PopID();
  }
  const float foot = edge + 1.5f * u();
  ImGui::BeginChild("body", {0, std::max(4 * u(), ImGui::GetContentRegionAvail().y - foot)}, false, ImGuiWindowFlags_NoNav);
  switch (tool.tab) {
    case LedgerTab::counts: ledger_counts(report, step); break;
    case LedgerTab::first: ledger_list(report, false); break;
    case LedgerTab::rank: ledger_list(report, true); break;
    case LedgerTab::basis: ledger_basis(pair, report); break;
  }
  touch_scroll();
  ImGui::EndChild();
  const float button = (width - 0.5f * u()) / 2;
  if (text_button("csv", word("ledger.csv"), false, button) && !tool.writing) tool.out = LedgerTool::Out::csv;
  ImGui::SameLine(0, 0.5f * u());
  if (text_button("gpkg", word("ledger.gpkg"), false, button) && !tool.writing) tool.out = LedgerTool::Out::gpkg;
}

// How many, as of when, says who.
void Ui::ledger_head(const runtime::LedgerPair& pair, const runtime::ImpactReport& report, std::optional<std::size_t> step, float width) {
  if (report.hazard.actuality != runtime::Actuality::actual)
    chip(word(runtime::banner_key(report.hazard.actuality)), theme_.attention, runtime::Freshness::late);
  const auto time = step ? report.sums[*step].time : std::nullopt;
  const std::string unit = report.unit == "features" ? word("ledger.objects") : report.unit;
  label(step ? word("ledger.touched", {{"n", amount(report.sums[*step].touched)}, {"total", amount(report.total)}, {"unit", unit}}) : word("time.before_first"),
        TextSize::read, theme_.text, true, width);
  if (const double drill = step ? runtime::touched_in_drill(report, *step) : 0; drill > 0)
    label(word("ledger.exercise_alone", {{"n", amount(drill)}}), TextSize::detail, theme_.attention, true, width);
  std::string when = time ? word("layers.valid") + " " + format_jst(*time) + " JST" : word("ledger.no_times");
  if (report.hazard.issue_time) when += " · " + word("layers.issued") + " " + format_jst(*report.hazard.issue_time).substr(5);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.25f * u()});
  label(when, TextSize::detail, theme_.quiet, false, width);
  const std::string source = source_shown(layers_, pair.spec.hazard, pair.hazard_source.source);
  std::string who = source.empty() ? word("ledger.no_source") : source;
  if (report.hazard.certainty != "unknown") who += " · " + word("certainty." + report.hazard.certainty);
  if (!report.hazard.member.empty()) who += " · " + report.hazard.member;
  label(who, TextSize::detail, theme_.faint, false, width);
  if (pair.counting) label(word("ledger.again"), TextSize::detail, theme_.attention, false, width);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, 0});
}

// All of the forecast; a click sets the time.
void Ui::ledger_chart(const runtime::ImpactReport& report, std::optional<std::size_t> step, float width, float height) {
  const LedgerCurve& curve = state_.ledger.curve;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton("curve", {width, height});
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, theme_.field.packed(), 0.5f * u());
  ImGui::PushFont(fonts_.font(TextSize::detail));
  const float text_height = ImGui::GetFontSize();
  const std::size_t n = curve.times.size();
  if (n < 2 || !curve.times.front()) {
    list.AddText({at.x + u(), at.y + u()}, theme_.quiet.packed(), w("ledger.one_step"));
    ImGui::PopFont();
    return;
  }
  double high = 1;
  for (std::size_t i = 0; i < n; ++i) high = std::max({high, curve.touched[i], curve.p90.empty() ? 0 : curve.p90[i]});
  const float x0 = at.x + u(), x1 = at.x + width - u(), y0 = at.y + text_height + 0.5f * u(), y1 = at.y + height - text_height - 0.5f * u();
  const auto first = *curve.times.front(), last = *curve.times.back();
  const auto x_of = [&](geo::Instant t) { return x0 + static_cast<float>(static_cast<double>(t.ms - first.ms) / static_cast<double>(std::max<std::int64_t>(1, last.ms - first.ms))) * (x1 - x0); };
  const auto y_of = [&](double v) { return y1 - static_cast<float>(v / high) * (y1 - y0); };
  const auto faint = [](Rgba8 c, int alpha) { c.a = static_cast<std::uint8_t>(alpha); return c.packed(); };
  // Each step counts until the next one: nothing is invented between the two.
  for (std::size_t i = 0; i < n; ++i) {
    const float xa = x_of(*curve.times[i]), xb = i + 1 < n ? x_of(*curve.times[i + 1]) : x1;
    if (!curve.p90.empty()) list.AddRectFilled({xa, y_of(curve.p90[i])}, {xb, y_of(curve.p10[i])}, faint(theme_.accent, 70));
    else list.AddRectFilled({xa, y_of(curve.touched[i])}, {xb, y1}, faint(theme_.accent, 46));
    list.AddLine({xa, y_of(curve.touched[i])}, {xb, y_of(curve.touched[i])}, theme_.accent.packed(), 2);
    if (i + 1 < n) list.AddLine({xb, y_of(curve.touched[i])}, {xb, y_of(curve.touched[i + 1])}, theme_.accent.packed(), 2);
  }
  list.AddLine({x0, y1}, {x1, y1}, theme_.hover.packed());
  list.AddText({x0, at.y + 0.25f * u()}, theme_.quiet.packed(), t(word("ledger.most") + " " + amount(*std::max_element(curve.touched.begin(), curve.touched.end()))));
  if (!curve.p90.empty()) {
    const char* band = w("ledger.band");
    list.AddText({x1 - ImGui::CalcTextSize(band).x, at.y + 0.25f * u()}, theme_.quiet.packed(), band);
  }
  const std::string ends[] = {format_jst(first).substr(5), format_jst(last).substr(5)};
  list.AddText({x0, y1 + 0.25f * u()}, theme_.quiet.packed(), t(ends[0]));
  const char* end = t(ends[1]);
  list.AddText({x1 - ImGui::CalcTextSize(end).x, y1 + 0.25f * u()}, theme_.quiet.packed(), end);
  if (const auto now = engine_.time().now; now && *now >= first && *now <= last) {
    const float x = x_of(*now);
    list.AddLine({x, at.y + 0.25f * u()}, {x, y1}, theme_.text.packed(), std::max(1.0f, 0.2f * u()));
    if (step) list.AddCircleFilled({x, y_of(curve.touched[*step])}, 0.5f * u(), theme_.text.packed());
  }
  if (hovered) {
    const double share = std::clamp<double>((ImGui::GetIO().MousePos.x - x0) / (x1 - x0), 0, 1);
    const geo::Instant wanted{first.ms + static_cast<std::int64_t>(share * static_cast<double>(last.ms - first.ms))};
    if (const auto under = step_at(report, wanted)) {
      const auto time = *curve.times[*under];
      list.AddLine({x_of(time), y0}, {x_of(time), y1}, theme_.quiet.packed());
      std::string said = format_jst(time) + " JST\n" + word("ledger.touched_at") + " " + amount(curve.touched[*under]);
      if (!curve.p90.empty()) said += "\np10–p90 " + amount(curve.p10[*under]) + "–" + amount(curve.p90[*under]);
      if (curve.unknown[*under] > 0) said += "\n" + word("ledger.unknown") + " " + amount(curve.unknown[*under]);
      tooltip(said);
      if (pressed) {
        engine_.set_playing(false);
        engine_.set_time(time);
      }
    }
  }
  ImGui::PopFont();
}

// By class, and of the class that is chosen by group.
void Ui::ledger_counts(const runtime::ImpactReport& report, std::optional<std::size_t> step) {
  LedgerTool& tool = state_.ledger;
  const bool ja = engine_.language() == runtime::Language::ja;
  const float inner = ImGui::GetContentRegionAvail().x, column = 9 * u(), row_height = std::max(std::round(4 * u()), fonts_.font(TextSize::read)->FontSize + u());
  const auto right = [&](const std::string& text, float x, Rgba8 ink, bool bold) {
    ImGui::PushFont(fonts_.font(TextSize::read, bold));
    const char* shown = t(text);
    const ImVec2 p = ImGui::GetWindowPos();
    ImGui::GetWindowDrawList()->AddText({std::round(p.x + x - ImGui::CalcTextSize(shown).x), std::round(ImGui::GetCursorScreenPos().y + (row_height - ImGui::GetFontSize()) / 2)}, ink.packed(), shown);
    ImGui::PopFont();
  };
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const float y = ImGui::GetCursorPosY();
  right(word("ledger.now"), inner - column, theme_.quiet, false);
  right(word("ledger.worst"), inner, theme_.quiet, false);
  ImGui::SetCursorPosY(y + row_height);
  int id = 0;
  // A press on the name or the count at the time is of that time, one on the last column of the worst.
  const auto line = [&](const std::string& name, std::optional<Rgba8> swatch, double now, double worst, std::optional<LedgerRow> chosen, float indent) {
    ImGui::PushID(id++);
    const ImVec2 p = ImGui::GetCursorScreenPos();
    const float top = ImGui::GetCursorPosY();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool pressed = ImGui::InvisibleButton("row", {inner, row_height}) && chosen;
    const bool on_worst = ImGui::GetIO().MousePos.x > p.x + inner - column;
    const bool mine = chosen && tool.row && tool.row->hazard_class == chosen->hazard_class && tool.row->group == chosen->group;
    if (chosen && ImGui::IsItemHovered()) list.AddRectFilled({on_worst ? p.x + inner - column : p.x, p.y}, {on_worst ? p.x + inner : p.x + inner - column, p.y + row_height}, theme_.hover.packed(), 0.5f * u());
    if (mine) list.AddRect(p, {p.x + inner, p.y + row_height}, theme_.accent.packed(), 0.5f * u());
    const float box = 2 * u(), by = std::round(p.y + (row_height - box) / 2);
    if (swatch) list.AddRectFilled({p.x + 0.5f * u(), by}, {p.x + 0.5f * u() + box, by + box}, swatch->packed(), 2);
    ImGui::SetCursorPos({0.5f * u() + box + u() + indent, top + std::round((row_height - fonts_.font(TextSize::read)->FontSize) / 2)});
    label(name, TextSize::read, chosen ? theme_.text : theme_.quiet, false, inner - 2 * column - box - u() - indent + 2 * u());
    ImGui::SetCursorPosY(top);
    right(step ? amount(now) : "—", inner - column, now > 0 ? theme_.text : theme_.faint, mine && !tool.row->worst);
    right(amount(worst), inner, worst > 0 ? theme_.text : theme_.faint, mine && tool.row->worst);
    ImGui::SetCursorPosY(top + row_height);
    if (pressed) {
      chosen->worst = on_worst;
      if (tool.row == chosen) tool.row.reset();
      else tool.row = chosen;
    }
    ImGui::PopID();
  };
  for (std::size_t k = report.classes.size(); k-- > 0;) {  // the most dangerous first
    const auto c = static_cast<impact::Class>(k + 1);
    const double now = step ? count_of(report, step, c, std::nullopt) : 0, worst = count_of(report, std::nullopt, c, std::nullopt);
    const bool open = tool.row && tool.row->hazard_class == c;
    line(report.classes[k].label.in(ja), report.classes[k].colour, now, worst, LedgerRow{c, std::nullopt, false}, 0);
    if (!open || report.groups.size() < 2) continue;
    for (std::uint32_t g = 0; g < report.groups.size(); ++g) {
      const double group_now = step ? count_of(report, step, c, g) : 0, group_worst = count_of(report, std::nullopt, c, g);
      if (group_now > 0 || group_worst > 0) line(report.groups[g].empty() ? word("ledger.no_group") : report.groups[g], std::nullopt, group_now, group_worst, LedgerRow{c, g, false}, u());
    }
  }
  ImGui::Dummy({0, 0.5f * u()});
  const runtime::ImpactSum none, &now = step ? report.sums[*step] : none;
  line(word("ledger.untouched"), std::nullopt, now.untouched, report.whole.untouched, std::nullopt, 0);
  line(word("ledger.unknown"), std::nullopt, now.unknown, report.whole.unknown, std::nullopt, 0);
  if (report.whole.outside > 0) line(word("ledger.outside"), std::nullopt, now.outside, report.whole.outside, std::nullopt, 0);
  if (report.whole.unplaced > 0) line(word("ledger.unplaced"), std::nullopt, now.unplaced, report.whole.unplaced, std::nullopt, 0);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, 0.5f * u()});
  wrapped(word(tool.row ? "ledger.shown" : "ledger.hint"), TextSize::detail, theme_.quiet);
}

// In the order of arrival, or of who to close first; each row flies there.
void Ui::ledger_list(const runtime::ImpactReport& report, bool by_rank) {
  LedgerTool& tool = state_.ledger;
  const bool ja = engine_.language() == runtime::Language::ja;
  if (!report.objects) return;
  const auto& o = *report.objects;
  const float inner = ImGui::GetContentRegionAvail().x;
  const bool passes = by_rank && report.passability;
  if (passes) {
    std::vector<std::string> vehicles;
    for (const auto& v : report.passability->vehicles) vehicles.push_back(fmt::format("{}  {:g} m", v.label.in(ja), v.impassable_from));
    if (const int chosen = choice("##vehicle", vehicles, static_cast<int>(tool.vehicle), inner); chosen >= 0) tool.vehicle = static_cast<std::size_t>(chosen);
  }
  const auto& order = by_rank ? tool.ranking : tool.arrival;
  if (order.empty()) {
    wrapped(word("ledger.nothing"), TextSize::detail, theme_.quiet);
    return;
  }
  const float row_height = std::round(5.5f * u());
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(order.size()), row_height);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto a = order[static_cast<std::size_t>(i)];
      ImGui::PushID(i);
      const ImVec2 p = ImGui::GetCursorScreenPos(), next{ImGui::GetCursorPosX(), ImGui::GetCursorPosY() + row_height};
      const float top = ImGui::GetCursorPosY();
      ImDrawList& list = *ImGui::GetWindowDrawList();
      if (ImGui::InvisibleButton("row", {inner, row_height})) tool.go_to = a;
      const bool chosen = engine_.selected() && engine_.selected()->feature_id == o.assets->ids[a];
      if (ImGui::IsItemHovered()) list.AddRectFilled(p, {p.x + inner, p.y + row_height}, theme_.hover.packed(), 0.5f * u());
      if (chosen) list.AddRect(p, {p.x + inner, p.y + row_height}, theme_.accent.packed(), 0.5f * u());
      const auto worst = o.worst[a];
      if (impact::is_touched(worst) && worst <= report.classes.size())
        list.AddRectFilled({p.x + 0.5f * u(), p.y + 0.75f * u()}, {p.x + 1.25f * u(), p.y + row_height - 0.75f * u()}, report.classes[worst - 1u].colour.packed(), 2);
      const auto time_at = [&](std::uint32_t s) { return s == runtime::ImpactObjects::never ? std::nullopt : o.times[s]; };
      const bool shut = passes && o.closed[tool.vehicle][a] != runtime::ImpactObjects::never;
      std::string when = by_rank && passes ? (shut ? word("ledger.closed", {{"time", clock_of(report, time_at(o.closed[tool.vehicle][a]), word("ledger.from_start"))}}) : word("ledger.passable"))
                                           : clock_of(report, time_at(o.first[a]), word("ledger.from_start"));
      const auto& name = o.assets->names[a];
      const float left = 2.25f * u(), room = inner - left - u();
      ImGui::SetCursorPos({left, top + 0.4f * u()});
      const float number = by_rank ? 4.5f * u() : 0;
      if (by_rank) label(std::to_string(i + 1), TextSize::read, theme_.quiet, true);
      float state_width = 0;  // of its condition, at the right
      if (by_rank && !o.condition.empty()) {
        static constexpr const char* grades[] = {"", "I", "II", "III", "IV", ""};
        const auto grade = o.condition[a];
        const std::string state = !grade || *grade == runtime::Grade::not_inspected ? word("ledger.not_inspected")
                                  : *grade == runtime::Grade::exempt ? word("ledger.exempt") : word("ledger.condition") + " " + grades[static_cast<std::size_t>(*grade)];
        ImGui::PushFont(fonts_.font(TextSize::detail, true));
        state_width = ImGui::CalcTextSize(t(state)).x + u();
        ImGui::PopFont();
        ImGui::SetCursorPos({inner - state_width, top + 0.5f * u()});
        label(state, TextSize::detail, grade && (*grade == runtime::Grade::III || *grade == runtime::Grade::IV) ? theme_.attention : theme_.quiet, true);
      }
      ImGui::SetCursorPos({left + number, top + 0.4f * u()});
      label(name.empty() ? o.assets->ids[a] : name, TextSize::read, theme_.text, true, room - number - state_width);
      std::string more = when;
      if (impact::is_touched(worst) && worst <= report.classes.size()) more += " · " + word("ledger.worst") + " " + report.classes[worst - 1u].label.in(ja);
      if (by_rank && !o.greatest.empty() && std::isfinite(o.greatest[a])) more = when + " · " + fmt::format("{:.2f} {}", o.greatest[a], report.hazard.unit);
      ImGui::SetCursorPos({left + number, top + 2.9f * u()});
      label(more, TextSize::detail, shut ? theme_.attention : theme_.quiet, false, room - number);
      ImGui::SetCursorPos(next);
      ImGui::PopID();
    }
  clipper.End();
  ImGui::PopStyleVar();
}

// The rule and what went in.
void Ui::ledger_basis(const runtime::LedgerPair& pair, const runtime::ImpactReport& report) {
  const bool ja = engine_.language() == runtime::Language::ja;
  const auto part = [&](std::string_view key, const std::string& text) {
    label(word(key), TextSize::detail, theme_.faint, true);
    wrapped(text, TextSize::detail, theme_.text);
  };
  part("ledger.rule", word(report.rule == impact::Rule::anywhere ? "ledger.rule_anywhere" : "ledger.rule_largest") + " " + word("ledger.rule_cells"));
  part("ledger.unknown", word(report.nodata_is_dry ? "ledger.nodata_dry" : "ledger.nodata_unknown"));
  part("ledger.classes", report.rule_source);
  const auto said = [&](const runtime::ImpactSource& now, const runtime::ImpactSource& counted) {
    const auto source = source_shown(layers_, now.layer, now.source);
    std::string out = source.empty() ? word("ledger.no_source") : source;
    if (!counted.quantity.empty()) out += "\n" + counted.quantity + (counted.unit.empty() ? "" : " (" + counted.unit + ")");
    if (counted.issue_time) out += "\n" + word("layers.issued") + " " + format_jst(*counted.issue_time) + " JST";
    if (counted.certainty != "unknown") out += "\n" + word("certainty." + counted.certainty);
    if (!counted.member.empty()) out += "\n" + counted.member;
    return out;
  };
  part("ledger.hazard", pair.hazard + "\n" + said(pair.hazard_source, report.hazard));
  part("ledger.assets", pair.assets + "\n" + said(pair.assets_source, report.assets) + "\n" + word("ledger.all_read", {{"n", format_count(report.features)}}));
  if (!pair.spec.by.empty()) part("ledger.by", pair.spec.by);
  if (!pair.spec.weight.empty()) part("ledger.weight", pair.spec.weight + (report.without_weight > 0 ? "\n" + word("ledger.without", {{"n", format_count(report.without_weight)}}) : ""));
  if (!pair.spec.filter.empty()) part("ledger.filter", pair.spec.filter);
  if (report.members.size() > 1) part("ledger.members", format_count(report.members.size()));
  if (report.passability) {
    std::string rules;
    for (const auto& v : report.passability->vehicles) rules += fmt::format("{}{}: {:g} m. {}", rules.empty() ? "" : "\n", v.label.in(ja), v.impassable_from, v.source);
    part("ledger.passability", rules + "\n" + report.passability->note.in(ja));
  }
  for (const auto& e : report.diagnostics.errors) wrapped(e.text(), TextSize::detail, theme_.error);
}

}  // namespace tenbo::shell
