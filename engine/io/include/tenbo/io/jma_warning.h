#pragma once
// VPWW54, VPWW55 to 61 and VXWW50: weather and landslide warnings by area. VPOA50: heavy rain of a short time as is seldom
// recorded. VPBS50: flashes (気象防災速報), a linear rain band say: a group "情報タグ", kinds by the tags.
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/io/jma_area.h"

namespace tenbo::io {

// By the end of the kind's name; a level says more where there is one.
enum class JmaWarningClass : std::uint8_t { unknown, none, advisory, warning, danger, emergency };  // 注意報, 警報, 危険警報, 特別警報

struct JmaSignificance {
  std::string property;  // "土砂災害危険度"
  std::string local;     // part of the area: "海上"; empty: all of it
  JmaKind kind;          // "警戒レベル４相当", 41
};
struct JmaWarningPeriod {
  JmaKind kind;
  std::string local, sentence, duration;
  std::optional<geo::Instant> start;
};
struct JmaWarningKind {
  std::string name, code, status, condition;  // status: 発表, 継続, 解除, なし ...
  bool in_force = false;                      // neither lifted nor "none"
  JmaWarningClass warning = JmaWarningClass::unknown;
  std::optional<int> level;                   // alert level that the name says: "レベル４大雨危険警報" is 4
  JmaKind last;
  std::vector<std::string> notes;
  std::vector<JmaSignificance> significance;
  std::vector<JmaWarningPeriod> periods;
  std::optional<geo::Instant> event_time;     // of a flash: when it was seen
};
struct JmaWarningItem {
  JmaArea area;
  std::vector<JmaWarningKind> kinds;
  std::string change_status, full_status;
};
struct JmaWarningGroup {
  std::string type;  // "気象警報・注意報（市町村等）"
  std::vector<JmaWarningItem> items;
};
struct JmaWarningReport {
  std::optional<JmaArea> target;  // of a landslide warning: the prefecture
  std::vector<JmaWarningGroup> groups;
};

}  // namespace tenbo::io
