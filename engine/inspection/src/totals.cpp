#include "tenbo/inspection/totals.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "tenbo/inspection/as_of.h"

namespace tenbo::inspection {
namespace {
template <class F>
void each(const Register& r, const Selection* selection, F&& f) {
  for (std::uint32_t s = 0; s < r.size(); ++s)
    if (!selection || selection->has(s)) f(s);
}

// `at`: who says grade and year: the register, or what it was as of a day.
template <class At>
Totals counted(const Register& r, const At& at, const Selection* selection, By by, int as_of) {
  Totals out;
  std::unordered_map<std::uint32_t, Count> groups;
  std::unordered_map<Word, std::uint32_t> sources;
  each(r, selection, [&](std::uint32_t s) {
    const auto add = [&](Count& c) {
      ++c.grades[static_cast<std::size_t>(at.grade(s))];
      if (at.overdue(s, as_of)) ++c.overdue;
      if (r.access(s) == Access::restricted) ++c.restricted;
      if (r.access(s) == Access::closed) ++c.closed;
    };
    std::uint32_t key = 0;
    switch (by) {
      case By::municipality: key = r.municipality(s); break;
      case By::kind: key = static_cast<std::uint32_t>(r.kind(s)); break;
      case By::age: key = static_cast<std::uint32_t>(r.built(s)) / 10; break;
      case By::grade: key = static_cast<std::uint32_t>(at.grade(s)); break;
    }
    add(groups[key]);
    add(out.all);
    ++sources[r.source(s)];
  });
  std::vector<std::pair<std::uint32_t, Count>> sorted(groups.begin(), groups.end());
  const auto unknown = [&](std::uint32_t key) { return by != By::grade && key == 0; };
  std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
    if (unknown(a.first) != unknown(b.first)) return unknown(b.first);
    const bool in_order = by == By::age || by == By::grade;
    if (!in_order && a.second.total() != b.second.total()) return a.second.total() > b.second.total();
    if (by == By::municipality) return r.word(a.first) < r.word(b.first);
    return a.first < b.first;
  });
  for (const auto& [key, count] : sorted) {
    TotalsRow row;
    row.unknown = unknown(key);
    row.count = count;
    switch (by) {
      case By::municipality: row.key = r.word(key); break;
      case By::kind: row.key = to_string(static_cast<Kind>(key)); break;
      case By::age: row.key = row.unknown ? "" : std::to_string(key * 10); break;
      case By::grade: row.key = to_string(static_cast<Grade>(key)); break;
    }
    out.rows.push_back(std::move(row));
  }
  for (const auto& [word, count] : sources) out.sources.emplace_back(r.word(word), count);
  std::sort(out.sources.begin(), out.sources.end(), [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  return out;
}

// Of inspections until the day.
std::vector<YearCount> count_years(const Register& r, const Selection* selection, const Day& day) {
  int first = INT16_MAX, last = 0;
  each(r, selection, [&](std::uint32_t s) {
    for (const auto& i : r.inspections(s))
      if (i.year != 0 && !is_after(i, day)) first = std::min<int>(first, i.year), last = std::max<int>(last, i.year);
  });
  if (last == 0) return {};
  first = std::max(first, last - 299);
  std::vector<YearCount> out(static_cast<std::size_t>(last - first) + 1);
  for (std::size_t y = 0; y < out.size(); ++y) out[y].year = first + static_cast<int>(y);
  each(r, selection, [&](std::uint32_t s) {
    auto now = Grade::not_inspected;
    int from = first;
    const auto fill = [&](int to) {  // [from, to)
      for (; from < to; ++from) ++out[static_cast<std::size_t>(from - first)].grades[static_cast<std::size_t>(now)];
    };
    for (const auto& i : r.inspections(s)) {
      if (i.year == 0 || is_after(i, day)) continue;
      fill(std::min<int>(i.year, last + 1));
      now = i.grade;
    }
    fill(last + 1);
  });
  return out;
}
}  // namespace

std::uint32_t Count::total() const { return std::accumulate(grades.begin(), grades.end(), std::uint32_t{0}); }

std::optional<By> read_by(std::string_view word) {
  if (word == "municipality") return By::municipality;
  if (word == "kind") return By::kind;
  if (word == "age") return By::age;
  if (word == "grade") return By::grade;
  return std::nullopt;
}

Totals totals(const Register& r, const Selection* selection, By by, int as_of) { return counted(r, r, selection, by, as_of); }
Totals totals(const AsOf& at, const Selection* selection, By by, int as_of) { return counted(*at.records(), at, selection, by, as_of); }

std::vector<YearCount> grades_by_year(const Register& r, const Selection* selection) { return count_years(r, selection, latest_day); }
std::vector<YearCount> grades_by_year(const AsOf& at, const Selection* selection) { return count_years(*at.records(), selection, at.day()); }

}  // namespace tenbo::inspection
