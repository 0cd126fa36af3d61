#pragma once
// From a hazard's places and a layer's assets to the figures.
#include "hazard_places.h"
#include "layer_assets.h"

namespace tenbo::runtime {

// `steps`: those that are asked for, ascending. Fills classes, groups, rows, sums, worst, first, touched and what counts them;
// fails where the hazard cannot be read. [worker]
Status make_report(const HazardPlaces& hazard, const LayerAssets& assets, const std::vector<std::size_t>& steps, impact::Rule rule,
                   const std::string& weight, JobSystem& jobs, ImpactReport& out);

}  // namespace tenbo::runtime
