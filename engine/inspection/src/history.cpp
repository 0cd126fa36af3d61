#include "tenbo/inspection/history.h"

#include <set>

#include "tenbo/inspection/as_of.h"

namespace tenbo::inspection {
namespace {
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

Grade grade_by(const Register& r, std::uint32_t s, int year) { return state_as_of(r, s, {year}).grade; }
std::vector<const Defect*> latest_defects(const Register& r, std::uint32_t s) { return defects_as_of(r, s, latest_day); }
StateByYear state_by(const Register& r, std::uint32_t s, int year) { return state_as_of(r, s, {year}); }

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
