#pragma once
// How the features of one table look: of a whole file, or of one tile of a set. The state of each, and its copy on the GPU.
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hazard.h"
#include "tenbo/geo/features.h"
#include "tenbo/render/renderer.h"

namespace tenbo::runtime {

struct Ground;

struct FeatureLooks {
  std::vector<render::FeatureStyle> styles;  // one a feature
  std::vector<float> base_height;            // m: the ground under each feature; computed once for hazards
  std::uint64_t hazard_key = 0;              // HazardSource::key of the classes
  std::shared_ptr<PreparedOverlaps> overlaps;
  render::FeatureTableHandle table;
  std::vector<bool> marked;                  // one a feature: stands out, and the others step back; empty: none does

  // Copies the styles to the GPU, `selected` as the selected one. [main]
  Status send(render::Renderer& renderer, std::optional<std::uint32_t> selected);
  Status put(render::Renderer& renderer);    // as they are
  void mark(const geo::FeatureTable& features, const std::set<std::string, std::less<>>* ids);  // null: none; seen from the next send() on
  // Hazard classes of another field, step or revision. `late`: their overlaps are being worked out, and what was shown stays. `outlines` may
  // be null. [main]
  enum class Classified { same, changed, late };
  Classified classify(const HazardSource& hazard, const geo::FeatureTable& features, const std::shared_ptr<const Footprints>& footprints,
                      const std::shared_ptr<OutlineSource>& outlines, const Ground& ground);
  void drop(render::Renderer& renderer);     // what is on the GPU

 private:
  std::size_t rows_ = 0;                     // of the table
};

}  // namespace tenbo::runtime
