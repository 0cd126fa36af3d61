#include "quake.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "../common/narrow.h"

namespace quake {

using hazard::narrow;

namespace {

constexpr std::array<IntensityClass, intensity_classes> classes{{{"震度1", "Intensity 1", {0xf2, 0xf2, 0xff}, 1},
                                                                 {"震度2", "Intensity 2", {0x00, 0xaa, 0xff}, 1},
                                                                 {"震度3", "Intensity 3", {0x00, 0x41, 0xff}, 1},
                                                                 {"震度4", "Intensity 4", {0xfa, 0xe6, 0x96}, 2},
                                                                 {"震度5弱", "Intensity 5 lower", {0xff, 0xe6, 0x00}, 3},
                                                                 {"震度5強", "Intensity 5 upper", {0xff, 0x99, 0x00}, 4},
                                                                 {"震度6弱", "Intensity 6 lower", {0xff, 0x28, 0x00}, 5},
                                                                 {"震度6強", "Intensity 6 upper", {0xa5, 0x00, 0x21}, 5},
                                                                 {"震度7", "Intensity 7", {0xb4, 0x00, 0x68}, 5}}};
constexpr std::array<const char*, 11> short_words{"", "1", "2", "3", "4", "5弱", "5強", "6弱", "6強", "7", "5弱以上未入電"};

constexpr std::array<const char*, 11> short_words_en{"", "1", "2", "3", "4", "5 lower", "5 upper", "6 lower", "6 upper", "7", "5 lower or more, not reported"};

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
const char* words_en(Intensity i) { return short_words_en[static_cast<std::size_t>(i)]; }

std::string words(const Forecast& f, bool ja) {
  const auto word = ja ? static_cast<const char* (*)(Intensity)>(words) : words_en;
  std::string out = f.from == Intensity::none ? (ja ? "震度不明" : "intensity not known") : word(f.from);
  if (f.or_more) out += ja ? "程度以上" : " or more";
  else if (f.to != f.from && f.to != Intensity::none) out += (ja ? "〜" : " to ") + std::string(word(f.to));
  if (!f.clock.empty()) out += ja ? " " + f.clock + "頃" : ", about " + f.clock;
  if (f.condition == "既に主要動到達と推測") out += ja ? " 到達済と推測" : ", arrived (est.)";
  else if (!f.condition.empty()) out += " " + f.condition;
  return out;
}

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
      h.placed = r.has_place();
      if (h.placed) h.lon = r.lon, h.lat = r.lat;
      h.depth = r.text("depth");
      h.depth_km = r.number("depth_value");
      if (const auto m = r.number("magnitude_value")) h.magnitude = "M" + one_decimal(*m);
      else h.magnitude = narrow(r.text("magnitude_words").empty() ? r.text("magnitude") : r.text("magnitude_words"));
      h.origin = time_of(r.text("origin_time"));
      h.to_the_minute = h.origin && *h.origin % 60'000 == 0;
      h.assumed = r.text("condition") == "仮定震源要素";
      out.hypocentres.push_back(std::move(h));
    } else if (r.text("row") == "early_warning") {
      out.early = true;
      out.final = r.text("next_advisory").find("最終") != std::string::npos;
      const auto from = intensity_of(r.text("forecast_from")), to = intensity_of(r.text("forecast_to"));
      out.expected = rank(to) > rank(from) ? to : from;
    } else if (r.text("row") == "forecast") {
      Forecast f;
      f.code = r.text("code");
      f.name = r.text("name");
      f.from = intensity_of(r.text("forecast_from"));
      f.to = intensity_of(r.text("forecast_to"));
      f.or_more = r.text("forecast_to") == "over";
      if (f.or_more) f.to = f.from;
      const auto& code = r.text("kind_code");
      f.warned = code.size() == 2 && code[0] == '1';
      f.arrival = time_of(r.text("arrival"));
      if (f.arrival) f.clock = r.text("arrival").substr(11, 8);
      f.condition = r.text("condition");
      f.row = &r;
      out.forecast.push_back(std::move(f));
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
    if (r.has_place() && r.number("time") && r.texts.find("mag") && r.texts.find("place")) return true;
  return false;
}

Report read_list(const std::vector<Row>& rows) {
  Report out;
  for (const auto& r : rows) {
    if (!r.has_place() || !r.number("time") || !(r.text("type").empty() || r.text("type") == "earthquake")) continue;  // blasts are listed too
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

std::vector<std::string> changes(const Report& before, const Report& now, bool ja) {
  std::vector<std::string> out;
  const auto say = [&](const char* what, const std::string& a, const std::string& b) {
    if (!a.empty() && !b.empty() && a != b) out.push_back(what + a + " → " + b);
  };
  if (!before.hypocentres.empty() && !now.hypocentres.empty()) {
    say("", before.hypocentres.front().magnitude, now.hypocentres.front().magnitude);
    say(ja ? "深さ " : "depth ", before.hypocentres.front().depth, now.hypocentres.front().depth);
  }
  const auto word = [&](Intensity i) { return i == Intensity::none ? std::string() : std::string(ja ? words(i) : words_en(i)); };
  say(ja ? "最大震度 " : "greatest intensity ", word(before.greatest), word(now.greatest));
  say(ja ? "予想最大震度 " : "greatest intensity expected ", word(before.expected), word(now.expected));
  return out;
}

}  // namespace quake
