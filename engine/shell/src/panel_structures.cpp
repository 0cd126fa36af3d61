// The panel of structures: how many are in which grade by municipality, kind and age; how that changed over the years; and what a filter
// leaves, the worst first. The markers on the map follow the filter.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/inspection/worst_first.h"
#include "tenbo/runtime/inspection_day.h"
#include "ui.h"
#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

using inspection::Grade;
constexpr std::array shown_grades{Grade::IV, Grade::III, Grade::II, Grade::I, Grade::not_inspected, Grade::exempt};  // the worst first
constexpr std::array<int, 7> built_before{0, 1960, 1970, 1980, 1990, 2000, 2010};

std::uint8_t bit(Grade g) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(g)); }
double share(std::uint32_t part, std::uint32_t whole) { return whole ? 100.0 * part / whole : 0; }
std::uint32_t whole_of(const inspection::YearCount& y) {
  std::uint32_t n = 0;
  for (const auto g : y.grades) n += g;
  return n;
}

}  // namespace

std::string Ui::grade_words(Grade g) const {
  return g == Grade::not_inspected ? word("priority.not_inspected") : g == Grade::exempt ? word("priority.exempt") : word("structure.grade") + " " + inspection::to_string(g);
}
std::string Ui::kind_words(inspection::Kind k) const { return word(std::string("kind.") + inspection::to_string(k)); }

void Ui::structures_card() {
  StructuresTool& tool = state_.structures;
  const StructuresQuestion before{nullptr, tool.filter};
  const auto layer = tool.layer;
  const auto go_to = tool.go_to;
  structures_parts();
  if (!same(before, {nullptr, tool.filter}) || layer != tool.layer || go_to != tool.go_to) animating_ = true;  // the desk sees to it before the next frame
}

void Ui::structures_parts() {
  StructuresTool& tool = state_.structures;
  const float width = ImGui::GetContentRegionAvail().x;
  if (panel_head(word("structures.title"))) {
    state_.close(Panel::structures);
    return;
  }
  const auto* source = tool.source();
  if (!source) return wrapped(word("structures.none"), TextSize::detail, theme_.quiet);
  if (tool.sources.size() > 1) {
    std::vector<std::string> names;
    int current = 0;
    for (const auto& s : tool.sources) {
      if (s.layer == source->layer) current = static_cast<int>(names.size());
      names.push_back(s.title);
    }
    if (const int chosen = choice("##layer", names, current, width); chosen >= 0) tool.layer = tool.sources[static_cast<std::size_t>(chosen)].layer;
  }
  if (!tool.answer) {
    label(word("structures.counting"), TextSize::detail, theme_.quiet);
    return bar(-1, width);
  }
  const auto& a = *tool.answer;
  const auto& all = a.totals[0];
  const std::uint32_t of = a.question.records->size(), n = all.all.total();
  label(word("structures.head", {{"n", format_count(n)}, {"all", format_count(of)}}), TextSize::read, theme_.text, true, width);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.25f * u()});
  std::string sources;
  for (std::size_t i = 0; i < std::min<std::size_t>(all.sources.size(), 3); ++i) {
    const auto& name = all.sources[i].first.empty() ? source->source : all.sources[i].first;
    sources += (sources.empty() ? "" : ", ") + (name.empty() ? word("priority.source_none") : local_half(name, ja()));
    if (all.sources.size() > 1) sources += " (" + format_count(all.sources[i].second) + ")";
  }
  if (all.sources.size() > 3) sources += " " + word("structures.more_sources", {{"n", format_count(all.sources.size() - 3)}});
  const auto year = engine_.inspection_year();
  const std::string day = runtime::day_text(tool.day);
  wrapped(year ? word("structures.as_of_year", {{"year", std::to_string(*year)}}) : word(tool.as_of_today ? "structures.as_of_today" : "structures.as_of", {{"date", day}}), TextSize::detail,
          year ? theme_.accent : theme_.quiet);
  if (a.known->later() > 0) label(word("structures.later", {{"n", format_count(a.known->later())}}), TextSize::detail, theme_.attention, false, width);
  if (year && text_button("latest", word("structures.follow_time"), false, width)) engine_.set_inspection_year(std::nullopt);
  if (!sources.empty()) label(word("hud.source_is", {{"source", sources}}), TextSize::detail, theme_.faint, false, width);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, 0});
  structures_filter(width);
  static constexpr const char* tabs[] = {"structures.totals", "structures.years", "structures.list"};
  const float each = (width - 2 * 0.5f * u()) / 3;
  for (int i = 0; i < 3; ++i) {
    if (i) ImGui::SameLine(0, 0.5f * u());
    if (text_button(tabs[i], word(tabs[i]), static_cast<int>(tool.tab) == i, each)) tool.tab = static_cast<StructuresTab>(i);
  }
  if (tool.tab == StructuresTab::totals) structures_totals(a, width);
  else if (tool.tab == StructuresTab::years) structures_years(a, width);
  else structures_list(a);
}

