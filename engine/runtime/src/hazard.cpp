#include "hazard.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tenbo::runtime {

void classify_buildings(const FieldLayer& field, const geo::FieldSlice& slice, const std::vector<FootprintSample>& footprints,
                        const std::vector<float>& base_height, std::vector<render::FeatureStyle>& styles) {
  for (auto& s : styles) {
    s.hazard = {0, 0, 0, 0};
    s.hazard_height = 0;
    s.flags &= ~static_cast<std::uint32_t>(render::feature_hazard_unknown);
  }
  if (!field.palette) return;
  const auto& stops = field.palette->stops;
  const auto& info = field.field->info();
  constexpr std::size_t most_classes = 64;
  std::array<float, most_classes> area{};    // m2, by class
  std::array<float, most_classes> deepest{};
  for (std::size_t i = 0; i < footprints.size();) {
    const std::uint32_t feature = footprints[i].feature;
    area.fill(0);
    deepest.fill(0);
    float unknown = 0;  // m2
    for (; i < footprints.size() && footprints[i].feature == feature; ++i) {
      const auto& sample = footprints[i];
      const auto cell = field.field->cell_at(sample.lon, sample.lat);
      if (!cell) continue;
      const float value = slice.values[static_cast<std::size_t>(cell->second) * info.grid.width + cell->first];
      if (std::isnan(value)) { unknown += info.nodata_is_dry ? 0.f : sample.weight; continue; }
      const auto* stop = field.class_of(value);
      if (!stop) continue;
      const auto k = std::min<std::size_t>(static_cast<std::size_t>(stop - stops.data()), most_classes - 1);
      area[k] += sample.weight;
      deepest[k] = std::max(deepest[k], value);
    }
    if (feature >= styles.size()) continue;
    std::size_t best = 0;
    for (std::size_t k = 1; k < std::min(stops.size(), most_classes); ++k)
      if (area[k] >= area[best] && area[k] > 0) best = k;  // a tie goes to the deeper class
    auto& style = styles[feature];
    const float base = feature < base_height.size() ? base_height[feature] : 0.f;
    if (area[best] > 0 && stops[best].colour.a == 0) continue;  // a class that is not drawn
    if (area[best] > 0) {  // dry ground is no class: a building that water touches has the class that touches most of it
      style.hazard = stops[best].colour;
      style.hazard_height = field.is_depth ? base + deepest[best] : base + 1000.f;  // what is no depth has no height: all of the building
    } else if (unknown > 0) {
      style.flags |= render::feature_hazard_unknown;
      style.hazard_height = base + 1.5f;
    }
  }
}

}  // namespace tenbo::runtime
