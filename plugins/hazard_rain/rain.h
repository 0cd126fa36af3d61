#pragma once
// Rain as rates and amounts. Nothing of the plugin interface.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rain {

// What a unit says of the numbers: rate, or amount of each interval, and what makes mm/h or mm of them.
struct Unit {
  bool rate = true;
  double factor = 1;
};
std::optional<Unit> unit_of(std::string_view text);

// Hours that end with each step: from the step before, of the first the same where all are alike. Empty where that is not so, or
// the times are fewer than two. Times in ms, ascending.
std::vector<double> hours_before(const std::vector<std::int64_t>& times);

}  // namespace rain
