#include "raster/field_times.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <regex>
#include <vector>

#include "tenbo/base/text.h"

namespace tenbo::io {

namespace {

constexpr double ms_second = 1000, ms_minute = 60 * ms_second, ms_hour = 60 * ms_minute, ms_day = 24 * ms_hour;

std::optional<double> unit_of_time(const std::string& word) {
  static const std::pair<const char*, double> units[] = {
      {"milliseconds", 1}, {"millisecond", 1}, {"millisec", 1}, {"msec", 1}, {"ms", 1},
      {"seconds", ms_second}, {"second", ms_second}, {"secs", ms_second}, {"sec", ms_second}, {"s", ms_second},
      {"minutes", ms_minute}, {"minute", ms_minute}, {"mins", ms_minute}, {"min", ms_minute},
      {"hours", ms_hour}, {"hour", ms_hour}, {"hrs", ms_hour}, {"hr", ms_hour}, {"h", ms_hour},
      {"days", ms_day}, {"day", ms_day}, {"d", ms_day}, {"weeks", 7 * ms_day}, {"week", 7 * ms_day}};
  for (const auto& [name, ms] : units)
    if (word == name) return ms;
  return std::nullopt;
}

std::string number(const char* format, int a) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, format, a);
  return buffer;
}

// Julian calendar days since 1970-01-01 (proleptic Gregorian count), for dates before 1582-10-15 in the mixed calendar.
double julian_days(int year, int month, int day) {
  const int a = (14 - month) / 12, y = year + 4800 - a, m = month + 12 * a - 3;
  const double julian_day_number = day + std::floor((153 * m + 2) / 5.0) + 365.0 * y + std::floor(y / 4.0) - 32083;
  return julian_day_number - 2440588;
}

}  // namespace

Result<CfTime> CfTime::parse(std::string_view units, std::string_view calendar) {
  const auto bad = [&](ErrorCode code, std::string why) {
    return Error{code, std::move(why), "", "time:units \"" + std::string(units) + "\"", "give the field's start and step_seconds instead"};
  };
  const std::string kind = lower_case(calendar);
  const bool mixed = kind.empty() || kind == "standard" || kind == "gregorian";
  if (!mixed && kind != "proleptic_gregorian")
    return bad(ErrorCode::unsupported, "the calendar \"" + std::string(calendar) + "\" has other days than the clock; only gregorian calendars are read");
  const std::string text = lower_case(units);
  static const std::regex pattern(
      R"(^\s*([a-z]+)\s+since\s+(-?\d{1,4})-(\d{1,2})-(\d{1,2})(?:[t\s]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?\s*(z|utc|gmt|[+-]\d{1,2}(?::?\d{2})?)?\s*$)");
  std::smatch m;
  if (text.size() > 200 || !std::regex_match(text, m, pattern)) return bad(ErrorCode::malformed, "the time axis is not \"UNIT since DATE\"");
  const auto unit = unit_of_time(m[1]);
  if (!unit) return bad(ErrorCode::unsupported, "the unit of time \"" + m[1].str() + "\" has no fixed length here");
  const auto integer = [&](std::size_t i, int otherwise) { return m[i].matched ? std::atoi(m[i].str().c_str()) : otherwise; };
  const int year = integer(2, 0), month = integer(3, 1), day = integer(4, 1), hour = integer(5, 0), minute = integer(6, 0);
  const double second = m[7].matched ? std::atof(m[7].str().c_str()) : 0;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second >= 61)
    return bad(ErrorCode::malformed, "the date does not exist");
  CfTime t;
  t.unit_ms_ = *unit;
  if (mixed && (year < 1582 || (year == 1582 && (month < 10 || (month == 10 && day < 15))))) {
    t.epoch_ms_ = julian_days(year, month, day) * ms_day;
  } else {
    if (year < 0) return bad(ErrorCode::unsupported, "years before 0 are not read");
    // Any date that exists; year 0 and the like go through days of the proleptic calendar by way of 400-year cycles.
    const int shifted = year < 1600 ? year + 400 * ((1999 - year) / 400) : year;
    const auto at = geo::parse_instant(number("%04d", shifted) + number("-%02d", month) + number("-%02dT00:00:00Z", day));
    if (!at) return bad(ErrorCode::malformed, "the date does not exist");
    t.epoch_ms_ = static_cast<double>(at->ms) - (shifted - year) / 400 * 146097.0 * ms_day;
  }
  t.epoch_ms_ += hour * ms_hour + minute * ms_minute + second * ms_second;
  if (const std::string zone = m[8]; !zone.empty() && (zone[0] == '+' || zone[0] == '-')) {
    std::string digits;
    for (char c : zone.substr(1)) if (c != ':') digits += c;
    const int value = std::atoi(digits.c_str());
    const int offset = digits.size() > 2 ? value / 100 * 60 + value % 100 : value * 60;
    t.epoch_ms_ -= (zone[0] == '-' ? -1 : 1) * offset * ms_minute;
  }
  return t;
}

