#include "inundation.h"

#include <charconv>
#include <vector>

#include "tsunami.h"

namespace inundation {

namespace {
constexpr std::array<DepthClass, classes> all{{{"浸水深 0.5 m 未満", "Depth < 0.5 m", {247, 245, 169}, 1},
                                               {"浸水深 0.5–3 m", "Depth 0.5–3 m", {255, 216, 192}, 2},
                                               {"浸水深 3–5 m", "Depth 3–5 m", {255, 183, 183}, 3},
                                               {"浸水深 5–10 m", "Depth 5–10 m", {255, 145, 145}, 4},
                                               {"浸水深 10–20 m", "Depth 10–20 m", {242, 133, 201}, 5},
                                               {"浸水深 20 m 以上", "Depth ≥ 20 m", {220, 122, 220}, 5}}};
constexpr std::array<double, classes - 1> bounds{0.5, 3, 5, 10, 20};

int holding(double depth) {
  int i = 0;
  while (i < classes - 1 && depth >= bounds[static_cast<std::size_t>(i)]) ++i;
  return i;
}
}  // namespace

const DepthClass& depth_class(int index) { return all[static_cast<std::size_t>(index)]; }

std::optional<Range> range_of(const std::string& text) {
  const std::string s = tsunami::narrow(text);
  std::vector<double> numbers;
  for (std::size_t i = 0; i < s.size();) {
    if (s[i] < '0' || s[i] > '9') {
      ++i;
      continue;
    }
    double v = 0;
    const auto r = std::from_chars(s.data() + i, s.data() + s.size(), v, std::chars_format::fixed);
    if (r.ec != std::errc()) return std::nullopt;
    i = static_cast<std::size_t>(r.ptr - s.data());
    if (s.compare(i, 2, "cm") == 0) v /= 100;
    numbers.push_back(v);
  }
  const auto has = [&](const char* word) { return s.find(word) != std::string::npos; };
  if (numbers.size() == 2 && numbers[0] < numbers[1]) return Range{numbers[0], numbers[1]};
  if (numbers.size() != 1 || numbers[0] > 100) return std::nullopt;
  const double v = numbers[0];
  if (has("未満") || has("以下") || has("まで") || has("<")) return Range{0, v};
  if (has("以上") || has("超") || has("≧") || has("≥") || has(">") || has("～") || has("〜") || has("-") || has("~")) return Range{v, std::nullopt};
  return Range{v, v};
}

Class class_of(const Range& r) {
  const int low = holding(r.from);
  if (!r.to) return {r.from >= bounds.back() ? classes - 1 : low, r.from < bounds.back()};
  if (*r.to == r.from) return {low, false};
  int high = low;
  while (high < classes - 1 && *r.to > bounds[static_cast<std::size_t>(high)]) ++high;
  return {high, high != low};
}

}  // namespace inundation
