#pragma once
// An impact from its question to its report, in two halves: what the main thread knows is gathered into a plan, and a worker runs it.
#include <map>

#include "hazard_places.h"
#include "layer_assets.h"

namespace tenbo::runtime {

struct ImpactPlan {
  ImpactRequest request;
  HazardPlaces places;
  std::vector<std::size_t> steps;
  std::optional<LoadContext> context;              // of assets that are read from their source, or
  std::shared_ptr<const PluginOutput> records;     // published by a plugin
  std::vector<std::string> attributes;             // of the assets, as far as known
  std::string rule_source;
  ImpactSource hazard, assets;
  std::optional<Passability> passability;
  std::optional<std::map<std::string, Grade>> grades;  // by asset's id; absent: the scene has no inspection of these assets
};

// What stays good from one run to the next, as long as the assets (by their key) and the hazard's cells are the same. Of one run at a time.
struct ImpactMemo {
  std::string key;
  std::shared_ptr<const LayerAssets> assets;
  Diagnostics diagnostics;                         // of reading them
  std::shared_ptr<const impact::Overlaps> overlaps;
  std::optional<geo::GridGeometry> grid;
};

// `key`: of the assets as they are now. Its diagnostics are the report's. [worker]
Result<ImpactReport> run_impact(const ImpactPlan& plan, JobSystem& jobs, ImpactMemo& memo, const std::string& key = {});

}  // namespace tenbo::runtime
