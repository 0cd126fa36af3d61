#include "read_time.h"

namespace sensors {
namespace {
struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  bool done() const { return at == text.size(); }
  char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at;
    return true;
  }
  // A number of `least` to `most` digits.
  std::optional<int> number(int least, int most) {
    int v = 0, n = 0;
    while (n < most && peek() >= '0' && peek() <= '9') v = v * 10 + (text[at++] - '0'), ++n;
    return n >= least ? std::optional(v) : std::nullopt;
  }
};

// Days since 1970 of a date of the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::int64_t days_of(int y, int m, int d) {
  y -= m <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto of_era = static_cast<std::int64_t>(y - era * 400);
  const std::int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}
int days_in(int y, int m) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return m == 2 && (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) ? 29 : days[m - 1];
}
std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}
}  // namespace

std::optional<int> read_offset(std::string_view text) {
  text = trimmed(text);
  if (text == "Z" || text == "z" || text == "UTC") return 0;
  if (text == "JST") return 540;
  Cursor c{text};
  const int sign = c.take('+') ? 1 : c.take('-') ? -1 : 0;
  const auto hours = c.number(2, 2);
  if (!sign || !hours) return std::nullopt;
  c.take(':');
  const auto minutes = c.done() ? std::optional(0) : c.number(2, 2);
  if (!minutes || !c.done() || *hours > 18 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

std::optional<std::int64_t> read_time(std::string_view text, std::optional<int> offset) {
  text = trimmed(text);
  if (text.size() > 80) return std::nullopt;
  // "2026/09/13 ..." has two strokes close to its start; an interval's stands behind a time.
  if (const auto stroke = text.find('/'); stroke != std::string_view::npos && stroke > 9) return read_time(text.substr(stroke + 1), offset);
  Cursor c{text};
  const auto year = c.number(4, 4);
  const char between = c.peek();
  if (!year || *year < 1 || (between != '-' && between != '/')) return std::nullopt;
  c.take(between);
  const auto month = c.number(1, 2);
  if (!month || *month < 1 || *month > 12 || !c.take(between)) return std::nullopt;
  const auto day = c.number(1, 2);
  if (!day || *day < 1 || *day > days_in(*year, *month)) return std::nullopt;
  if (!c.take('T') && !c.take('t') && !c.take(' ')) return std::nullopt;
  const auto hour = c.number(1, 2);
  if (!hour || *hour > 24 || !c.take(':')) return std::nullopt;
  const auto minute = c.number(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0, ms = 0;
  if (c.take(':')) {
    const auto s = c.number(2, 2);
    if (!s || *s > 60) return std::nullopt;
    second = *s == 60 ? 59 : *s;
    if (c.take('.') || c.take(',')) {
      int digits = 0;
      for (; c.peek() >= '0' && c.peek() <= '9'; ++c.at, ++digits)
        if (digits < 3) ms = ms * 10 + (c.peek() - '0');
      if (digits == 0) return std::nullopt;
      for (; digits < 3; ++digits) ms *= 10;
    }
  }
  if (*hour == 24 && (*minute || second || ms)) return std::nullopt;  // 24:00 is the end of the day
  const auto rest = trimmed(text.substr(c.at));
  if (!rest.empty()) offset = read_offset(rest);
  if (!offset) return std::nullopt;
  const std::int64_t out = ((days_of(*year, *month, *day) * 24 + *hour) * 60 + *minute - *offset) * 60'000 + second * 1000 + ms;
  if (out < -62'135'596'800'000 || out > 253'402'300'799'999) return std::nullopt;
  return out;
}

}  // namespace sensors
