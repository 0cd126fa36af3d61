#include "pyramid/wms_times.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace tenbo::io::pyramid {
namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  return s;
}

// "2026", "2026-11", "2026-11-21", "2026-11-21T03Z", "...T03:04", "...T03:04:05.678+09:00".
std::optional<geo::Instant> moment(std::string_view s) {
  s = trimmed(s);
  if (s.size() < 4 || s.size() > 40) return std::nullopt;
  std::string full(s);
  if (full.size() == 4) full += "-01-01";
  if (full.size() == 7) full += "-01";
  const auto t = full.find('T');
  if (t == std::string::npos) {
    full += "T00:00:00Z";
  } else {
    const auto zone = full.find_first_of("Z+-", t + 1);
    std::string offset = zone == std::string::npos ? "Z" : full.substr(zone);
    full.resize(std::min(zone, full.size()));
    if (full.size() == t + 3) full += ":00";
    if (full.size() == t + 6) full += ":00";
    full += offset;
  }
  const auto at = geo::parse_instant(full);
  if (!at) return std::nullopt;
  return *at;
}

// A period of ISO 8601: months apart from what has a length.
struct Period {
  int months = 0;
  std::int64_t ms = 0;
};
std::optional<Period> period(std::string_view s) {
  s = trimmed(s);
  if (s.size() < 3 || s.size() > 40 || s.front() != 'P') return std::nullopt;
  s.remove_prefix(1);
  Period out;
  bool in_day = false;
  while (!s.empty()) {
    if (s.front() == 'T') {
      in_day = true;
      s.remove_prefix(1);
      continue;
    }
    double n = 0;
    const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), n, std::chars_format::fixed);
    if (ec != std::errc() || end == s.data() + s.size() || !(n >= 0 && n < 1e6)) return std::nullopt;
    const char unit = *end;
    s.remove_prefix(static_cast<std::size_t>(end - s.data()) + 1);
    const auto add = [&](double seconds) { out.ms += static_cast<std::int64_t>(n * seconds * 1000); };
    if (!in_day && unit == 'Y') out.months += static_cast<int>(n) * 12;
    else if (!in_day && unit == 'M') out.months += static_cast<int>(n);
    else if (!in_day && unit == 'W') add(7 * 86400.0);
    else if (!in_day && unit == 'D') add(86400);
    else if (in_day && unit == 'H') add(3600);
    else if (in_day && unit == 'M') add(60);
    else if (in_day && unit == 'S') add(1);
    else return std::nullopt;
  }
  if (out.months == 0 && out.ms <= 0) return std::nullopt;
  return out;
}

// n periods after `from`; the last day of a month that is too short for the day.
geo::Instant after(geo::Instant from, const Period& p, std::int64_t n) {
  std::int64_t ms = from.ms;
  if (p.months > 0) {
    using namespace std::chrono;
    const auto day = floor<days>(sys_time<milliseconds>(milliseconds(ms)));
    const auto rest = ms - duration_cast<milliseconds>(day.time_since_epoch()).count();
    auto date = year_month_day(day) + months(p.months * n);
    if (!date.ok()) date = date.year() / date.month() / last;
    ms = duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count() + rest;
  }
  return {ms + p.ms * n};
}

}  // namespace

WmsTimes read_wms_times(std::string_view text) {
  WmsTimes out;
  auto& all = out.times;
  const auto keep_last = [&](std::size_t most) {
    if (all.size() <= most) return;
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most_wms_times));
    out.more = true;
  };
  for (std::size_t from = 0; from <= text.size();) {
    const auto comma = std::min(text.find(',', from), text.size());
    const auto entry = trimmed(text.substr(from, comma - from));
    from = comma + 1;
    if (entry.empty()) continue;
    const auto slash = entry.find('/');
    if (slash == std::string_view::npos) {
      if (const auto at = moment(entry)) all.push_back({*at, std::string(entry)});
      else ++out.unread;
    } else {
      const auto second = entry.find('/', slash + 1);
      const auto begin = moment(entry.substr(0, slash));
      const auto end = moment(entry.substr(slash + 1, second == std::string_view::npos ? std::string_view::npos : second - slash - 1));
      const auto step = second == std::string_view::npos ? std::nullopt : period(entry.substr(second + 1));
      if (!begin || !end || *end < *begin) {
        ++out.unread;
      } else if (!step) {  // any moment of it: its two ends
        for (const auto at : {*begin, *end}) all.push_back({at, geo::format_utc(at)});
      } else {
        // A month is 28 days at least: no more periods than that, and of those the last.
        const auto shortest = step->ms + std::int64_t{step->months} * 28 * 86'400'000;
        std::int64_t n = (end->ms - begin->ms) / shortest;
        while (n > 0 && after(*begin, *step, n) > *end) {
          const auto over = (after(*begin, *step, n).ms - end->ms) / (step->ms + std::int64_t{step->months} * 31 * 86'400'000);
          n -= std::max<std::int64_t>(over, 1);
        }
        const std::int64_t first = std::max<std::int64_t>(0, n - static_cast<std::int64_t>(most_wms_times) + 1);
        if (first > 0) out.more = true;
        for (auto i = first; i <= n; ++i) {
          const auto at = after(*begin, *step, i);
          all.push_back({at, geo::format_utc(at)});
        }
      }
    }
    keep_last(4 * most_wms_times);
  }
  keep_last(most_wms_times);
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  all.erase(std::unique(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at == b.at; }), all.end());
  return out;
}

}  // namespace tenbo::io::pyramid
