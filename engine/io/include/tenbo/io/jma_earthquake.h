#pragma once
// VXSE51, VXSE52, VXSE53: earthquakes, and the intensity felt by prefecture, area, municipality and station.
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
};

struct JmaIntensityPlace {
  enum class Level : std::uint8_t { prefecture, area, city, station };
  Level level = Level::prefecture;
  std::size_t parent = 0;  // index of the place that it lies in; its own index: none
  JmaArea area;
  JmaIntensity intensity;  // of a station what it felt, of others the greatest
  std::string condition, revise;
};

struct JmaEarthquakeReport {
  std::vector<JmaEarthquake> earthquakes;
  std::optional<JmaIntensity> greatest;
  std::vector<JmaIntensityPlace> places;  // parents before children
  std::vector<JmaCodeTable> code_tables;
  std::vector<JmaComment> comments;
};

}  // namespace tenbo::io
