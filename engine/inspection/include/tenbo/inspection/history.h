#pragma once
// A structure as it was known at the end of a year, and what had got worse by then.
#include <cstdint>
#include <vector>

#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

enum class Change : std::uint8_t { unknown, same, better, worse, appeared };  // unknown: nothing to compare with
const char* to_string(Change change);

struct DefectState {
  std::uint32_t defect = 0;  // index among Register::defects(structure)
  Change change = Change::unknown;
};
struct StateByYear {
  Grade grade = Grade::not_inspected;
  int inspected = 0;         // the year of the inspection that said so; 0 = unknown or none
  Change change = Change::unknown;  // of the grade, against the inspection before
  int before = 0;            // its year; 0 = there was none
  std::vector<DefectState> defects;
};
// Defects are those of the last year, not after `year`, in which any was written down, and those of no year. One is worse than its like of
// the year before: the same id, else the same kind on the same member, span and element.
StateByYear state_by(const Register& structures, std::uint32_t s, int year);
// Of all defects those that are in the latest list of them, the worst first.
std::vector<const Defect*> latest_defects(const Register& structures, std::uint32_t s);
Grade grade_by(const Register& structures, std::uint32_t s, int year);  // without looking at defects
Change compare(Grade before, Grade now);

// The years in which anything was inspected, or a defect found, ascending; of one structure, or of all.
std::vector<int> years_of(const Register& structures, std::uint32_t s);
std::vector<int> years_of(const Register& structures);

}  // namespace tenbo::inspection
