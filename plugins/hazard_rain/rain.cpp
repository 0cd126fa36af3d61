#include "rain.h"

#include <string>

namespace rain {

std::optional<Unit> unit_of(std::string_view text) {
  std::string plain;  // "kg m**-2 s**-1", "kg/(m^2 s)" and "kg m-2 s-1" alike
  for (const char c : text)
    if (c != ' ' && c != '*' && c != '^' && c != '(' && c != ')') plain += c;
  const auto is = [&](auto... words) { return ((plain == words) || ...); };
  if (is("mm/h", "mmh-1", "mm/hr", "mm/hour", "kgm-2h-1")) return Unit{true, 1};
  if (is("mm/s", "mms-1", "kgm-2s-1", "kg/m2s", "kg/m2/s")) return Unit{true, 3600};
  if (is("mm", "kgm-2", "kg/m2", "kg/m-2")) return Unit{false, 1};
  if (is("m")) return Unit{false, 1000};
  return std::nullopt;
}

std::vector<double> hours_before(const std::vector<std::int64_t>& times) {
  if (times.size() < 2) return {};
  const std::int64_t step = times[1] - times[0];
  for (std::size_t i = 1; i < times.size(); ++i)
    if (times[i] - times[i - 1] != step || step <= 0) return {};
  return std::vector<double>(times.size(), static_cast<double>(step) / 3'600'000);
}

}  // namespace rain
