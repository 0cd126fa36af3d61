#pragma once
// A hazard as a list of places, each with a class at each step: the cells of a field, or the polygons of a vector layer.
#include <functional>

#include "../field_layer.h"
#include "tenbo/geo/forecast.h"
#include "tenbo/impact/exposure.h"
#include "tenbo/io/vector.h"
#include "tenbo/runtime/impact.h"
#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

struct HazardPlaces {
  std::vector<ImpactClass> classes;
  std::size_t drills = 0;           // so many of them, the first, are of an exercise beside what is real (impact_drills.h)
  std::vector<geo::Instant> times;  // of the steps; empty: one step without time
  bool nodata_is_dry = false;
  std::function<Result<impact::Overlaps>(const impact::Assets&, JobSystem&)> overlap;
  using Classify = std::function<Status(std::size_t step, std::vector<impact::Class>& out)>;
  Classify classify;
  std::function<Result<std::shared_ptr<const geo::FieldSlice>>(std::size_t step)> values;  // of the cells; null: places have none
  std::optional<geo::GridGeometry> grid;  // whose cells the places are
  std::vector<std::string> member_names;
  std::vector<Classify> members;    // of a forecast of several, each alone
  std::optional<geo::Instant> since;
  Classify before;                  // by the issue before; no class where it has no such valid time. Null: there is none

  std::size_t steps() const { return std::max<std::size_t>(1, times.size()); }
};

Result<HazardPlaces> field_places(std::shared_ptr<const geo::Field> field, const Palette& palette);
// Adds the members of an issue, and the issue before it; `view` is what `out` was made of.
Status add_forecast(const geo::Forecast& forecast, std::size_t issue, const geo::ForecastView& view, HazardPlaces& out);
// Zones by the style's classes, in their order from the mildest on: by number (`from`) or by word (`value`); or by the palette,
// by number. A polygon that has no class is untouched ground where its value is a word or number of no class, unknown where
// it is missing.
Result<HazardPlaces> zone_places(std::shared_ptr<const io::VectorData> zones, const scene::LayerStyle& style, const Palette* palette);

// The areas of a plugin's shapes, by their classes: from the least level to the worst, those of one level in the legend's order
// from the end where the milder ones stand: its last, unless its levels ascend. Nothing (level 0) is untouched ground; a hatched class without a level is unknown.
// Where the records are real and of an exercise or a test, these have classes of their own below all others, and their unknown is untouched ground.
Result<HazardPlaces> shape_places(std::shared_ptr<const PluginOutput> output, const std::string& layer);

}  // namespace tenbo::runtime
