#pragma once
// Classes of assumed inundation areas: words of prefectures, ranks of PLATEAU and of the National Land Numerical Information, as the
// official six of depth and seven of duration. Needs no host.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inundation {

// The official classes (Ministry of Land, Infrastructure, Transport and Tourism, guide to flood hazard maps): < 0.5, 0.5 to 3,
// 3 to 5, 5 to 10, 10 to 20, 20 m and more.
inline constexpr int classes = 6;
struct DepthClass {
  const char *ja, *en;
  std::array<std::uint8_t, 3> colour;
  int level;
};
const DepthClass& depth_class(int index);

struct Range {
  double from = 0;               // m
  std::optional<double> to;      // none: and more
};
// "0.3m以上 ～ 1m未満", "１．０ｍ以上２．０ｍ未満", "20m以上", "0.3m未満", "2.0-5.0", "0.3": nullopt where it is no depth.
std::optional<Range> range_of(const std::string& text);
// The class that holds all of a range, or its deepest part where the range has others too (`split`).
struct Class {
  int index = 0;
  bool split = false;
};
Class class_of(const Range& r);

// How long the water stays (National Land Numerical Information A31, code list of 浸水継続時間ランク): < 12 h, to 1 day, 3 days, a week,
// two, four weeks, and more. Colours as public maps of 浸水継続時間 have them; the manual that sets them was not at hand.
inline constexpr int duration_classes = 7;
const DepthClass& duration_class(int index);

// What the numbers of a column mean.
enum class Scale {
  depth,     // words, or metres
  rank,      // 1 to 6: the official classes of depth
  old_rank,  // of A31-12 (2012), in two kinds: 11 to 15 (to 0.5, 1, 2, 5 m, and more) and 21 to 27 (to 0.5, 1, 2, 3, 4, 5 m, and more), as
             // public readers of it have them (read_landnuminfo_flood, R); the ministry's code list itself was not at hand
  duration   // 1 to 7
};
Scale scale_of(const std::string& column);
// Names that are tried: A31a (largest assumed, then planned, then duration), A40, PLATEAU, words.
std::vector<std::string> usual_columns();
// A column of one of PLATEAU's risk attributes of floods ("uro:RiverFloodingRiskAttribute/rank_code", in older data "uro:WaterBody..."): the part
// after the slash; empty: another column.
std::string_view risk_part(std::string_view column);
// Of such an attribute the class, by its rank (1 to 6), else by the words of a city's own ranks, else by its depth in m. A bare code of a
// city's own ranks says nothing without its code list.
struct Risk {
  std::string rank, rank_code, rank_org, depth;
};
std::optional<Class> class_of(const Risk& risk);
bool is_bare_code(const Risk& risk);
// nullopt: it cannot be told.
std::optional<Class> class_of(Scale scale, const std::string& word);

}  // namespace inundation
