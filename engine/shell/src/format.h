#pragma once
// Numbers, places and times as the screen shows them: units always, JST first.
#include <string>

#include "tenbo/geo/extent.h"
#include "tenbo/geo/instant.h"

namespace tenbo::shell {

std::string format_metres(double m);         // "12.3 m", "4.56 km"
std::string format_area(double m2);          // "123 m²", "4.56 km²"
std::string format_signed_metres(double m);  // "+12.3 m"
std::string format_count(std::uint64_t n);   // "12,345"
std::string format_place(const geo::GeoPoint& p);  // "35.681236°N 139.767125°E"
struct LocalTime { int year, month, day, hour, minute, second; };
LocalTime jst(geo::Instant t);
std::string format_jst(geo::Instant t);        // "2026-11-21 09:00"
std::string format_jst_clock(geo::Instant t);  // "09:00", "11/21" at midnight
std::string format_utc_short(geo::Instant t);  // "2026-11-21 00:00"

}  // namespace tenbo::shell
