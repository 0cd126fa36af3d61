#pragma once
// The slow half of the priority list, from what the main thread knows to what a worker makes of it.
#include "../impact/plan.h"
#include "tenbo/runtime/priority.h"

namespace tenbo::runtime {

struct PriorityPlan {
  struct Hazard {
    std::string layer;
    ImpactSource source;
    inspection::Said title;
    std::string trouble;
    std::optional<ImpactPlan> on_structures, on_roads;
  };
  scene::PrioritySpec spec;
  std::shared_ptr<const PluginOutput> structures;
  ImpactSource source;
  std::vector<Hazard> hazards;
  std::shared_ptr<const io::VectorData> roads;
  ImpactSource roads_source;
  std::string roads_trouble;
};

// What stays good while structures and roads are the same.
struct PriorityMemo {
  std::vector<ImpactMemo> on_structures, on_roads;
  std::shared_ptr<const io::VectorData> roads;  // that the network is of
  std::string roads_by;
  std::shared_ptr<const inspection::RoadNetwork> network;
};

// [worker]
std::shared_ptr<const PriorityBase> make_priority_base(const PriorityPlan& plan, JobSystem& jobs, PriorityMemo& memo, const std::string& structures_key, const std::string& roads_key);

}  // namespace tenbo::runtime
