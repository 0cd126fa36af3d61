// Inspections in a cell that holds a JSON array, as xROAD-style records have them.
#include <nlohmann/json.hpp>

#include "tenbo/inspection/import.h"
#include "tenbo/inspection/list_words.h"

namespace tenbo::inspection {

std::vector<Inspection> read_history_cell(std::string_view cell, const Mapping& mapping, std::uint64_t& wrong) {
  using json = nlohmann::json;
  std::vector<Inspection> out;
  if (!mapping.history_list || cell.size() > (std::size_t{1} << 20)) return ++wrong, out;
  int deepest = 0;
  const json all = json::parse(cell.begin(), cell.end(), [&](int depth, json::parse_event_t, json&) { return (deepest = std::max(deepest, depth)) < 32; }, false);
  if (deepest >= 32 || !all.is_array()) return ++wrong, out;
  const auto& keys = *mapping.history_list;
  const auto text_of = [](const json& o, const std::string& key) -> std::string {
    if (key.empty()) return {};
    const auto it = o.find(key);
    if (it == o.end() || it->is_null()) return {};
    return it->is_string() ? it->get<std::string>() : it->is_primitive() ? it->dump(-1, ' ', false, json::error_handler_t::replace) : std::string();
  };
  for (const auto& o : all) {
    if (!o.is_object() || out.size() >= 1000) {
      ++wrong;
      continue;
    }
    Inspection i;
    i.score = unknown_length;
    const auto d = read_date(text_of(o, keys.year));
    const auto word = text_of(o, keys.grade), score = text_of(o, keys.score);
    GradeWord g = read_grade(word);
    if (const auto it = mapping.grades.find(plain(word)); it != mapping.grades.end()) g = {it->second, true};
    const auto v = read_number(score);
    if (!d || !g.understood || (word.empty() && !v)) {
      ++wrong;
      continue;
    }
    i.year = static_cast<std::int16_t>(d->year);
    i.month = static_cast<std::uint8_t>(d->month);
    i.day = static_cast<std::uint8_t>(d->day);
    i.grade = g.grade;
    if (v) i.score = static_cast<float>(*v);
    if (word.empty())
      for (const auto& [from, grade] : mapping.score_grades)
        if (*v >= from) {
          i.grade = grade;
          break;
        }
    out.push_back(i);
  }
  return out;
}

}  // namespace tenbo::inspection
