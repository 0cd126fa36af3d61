#pragma once
// The day that structures are shown, ranked, filtered, listed and printed as of.
#include <optional>
#include <string>

#include "tenbo/geo/instant.h"
#include "tenbo/inspection/as_of.h"

namespace tenbo::runtime {

// The end of the year that a person has chosen, else the day in Japan of the scene's time; without either the latest inspections.
inspection::Day inspection_day(std::optional<int> chosen_year, std::optional<geo::Instant> time);
// What is overdue is judged by the same year; 0: by none, and nothing is.
inline int overdue_year(const inspection::Day& day) { return day == inspection::latest_day ? 0 : day.year; }
std::string day_text(const inspection::Day& day);  // "2016-11-30"

}  // namespace tenbo::runtime