std::optional<geo::Instant> CfTime::at(double value) const {
  const double ms = epoch_ms_ + value * unit_ms_;
  if (!(std::abs(ms) < 2.5e14)) return std::nullopt;  // NaN too
  return geo::Instant{std::llround(ms)};
}

std::optional<LooseTime> parse_loose_time(std::string_view text) {
  while (!text.empty() && text.front() <= ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() <= ' ') text.remove_suffix(1);
  if (text.size() < 10 || text.size() > 64) return std::nullopt;
  if (const auto exact = geo::parse_instant(text)) return LooseTime{*exact, false};
  std::string s(text);
  if (s.size() > 10 && s[10] == ' ') s[10] = 'T';
  if (s.size() > 4 && (s.ends_with(" UTC") || s.ends_with(" utc"))) s = s.substr(0, s.size() - 4) + "Z";
  if (const auto at = geo::parse_instant(s)) return LooseTime{*at, false};
  if (s.size() == 10) s += "T00:00:00";
  if (const auto at = geo::parse_instant(s + "Z")) return LooseTime{*at, true};
  return std::nullopt;
}

NameTime time_in_name(const std::string& stem) {
  NameTime out;
  if (stem.size() > 400) return out;
  static const std::regex date(
      R"((\d{4})[-_.]?(\d{2})[-_.]?(\d{2})[Tt_ -]?(\d{2})[-:_]?(\d{2})(?:[-:_]?(\d{2}))?\s?(Z|UTC|JST|[+-]\d{4})?)");
  std::string rest = stem;
  for (std::sregex_iterator it(stem.begin(), stem.end(), date), end; it != end; ++it) {
    const auto& m = *it;
    const auto before = static_cast<std::size_t>(m.position()), after = before + static_cast<std::size_t>(m.length());
    const bool digit_before = before > 0 && std::isdigit(static_cast<unsigned char>(stem[before - 1]));
    const bool digit_after = after < stem.size() && std::isdigit(static_cast<unsigned char>(stem[after]));
    const int year = std::atoi(m[1].str().c_str());
    if (digit_before || digit_after || year < 1900 || year > 2200) continue;
    std::string zone = m[7];
    const bool assumed = zone.empty();
    if (zone == "JST") zone = "+09:00";
    else if (zone.size() == 5) zone = zone.substr(0, 3) + ":" + zone.substr(3);
    else zone = "Z";
    const auto at = geo::parse_instant(m[1].str() + "-" + m[2].str() + "-" + m[3].str() + "T" + m[4].str() + ":" + m[5].str() +
                                       ":" + (m[6].matched ? m[6].str() : "00") + zone);
    if (!at) continue;
    out.absolute = LooseTime{*at, assumed};
    rest = stem.substr(0, before) + " " + stem.substr(after);
    break;
  }
  static const std::regex after_number(
      R"((\d+(?:\.\d+)?)[ _-]?(hours?|hrs?|h|minutes?|mins?|min|seconds?|secs?|sec|s|days?|d)(?![A-Za-z]))", std::regex::icase);
  static const std::regex before_number(R"((?:^|[^A-Za-z])(?:FH|T\+|F|LT)[ _-]?(\d{1,4})(?!\d))", std::regex::icase);
  std::smatch m;
  if (std::regex_search(rest, m, after_number)) {
    if (const auto unit = unit_of_time(lower_case(m[2].str()))) out.relative_seconds = std::atof(m[1].str().c_str()) * *unit / ms_second;
  } else if (std::regex_search(rest, m, before_number)) {
    out.relative_seconds = std::atof(m[1].str().c_str()) * 3600;
  }
  static const std::regex digits(R"(\d+)");
  for (std::sregex_iterator it(rest.begin(), rest.end(), digits), end; it != end; ++it)
    if (it->length() <= 15) out.number = std::atof(it->str().c_str());
  return out;
}

}  // namespace tenbo::io
