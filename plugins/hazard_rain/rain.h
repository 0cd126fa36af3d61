#pragma once
// Rain as rates and amounts. Nothing of the plugin interface.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rain {

// What a unit says of the numbers: rate, or amount of each interval, and what makes mm/h or mm of them.
struct Unit {
  bool rate = true;
  double factor = 1;
};
std::optional<Unit> unit_of(std::string_view text);

// Of a GRIB2 file, by what the reader calls its values: the parameter's numbers where it is none of moisture (discipline 0, category 1), or
// one of the Agency's judgements, whose numbers are not rain either. The Agency's tornado nowcast is 0-193-0. Empty: it may be rain.
std::string no_rain(std::string_view quantity);

// Hours that end with each step: from the step before, of the first the same where all are alike. Empty where that is not so, or
// the times are fewer than two. Times in ms, ascending.
std::vector<double> hours_before(const std::vector<std::int64_t>& times);

}  // namespace rain