void Ui::structures_filter(float width) {
  StructuresTool& tool = state_.structures;
  auto& f = tool.filter;
  const float gap = 0.5f * u(), edge = touch();
  // Grades and overdue: signs that are pressed, in as many columns as there are.
  const float overdue_width = std::round(11 * u()), each = (width - overdue_width - 6 * gap) / 6;
  for (const Grade g : shown_grades) {
    ImGui::PushID(static_cast<int>(g));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton("grade", {each, edge})) f.grades ^= bit(g);
    const bool on = (f.grades & bit(g)) != 0, hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + each, at.y + edge}, (hovered ? theme_.hover : theme_.raised).packed(), 0.5f * u());
    if (on) list.AddRect(at, {at.x + each, at.y + edge}, theme_.accent.packed(), 0.5f * u(), 0, std::max(2.0f, 0.3f * u()));
    grade_symbol(g, at.x + each / 2, at.y + edge / 2, 1.5f * u());
    if (hovered) tooltip(grade_words(g));
    ImGui::PopID();
    ImGui::SameLine(0, gap);
  }
  if (text_button("overdue", word("priority.overdue"), f.overdue, overdue_width)) f.overdue = !f.overdue;
  const float third = (width - 2 * gap) / 3;
  const auto* a = tool.answer.get();
  ImGui::PushFont(fonts_.font(TextSize::detail));
  std::vector<std::string> names{word("structures.any_kind")};
  int current = 0;
  for (const auto k : a->kinds) {
    if (f.kinds == 1U << static_cast<unsigned>(k)) current = static_cast<int>(names.size());
    names.push_back(kind_words(k));
  }
  if (const int chosen = choice("kind", names, current, third); chosen >= 0) f.kinds = chosen == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(1U << static_cast<unsigned>(a->kinds[static_cast<std::size_t>(chosen) - 1]));
  ImGui::SameLine(0, gap);
  names = {word("structures.any_municipality")};
  current = 0;
  for (const auto& m : a->municipalities) {
    if (!f.municipalities.empty() && f.municipalities.front() == m) current = static_cast<int>(names.size());
    names.push_back(m.empty() ? word("structures.not_written") : m);
  }
  if (const int chosen = choice("municipality", names, current, third); chosen >= 0) {
    f.municipalities.clear();
    if (chosen > 0) f.municipalities = {a->municipalities[static_cast<std::size_t>(chosen) - 1]};
  }
  ImGui::SameLine(0, gap);
  names.clear();
  current = 0;
  for (std::size_t i = 0; i < built_before.size(); ++i) {
    if (built_before[i] == f.built_before) current = static_cast<int>(i);
    names.push_back(i == 0 ? word("structures.any_built") : word("structures.built_before", {{"year", std::to_string(built_before[i])}}));
  }
  if (const int chosen = choice("built", names, current, third); chosen >= 0) f.built_before = built_before[static_cast<std::size_t>(chosen)];
  ImGui::PopFont();
  const bool any = !f.empty();
  const float clear_width = std::round(11 * u());
  input("##structures_text", f.text, word("structures.text_hint"), any ? width - clear_width - gap : width);
  if (!any) return;
  ImGui::SameLine(0, gap);
  if (text_button("clear", word("structures.clear"), false, clear_width)) f = {};
}

