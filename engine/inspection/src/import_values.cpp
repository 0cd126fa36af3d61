#include <cmath>

#include "import_impl.h"

namespace tenbo::inspection {

std::optional<Date> Importer::Impl::date(int column, int fixed) {
  const auto text = at(column);
  if (text.empty()) return fixed ? std::optional(Date{fixed, 0, 0}) : std::nullopt;
  const auto& d = dates.of(text, [&](std::string_view t) { return mapping.date_format == DateFormat::nbi && t.size() <= 4 ? nbi_date(t) : read_date(t); });
  if (!d && !mapping.guessed) problem(shown(text) + " in column " + name_of(column) + " is no year");
  if (d && d->year > last_year) {
    problem(shown(text) + " in column " + name_of(column) + " is a year to come: it counts as none");
    return std::nullopt;
  }
  return d;
}

float Importer::Impl::number(int column, double low, double high, const char* what) {
  const auto text = at(column);
  if (text.empty()) return unknown_length;
  const auto v = read_number(text);
  if (!v || *v < low || *v > high) {
    if (!mapping.guessed) problem(shown(text) + " in column " + name_of(column) + " is no " + what);
    return unknown_length;
  }
  return static_cast<float>(*v);
}

Grade Importer::Impl::grade_word(std::string_view word, int column) {
  if (mapping.scale == Scale::none) return Grade::not_inspected;
  const auto& g = grade_words.of(word, [&](std::string_view w) -> GradeWord {
    if (!mapping.grades.empty())
      if (const auto it = mapping.grades.find(plain(w)); it != mapping.grades.end()) return {it->second, true};
    if (mapping.scale == Scale::nbi || mapping.scale == Scale::nbi_condition || c.condition_in_grade) {
      if (const auto k = read_nbi_condition(w)) return {*k, true};
      if (const auto rating = read_nbi_rating(w)) return {grade_of_nbi(*rating), true};
    }
    return read_grade(w);
  });
  if (!g.understood) {
    if (const auto it = strange.find(word.substr(0, 60)); it != strange.end()) ++it->second;
    else if (strange.size() < most_words) strange.emplace(word.substr(0, 60), 1);
    problem(shown(word) + " in column " + name_of(column) + " is no grade: shown as not inspected");
  }
  return g.grade;
}

std::optional<Inspection> Importer::Impl::latest() {
  Inspection i;
  i.score = unknown_length;
  bool any = false;
  if (const auto d = date(c.year, mapping.year)) {
    i.year = static_cast<std::int16_t>(d->year);
    i.month = static_cast<std::uint8_t>(d->month);
    i.day = static_cast<std::uint8_t>(d->day);
    any = at(c.year).size() > 0;
  }
  if (!c.ratings.empty()) {
    std::optional<int> worst;
    for (const int r : c.ratings)
      if (const auto rating = read_nbi_rating(at(r))) worst = worst ? std::min(*worst, *rating) : *rating;
    if (worst) i.grade = grade_of_nbi(*worst), i.score = static_cast<float>(*worst), any = true;
  } else if (c.grade >= 0) {
    i.grade = grade_word(at(c.grade), c.grade);
    any = any || !at(c.grade).empty();
  }
  if (c.score >= 0) {
    i.score = number(c.score, -1e6, 1e6, "number");
    if (std::isfinite(i.score)) {
      any = true;
      if (c.grade < 0 && c.ratings.empty()) i.grade = grade_of_score(i.score);
    }
  }
  if (!any) return std::nullopt;
  if (i.grade == Grade::not_inspected && !std::isfinite(i.score)) i.score = unknown_length;
  return i;
}

void Importer::Impl::gather_inspections() {
  inspections.clear();
  const auto now = latest();
  const auto push = [&](const Inspection& i) {
    if (now && now->year != 0 && i.year == now->year) return;  // the row's own says it better
    inspections.push_back(i);
  };
  for (const auto& h : c.history) {
    const auto word = at(h.grade), score = at(h.score);
    if (word.empty() && score.empty()) continue;
    Inspection i;
    i.score = unknown_length;
    const auto d = date(h.year_column, h.year);
    if (!d) continue;  // without a year nobody knows what was before what
    i.year = static_cast<std::int16_t>(d->year);
    i.month = static_cast<std::uint8_t>(d->month);
    i.day = static_cast<std::uint8_t>(d->day);
    if (!word.empty()) i.grade = grade_word(word, h.grade);
    if (!score.empty()) {
      i.score = number(h.score, -1e6, 1e6, "number");
      if (word.empty() && std::isfinite(i.score)) i.grade = grade_of_score(i.score);
      else if (word.empty()) continue;
    }
    push(i);
  }
  if (c.history_list >= 0 && !at(c.history_list).empty()) {
    std::uint64_t wrong = 0;
    for (const auto& i : read_history_cell(at(c.history_list), mapping, wrong)) push(i);
    if (wrong) problem(std::to_string(wrong) + " inspections in column " + name_of(c.history_list) + " cannot be read");
  }
  if (now) inspections.push_back(*now);
}

void Importer::Impl::gather_spans(StructureRow& s) {
  span_lengths.clear();
  const auto text = at(c.span_lengths);
  if (text.empty()) return;
  read_spans(text, span_lengths);
  s.span_lengths = span_lengths;
}

Access Importer::Impl::access(std::string_view word, std::string_view restriction) {
  const auto read = [&](std::string_view w) {
    const auto it = mapping.access.find(plain(w));
    return it != mapping.access.end() ? it->second : read_access(w);
  };
  if (!word.empty()) return access_words.of(word, read);
  if (restriction.empty()) return Access::unknown;
  const Access said = access_words.of(restriction, read);  // "14 t" is a restriction, "全面通行止め" is none
  return said == Access::unknown ? Access::restricted : said;
}

}  // namespace tenbo::inspection
