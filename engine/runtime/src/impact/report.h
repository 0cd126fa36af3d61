#pragma once
// From a hazard's places and a layer's assets to the figures.
#include "hazard_places.h"
#include "layer_assets.h"

namespace tenbo::runtime {

// `overlaps`: of `assets` with the hazard's places. `steps`: those that are asked for, ascending. Fills classes, groups, rows, sums, worst,
// first, touched and what counts them; with `objects` (whose assets are set) also those. Fails where the hazard cannot be read. [worker]
Status make_report(const HazardPlaces& hazard, const LayerAssets& assets, const impact::Overlaps& overlaps, const std::vector<std::size_t>& steps, impact::Rule rule,
                   const std::string& weight, JobSystem& jobs, ImpactReport& out, ImpactObjects* objects = nullptr);

}  // namespace tenbo::runtime
