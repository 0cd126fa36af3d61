#include "quake.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace quake {

namespace {

constexpr std::array<IntensityClass, intensity_classes> classes{{{"震度1", "Intensity 1", {0xf2, 0xf2, 0xff, 255}, 1},
                                                                 {"震度2", "Intensity 2", {0x00, 0xaa, 0xff, 255}, 1},
                                                                 {"震度3", "Intensity 3", {0x00, 0x41, 0xff, 255}, 1},
                                                                 {"震度4", "Intensity 4", {0xfa, 0xe6, 0x96, 255}, 2},
                                                                 {"震度5弱", "Intensity 5 lower", {0xff, 0xe6, 0x00, 255}, 3},
                                                                 {"震度5強", "Intensity 5 upper", {0xff, 0x99, 0x00, 255}, 4},
                                                                 {"震度6弱", "Intensity 6 lower", {0xff, 0x28, 0x00, 255}, 5},
                                                                 {"震度6強", "Intensity 6 upper", {0xa5, 0x00, 0x21, 255}, 5},
                                                                 {"震度7", "Intensity 7", {0xb4, 0x00, 0x68, 255}, 5}}};
constexpr std::array<const char*, 11> short_words{"", "1", "2", "3", "4", "5弱", "5強", "6弱", "6強", "7", "5弱以上未入電"};

// Full-width digits, letters and signs as ASCII, in UTF-8.
std::string narrow(const std::string& s) {
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    const auto b = [&](std::size_t k) { return static_cast<unsigned char>(s[i + k]); };
    if (i + 2 < s.size() && b(0) == 0xEF) {
      const unsigned c = (b(0) & 0x0Fu) << 12 | (b(1) & 0x3Fu) << 6 | (b(2) & 0x3Fu);
      if (c >= 0xFF01 && c <= 0xFF5E) {
        out += static_cast<char>(c - 0xFEE0);
        i += 3;
        continue;
      }
    }
    out += s[i++];
  }
  return out;
}

std::string one_decimal(double v) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f", v);
  return out;
}

std::optional<Level> level_of(const std::string& row) {
  if (row == "prefecture") return Level::prefectures;
  if (row == "area") return Level::areas;
  if (row == "city") return Level::cities;
  if (row == "station") return Level::stations;
  return std::nullopt;
}

int rank(Intensity i) { return i == Intensity::no_report ? 5 : i == Intensity::none ? 0 : static_cast<int>(i) + (static_cast<int>(i) > 4 ? 1 : 0); }

}  // namespace

const IntensityClass& intensity_class(int index) { return classes[static_cast<std::size_t>(index)]; }
const char* words(Intensity i) { return short_words[static_cast<std::size_t>(i)]; }

Intensity intensity_of(const std::string& word) {
  std::string s = narrow(word);
  if (s.find("未入電") != std::string::npos || s == "!5-") return Intensity::no_report;
  if (const std::string prefix = "震度"; s.compare(0, prefix.size(), prefix) == 0) s.erase(0, prefix.size());
  constexpr std::array<std::array<const char*, 3>, 9> known{{{"1", "", ""}, {"2", "", ""}, {"3", "", ""}, {"4", "", ""}, {"5-", "5弱", ""}, {"5+", "5強", ""}, {"6-", "6弱", ""}, {"6+", "6強", ""}, {"7", "", ""}}};
  for (std::size_t i = 0; i < known.size(); ++i)
    for (const char* k : known[i])
      if (*k && s == k) return static_cast<Intensity>(i + 1);
  return Intensity::none;
}

