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

}  // namespace tenbo::runtime
