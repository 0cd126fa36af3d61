#pragma once
// VXSE51, VXSE52, VXSE53: earthquakes, and the intensity felt by prefecture, area, municipality and station. VXSE43, VXSE44, VXSE45:
// early warnings (緊急地震速報), and the intensity that is forecast by area, with when it arrives.
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/io/jma_area.h"

namespace tenbo::io {

// 震度. No number: 5- and 5+ have none between them.
enum class JmaIntensityGrade : std::uint8_t { unknown, one, two, three, four, five_lower, five_upper, six_lower, six_upper, seven };
struct JmaIntensity {
  JmaIntensityGrade grade = JmaIntensityGrade::unknown;
  std::string word;  // as sent: "5-", "震度５弱以上未入電"
};

struct JmaHypocentre {
  JmaArea area;                // 震央地名; its place has the depth as a negative height, or the word for it
  std::string detailed_name, detailed_code;
  std::string source;          // "ＰＴＷＣ"; empty: the Agency
  std::string near_mark;       // "牡鹿半島の東南東１３０ｋｍ付近"
  geo::Quantity depth;         // km, downwards
};

struct JmaMagnitude {
  std::string type;  // "Mj", "Mw", "M"
  geo::Quantity value;  // without a unit
  std::string description;  // "Ｍ８を超える巨大地震"
};

struct JmaEarthquake {
  std::optional<geo::Instant> origin_time, arrival_time;
  std::optional<JmaHypocentre> hypocentre;
  std::vector<JmaMagnitude> magnitudes;
  std::string condition;       // "仮定震源要素": of an early warning whose hypocentre is only assumed
};

struct JmaIntensityPlace {
  enum class Level : std::uint8_t { prefecture, area, city, station };
  Level level = Level::prefecture;
  std::size_t parent = 0;  // index of the place that it lies in; its own index: none
  JmaArea area;
  JmaIntensity intensity;  // of a station what it felt, of others the greatest
  std::string condition, revise;
};

// Between `from` and `to`; `to` may be the word "over": `from` or more.
struct JmaForecastIntensity {
  JmaIntensity from, to;
};
struct JmaForecastArea {
  JmaArea prefecture, area;
  JmaKind kind;                // "緊急地震速報（警報）", 10 to 19; （予報） 00 to 09
  JmaForecastIntensity intensity;
  std::optional<geo::Instant> arrival;  // of the strong shaking
  std::string condition;       // "既に主要動到達と推測", "ＰＬＵＭ法で推定"
};

struct JmaEarthquakeReport {
  std::vector<JmaEarthquake> earthquakes;
  std::optional<JmaIntensity> greatest;
  std::vector<JmaIntensityPlace> places;  // parents before children
  // Of an early warning
  std::optional<JmaForecastIntensity> forecast_greatest;
  std::vector<JmaForecastArea> forecast;
  std::string next_advisory;   // "この情報をもって、緊急地震速報：最終報とします。"; empty: more may follow
  std::vector<JmaCodeTable> code_tables;
  std::vector<JmaComment> comments;
};

}  // namespace tenbo::io