// Of each row a press filters, where a filter can say it.
void Ui::structures_totals(const StructuresAnswer& a, float width) {
  StructuresTool& tool = state_.structures;
  static constexpr const char* words[] = {"structures.by_municipality", "structures.by_kind", "structures.by_age"};
  const float each = (width - 2 * 0.5f * u()) / 3;
  for (std::size_t i = 0; i < totals_shown.size(); ++i) {
    if (i) ImGui::SameLine(0, 0.5f * u());
    if (text_button(words[i], word(words[i]), tool.by == i, each)) tool.by = i;
  }
  const auto& totals = a.totals[tool.by];
  const auto by = totals_shown[tool.by];
  ImGui::PushFont(fonts_.font(TextSize::detail));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  // Columns as wide as what stands in them: the sums are the widest.
  const auto numbers = [](const inspection::Count& c) {
    std::array<std::uint32_t, 8> out{c.total()};
    for (std::size_t i = 0; i < shown_grades.size(); ++i) out[i + 1] = c.grades[static_cast<std::size_t>(shown_grades[i])];
    out[7] = c.overdue;
    return out;
  };
  const auto sums = numbers(totals.all);
  const std::string total_word = word("structures.total"), overdue_word = word("priority.overdue");
  std::array<float, 8> right{};
  ImGui::PushFont(fonts_.font(TextSize::detail, true));
  float taken = 0;
  bool plain = false;  // without the commas, where they have no room
  const auto lay_out = [&] {
    float x = width - u();  // u(): the scroll bar's
    for (std::size_t i = 8; i-- > 0;) {
      right[i] = x;
      float w = std::max(ImGui::CalcTextSize(t(plain ? std::to_string(sums[i]) : format_count(sums[i]))).x, 3 * u());
      if (i == 0) w = std::max(w, ImGui::CalcTextSize(t(total_word)).x);
      if (i == 7) w = std::max(w, ImGui::CalcTextSize(t(overdue_word)).x);
      x -= w + u();
    }
    taken = width - u() - x;
  };
  lay_out();
  if (taken > width) plain = true, lay_out();
  ImGui::PopFont();
  const float name_room = width - u() - taken - u(), font = fonts_.font(TextSize::detail)->FontSize;
  const bool two = name_room < 8 * u();  // the name stands over its numbers
  const float row_height = two ? std::max(edge_of_rows(), 2 * font + u()) : edge_of_rows();
  const auto cells = [&](const inspection::Count& c, ImVec2 at, float middle, bool bold) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::PushFont(fonts_.font(TextSize::detail, bold));
    const auto values = numbers(c);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const char* shown = t(plain ? std::to_string(values[i]) : format_count(values[i]));
      const bool bad = (i == 1 || i == 2 || i == 7) && values[i] > 0;  // IV, III, overdue
      list.AddText({std::round(at.x + right[i] - ImGui::CalcTextSize(shown).x), std::round(middle - font / 2)}, (values[i] == 0 ? theme_.faint : bad ? theme_.attention : theme_.text).packed(), shown);
    }
    ImGui::PopFont();
  };
  const auto line = [&](const std::string& name, const inspection::Count& c, bool bold, bool quiet, float height) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float y = ImGui::GetCursorPosY(), x0 = ImGui::GetCursorPosX();
    ImGui::SetCursorPos({x0 + 0.5f * u(), y + (two ? 0.25f * u() : std::round((height - font) / 2))});
    label(name, TextSize::detail, quiet ? theme_.quiet : theme_.text, bold, two ? width - 2 * u() : name_room);
    cells(c, at, two ? at.y + height - 0.25f * u() - font / 2 : at.y + height / 2, bold);
    ImGui::SetCursorPos({x0, y + height});
  };
  // Heads: the signs of the grades.
  const ImVec2 head = ImGui::GetCursorScreenPos();
  const float head_height = 4 * u();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < 8; ++i) {
    const bool text = i == 0 || i == 7;
    if (!text) {
      grade_symbol(shown_grades[i - 1], head.x + right[i] - 1.25f * u(), head.y + head_height / 2, 1.25f * u());
      continue;
    }
    const char* shown = t(i == 0 ? total_word : overdue_word);
    list.AddText({std::round(head.x + right[i] - ImGui::CalcTextSize(shown).x), std::round(head.y + (head_height - font) / 2)}, theme_.quiet.packed(), shown);
  }
  ImGui::Dummy({width, head_height});
  line(word("structures.all"), totals.all, true, false, row_height);
  list.AddLine({head.x, head.y + head_height + row_height}, {head.x + width, head.y + head_height + row_height}, theme_.panel_edge.packed());
  ImGui::BeginChild("totals", {0, 0}, false, ImGuiWindowFlags_NoNav);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(totals.rows.size()), row_height);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto& row = totals.rows[static_cast<std::size_t>(i)];
      ImGui::PushID(i);
      std::string name = row.unknown ? word("structures.not_written") : row.key;
      if (!row.unknown && by == inspection::By::kind) name = word("kind." + row.key);
      if (!row.unknown && by == inspection::By::age) name = word("structures.decade", {{"year", row.key}});
      const float y = ImGui::GetCursorPosY();
      const ImVec2 at = ImGui::GetCursorScreenPos();
      if (by != inspection::By::age) {
        if (ImGui::InvisibleButton("row", {ImGui::GetContentRegionAvail().x, row_height})) {
          auto& f = tool.filter;
          if (by == inspection::By::municipality) {
            if (f.municipalities == std::vector{row.key}) f.municipalities.clear();
            else f.municipalities = {row.key};
          } else {
            std::uint16_t kind = 0;
            for (const auto k : a.kinds)
              if (row.key == inspection::to_string(k)) kind = static_cast<std::uint16_t>(1U << static_cast<unsigned>(k));
            f.kinds = f.kinds == kind ? std::uint16_t{0} : kind;
          }
        }
        if (ImGui::IsItemHovered()) ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width, at.y + row_height}, theme_.hover.packed(), 0.5f * u());
        ImGui::SetCursorPosY(y);
      }
      line(name, row.count, false, row.unknown, row_height);
      ImGui::PopID();
    }
  clipper.End();
  touch_scroll();
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopFont();
}

