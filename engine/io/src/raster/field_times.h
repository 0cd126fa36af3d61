#pragma once
// Where the times of a field's steps come from: CF time axes, loose date-times in metadata, and file names.
#include <optional>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io {

// "hours since 2012-08-14 07:00:00 +09:00": value -> instant. Without an offset CF means UTC.
class CfTime {
 public:
  // Calendars of 365 or 360 days are refused: their dates are not those of a clock.
  static Result<CfTime> parse(std::string_view units, std::string_view calendar);
  std::optional<geo::Instant> at(double value) const;  // nullopt: NaN or beyond the year 9999

 private:
  double epoch_ms_ = 0;
  double unit_ms_ = 1000;
};

struct LooseTime {
  geo::Instant time;
  bool assumed_utc = false;  // it names no offset
};
// ISO 8601 with or without offset, "T" or blank between, seconds and time of day optional.
std::optional<LooseTime> parse_loose_time(std::string_view text);

// What a file's name says: 20261121T0900, 201208140700, 2026-11-21_09-00-00Z, ..._6_hours, FH03, and the last number.
struct NameTime {
  std::optional<LooseTime> absolute;
  std::optional<double> relative_seconds;
  std::optional<double> number;
};
NameTime time_in_name(const std::string& stem);

}  // namespace tenbo::io
