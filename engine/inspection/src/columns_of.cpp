#include "columns_of.h"

#include <algorithm>

#include "tenbo/base/text.h"
#include "tenbo/geo/place_text.h"
#include "tenbo/inspection/columns.h"
#include "tenbo/inspection/list_words.h"

namespace tenbo::inspection {
namespace {
// A heading without what a line break or a doubled blank in it changes.
std::string flat(std::string_view s) {
  std::string out;
  for (const char c : s) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}
}  // namespace

int ColumnsOf::named(const Names& wanted, const char* what) {
  for (const auto& w : wanted)
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == w || flat(names[i]) == flat(w)) return static_cast<int>(i);
  if (!wanted.empty()) {
    std::string near = nearest(wanted.front(), names);
    missing.push_back("there is no column \"" + wanted.front() + "\" (" + what + ")" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  }
  return -1;
}

int ColumnsOf::nbi_item(std::string_view word) const {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (plain(names[i]).find(word) != std::string::npos) return static_cast<int>(i);
  return -1;
}

ColumnsOf::ColumnsOf(const Mapping& m, std::vector<std::string> columns) : names(std::move(columns)) {
  const auto find = [&](const Names& wanted, const char* what, std::optional<Role> role = std::nullopt) {
    if (!wanted.empty()) return named(wanted, what);
    if (!m.guessed || !role) return -1;
    const auto g = guess(*role, names);
    return g ? static_cast<int>(*g) : -1;
  };
  id = find(m.id, "id_column", Role::id);
  name = find(m.title_column, "name_column", Role::name);
  kind = find(m.kind_column, "kind_column", Role::kind);
  year = find(m.year_column, "year_column", Role::year);
  source = find(m.source_column, "source_column", Role::source);
  road = find(m.road, "road", Role::road);
  owner = find(m.owner, "owner", Role::owner);
  prefecture = find(m.prefecture, "prefecture", Role::prefecture);
  municipality = find(m.municipality, "municipality", Role::municipality);
  built = find(m.built, "built", Role::built);
  length = find(m.length, "length", Role::length);
  width = find(m.width, "width", Role::width);
  score = find(m.score, "score");
  spans = find(m.spans, "spans");
  span_lengths = find(m.span_lengths, "span_lengths");
  heading = find(m.heading, "heading");
  access = find(m.access_column, "access");
  restriction = find(m.restriction, "restriction", Role::restriction);
  traffic = find(m.traffic, "traffic", Role::traffic);
  importance = find(m.importance, "importance", Role::importance);
  emergency = m.importance.empty() ? find({}, "", Role::emergency) : -1;
  structure = find(m.structure, "structure");
  member = find(m.member, "member");
  element = find(m.element, "element");
  defect_kind = find(m.defect_kind, "defect_kind");
  defect_grade = find(m.defect_grade, "defect_grade");
  response = find(m.response, "response");
  photo = find(m.photo, "photo");
  note = find(m.note_column, "note");
  span = find(m.span, "span");
  along = find(m.along, "along");
  across = find(m.across, "across");
  up = find(m.up, "up");
  defect_length = find(m.defect_length, "defect_length");
  defect_width = find(m.defect_width, "defect_width");

  for (const auto& c : m.condition)  // several count together, and a list may have some of them
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == c) ratings.push_back(static_cast<int>(i));
  if (!m.condition.empty() && ratings.empty()) missing.push_back("there is no column \"" + m.condition.front() + "\" (condition)");
  if (m.finds_nbi && m.grade.empty() && m.rows == RowKind::structure)
    for (const std::string_view item : {"deck_cond_058", "superstructure_cond_059", "substructure_cond_060", "culvert_cond_062"}) {
      const int exact = [&] {
        for (std::size_t i = 0; i < names.size(); ++i)
          if (plain(names[i]) == item) return static_cast<int>(i);
        return -1;
      }();
      const int found = exact >= 0 || m.scale != Scale::nbi ? exact : nbi_item(item.substr(0, item.rfind('_')));
      if (found >= 0) ratings.push_back(found);
    }
  if (ratings.empty()) grade = find(m.grade, "grade_column", m.score_grades.empty() && m.scale != Scale::none ? std::optional(Role::grade) : std::nullopt);
  condition_in_grade = grade >= 0 && plain(names[static_cast<std::size_t>(grade)]) == "bridge_condition";

  for (const auto& h : m.history) history.push_back({h.year, find(h.year_column, "history"), find(h.grade, "history"), find(h.score, "history")});
  std::erase_if(history, [](const Round& r) { return (r.grade < 0 && r.score < 0) || (r.year == 0 && r.year_column < 0); });
  if (m.history_list) history_list = named(m.history_list->column, "history_list");
  if (m.guessed && m.history.empty() && !m.history_list && m.rows == RowKind::structure) {
    const auto g = guess(Role::previous_grade, names), y = guess(Role::previous_year, names);
    if (g && y && static_cast<int>(*g) != grade) history.push_back({0, static_cast<int>(*y), static_cast<int>(*g), -1});
  }

  // Where it is: what the mapping says, else the words of the headings.
  if (!m.place.empty()) {
    both = named(m.place, "place");
  } else {
    const auto first = [&](const Names& n) {
      const int i = n.empty() ? -1 : named(n, "place");
      return i < 0 ? std::string() : names[static_cast<std::size_t>(i)];
    };
    const bool said = !m.lon.empty() || !m.lat.empty();
    if (said || m.rows == RowKind::structure) {
      const auto p = geo::find_place_columns(names, first(m.lon), first(m.lat));
      if (!said || !m.lon.empty()) lon = p.lon;
      if (!said || !m.lat.empty()) lat = p.lat;
      if (!said) both = p.both;
      if (lon < 0 || lat < 0) lon = lat = -1;
    }
  }
  height = find(m.height, "height");
}

}  // namespace tenbo::inspection
