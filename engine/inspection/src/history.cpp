#include "tenbo/inspection/history.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tenbo::inspection {
namespace {
bool alike(const Defect& a, const Defect& b) {
  if (a.id || b.id) {
    if (a.id && b.id) return a.id == b.id;
  }
  return a.kind == b.kind && a.member == b.member && a.span == b.span && a.element == b.element;
}
bool graded(Grade g) { return g >= Grade::I && g <= Grade::IV; }
}  // namespace

const char* to_string(Change change) {
  static constexpr const char* names[] = {"unknown", "same", "better", "worse", "new"};
  return names[static_cast<std::size_t>(change)];
}

Change compare(Grade before, Grade now) {
  if (!graded(before) || !graded(now)) return Change::unknown;
  return now > before ? Change::worse : now < before ? Change::better : Change::same;
}

Grade grade_by(const Register& r, std::uint32_t s, int year) {
  if (const auto* i = r.inspection_by(s, year)) return i->grade;
  return r.grade(s) == Grade::exempt ? Grade::exempt : Grade::not_inspected;
}

std::vector<const Defect*> latest_defects(const Register& r, std::uint32_t s) {
  const auto all = r.defects(s);
  std::vector<const Defect*> out;
  for (const auto& d : state_by(r, s, INT16_MAX).defects) out.push_back(&all[d.defect]);
  std::stable_sort(out.begin(), out.end(), [](const Defect* a, const Defect* b) {
    return std::tuple(-severity(a->grade), -a->year, -a->month, -a->day) < std::tuple(-severity(b->grade), -b->year, -b->month, -b->day);
  });
  return out;
}

StateByYear state_by(const Register& r, std::uint32_t s, int year) {
  StateByYear out;
  out.grade = grade_by(r, s, year);
  if (const auto* now = r.inspection_by(s, year)) {
    out.inspected = now->year;
    const auto all = r.inspections(s);
    for (const auto& i : all) {
      if (&i == now) break;
      if (i.year == 0 || i.year >= now->year) continue;
      out.before = i.year;
      out.change = compare(i.grade, now->grade);
    }
  }
  const auto defects = r.defects(s);
  int last = 0, before = 0;
  for (const auto& d : defects)
    if (d.year <= year) last = std::max<int>(last, d.year);
  for (const auto& d : defects)
    if (d.year < last) before = std::max<int>(before, d.year);
  for (std::uint32_t i = 0; i < defects.size(); ++i) {
    const Defect& d = defects[i];
    if (d.year != 0 && d.year != last) continue;
    DefectState state{i, Change::unknown};
    if (d.year != 0 && before != 0) {
      state.change = Change::appeared;
      int worst = -2;
      for (const auto& old : defects)
        if (old.year == before && alike(old, d)) worst = std::max(worst, severity(old.grade));
      if (worst >= -1) {
        const int now = severity(d.grade);
        state.change = worst < 0 || now < 0 ? Change::unknown : now > worst ? Change::worse : now < worst ? Change::better : Change::same;
      }
    }
    out.defects.push_back(state);
  }
  return out;
}

std::vector<int> years_of(const Register& r, std::uint32_t s) {
  std::set<int> years;
  for (const auto& i : r.inspections(s)) if (i.year) years.insert(i.year);
  for (const auto& d : r.defects(s)) if (d.year) years.insert(d.year);
  return {years.begin(), years.end()};
}

std::vector<int> years_of(const Register& r) {
  std::set<int> years;
  for (std::uint32_t s = 0; s < r.size(); ++s)
    for (const auto& i : r.inspections(s)) if (i.year) years.insert(i.year);
  for (const auto& d : r.defects()) if (d.year) years.insert(d.year);
  return {years.begin(), years.end()};
}

}  // namespace tenbo::inspection