std::optional<std::int64_t> time_of(const std::string& s) {
  int year, month, day, hour, minute, second, at = 0;
  if (std::sscanf(s.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &at) != 6 || at == 0) return std::nullopt;
  if (month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  std::size_t rest = static_cast<std::size_t>(at);
  std::int64_t ms = 0;
  if (rest < s.size() && s[rest] == '.') {
    int digits = 0;
    for (++rest; rest < s.size() && s[rest] >= '0' && s[rest] <= '9'; ++rest)
      if (digits++ < 3) ms = ms * 10 + (s[rest] - '0');
    for (; digits < 3; ++digits) ms *= 10;
  }
  int offset = 0;
  if (rest < s.size() && (s[rest] == '+' || s[rest] == '-')) {
    int h = 0, m = 0;
    if (std::sscanf(s.c_str() + rest + 1, "%2d:%2d", &h, &m) < 1) return std::nullopt;
    offset = (s[rest] == '-' ? -1 : 1) * (h * 60 + m);
  } else if (rest >= s.size() || s[rest] != 'Z') {
    return std::nullopt;
  }
  const int y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
  const int of_era = y - era * 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t days = std::int64_t{era} * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  return (((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000 + ms;
}

Report read_report(const std::vector<Row>& rows) {
  Report out;
  for (const auto& r : rows) {
    if (r.text("row") == "hypocentre") {
      Hypocentre h;
      h.row = &r;
      h.placed = r.placed();
      if (h.placed) h.lon = r.lon, h.lat = r.lat;
      h.depth = r.text("depth");
      h.depth_km = r.number("depth_value");
      if (const auto m = r.number("magnitude_value")) h.magnitude = "M" + one_decimal(*m);
      else h.magnitude = narrow(r.text("magnitude_words").empty() ? r.text("magnitude") : r.text("magnitude_words"));
      h.origin = time_of(r.text("origin_time"));
      h.to_the_minute = h.origin && *h.origin % 60'000 == 0;
      out.hypocentres.push_back(std::move(h));
    } else if (const auto level = level_of(r.text("row"))) {
      Felt f;
      f.level = *level;
      f.code = r.text("code");
      f.name = r.text("name");
      f.row = &r;
      f.intensity = intensity_of(r.text("intensity"));
      // A city may have felt 4 where one station reported, and 5 lower or more where another could not.
      if (intensity_of(r.text("condition")) == Intensity::no_report && rank(f.intensity) < rank(Intensity::no_report)) f.intensity = Intensity::no_report;
      if (rank(f.intensity) > rank(out.greatest)) out.greatest = f.intensity;
      out.felt.push_back(std::move(f));
    }
  }
  return out;
}

bool is_list(const std::vector<Row>& rows) {
  for (const auto& r : rows)
    if (r.placed() && r.number("time") && r.texts.count("mag") && r.texts.count("place")) return true;
  return false;
}

Report read_list(const std::vector<Row>& rows) {
  Report out;
  for (const auto& r : rows) {
    if (!r.placed() || !r.number("time") || !(r.text("type").empty() || r.text("type") == "earthquake")) continue;  // blasts are listed too
    Hypocentre h;
    h.row = &r;
    h.placed = true;
    h.lon = r.lon;
    h.lat = r.lat;
    if (std::isfinite(r.height)) {
      h.depth_km = r.height;
      h.depth = one_decimal(r.height) + " km";
    }
    if (const auto m = r.number("mag")) h.magnitude = "M" + one_decimal(*m);
    h.origin = static_cast<std::int64_t>(*r.number("time"));
    out.hypocentres.push_back(std::move(h));
  }
  return out;
}

std::vector<std::string> changes(const Report& before, const Report& now) {
  std::vector<std::string> out;
  const auto say = [&](const std::string& a, const std::string& b) {
    if (!a.empty() && !b.empty() && a != b) out.push_back(a + " → " + b);
  };
  if (!before.hypocentres.empty() && !now.hypocentres.empty()) {
    say(before.hypocentres.front().magnitude, now.hypocentres.front().magnitude);
    const auto& a = before.hypocentres.front().depth;
    const auto& b = now.hypocentres.front().depth;
    if (!a.empty() && !b.empty()) say("深さ depth " + a, "深さ depth " + b);
  }
  const auto felt = [](Intensity i) { return i == Intensity::none ? std::string() : std::string("最大震度 greatest intensity ") + words(i); };
  say(felt(before.greatest), felt(now.greatest));
  return out;
}

}  // namespace quake
