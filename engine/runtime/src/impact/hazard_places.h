#pragma once
// A hazard as a list of places, each with a class at each step: the cells of a field, or the polygons of a vector layer.
#include <functional>

#include "../field_layer.h"
#include "tenbo/impact/exposure.h"
#include "tenbo/runtime/impact.h"

namespace tenbo::runtime {

struct HazardPlaces {
  std::vector<ImpactClass> classes;
  std::vector<geo::Instant> times;  // of the steps; empty: one step without time
  bool nodata_is_dry = false;
  std::function<Result<impact::Overlaps>(const impact::Assets&, JobSystem&)> overlap;
  std::function<Status(std::size_t step, std::vector<impact::Class>& out)> classify;

  std::size_t steps() const { return std::max<std::size_t>(1, times.size()); }
};

Result<HazardPlaces> field_places(std::shared_ptr<const geo::Field> field, const Palette& palette);
// Zones by the style's classes, in their order from the mildest on: by number (`from`) or by word (`value`); or by the palette,
// by number. A polygon that has no class is untouched ground where its value is a word or number of no class, unknown where
// it is missing.
Result<HazardPlaces> zone_places(std::shared_ptr<const io::VectorData> zones, const scene::LayerStyle& style, const Palette* palette);

}  // namespace tenbo::runtime
