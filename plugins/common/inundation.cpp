#include "inundation.h"

#include <charconv>
#include <span>
#include <vector>

#include "narrow.h"

namespace inundation {

namespace {
constexpr std::array<DepthClass, classes> all{{{"浸水深 0.5 m 未満", "Depth < 0.5 m", {247, 245, 169}, 1},
                                               {"浸水深 0.5–3 m", "Depth 0.5–3 m", {255, 216, 192}, 2},
                                               {"浸水深 3–5 m", "Depth 3–5 m", {255, 183, 183}, 3},
                                               {"浸水深 5–10 m", "Depth 5–10 m", {255, 145, 145}, 4},
                                               {"浸水深 10–20 m", "Depth 10–20 m", {242, 133, 201}, 5},
                                               {"浸水深 20 m 以上", "Depth ≥ 20 m", {220, 122, 220}, 5}}};
constexpr std::array<double, classes - 1> bounds{0.5, 3, 5, 10, 20};

constexpr std::array<DepthClass, duration_classes> stays{{{"浸水継続 12 時間未満", "Stays < 12 h", {160, 210, 255}, 1},
                                                          {"浸水継続 12 時間–1 日", "Stays 12 h–1 day", {0, 65, 255}, 2},
                                                          {"浸水継続 1–3 日", "Stays 1–3 days", {250, 245, 0}, 3},
                                                          {"浸水継続 3 日–1 週間", "Stays 3 days–1 week", {255, 153, 0}, 4},
                                                          {"浸水継続 1–2 週間", "Stays 1–2 weeks", {255, 40, 0}, 5},
                                                          {"浸水継続 2–4 週間", "Stays 2–4 weeks", {180, 0, 104}, 5},
                                                          {"浸水継続 4 週間以上", "Stays ≥ 4 weeks", {96, 0, 96}, 5}}};

int holding(double depth) {
  int i = 0;
  while (i < classes - 1 && depth >= bounds[static_cast<std::size_t>(i)]) ++i;
  return i;
}
}  // namespace

const DepthClass& depth_class(int index) { return all[static_cast<std::size_t>(index)]; }

std::optional<Range> range_of(const std::string& text) {
  const std::string s = hazard::narrow(text);
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

const DepthClass& duration_class(int index) { return stays[static_cast<std::size_t>(index)]; }

Scale scale_of(const std::string& column) {
  const auto has = [&](const char* part) { return column.find(part) != std::string::npos; };
  if (has("duration") || has("継続時間") || column == "A31a_305" || column == "A31b_301" || column == "A31_305" || column == "A31_301") return Scale::duration;
  if (column == "A31_001") return Scale::old_rank;
  if (column.starts_with("A31") || has("rank") || has("ランク")) return Scale::rank;
  return Scale::depth;
}

std::vector<std::string> usual_columns() {
  return {"A31a_205", "A31b_201", "A31_205", "A31_201", "A31a_105", "A31b_101", "A31_105", "A31_101", "A31a_305", "A31b_301", "A31_305", "A31_301", "A31_001",
          "A40_003",  "rank",     "uro:rank", "depth_rank", "浸水ランク", "浸水深ランク", "浸水深", "最大浸水深", "A40_03", "浸水継続時間"};
}

std::string_view risk_part(std::string_view column) {
  const auto slash = column.rfind('/');
  if (slash == std::string_view::npos) return {};
  for (const char* of : {"RiverFloodingRiskAttribute", "InlandFloodingRiskAttribute", "HighTideRiskAttribute", "TsunamiRiskAttribute", "ReservoirFloodingRiskAttribute"})
    if (column.substr(0, slash).ends_with(of)) return column.substr(slash + 1);
  return {};
}

bool is_bare_code(const Risk& risk) {
  return risk.rank.empty() && !risk.rank_org.empty() && risk.rank_org.find_first_not_of("0123456789") == std::string::npos;
}

std::optional<Class> class_of(const Risk& risk) {
  for (const auto* rank : {&risk.rank_code, &risk.rank})
    if (const auto c = class_of(Scale::rank, *rank); c && rank->size() == 1) return c;
  for (const auto* words : {&risk.rank, &risk.rank_org})
    if (hazard::narrow(*words).find('m') != std::string::npos || words->find("メートル") != std::string::npos)
      if (const auto range = range_of(*words)) return class_of(*range);
  double metres = 0;
  const auto end = risk.depth.data() + risk.depth.size();
  if (const auto r = std::from_chars(risk.depth.data(), end, metres); r.ec == std::errc() && r.ptr == end && metres >= 0) return class_of(Range{metres, metres});
  return std::nullopt;
}

std::optional<Class> class_of(Scale scale, const std::string& word) {
  const std::string w = hazard::narrow(word);
  const bool digit = w.size() == 1 && w[0] >= '1' && w[0] <= '9';
  if (scale == Scale::duration) return digit && w[0] - '0' <= duration_classes ? std::optional(Class{w[0] - '1', false}) : std::nullopt;
  if (scale == Scale::rank && digit) return w[0] - '0' <= classes ? std::optional(Class{w[0] - '1', false}) : std::nullopt;
  if (scale == Scale::old_rank) {  // 0 to 0.5, 1, 2, 5 m, and more
    constexpr std::array<double, 5> of_five{0, 0.5, 1, 2, 5};
    constexpr std::array<double, 7> of_seven{0, 0.5, 1, 2, 3, 4, 5};
    const auto from = [&](std::span<const double> bounds) -> std::optional<Class> {
      const auto i = static_cast<std::size_t>(w[1] - '1');
      if (i >= bounds.size()) return std::nullopt;
      return class_of(i + 1 == bounds.size() ? Range{bounds[i], std::nullopt} : Range{bounds[i], bounds[i + 1]});
    };
    if (w.size() != 2 || w[1] < '1') return std::nullopt;
    return w[0] == '1' ? from(of_five) : w[0] == '2' ? from(of_seven) : std::nullopt;
  }
  const auto range = range_of(w);
  return range ? std::optional(class_of(*range)) : std::nullopt;
}

}  // namespace inundation