float Ui::edge_of_rows() const { return std::round(4 * u()); }

// Each year's shares: of each structure the last inspection by its end. Years stand apart, since nothing is known between them.
void Ui::structures_years(const StructuresAnswer& a, float width) {
  if (a.years.empty()) return wrapped(word("structures.no_years"), TextSize::detail, theme_.quiet);
  ImGui::BeginChild("years", {0, 0}, false, ImGuiWindowFlags_NoNav);
  const float height = std::clamp(ImGui::GetContentRegionAvail().y * 0.5f, 16 * u(), 36 * u());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("chart", {width, height});
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImGui::PushFont(fonts_.font(TextSize::detail));
  const float font = ImGui::GetFontSize();
  list.AddRectFilled(at, {at.x + width, at.y + height}, theme_.field.packed(), 0.5f * u());
  const float x0 = at.x + 5.5f * u(), x1 = at.x + width - 4 * u(), y0 = at.y + u(), y1 = at.y + height - font - u();
  for (const int percent : {0, 50, 100}) {
    const float y = y1 - (y1 - y0) * static_cast<float>(percent) / 100;
    const char* said = t(fmt::format("{} %", percent));
    list.AddText({std::round(x0 - ImGui::CalcTextSize(said).x - 0.5f * u()), std::round(std::clamp(y - font / 2, at.y, y1 - font / 2))}, theme_.quiet.packed(), said);
    list.AddLine({x0, y}, {x1, y}, theme_.hover.packed());
  }
  const auto n = static_cast<float>(a.years.size());
  const float step = (x1 - x0) / n, gap = step > 6 ? std::max(1.0f, std::round(step * 0.14f)) : 0;
  for (std::size_t i = 0; i < a.years.size(); ++i) {
    const auto whole = whole_of(a.years[i]);
    if (!whole) continue;
    const float left = std::round(x0 + step * static_cast<float>(i)), right = std::max(left + 1, std::round(x0 + step * static_cast<float>(i + 1)) - gap);
    std::uint32_t below = 0;
    for (const Grade g : shown_grades) {  // the worst at the foot, where its share is read off
      const auto part = a.years[i].grades[static_cast<std::size_t>(g)];
      const auto y_of = [&](std::uint32_t v) { return y1 - (y1 - y0) * static_cast<float>(static_cast<double>(v) / whole); };
      const float high = y_of(below + part), low = y_of(below);
      if (part) list.AddRectFilled({left, high}, {right, low}, engine_.grade_colour(g).packed());
      if (i + 1 == a.years.size() && low - high > 2.6f * u()) grade_symbol(g, x1 + 2 * u(), (low + high) / 2, 1.2f * u());
      below += part;
    }
  }
  // As many years as have room, the last one always.
  const float year_width = ImGui::CalcTextSize("0000").x + 1.5f * u();
  const auto every = static_cast<std::size_t>(std::max(1.0f, std::ceil(year_width / step)));
  for (std::size_t i = a.years.size(); i-- > 0;)
    if ((a.years.size() - 1 - i) % every == 0) {
      const char* said = t(std::to_string(a.years[i].year));
      const float w = ImGui::CalcTextSize(said).x, middle = x0 + step * (static_cast<float>(i) + 0.5f);
      list.AddText({std::round(std::clamp(middle - w / 2, at.x, at.x + width - w)), std::round(y1 + 0.5f * u())}, theme_.quiet.packed(), said);
    }
  std::size_t under = a.years.size() - 1;
  if (const float mouse = ImGui::GetIO().MousePos.x; hovered && mouse >= x0 && mouse < x1) {
    under = std::min(a.years.size() - 1, static_cast<std::size_t>((mouse - x0) / step));
    list.AddRect({x0 + step * static_cast<float>(under) - 1, y0}, {x0 + step * static_cast<float>(under + 1) - gap + 1, y1}, theme_.text.packed(), 0, 0, std::max(1.0f, 0.2f * u()));
  }
  // The same in figures: the first year, and the one under the hand, else the last.
  const auto& first = a.years.front();
  const auto& last = a.years[under];
  const float column = 11 * u(), row = edge_of_rows();
  const auto right = [&](const std::string& text, float x, float y, Rgba8 ink, bool bold = false) {
    ImGui::PushFont(fonts_.font(TextSize::detail, bold));
    const char* shown = t(text);
    ImGui::GetWindowDrawList()->AddText({std::round(x - ImGui::CalcTextSize(shown).x), std::round(y + (row - font) / 2)}, ink.packed(), shown);
    ImGui::PopFont();
  };
  const float end = at.x + width - u();
  ImVec2 p = ImGui::GetCursorScreenPos();
  right(std::to_string(first.year), end - 2 * column, p.y, theme_.quiet);
  right(std::to_string(last.year), end - column, p.y, theme_.quiet, true);
  right(word("structures.change"), end, p.y, theme_.quiet);
  ImGui::Dummy({width, row});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  for (const Grade g : shown_grades) {
    const auto k = static_cast<std::size_t>(g);
    const double then = share(first.grades[k], whole_of(first)), now = share(last.grades[k], whole_of(last));
    p = ImGui::GetCursorScreenPos();
    grade_symbol(g, p.x + 1.5f * u(), p.y + row / 2, 1.2f * u());
    ImGui::SetCursorPos({ImGui::GetCursorPosX() + 4 * u(), ImGui::GetCursorPosY() + std::round((row - font) / 2)});
    label(grade_words(g), TextSize::detail, theme_.text, false, width - 3 * column - 4 * u());
    ImGui::SetCursorScreenPos({p.x, p.y + row});
    right(fmt::format("{:.1f} %", then), end - 2 * column, p.y, theme_.text);
    right(fmt::format("{:.1f} %", now), end - column, p.y, theme_.text, true);
    const double moved = now - then;
    const bool worse = (g == Grade::III || g == Grade::IV) && moved >= 0.05;
    right(fmt::format("{:+.1f}", moved), end, p.y, worse ? theme_.attention : theme_.quiet);
  }
  ImGui::PopStyleVar();
  ImGui::PopFont();
  ImGui::Dummy({0, 0.5f * u()});
  wrapped(word("structures.years_note", {{"n", format_count(whole_of(last))}}), TextSize::detail, theme_.faint, width);
  touch_scroll();
  ImGui::EndChild();
}

