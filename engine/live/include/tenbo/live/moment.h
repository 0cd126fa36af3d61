#pragma once
// A point in time as messages are stamped: microseconds since 1970-01-01T00:00:00Z, no leap seconds. geo::Instant is the same in
// milliseconds.
#include <compare>
#include <cstdint>

#include "tenbo/geo/instant.h"

namespace tenbo::live {

struct Moment {
  std::int64_t us = 0;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

inline constexpr std::int64_t second_us = 1'000'000;

inline Moment from_instant(geo::Instant t) { return {t.ms * 1000}; }
// Rounded down, so that what has happened by a moment has happened by its instant.
inline geo::Instant to_instant(Moment m) { return {m.us / 1000 - (m.us % 1000 < 0 ? 1 : 0)}; }
inline Moment later(Moment m, double seconds) { return {m.us + static_cast<std::int64_t>(seconds * 1e6)}; }

Moment machine_now();  // as the machine's clock says, which may be set at any time

}  // namespace tenbo::live
