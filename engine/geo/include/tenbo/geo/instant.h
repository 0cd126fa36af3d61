#pragma once
// A point in time: milliseconds since 1970-01-01T00:00:00Z (no leap seconds, as ISO 8601 software counts).
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo::geo {

struct Instant {
  std::int64_t ms = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

// ISO 8601 date-time with an offset ("2026-11-21T09:00:00+09:00", "...Z"); seconds and fraction optional; a missing
// offset is an error, because a forecast nine hours off is worse than none.
Result<Instant> parse_instant(std::string_view text);
std::string format_utc(Instant t);                        // 2026-11-21T00:00:00Z (milliseconds only when not zero)
std::string format_offset(Instant t, int offset_minutes);  // 2026-11-21T09:00:00+09:00
inline constexpr int jst_offset_minutes = 9 * 60;

}  // namespace tenbo::geo
