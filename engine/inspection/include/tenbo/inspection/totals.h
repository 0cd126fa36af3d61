#pragma once
// How many structures are in which state: by municipality, kind, age or grade, and over the years. What nobody wrote is counted apart.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/inspection/filter.h"

namespace tenbo::inspection {

inline constexpr std::size_t grade_count = 6;  // of Grade

struct Count {
  std::array<std::uint32_t, grade_count> grades{};  // by Grade
  std::uint32_t overdue = 0, restricted = 0, closed = 0;
  std::uint32_t total() const;
  std::uint32_t inspected() const { return grades[1] + grades[2] + grades[3] + grades[4]; }
};

enum class By : std::uint8_t { municipality, kind, age, grade };
std::optional<By> read_by(std::string_view word);  // "municipality" ...

struct TotalsRow {
  std::string key;       // as written; of kinds and grades their word; of ages the decade built, "1970"
  bool unknown = false;  // nobody wrote it
  Count count;
};
struct Totals {
  Count all;
  std::vector<TotalsRow> rows;  // the largest first; of ages and grades in their order; what is unknown last
  std::vector<std::pair<std::string, std::uint32_t>> sources;  // who says so, and of how many; "" = nobody says
};
// Of the selected ones; null: of all. `as_of`: the year at which something is overdue.
Totals totals(const Register& records, const Selection* selection, By by, int as_of);

// The grades that stood at the end of each year: of each structure the last inspection by then; those not inspected yet under not_inspected.
struct YearCount {
  int year = 0;
  std::array<std::uint32_t, grade_count> grades{};
};
std::vector<YearCount> grades_by_year(const Register& records, const Selection* selection);  // from the first inspection's year to the last; at most 300

}  // namespace tenbo::inspection
