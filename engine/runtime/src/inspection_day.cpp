#include "tenbo/runtime/inspection_day.h"

#include <fmt/format.h>

#include <cstdlib>

namespace tenbo::runtime {

inspection::Day inspection_day(std::optional<int> chosen_year, std::optional<geo::Instant> time) {
  if (chosen_year) return {*chosen_year, 12, 31};
  if (!time) return inspection::latest_day;
  const auto text = geo::format_offset(*time, geo::jst_offset_minutes);
  if (text.size() < 10 || text[4] != '-') return inspection::latest_day;
  return {std::atoi(text.c_str()), std::atoi(text.c_str() + 5), std::atoi(text.c_str() + 8)};
}

std::string day_text(const inspection::Day& d) { return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day); }

}  // namespace tenbo::runtime
