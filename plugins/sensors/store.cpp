#include "store.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sensors {
namespace {
constexpr std::size_t most_thresholds = 16, most_id = 1000;

std::string_view trimmed(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

// True where it is new.
bool insert(std::vector<Reading>& all, const Reading& r) {
  if (all.empty() || all.back().time < r.time) return all.push_back(r), true;
  const auto at = std::lower_bound(all.begin(), all.end(), r.time, [](const Reading& a, std::int64_t t) { return a.time < t; });
  if (at->time == r.time) return at->value = r.value, false;
  all.insert(at, r);
  return true;
}
}  // namespace

void Part::take(const Part& later) {
  if (!later.structure.empty() && later.structure != structure) *this = {};  // it was moved: what was said of the other place is no longer so
  for (auto [to, from] : {std::pair{&structure, &later.structure}, {&member, &later.member}, {&element, &later.element}})
    if (!from->empty()) *to = *from;
  if (later.span) span = later.span;
  for (auto [to, from] : {std::pair{&along, later.along}, {&across, later.across}, {&up, later.up}})
    if (from == from) *to = from;
}

void Station::take(const Station& later) {
  part.take(later.part);
  for (auto [to, from] : {std::pair{&name, &later.name}, {&kind, &later.kind}, {&quantity, &later.quantity}, {&unit, &later.unit}, {&source, &later.source}})
    if (!from->empty()) *to = *from;
  if (later.placed()) lon = later.lon, lat = later.lat, height = later.height;
  if (later.falling) falling = later.falling;
  if (later.expected_interval) expected_interval = later.expected_interval;
  if (!later.thresholds.empty()) thresholds = later.thresholds;
  if (readings.empty()) {
    readings = later.readings;
    return;
  }
  if (later.readings.empty()) return;
  std::vector<Reading> both;
  both.reserve(readings.size() + later.readings.size());
  auto a = readings.begin();
  for (const auto& r : later.readings) {
    while (a != readings.end() && a->time < r.time) both.push_back(*a++);
    if (a != readings.end() && a->time == r.time) ++a;
    both.push_back(r);
  }
  both.insert(both.end(), a, readings.end());
  readings = std::move(both);
}

Station* Store::station(std::string_view id) {
  id = trimmed(id);
  if (id.empty() || id.size() > most_id) {
    ++left_.no_id;
    return nullptr;
  }
  if (const auto it = stations_.find(id); it != stations_.end()) return &it->second;
  if (stations_.size() >= most_stations) {
    ++left_.too_many;
    return nullptr;
  }
  return &stations_[std::string(id)];
}

void Store::add(std::string_view id, Reading reading, std::optional<std::int64_t> now) {
  if (now && reading.time > *now + ahead) {
    ++left_.future;
    return;
  }
  Station* s = station(id);
  if (!s) return;
  if (std::isinf(reading.value)) reading.value = nan;
  const bool full = s->readings.size() >= most_of_one || readings_ >= most_readings;
  if (full && (s->readings.empty() || reading.time <= s->readings.front().time)) {
    ++left_.too_many;
    return;
  }
  if (!insert(s->readings, reading)) return;
  ++readings_;
  if (full) {  // the oldest gives way
    s->readings.erase(s->readings.begin());
    --readings_;
  }
}

void Store::forget_before(std::int64_t now) {
  for (auto& [id, s] : stations_) {
    if (s.readings.size() < 2 || s.readings.front().time >= now - kept) continue;
    const auto first = std::lower_bound(s.readings.begin(), s.readings.end() - 1, now - kept, [](const Reading& r, std::int64_t t) { return r.time < t; });
    readings_ -= static_cast<std::size_t>(first - s.readings.begin());
    s.readings.erase(s.readings.begin(), first);
  }
}

double read_value(std::string_view text, Left& left) {
  text = trimmed(text);
  for (const std::string_view missing : {"", "-", "－", "ー", "―", "--", "---", "*", "**", "***", "NaN", "nan", "NAN", "null", "NULL", "NA", "N/A", "n/a", "欠測", "欠", "×", "不明",
                                         "閉局", "休止", "missing", "unknown"})
    if (text == missing) return nan;
  double v = nan;
  const char* end = text.data() + text.size();
  const char* from = text.data() + (text.front() == '+' ? 1 : 0);
  const auto [at, error] = std::from_chars(from, end, v);
  if (error == std::errc{} && at == end && std::isfinite(v)) return v;
  ++left.no_number;
  if (left.word.empty()) left.word = std::string(text.substr(0, 40));
  return nan;
}

bool read_length(std::string_view text, double& out) {
  Left left;
  const double v = read_value(text, left);
  if (left.no_number || std::abs(v) > 20'000) return false;  // NaN is not
  if (v == v) out = v;
  return true;
}
bool read_span(std::string_view text, int& out) {
  double v = nan;
  if (!read_length(text, v)) return false;
  if (v != v) return true;
  if (v < 1 || v > 1000 || v != std::floor(v)) return false;
  out = static_cast<int>(v);
  return true;
}

std::vector<Threshold> read_thresholds(std::string_view text, std::string& wrong) {
  std::vector<Threshold> out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(";\n"), text.size());
    const auto one = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.empty()) continue;
    Threshold t;
    const auto equals = one.find('=');
    const char* last = one.data() + one.size();
    bool good = equals == 1 && one[0] >= '1' && one[0] <= '5' && out.size() < most_thresholds;
    if (good) {
      t.level = one[0] - '0';
      const auto [at, error] = std::from_chars(one.data() + 2, last, t.value);
      good = error == std::errc{} && std::isfinite(t.value) && (at == last || *at == ' ');
      const auto label = trimmed({at, static_cast<std::size_t>(last - at)});
      const auto stroke = label.find(" / ");
      t.label_ja = std::string(label.substr(0, stroke));
      if (stroke != std::string_view::npos) t.label_en = std::string(label.substr(stroke + 3));
    }
    if (good) out.push_back(std::move(t));
    else if (wrong.empty()) wrong = std::string(one.substr(0, 80));
  }
  return out;
}

}  // namespace sensors
