#pragma once
// From a layer to its assets (LayerAssets).
#include <string>
#include <vector>

#include "../layer_loader.h"
#include "tenbo/runtime/impact.h"

namespace tenbo::runtime {

struct AssetOptions {
  std::string by, weight, filter;     // as ImpactRequest has them
};

// A city model, 3D Tiles (every leaf), vectors, or records of a plugin. Of a city with buildings the buildings are the assets.
// A building's area is its LOD 0 outline, where a city model has one; else what looks up of it: its roofs, seen from above. [worker]
Result<LayerAssets> read_assets(const LoadContext& context, const AssetOptions& options, Diagnostics& diagnostics);
Result<LayerAssets> assets_of(const PluginOutput& records, const AssetOptions& options);

}  // namespace tenbo::runtime
