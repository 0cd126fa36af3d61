#pragma once
// The priority list as of a day: condition, overdue and the words for them are those of the last inspection until then.
#include "tenbo/runtime/inspection_day.h"
#include "tenbo/runtime/priority.h"

namespace tenbo::runtime {

// As rank(base, question), which is as of the question's time (without one: the latest inspections). [any]
PriorityReport rank_as_of(std::shared_ptr<const PriorityBase> base, const PriorityQuestion& question, const inspection::Day& day);
// Structures whose last inspection is after the day.
std::uint32_t inspected_later(const PriorityBase& base, const inspection::Day& day);
// Whether a row was inspected after the day of the report alone.
bool not_inspected_yet(const PriorityReport& report, const PriorityRow& row);

}  // namespace tenbo::runtime
