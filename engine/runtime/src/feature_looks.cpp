#include "feature_looks.h"

#include <cmath>

#include "ground.h"

namespace tenbo::runtime {

Status FeatureLooks::send(render::Renderer& renderer, std::optional<std::uint32_t> selected) {
  if (styles.empty()) return {};
  for (auto& s : styles) s.flags &= ~static_cast<std::uint32_t>(render::feature_selected);
  for (std::size_t i = 0; i < styles.size(); ++i) {
    styles[i].flags &= ~static_cast<std::uint32_t>(render::feature_dimmed);
    if (marked.size() == styles.size()) styles[i].flags |= marked[i] ? render::feature_selected : render::feature_dimmed;
  }
  if (selected && *selected < styles.size()) styles[*selected].flags |= render::feature_selected;
  return put(renderer);
}

Status FeatureLooks::put(render::Renderer& renderer) {
  if (styles.empty()) return {};
  if (table && rows_ != styles.size()) drop(renderer);  // a newer file has more features, or fewer
  rows_ = styles.size();
  if (table) return renderer.update_features(table, 0, styles);
  auto made = renderer.create_features(styles);
  if (!made) return made.error();
  table = *made;
  return {};
}

FeatureLooks::Classified FeatureLooks::classify(const HazardSource& hazard, const geo::FeatureTable& features, const std::shared_ptr<const Footprints>& footprints,
                                                const std::shared_ptr<OutlineSource>& outlines, const Ground& ground) {
  if (hazard_key == hazard.key || !footprints || footprints->parts.empty() || styles.empty()) return Classified::same;
  if (!hazard.slice) {
    hazard_key = hazard.key;
    bool any = false;
    for (auto& s : styles) {
      any |= s.hazard.a != 0 || (s.flags & render::feature_hazard_unknown);
      s.hazard = {0, 0, 0, 0};
      s.flags &= ~static_cast<std::uint32_t>(render::feature_hazard_unknown);
    }
    return any ? Classified::changed : Classified::same;
  }
  if (!overlaps || overlaps->of != footprints || !same_cells(overlaps->field->info().grid, hazard.field->field->info().grid)) {
    overlaps = std::make_shared<PreparedOverlaps>();
    overlaps->of = footprints;
    overlaps->field = hazard.field->field;
    hazard.run([to = overlaps, outlines, jobs = hazard.jobs] {
      const auto outlined = outlines ? outlines->get() : nullptr;
      prepare(*to, outlined ? *outlined : *to->of, *jobs);
    });
  }
  if (!overlaps->done.load(std::memory_order_acquire)) return Classified::late;
  hazard_key = hazard.key;
  if (base_height.size() != styles.size()) {
    base_height.resize(styles.size());
    for (std::uint32_t i = 0; i < styles.size(); ++i) {
      const auto& e = features.extent(i);
      const auto c = e.centre();
      const double height = e.empty() ? NAN : ground.known(c.lon, c.lat);
      base_height[i] = static_cast<float>(std::isfinite(height) ? height : e.has_height() ? e.min_height : 0.0);
    }
  }
  classify_buildings(*hazard.field, *hazard.slice, *hazard.places, overlaps->overlaps, base_height, styles, *hazard.jobs);
  return Classified::changed;
}

void FeatureLooks::mark(const geo::FeatureTable& features, const std::set<std::string, std::less<>>* ids) {
  marked.assign(ids ? features.size() : 0, false);
  for (std::uint32_t i = 0; i < marked.size(); ++i) marked[i] = ids->count(features.id(i)) > 0;
}

void FeatureLooks::drop(render::Renderer& renderer) {
  if (table) renderer.destroy(table);
  table = {};
}

}  // namespace tenbo::runtime
