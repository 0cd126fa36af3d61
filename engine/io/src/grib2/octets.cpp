#include "grib2/octets.h"

#include <algorithm>
#include <chrono>

namespace tenbo::io::grib2 {

geo::Instant Octets::time(std::size_t octet) const {
  using namespace std::chrono;
  const int y = u16(octet);
  const unsigned m = u8(octet + 2), d = u8(octet + 3), h = u8(octet + 4), min = u8(octet + 5), s = u8(octet + 6);
  const year_month_day date{year{y}, month{m}, day{d}};
  if (y < 1 || y > 9999 || !date.ok() || h > 23 || min > 59 || s > 60)
    fail(ErrorCode::malformed, std::string(what_) + " gives a time that there is not: " + std::to_string(y) + "-" + std::to_string(m) + "-" +
                                   std::to_string(d) + " " + std::to_string(h) + ":" + std::to_string(min) + ":" + std::to_string(s));
  const std::int64_t days = sys_days(date).time_since_epoch().count();
  return {((days * 24 + h) * 60 + min) * 60'000 + std::min(s, 59u) * 1000};
}

}  // namespace tenbo::io::grib2
