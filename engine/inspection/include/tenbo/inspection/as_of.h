#pragma once
// A register as it was at an earlier day.
#include <cstdint>
#include <memory>

#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

struct Day {
  int year = 0, month = 12, day = 31;
};
// Whether it was after the day; by its year alone where nothing more is written, and where it is a fiscal year. Without a year: never.
bool is_after(const Inspection& inspection, const Day& day);
bool is_after(const Defect& defect, const Day& day);
// Structures whose last inspection is after the day.
std::uint32_t later_than(const Register& records, const Day& day);
// The same structures, in their order, with the inspections and defects until the day alone: grade and year are those of the last of
// these; where the list has none they are unknown (not inspected), exempt ones stay exempt. Itself, where nothing is after the day.
std::shared_ptr<const Register> as_of(std::shared_ptr<const Register> records, const Day& day);

}  // namespace tenbo::inspection
