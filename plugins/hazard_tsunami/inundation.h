#pragma once
// Depth classes of assumed inundation areas: words of prefectures, ranks of PLATEAU, as the official six. Needs no host.
#include <array>
#include <cstdint>
#include <optional>
#include <string>

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

}  // namespace inundation
