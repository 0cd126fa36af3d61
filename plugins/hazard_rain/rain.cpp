#include "rain.h"

#include <array>

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

std::string no_rain(std::string_view quantity) {
  // As the reader has them, engine/io/src/raster/grib2_field.cpp.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> judgements{
      {{"landslide risk", "0-1-208"}, {"inundation risk", "0-1-216"}, {"river flood risk", "0-1-217"}, {"inundation and river flood risk", "0-1-218"}}};
  for (const auto& [name, numbers] : judgements)
    if (quantity == name) return std::string(numbers) + ", " + std::string(name);
  constexpr std::string_view unnamed = "parameter ", moisture = "0-1-";  // "parameter 0-193-0 of centre 34"
  if (quantity.substr(0, unnamed.size()) != unnamed) return {};
  quantity.remove_prefix(unnamed.size());
  return quantity.substr(0, moisture.size()) == moisture ? std::string() : std::string(quantity);
}

std::vector<double> hours_before(const std::vector<std::int64_t>& times) {
  if (times.size() < 2) return {};
  const std::int64_t step = times[1] - times[0];
  for (std::size_t i = 1; i < times.size(); ++i)
    if (times[i] - times[i - 1] != step || step <= 0) return {};
  return std::vector<double>(times.size(), static_cast<double>(step) / 3'600'000);
}

}  // namespace rain
