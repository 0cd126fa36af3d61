#include <cmath>

#include "grib2/sections.h"

namespace tenbo::io::grib2 {

namespace {

// ms of one unit of code table 4.4.
std::int64_t unit_ms(std::uint8_t unit) {
  constexpr std::int64_t minute = 60'000, hour = 60 * minute;
  switch (unit) {
    case 0: return minute;
    case 1: return hour;
    case 2: return 24 * hour;
    case 10: return 3 * hour;
    case 11: return 6 * hour;
    case 12: return 12 * hour;
    case 13: return 1000;
    default: fail(ErrorCode::unsupported, "lead times in unit " + std::to_string(unit) + " of code table 4.4 (months and longer) are not read");
  }
}

Grib2Surface surface_at(const Octets& s, std::size_t octet) {
  Grib2Surface out;
  out.type = s.u8(octet);
  if (out.type != 255 && s.u8(octet + 1) != 255 && s.u32(octet + 2) != 0xFFFFFFFF)
    out.value = static_cast<double>(s.s32(octet + 2)) * std::pow(10.0, -s.s8(octet + 1));
  return out;
}

}  // namespace

Grib2Product product_of(const Octets& s, geo::Instant issue_time) {
  s.needs(9);
  Grib2Product p;
  p.form = s.u16(8);
  std::size_t interval = 0, member = 0, least = 34;
  switch (p.form) {
    case 0: break;
    case 50000: least = 42; break;  // the Agency's: as 4.0, then what it was made of (which of two sources, and how old each was)
    case 1: member = 35; least = 37; break;
    case 8: interval = 35; least = 58; break;
    case 11: member = 35; interval = 38; least = 61; break;
    case 50008: case 50009: case 50011: interval = 35; least = 58; break;
    default:
      fail(ErrorCode::unsupported, "product template 4." + std::to_string(p.form) + " is not read; 4.0, 4.1, 4.8, 4.11, 4.50000, 4.50008, 4.50009 and 4.50011 are");
  }
  s.needs(least);
  p.category = s.u8(10);
  p.number = s.u8(11);
  p.process = s.u8(12);
  p.first = surface_at(s, 23);
  p.second = surface_at(s, 29);
  const geo::Instant at{issue_time.ms + s.s32(19) * unit_ms(s.u8(18))};
  p.valid_time = at;
  if (member) p.member = s.u8(member + 1);
  if (interval) {
    p.interval_start = at;
    if (s.u16(interval) != 0) p.valid_time = s.time(interval);
    else if (s.u8(interval + 7) == 1) p.valid_time = {at.ms + std::int64_t{s.u32(interval + 15)} * unit_ms(s.u8(interval + 14))};
    else fail(ErrorCode::malformed, "the end of the interval is not given");
    if (p.valid_time < at) fail(ErrorCode::malformed, "the interval ends before it begins");
    p.statistic = s.u8(interval + 12);
    if (p.form >= 32768) {
      const auto rest = s.from(59);
      p.remarks.assign(rest.begin(), rest.end());
    }
  }
  return p;
}

}  // namespace tenbo::io::grib2
