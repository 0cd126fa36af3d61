#pragma once
// Which 3D bridge or tunnel an inspection record speaks of. A record on the wrong bridge is worse than a marker beside
// it: in doubt nothing is tied.
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "tenbo/geo/features.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

// Index of the structure -> feature of the table, ascending by structure.
// 1. By identifier: Structure::id is the feature's gml:id. Several records may name one feature.
// 2. By place, one record a feature, nearest first, for what has no partner yet: within 30 m of the feature's extent,
//    unless both have names and neither name contains the other.
std::vector<std::pair<std::uint32_t, std::uint32_t>> bind_structures(std::span<const Structure> structures,
                                                                     const geo::FeatureTable& features);

}  // namespace tenbo::runtime
