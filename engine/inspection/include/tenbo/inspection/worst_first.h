#pragma once
// The order in which structures ask to be looked at, by their records alone (with a hazard: priority.h).
#include <cstdint>
#include <vector>

#include "tenbo/inspection/filter.h"

namespace tenbo::inspection {

// The greater the worse: IV, III, not inspected, II, I, exempt; of one grade the overdue ones. It also decides who stands for a cluster on the
// map. What nobody has looked at goes before II: it may be anything.
std::uint8_t rank_of(Grade grade, bool overdue);
// Was inspected, and is overdue. `at`: a Register, or what it was AsOf a day.
template <class At>
bool late(const At& at, std::uint32_t s, int as_of) {
  return as_of != 0 && at.grade(s) != Grade::not_inspected && at.year(s) != 0 && at.overdue(s, as_of);
}

// Of the selected ones (null: of all), by rank; then whose inspection lies longest back, then as the list has them. At most `most`.
std::vector<std::uint32_t> worst_first(const Register& records, const Selection* selection, int as_of, std::size_t most);

}  // namespace tenbo::inspection
