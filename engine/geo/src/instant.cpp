#include "tenbo/geo/instant.h"

#include <fmt/format.h>

#include <optional>

namespace tenbo::geo {
namespace {

constexpr std::int64_t ms_per_minute = 60'000, ms_per_hour = 3'600'000, ms_per_day = 86'400'000;

// Days since 1970-01-01 in the proleptic Gregorian calendar: years are counted from March, so that the leap day ends one.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  if (month <= 2) --year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

struct Civil { std::int64_t year; int month, day; };
constexpr Civil civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted = static_cast<int>((5 * day_of_year + 2) / 153);
  const int month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year) - (153 * shifted + 2) / 5 + 1};
}

constexpr int days_in_month(std::int64_t year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool done() const { return pos_ == text_.size(); }
  bool take(char c) {
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }
  std::optional<int> digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i, ++pos_) {
      if (pos_ >= text_.size() || text_[pos_] < '0' || text_[pos_] > '9') return std::nullopt;
      value = value * 10 + (text_[pos_] - '0');
    }
    return value;
  }
  // The digits after a decimal mark as milliseconds, rounded half up; at least one digit.
  std::optional<int> fraction_ms() {
    int ms = 0, scale = 100;
    const std::size_t start = pos_;
    for (; pos_ < text_.size() && text_[pos_] >= '0' && text_[pos_] <= '9'; ++pos_, scale /= 10) {
      const int digit = text_[pos_] - '0';
      if (pos_ - start < 3) ms += digit * scale;
      else if (pos_ - start == 3 && digit >= 5) ++ms;
    }
    if (pos_ == start) return std::nullopt;
    return ms;
  }

 private:
  std::string_view text_;
  std::size_t pos_ = 0;
};

Error bad(std::string_view text, std::string_view why) {
  return {ErrorCode::invalid_argument, fmt::format("\"{}\" is not a time: {}", text.substr(0, 64), why), "", "",
          "write ISO 8601 with an offset, as 2026-11-21T09:00:00+09:00 or 2026-11-21T00:00:00Z"};
}

std::string format(std::int64_t local_ms) {
  std::int64_t days = local_ms / ms_per_day, rest = local_ms % ms_per_day;
  if (rest < 0) { rest += ms_per_day; --days; }
  const Civil c = civil_from_days(days);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, rest / ms_per_hour,
                                rest / ms_per_minute % 60, rest / 1000 % 60);
  if (rest % 1000 != 0) out += fmt::format(".{:03}", rest % 1000);
  return out;
}

}  // namespace

Result<Instant> parse_instant(std::string_view text) {
  Scanner in(text);
  const auto year = in.digits(4);
  if (!year || !in.take('-')) return bad(text, "it does not begin with YYYY-");
  const auto month = in.digits(2);
  if (!month || *month < 1 || *month > 12 || !in.take('-')) return bad(text, "the month is not 01 to 12");
  const auto day = in.digits(2);
  if (!day || *day < 1 || *day > days_in_month(*year, *month)) return bad(text, "the month has no such day");
  if (!in.take('T') && !in.take(' ') && !in.take('t')) return bad(text, "no time of day follows the date");
  const auto hour = in.digits(2);
  if (!hour || *hour > 24 || !in.take(':')) return bad(text, "the hour is not 00 to 24");
  const auto minute = in.digits(2);
  if (!minute || *minute > 59) return bad(text, "the minute is not 00 to 59");
  int second = 0, ms = 0;
  if (in.take(':')) {
    const auto s = in.digits(2);
    if (!s || *s > 60) return bad(text, "the second is not 00 to 59");
    second = *s;  // 60: a leap second counts as the next minute's first, as in all clocks that know none
    if (in.take('.') || in.take(',')) {
      const auto fraction = in.fraction_ms();
      if (!fraction) return bad(text, "no digits follow the decimal mark");
      ms = *fraction;
    }
  }
  if (*hour == 24 && (*minute != 0 || second != 0 || ms != 0)) return bad(text, "the day ends at 24:00:00");

  int offset = 0;
  if (!in.take('Z') && !in.take('z')) {
    const bool plus = in.take('+');
    if (!plus && !in.take('-')) return bad(text, in.done() ? "it has no offset from UTC" : "the offset is not Z or +hh:mm");
    const auto hours = in.digits(2);
    if (!hours || *hours > 23) return bad(text, "the offset is not Z or +hh:mm");
    int minutes = 0;
    if (!in.done()) {
      in.take(':');
      const auto m = in.digits(2);
      if (!m || *m > 59) return bad(text, "the offset is not Z or +hh:mm");
      minutes = *m;
    }
    offset = (plus ? 1 : -1) * (*hours * 60 + minutes);
  }
  if (!in.done()) return bad(text, "something follows the offset");
  const Instant t{days_from_civil(*year, *month, *day) * ms_per_day + *hour * ms_per_hour + (*minute - offset) * ms_per_minute +
                  second * 1000 + ms};
  constexpr std::int64_t first = days_from_civil(0, 1, 1) * ms_per_day, end = days_from_civil(10'000, 1, 1) * ms_per_day;
  if (t.ms < first || t.ms >= end) return bad(text, "in UTC its year has not four digits");
  return t;
}

std::string format_utc(Instant t) { return format(t.ms) + "Z"; }

std::string format_offset(Instant t, int offset_minutes) {
  const int minutes = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  return fmt::format("{}{}{:02}:{:02}", format(t.ms + offset_minutes * ms_per_minute), offset_minutes < 0 ? '-' : '+',
                     minutes / 60, minutes % 60);
}

}  // namespace tenbo::geo
