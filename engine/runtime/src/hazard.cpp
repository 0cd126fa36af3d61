#include "hazard.h"

#include <algorithm>
#include <cmath>

namespace tenbo::runtime {
namespace {

// The steps of the palette, without what stands aside: as impacts have them.
std::vector<const PaletteStop*> steps_of(const Palette& palette) {
  std::vector<const PaletteStop*> out;
  for (const auto& s : palette.stops)
    if (!s.aside && out.size() < impact::most_classes) out.push_back(&s);
  return out;
}

}  // namespace

bool same_cells(const geo::GridGeometry& a, const geo::GridGeometry& b) {
  return a.width == b.width && a.height == b.height && a.geotransform == b.geotransform && a.crs.definition() == b.crs.definition();
}

void prepare(PreparedOverlaps& to, const Footprints& footprints, JobSystem& jobs) {
  if (auto made = impact::overlap_cells(footprints, to.field->info().grid, jobs)) to.overlaps = std::move(*made);
  to.done.store(true, std::memory_order_release);
}

std::shared_ptr<const Footprints> OutlineSource::get() {
  std::lock_guard lock(mutex_);
  if (!std::exchange(asked_, true) && read) known_ = read();
  return known_;
}

std::vector<impact::Class> classify_cells(const FieldLayer& field, const geo::FieldSlice& slice) {
  std::vector<impact::Class> out;
  if (!field.palette) return out;
  impact::ClassScale scale;
  for (const auto* s : steps_of(*field.palette)) scale.from.push_back(s->from);
  scale.nodata_is_dry = field.field->info().nodata_is_dry;
  impact::classify_places(slice.values, scale, out);
  return out;
}

void classify_buildings(const FieldLayer& field, const geo::FieldSlice& slice, std::span<const impact::Class> places, const impact::Overlaps& overlaps,
                        const std::vector<float>& base_height, std::vector<render::FeatureStyle>& styles, JobSystem& jobs) {
  for (auto& s : styles) {
    s.hazard = {0, 0, 0, 0};
    s.hazard_height = 0;
    s.flags &= ~static_cast<std::uint32_t>(render::feature_hazard_unknown);
  }
  if (!field.palette || places.empty() || overlaps.assets() != styles.size()) return;
  const auto steps = steps_of(*field.palette);
  std::vector<impact::Class> classes;
  impact::classify_assets(overlaps, places, impact::Rule::largest_share, jobs, classes);
  for (std::uint32_t i = 0; i < classes.size(); ++i) {
    auto& style = styles[i];
    const float base = i < base_height.size() ? base_height[i] : 0.f;
    if (classes[i] == impact::unknown) {
      style.flags |= render::feature_hazard_unknown;
      style.hazard_height = base + 1.5f;
    } else if (impact::is_touched(classes[i]) && classes[i] <= steps.size()) {
      const auto& stop = *steps[classes[i] - 1u];
      if (stop.colour.a == 0) continue;  // a class that is not drawn
      float deepest = 0;
      for (const auto& p : overlaps.of(i))
        if (places[p.place] == classes[i]) deepest = std::max(deepest, slice.values[p.place]);
      style.hazard = stop.colour;
      style.hazard_height = field.is_depth ? base + deepest : base + 1000.f;  // what is no depth has no height: all of the building
    }
  }
}

}  // namespace tenbo::runtime
