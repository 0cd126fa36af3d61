// The priority list: who to see to first at the time shown, why, and the way round. Sliders set the powers of the factors.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "format.h"
#include "ui.h"
#include "tenbo/base/text.h"
#include "tenbo/runtime/priority_as_of.h"
#include "tenbo/runtime/structure_name.h"

namespace tenbo::shell {
namespace {

constexpr float most_power = 3;  // of a slider

}  // namespace

void Ui::priority_card(float) {
  PriorityTool& tool = state_.priority;
  const auto before = std::tuple(tool.weights, tool.poor, tool.touched, tool.out, tool.go_to);
  const float width = ImGui::GetContentRegionAvail().x, edge = touch();
  if (panel_head(word("priority.title"))) {
    state_.close(Panel::priority);
    return;
  }
  if (engine_.scene().priority.structures.empty()) return wrapped(word("priority.none"), TextSize::detail, theme_.quiet);
  if (!tool.state.error.empty()) return wrapped(tool.state.error, TextSize::detail, theme_.error);
  if (!tool.report) {
    label(word("priority.counting"), TextSize::detail, theme_.quiet);
    return bar(-1, width);
  }
  const auto& report = *tool.report;
  auto meant = runtime::Actuality::actual;
  for (const auto& h : report.base->hazards) meant = std::max(meant, h.source.actuality);
  if (meant != runtime::Actuality::actual) chip(word(runtime::banner_key(meant)), theme_.attention, runtime::Freshness::late);
  label(word("priority.head", {{"touched", format_count(report.touched)}, {"all", format_count(report.structures)}, {"unknown", format_count(report.unknown)}, {"poor", format_count(report.poor)}}),
        TextSize::detail, theme_.text, false, width);
  if (const auto year = engine_.inspection_year()) label(word("inspection.year_shown", {{"year", std::to_string(*year)}}), TextSize::detail, theme_.accent, false, width);
  for (const auto& h : report.base->hazards) {
    const bool ja = engine_.language() == runtime::Language::ja;
    std::string said = h.about.title.in(ja);
    if (h.source.issue_time) said += " · " + word("layers.issued") + " " + format_jst(*h.source.issue_time).substr(5);
    if (!h.trouble.empty()) said += " · " + word("priority.unknown_hazard", {{"why", h.trouble}});
    label(said, TextSize::detail, h.trouble.empty() ? theme_.faint : theme_.attention, false, width);
  }
  priority_weights(width);
  const float half = (width - 0.5f * u()) / 2;
  if (text_button("poor", word("priority.poor"), tool.poor, half)) tool.poor = !tool.poor;
  ImGui::SameLine(0, 0.5f * u());
  if (text_button("touched", word("priority.touched"), tool.touched && !report.base->hazards.empty(), half)) tool.touched = !tool.touched;
  const float foot = edge + 1.5f * u();
  ImGui::BeginChild("rows", {0, std::max(4 * u(), ImGui::GetContentRegionAvail().y - foot)}, false, ImGuiWindowFlags_NoNav);
  priority_rows(report);
  touch_scroll();
  ImGui::EndChild();
  const int buttons = tool.chosen ? 3 : 2;
  const float each = (width - static_cast<float>(buttons - 1) * 0.5f * u()) / static_cast<float>(buttons);
  if (text_button("csv", word("priority.csv"), false, each) && !tool.writing) tool.out = PriorityTool::Out::csv;
  ImGui::SameLine(0, 0.5f * u());
  if (text_button("gpkg", word("priority.gpkg"), false, each) && !tool.writing) tool.out = PriorityTool::Out::gpkg;
  if (tool.chosen) {
    ImGui::SameLine(0, 0.5f * u());
    if (text_button("sheet", word("priority.sheet"), true, each)) tool.out = PriorityTool::Out::sheet;
  }
  if (before != std::tuple(tool.weights, tool.poor, tool.touched, tool.out, tool.go_to)) animating_ = true;  // the desk sees to it before the next frame
}

void Ui::priority_weights(float width) {
  PriorityTool& tool = state_.priority;
  auto weights = tool.weights.value_or(weights_of(engine_.scene().priority.weights));
  const float name = 11 * u(), number = 8 * u();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  for (const auto& [key, value] : {std::pair("priority.condition", &weights.condition), {"priority.hazard", &weights.hazard}, {"priority.importance", &weights.importance}}) {
    const float y = ImGui::GetCursorPosY(), x = ImGui::GetCursorPosX(), line = std::round((touch() - fonts_.font(TextSize::detail)->FontSize) / 2);
    ImGui::SetCursorPosY(y + line);
    label(word(key), TextSize::detail, theme_.quiet, false, name);
    ImGui::SetCursorPos({x + name, y});
    float at = static_cast<float>(*value) / most_power;
    if (slider(key, at, width - name - number)) {
      *value = std::round(static_cast<double>(at) * most_power * 4) / 4;
      tool.weights = weights;
    }
    ImGui::SetCursorPos({x + width - number + u(), y + line});
    label(word("priority.weight", {{"n", fmt::format("{:g}", *value)}}), TextSize::detail, *value > 0 ? theme_.text : theme_.faint, false, number);
    ImGui::SetCursorPos({x, y + touch()});
  }
  ImGui::PopStyleVar();
}

void Ui::priority_rows(const runtime::PriorityReport& report) {
  PriorityTool& tool = state_.priority;
  const bool ja = engine_.language() == runtime::Language::ja;
  const float inner = ImGui::GetContentRegionAvail().x, row_height = std::round(7.5f * u());
  if (report.rows.empty()) return wrapped(word("priority.empty"), TextSize::detail, theme_.quiet);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    const auto& row = report.rows[i];
    const auto& s = report.structure(row);
    ImGui::PushID(static_cast<int>(i));
    const ImVec2 p = ImGui::GetCursorScreenPos();
    const float top = ImGui::GetCursorPosY();
    const bool chosen = tool.chosen == row.structure;
    if (ImGui::InvisibleButton("row", {inner, row_height})) tool.go_to = i;
    if (ImGui::IsItemVisible()) {
      ImDrawList& list = *ImGui::GetWindowDrawList();
      if (ImGui::IsItemHovered()) list.AddRectFilled(p, {p.x + inner, p.y + row_height}, theme_.hover.packed(), 0.5f * u());
      if (chosen) list.AddRect(p, {p.x + inner, p.y + row_height}, theme_.accent.packed(), 0.5f * u());
      const float left = 5 * u(), right = 7 * u(), room = inner - left - right - u();
      ImGui::SetCursorPos({0.5f * u(), top + 0.4f * u()});
      label(std::to_string(i + 1), TextSize::read, theme_.quiet, true);
      ImGui::SetCursorPos({left, top + 0.4f * u()});
      const auto name = runtime::structure_name(*report.base->structures, row.structure, ja);
      label(name.empty() ? s.id : name, TextSize::read, theme_.text, true, room);
      const std::string score = fmt::format("{:.1f}", row.priority.score);
      ImGui::PushFont(fonts_.font(TextSize::read, true));
      const float score_width = ImGui::CalcTextSize(t(score)).x;
      ImGui::PopFont();
      ImGui::SetCursorPos({inner - score_width - u(), top + 0.4f * u()});
      label(score, TextSize::read, theme_.text, true);
      // a bar of the score under its number
      const float x1 = p.x + inner - u(), x0 = x1 - right + u(), y = p.y + 3.6f * u();
      list.AddRectFilled({x0, y}, {x1, y + 0.5f * u()}, theme_.hover.packed());
      list.AddRectFilled({x0, y}, {x0 + (x1 - x0) * static_cast<float>(row.priority.score / 100), y + 0.5f * u()}, theme_.accent.packed());
      const auto grade = row.facts.grade;
      std::string state;  // what it is ranked by, the hazard first: the end of a long line is cut
      for (const auto& r : row.priority.reasons)
        if (r.factor == inspection::Factor::hazard && r.decides && row.touched) state += r.text.in(ja) + " · ";
      state += grade == runtime::Grade::not_inspected ? word(runtime::not_inspected_yet(report, row) ? "priority.not_yet" : "priority.not_inspected") : grade == runtime::Grade::exempt ? word("priority.exempt") : inspection::to_string(grade);
      state += " · " + (row.facts.year ? word("priority.year", {{"year", std::to_string(row.facts.year)}}) : word("priority.no_year"));
      if (grade != runtime::Grade::not_inspected && inspection::overdue(row.facts, report.question.year)) state += " · " + word("priority.overdue");
      const bool bad = grade == runtime::Grade::III || grade == runtime::Grade::IV;
      ImGui::SetCursorPos({left, top + 2.9f * u()});
      label(state, TextSize::detail, bad ? theme_.attention : theme_.quiet, false, room);
      std::string way = row.detour ? runtime::detour_words(*row.detour, ja) : std::string();
      if (row.detour_now && row.detour && row.detour_now->extra_metres != row.detour->extra_metres) way += " · " + word("priority.under") + ": " + runtime::detour_words(*row.detour_now, ja);
      const std::string source = row.facts.source.empty() ? word("priority.source_none") : local_half(row.facts.source, ja);
      ImGui::SetCursorPos({left, top + 5.0f * u()});
      label(way.empty() ? source : way + " · " + source, TextSize::detail, theme_.faint, false, inner - left - u());
    }
    ImGui::SetCursorPos({0, top + row_height});
    if (chosen) priority_reasons(report, row, inner);
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
}

void Ui::priority_reasons(const runtime::PriorityReport& report, const runtime::PriorityRow& row, float inner) {
  const bool ja = engine_.language() == runtime::Language::ja;
  const float indent = 5 * u();
  const auto& w = report.question.weights;
  const auto line = [&](const std::string& text, Rgba8 ink) {
    ImGui::SetCursorPosX(indent);
    wrapped(text, TextSize::detail, ink, inner - u());
    ImGui::Dummy({0, 0.3f * u()});
  };
  ImGui::Dummy({0, 0.5f * u()});
  line(fmt::format("100 × {:.2f}^{:g} × {:.2f}^{:g} × {:.2f}^{:g} = {:.1f}", row.priority.condition, w.condition, row.priority.hazard, w.hazard, row.priority.importance, w.importance, row.priority.score), theme_.text);
  for (const auto& r : row.priority.reasons) {
    std::string said = word(std::string("priority.") + inspection::to_string(r.factor)) + fmt::format("  {:.2f}  ", r.value) + r.text.in(ja);
    if (!r.known) said += " (" + word("priority.not_known") + ")";
    if (r.year) said += " · " + word("priority.year", {{"year", std::to_string(r.year)}});
    if (r.from) said += " · " + word("layers.valid") + " " + format_jst(*r.from).substr(5);
    if (r.issued) said += " · " + word("layers.issued") + " " + format_jst(*r.issued).substr(5);
    if (!r.source.empty()) said += " · " + local_half(r.source, ja);
    line(said, r.decides ? theme_.text : theme_.quiet);
  }
  ImGui::Dummy({0, 0.5f * u()});
}

}  // namespace tenbo::shell
