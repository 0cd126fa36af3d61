#include "tenbo/inspection/as_of.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace tenbo::inspection {
namespace {

template <class T>
bool after(const T& what, const Day& day) {
  if (what.year == 0 || what.year < day.year) return false;
  if (what.year > day.year) return true;
  return what.month != 0 && std::tuple<int, int>(what.month, what.day) > std::tuple(day.month, day.day);
}

bool alike(const Defect& a, const Defect& b) {
  if (a.id && b.id) return a.id == b.id;
  return a.kind == b.kind && a.member == b.member && a.span == b.span && a.element == b.element;
}

}  // namespace

bool is_after(const Inspection& i, const Day& day) { return after(i, day); }
bool is_after(const Defect& d, const Day& day) { return after(d, day); }

const Inspection* inspection_as_of(const Register& r, std::uint32_t s, const Day& day) {
  const auto all = r.inspections(s);
  for (std::size_t i = all.size(); i-- > 0;)
    if (!after(all[i], day)) return &all[i];
  return nullptr;
}

AsOf::AsOf(std::shared_ptr<const Register> records, const Day& day) : records_(std::move(records)), day_(day) {
  const Register& r = *records_;
  const auto years = r.years();
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    if (years[s] < day.year || years[s] == 0 || !after(r.inspections(s).back(), day)) continue;
    if (later_++ == 0) {
      grades_.assign(r.grades().begin(), r.grades().end());
      years_.assign(years.begin(), years.end());
    }
    const auto* then = inspection_as_of(r, s, day);
    grades_[s] = then ? then->grade : r.grade(s) == Grade::exempt ? Grade::exempt : Grade::not_inspected;
    years_[s] = then ? then->year : std::int16_t{0};
  }
  const auto defects = r.defects();
  later_defects_ = std::any_of(defects.begin(), defects.end(), [&](const Defect& d) { return after(d, day); });
}

bool AsOf::overdue(std::uint32_t s, int at) const {
  return grade(s) != Grade::exempt && (year(s) == 0 || at - year(s) > inspection_interval_years);
}

Selection select(const Finder& finder, const Filter& filter, const AsOf& at) {
  if (at.later() == 0) return finder.select(filter);
  Filter rest = filter;  // what does not change with the day
  rest.grades = 0, rest.year_from = rest.year_to = 0, rest.overdue = false;
  Selection out = finder.select(rest);
  const auto grades = at.grades();
  const auto years = at.years();
  const int from = filter.year_from, to = filter.year_to ? filter.year_to : INT16_MAX;
  for (std::size_t w = 0; w < out.words().size(); ++w) {
    std::uint64_t kept = 0;
    for (std::uint64_t left = out.words()[w]; left != 0; left &= left - 1) {
      const auto s = static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      if (filter.grades && !(filter.grades >> static_cast<unsigned>(grades[s]) & 1)) continue;
      if ((filter.year_from || filter.year_to) && (years[s] == 0 || years[s] < from || years[s] > to)) continue;
      if (filter.overdue && !at.overdue(s, filter.as_of)) continue;
      kept |= left & (~left + 1);
    }
    out.words()[w] = kept;
  }
  return out;
}

StateByYear state_as_of(const Register& r, std::uint32_t s, const Day& day) {
  StateByYear out;
  const auto* now = inspection_as_of(r, s, day);
  out.grade = now ? now->grade : r.grade(s) == Grade::exempt ? Grade::exempt : Grade::not_inspected;
  if (now) {
    out.inspected = now->year;
    for (const auto& i : r.inspections(s)) {
      if (&i == now) break;
      if (i.year == 0 || i.year >= now->year) continue;
      out.before = i.year;
      out.change = compare(i.grade, now->grade);
    }
  }
  const auto defects = r.defects(s);
  int last = 0, before = 0;
  for (const auto& d : defects)
    if (!after(d, day)) last = std::max<int>(last, d.year);
  for (const auto& d : defects)
    if (d.year < last) before = std::max<int>(before, d.year);
  for (std::uint32_t i = 0; i < defects.size(); ++i) {
    const Defect& d = defects[i];
    if ((d.year != 0 && d.year != last) || after(d, day)) continue;
    DefectState state{i, Change::unknown};
    if (d.year != 0 && before != 0) {
      state.change = Change::appeared;
      int worst = -2;
      for (const auto& old : defects)
        if (old.year == before && alike(old, d)) worst = std::max(worst, severity(old.grade));
      if (worst >= -1) {
        const int is = severity(d.grade);
        state.change = worst < 0 || is < 0 ? Change::unknown : is > worst ? Change::worse : is < worst ? Change::better : Change::same;
      }
    }
    out.defects.push_back(state);
  }
  return out;
}

std::vector<const Defect*> defects_as_of(const Register& r, std::uint32_t s, const Day& day) {
  const auto all = r.defects(s);
  std::vector<const Defect*> out;
  for (const auto& d : state_as_of(r, s, day).defects) out.push_back(&all[d.defect]);
  std::stable_sort(out.begin(), out.end(), [](const Defect* a, const Defect* b) {
    return std::tuple(-severity(a->grade), -a->year, -a->month, -a->day) < std::tuple(-severity(b->grade), -b->year, -b->month, -b->day);
  });
  return out;
}

}  // namespace tenbo::inspection
