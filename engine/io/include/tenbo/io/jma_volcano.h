#pragma once
// VFVO50, VFVO53 to 56: volcanic warnings, and where ash will fall.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/io/jma_area.h"

namespace tenbo::io {

struct JmaVolcanoItem {
  std::vector<JmaKind> kinds, last_kinds;
  std::optional<int> level;  // of volcanic alert, 1 to 5, that a kind's name says: "レベル３（入山規制）"
  std::vector<JmaArea> areas;
  std::optional<geo::Instant> event_time;
  std::string event_doubt;  // "頃"
};
struct JmaVolcanoInfo {
  std::string type;  // "噴火警報・予報（対象火山）"
  std::vector<JmaVolcanoItem> items;
};
struct JmaAshItem {
  JmaKind kind;  // "少量の降灰"
  std::vector<std::vector<std::pair<double, double>>> rings;  // longitude, latitude, degrees
  std::string direction;       // of the plume, as a word
  geo::Quantity distance, size;  // km; cm, of falling stones
  std::vector<JmaArea> areas;
};
struct JmaAshForecast {
  std::string type;  // "予報　３時間後"
  std::optional<geo::Instant> start, end;
  std::vector<JmaAshItem> items;
};
struct JmaPlume {
  geo::Quantity above_crater, above_sea;  // as the message has them: m above the crater, feet above the sea
  std::string direction;
};
struct JmaVolcanoReport {
  std::vector<JmaVolcanoInfo> infos;
  std::vector<JmaAshForecast> ash;
  std::optional<JmaPlume> plume;
  std::string headline, activity, prevention;
};

}  // namespace tenbo::io