void Ui::structures_list(const StructuresAnswer& a) {
  StructuresTool& tool = state_.structures;
  const auto& r = *a.question.records;
  const std::uint32_t n = a.totals[0].all.total();
  if (a.list.empty()) return wrapped(word("structures.nothing"), TextSize::detail, theme_.quiet);
  if (n > a.list.size()) label(word("structures.first", {{"n", format_count(a.list.size())}, {"all", format_count(n)}}), TextSize::detail, theme_.quiet);
  ImGui::BeginChild("list", {0, 0}, false, ImGuiWindowFlags_NoNav);
  const float inner = ImGui::GetContentRegionAvail().x, row_height = std::round(5.5f * u());
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(a.list.size()), row_height);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto s = a.list[static_cast<std::size_t>(i)];
      ImGui::PushID(i);
      const ImVec2 p = ImGui::GetCursorScreenPos();
      const float top = ImGui::GetCursorPosY(), left = 5 * u(), room = inner - left - u();
      if (ImGui::InvisibleButton("row", {inner, row_height})) tool.go_to = s;
      const bool chosen = engine_.selected() && !r.id(s).empty() && engine_.selected()->feature_id == r.id(s);
      ImDrawList& list = *ImGui::GetWindowDrawList();
      if (ImGui::IsItemHovered()) list.AddRectFilled(p, {p.x + inner, p.y + row_height}, theme_.hover.packed(), 0.5f * u());
      if (chosen) list.AddRect(p, {p.x + inner, p.y + row_height}, theme_.accent.packed(), 0.5f * u());
      const Grade g = a.known->grade(s);
      grade_symbol(g, p.x + 2.25f * u(), p.y + row_height / 2, 1.4f * u());
      ImGui::SetCursorPos({left, top + 0.4f * u()});
      label(!r.name(s).empty() ? local_half(r.name(s), ja()) : !r.id(s).empty() ? std::string(r.id(s)) : word("structures.no_name"), TextSize::read, theme_.text, true, room);
      std::string more = a.known->year(s) ? word("priority.year", {{"year", std::to_string(a.known->year(s))}}) : word("priority.no_year");
      if (g == Grade::not_inspected) more = word(a.known->not_yet(s) ? "priority.not_yet" : "priority.not_inspected");
      const bool late = inspection::late(*a.known, s, a.question.filter.as_of);
      if (late) more += " · " + word("priority.overdue");
      if (r.access(s) == inspection::Access::closed) more += " · " + word("inspection.closed");
      if (r.access(s) == inspection::Access::restricted) more += " · " + word("inspection.restricted");
      more += " · " + kind_words(r.kind(s));
      if (const auto m = r.word(r.municipality(s)); !m.empty()) more += " · " + std::string(m);
      if (r.built(s)) more += " · " + word("structure.built") + " " + std::to_string(r.built(s));
      ImGui::SetCursorPos({left, top + 2.9f * u()});
      label(more, TextSize::detail, late || g == Grade::III || g == Grade::IV ? theme_.attention : theme_.quiet, false, room);
      ImGui::SetCursorPos({0, top + row_height});
      ImGui::PopID();
    }
  clipper.End();
  ImGui::PopStyleVar();
  touch_scroll();
  ImGui::EndChild();
}

}  // namespace tenbo::shell
