#include "report.h"

#include <charconv>
#include <cstdio>

namespace hazard {
namespace {
// Days since 1970-01-01 of the proleptic Gregorian calendar, by counting 400-year eras from March on.
std::int64_t days_of(std::int64_t y, unsigned m, unsigned d) {
  y -= m <= 2 ? 1 : 0;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto year = static_cast<unsigned>(y - era * 400);
  const unsigned day = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
  return era * 146097 + static_cast<std::int64_t>(year * 365 + year / 4 - year / 100 + day) - 719468;
}
bool number(std::string_view s, std::size_t at, std::size_t digits, int& out) {
  if (at + digits > s.size()) return false;
  const auto r = std::from_chars(s.data() + at, s.data() + at + digits, out);
  return r.ec == std::errc{} && r.ptr == s.data() + at + digits && out >= 0;
}
}  // namespace

std::optional<tenbo_time> time_of(std::string_view s) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, sec = 0, oh = 0, om = 0;
  if (s.size() < 17 || !number(s, 0, 4, y) || s[4] != '-' || !number(s, 5, 2, mo) || s[7] != '-' || !number(s, 8, 2, d) || s[10] != 'T' || !number(s, 11, 2, h) || s[13] != ':' || !number(s, 14, 2, mi))
    return std::nullopt;
  std::size_t at = 16;
  if (s[at] == ':') {
    if (!number(s, at + 1, 2, sec)) return std::nullopt;
    at += 3;
    if (at < s.size() && s[at] == '.')
      do ++at;
      while (at < s.size() && s[at] >= '0' && s[at] <= '9');
  }
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 24 || mi > 59 || sec > 60 || at >= s.size()) return std::nullopt;
  int sign = 0;
  if (s[at] != 'Z') {
    if ((s[at] != '+' && s[at] != '-') || at + 6 != s.size() || s[at + 3] != ':' || !number(s, at + 1, 2, oh) || !number(s, at + 4, 2, om)) return std::nullopt;
    sign = s[at] == '+' ? 1 : -1;
  } else if (at + 1 != s.size()) {
    return std::nullopt;
  }
  const std::int64_t minutes = days_of(y, static_cast<unsigned>(mo), static_cast<unsigned>(d)) * 1440 + h * 60 + mi - sign * (oh * 60 + om);
  return (minutes * 60 + sec) * 1000;
}

std::string japan_time(tenbo_time t) {
  std::int64_t minutes = (t >= 0 ? t : t - 59'999) / 60'000 + 540;
  std::int64_t days = minutes / 1440;
  if (days * 1440 > minutes) --days;
  minutes -= days * 1440;
  int y = 1970 + static_cast<int>(days / 366);
  while (days_of(y + 1, 1, 1) <= days) ++y;
  unsigned m = 1;
  while (m < 12 && days_of(y, m + 1, 1) <= days) ++m;
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02u-%02d %02d:%02d", y, m, static_cast<int>(days - days_of(y, m, 1)) + 1, static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  return out;
}

std::vector<std::string> split(std::string_view text, std::string_view mark) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(mark, at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + mark.size();
  }
  return out;
}

std::string join(const std::vector<std::string>& words, std::string_view mark) {
  std::string out;
  for (const auto& w : words) {
    if (!out.empty()) out += mark;
    out += w;
  }
  return out;
}

std::string area_of_title(std::string_view title) {
  std::size_t end = title.size();
  for (const std::string_view word : {"気象", "大雨", "土砂", "高潮", "暴風", "強風", "風雪", "波浪", "大雪", "洪水", "雷", "融雪", "濃霧", "乾燥", "なだれ", "低温", "霜", "着雪", "着氷", "レベル"})
    end = std::min(end, title.find(word));
  return std::string(title.substr(0, end));
}

}  // namespace hazard
