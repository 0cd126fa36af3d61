#include "format.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace tenbo::shell {
namespace {

LocalTime civil(geo::Instant t, int offset_minutes) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(t.ms) + minutes(offset_minutes)};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<seconds>(at - day)};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count())};
}

std::string date_and_clock(const LocalTime& c) {
  std::string out = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute);
  return c.second ? out + fmt::format(":{:02}", c.second) : out;
}

}  // namespace

std::string format_metres(double m) {
  if (!std::isfinite(m)) return "-";
  const double size = std::abs(m);
  if (size < 10) return fmt::format("{:.2f} m", m);
  if (size < 1000) return fmt::format("{:.1f} m", m);
  return size < 100'000 ? fmt::format("{:.2f} km", m / 1000) : fmt::format("{:.0f} km", m / 1000);
}

std::string format_signed_metres(double m) { return (m > 0 ? "+" : "") + format_metres(m); }

std::string format_area(double m2) {
  if (!std::isfinite(m2)) return "-";
  if (m2 < 10'000) return fmt::format("{:.1f} m²", m2);
  return m2 < 1e6 ? fmt::format("{:.2f} ha", m2 / 1e4) : fmt::format("{:.2f} km²", m2 / 1e6);
}

std::string format_count(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
  return digits;
}

std::string format_place(const geo::GeoPoint& p) {
  return fmt::format("{:.6f}°{} {:.6f}°{}", std::abs(p.lat), p.lat < 0 ? 'S' : 'N', std::abs(p.lon), p.lon < 0 ? 'W' : 'E');
}

LocalTime jst(geo::Instant t) { return civil(t, geo::jst_offset_minutes); }
std::string format_jst(geo::Instant t) { return date_and_clock(civil(t, geo::jst_offset_minutes)); }
std::string format_utc_short(geo::Instant t) { return date_and_clock(civil(t, 0)); }

std::string format_jst_clock(geo::Instant t) {
  const LocalTime c = jst(t);
  return c.hour == 0 && c.minute == 0 ? fmt::format("{}/{}", c.month, c.day) : fmt::format("{:02}:{:02}", c.hour, c.minute);
}

}  // namespace tenbo::shell
