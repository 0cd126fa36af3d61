#pragma once
// How the features of one table look: of a whole file, or of one tile of a set. The state of each, and its copy on the GPU.
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tenbo/geo/features.h"
#include "tenbo/geo/field.h"
#include "tenbo/render/renderer.h"

namespace tenbo::runtime {

struct FieldLayer;
struct Ground;

// Points on a feature's roof with the area each stands for: what overlaps a field's cells.
struct FootprintSample {
  std::uint32_t feature;
  float weight;  // m2
  double lon, lat;
};

// Which field, step and revision hazard classes are made from. `slice` null: no class at all, as where there is no water.
struct HazardSource {
  const FieldLayer* field = nullptr;
  std::shared_ptr<const geo::FieldSlice> slice;
  std::uint64_t key = 1;
};

struct FeatureLooks {
  std::vector<render::FeatureStyle> styles;  // one a feature
  std::vector<float> base_height;            // m: the ground under each feature; computed once for hazards
  std::uint64_t hazard_key = 0;              // HazardSource::key of the classes
  render::FeatureTableHandle table;
  std::vector<bool> marked;                  // one a feature: stands out, and the others step back; empty: none does

  // Copies the styles to the GPU, `selected` as the selected one. [main]
  Status send(render::Renderer& renderer, std::optional<std::uint32_t> selected);
  Status put(render::Renderer& renderer);    // as they are
  void mark(const geo::FeatureTable& features, const std::set<std::string, std::less<>>* ids);  // null: none; seen from the next send() on
  // Hazard classes of another field, step or revision; false where nothing has changed. [main]
  bool classify(const HazardSource& hazard, const geo::FeatureTable& features, const std::vector<FootprintSample>& footprints,
                const Ground& ground);
  void drop(render::Renderer& renderer);     // what is on the GPU

 private:
  std::size_t rows_ = 0;                     // of the table
};

}  // namespace tenbo::runtime
