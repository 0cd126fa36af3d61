#pragma once
// Which class of a water field each building stands in, and up to where its walls are under water: by the same overlaps and rules as
// impacts are counted (ADR 24, 41), so that the picture says what the ledger says.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "field_layer.h"
#include "tenbo/base/jobs.h"
#include "tenbo/impact/exposure.h"

namespace tenbo::runtime {

// What buildings cover of the ground, one asset a feature; features that are no buildings have no part.
using Footprints = impact::Assets;

// Which cells each of them lies in. A worker fills it, then says so; nobody looks before.
struct PreparedOverlaps {
  std::shared_ptr<const Footprints> of;    // what was drawn when it was asked for
  std::shared_ptr<const geo::Field> field; // whose cells
  impact::Overlaps overlaps;               // empty: there is no way from the footprints to the field
  std::atomic<bool> done{false};
};
// [worker]
void prepare(PreparedOverlaps& to, const Footprints& footprints, JobSystem& jobs);
bool same_cells(const geo::GridGeometry& a, const geo::GridGeometry& b);

// Outlines at LOD 0, which impacts are counted by, where a city model has them: read anew from its source once, when a hazard first asks.
struct OutlineSource {
  std::function<std::shared_ptr<const Footprints>()> read;  // null result: there are none. [worker]
  std::shared_ptr<const Footprints> get();  // [worker]

 private:
  std::mutex mutex_;
  bool asked_ = false;
  std::shared_ptr<const Footprints> known_;
};

// Which field, step and revision hazard classes are made from. `slice` null: no class at all, as where there is no water.
struct HazardSource {
  const FieldLayer* field = nullptr;
  std::shared_ptr<const geo::FieldSlice> slice;
  std::uint64_t key = 1;
  std::shared_ptr<const std::vector<impact::Class>> places;  // of slice's cells
  JobSystem* jobs = nullptr;
  std::function<void(std::function<void()>)> run;            // on a worker, some time later
};
// The classes of a slice's cells. [any]
std::vector<impact::Class> classify_cells(const FieldLayer& field, const geo::FieldSlice& slice);

// A building takes the class with the largest overlapped area of its footprint; ties go to the more dangerous (MLIT's rule for PLATEAU risk
// attributes). Cells are constant squares. Cells without data count as unknown unless the layer declares them dry; a building that stands on
// unknown cells and in no water is unknown, never dry. `base_height` (m): the ground under each. [main]
void classify_buildings(const FieldLayer& field, const geo::FieldSlice& slice, std::span<const impact::Class> places, const impact::Overlaps& overlaps,
                        const std::vector<float>& base_height, std::vector<render::FeatureStyle>& styles, JobSystem& jobs);

}  // namespace tenbo::runtime
