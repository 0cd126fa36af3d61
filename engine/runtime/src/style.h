#pragma once
// From a layer's style to the state of each feature.
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/features.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/runtime/palette.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::runtime {

// "attribute op value", op one of = != < <= > >=. Missing attributes fail every comparison but !=.
struct Filter {
  std::string attribute, op, value;
  std::optional<double> number;
  bool passes(const geo::AttributeValue& v) const;
};
Result<Filter> parse_filter(const std::string& text);

// One FeatureStyle a feature: colour by class or palette, hidden where the filter fails.
std::vector<render::FeatureStyle> make_styles(const geo::FeatureTable& table, const scene::LayerStyle& style,
                                              const Palette* palette);

// PLATEAU flood surfaces (wtr:WaterBody with a rank or a depth of a flooding risk attribute) take the official colour of
// their rank: 1 to 6 = below 0.5, 0.5-3, 3-5, 5-10, 10-20, 20 m and more (PLATEAU standard specification, rank code list),
// or of the range that a city's own rank list words ("0.5m以上3m未満"). True where at least one was coloured.
const PaletteStop* class_of_rank_words(const std::string& words, const Palette& depth);
bool colour_flood_ranks(const geo::FeatureTable& table, const Palette& depth, std::vector<render::FeatureStyle>& styles);

}  // namespace tenbo::runtime
