#pragma once
// What a message of an earthquake says, from its rows; and how two of them differ. Words stay words. Needs no host.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/plugin_api/rows.hpp"

namespace quake {

using tenbo::plugin::Row;

// 震度: the official classes from 1 to 7, in their order; no_report is 震度５弱以上未入電, none what nobody says.
enum class Intensity { none, one, two, three, four, five_lower, five_upper, six_lower, six_upper, seven, no_report };
inline constexpr int intensity_classes = 9;
struct IntensityClass {
  const char *ja, *en;
  std::array<std::uint8_t, 3> colour;
  int level;  // 0 to 5, as shapes.h has it
};
// Of one to seven, index 0 to 8. Colours: the Agency's guideline for its own pages.
const IntensityClass& intensity_class(int index);
// "5-", "５弱", "震度５弱以上未入電" and what else messages write.
Intensity intensity_of(const std::string& word);
const char* words(Intensity i);     // "5弱"
const char* words_en(Intensity i);  // "5 lower"

enum class Level { prefectures, areas, cities, stations };
struct Felt {
  Level level = Level::areas;
  std::string code, name;
  Intensity intensity = Intensity::none;
  const Row* row = nullptr;
};
struct Hypocentre {
  double lon = 0, lat = 0;
  bool placed = false;
  std::optional<double> depth_km;
  std::string depth;      // "30 km", "不明"
  std::string magnitude;  // "M6.3", "M8を超える巨大地震"
  std::optional<std::int64_t> origin;  // ms since 1970
  bool to_the_minute = false;          // so the origin is given
  bool assumed = false;                // 仮定震源要素: an early warning that has no real one yet
  const Row* row = nullptr;
};
// What an early warning expects of an area.
struct Forecast {
  std::string code, name;
  Intensity from = Intensity::none, to = Intensity::none;
  bool or_more = false;                 // "over": `from` or more, and `to` is it
  bool warned = false;                  // 緊急地震速報（警報）; else （予報）
  std::optional<std::int64_t> arrival;  // of strong shaking, ms since 1970
  std::string clock;                    // of it, "23:15:04", as the message says it
  std::string condition;                // "既に主要動到達と推測"
  const Row* row = nullptr;
};
std::string words(const Forecast& f, bool ja);  // "4〜5弱 23:15:04頃", "4 to 5 lower, about 23:15:04": short, as a label
// Views the rows.
struct Report {
  bool early = false, final = false;  // an early warning; 最終報
  std::vector<Forecast> forecast;
  Intensity expected = Intensity::none;  // the greatest of the forecast
  std::vector<Hypocentre> hypocentres;
  std::vector<Felt> felt;
  Intensity greatest = Intensity::none;
};
Report read_report(const std::vector<Row>& rows);  // of a message of the Agency
Report read_list(const std::vector<Row>& rows);    // of a list of the USGS: mag, time, depth as the third coordinate in km
bool is_list(const std::vector<Row>& rows);

// "2010-07-05T06:55:00+09:00"; nullopt: no time.
std::optional<std::int64_t> time_of(const std::string& text);

// "M6.3 → M6.4", "深さ 30 km → 40 km", ...: magnitude, depth and greatest intensity, of what both say. Empty: none of them changed.
std::vector<std::string> changes(const Report& before, const Report& now, bool ja);

}  // namespace quake
