#pragma once
// VTSE41, VTSE51, VTSE52: tsunami warnings by coast, expected and observed arrivals and heights.
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/io/jma_earthquake.h"

namespace tenbo::io {

// By the code of the kind: 52, 53 major; 51 warning; 62 advisory; 71 to 73 slight change of the sea; 00, 50, 60 none.
enum class JmaTsunamiClass : std::uint8_t { unknown, none, slight, advisory, warning, major };
JmaTsunamiClass jma_tsunami_class(const std::string& code);

// Heights are in metres, or a word ("巨大", "高い"); arrivals a time, or a word ("津波到達中と推測").
struct JmaTsunamiArrival {
  std::optional<geo::Instant> time;
  std::string condition, initial, revise;  // initial: 押し, 引き
};
struct JmaTsunamiHeight {
  geo::Quantity height;
  std::string type;         // "津波の高さ", "これまでの最大波の高さ"
  std::string description;  // "１０ｍ超"
  std::string condition;    // of the height: "不明", "上昇中"
  std::string note;         // "重要", "微弱", "観測中", "欠測"
  std::optional<geo::Instant> time;
  std::string revise;
};
struct JmaTsunamiStation {
  JmaArea station;
  std::string sensor;
  std::optional<geo::Instant> high_tide;
  JmaTsunamiArrival first;
  JmaTsunamiHeight greatest;
};
struct JmaTsunamiCoast {
  JmaArea area;
  JmaKind kind, last_kind;  // of a forecast
  JmaTsunamiClass warning = JmaTsunamiClass::unknown;
  JmaTsunamiArrival first;
  JmaTsunamiHeight greatest;
  std::vector<JmaTsunamiStation> stations;
};

struct JmaTsunamiReport {
  std::vector<JmaTsunamiCoast> forecast, observation, estimation;
  std::vector<JmaEarthquake> earthquakes;
  std::vector<JmaCodeTable> code_tables;
  std::vector<JmaComment> comments;
};

}  // namespace tenbo::io
