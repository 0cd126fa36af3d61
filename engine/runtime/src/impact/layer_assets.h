#pragma once
// All features of a layer as assets, read from its source: not only those that happen to be drawn.
#include <string>
#include <vector>

#include "../layer_loader.h"
#include "tenbo/impact/assets.h"

namespace tenbo::runtime {

struct LayerAssets {
  impact::Assets shapes;
  std::vector<std::string> ids;
  std::vector<std::uint32_t> group;   // an asset's; into groups
  std::vector<std::string> groups;    // in order of their text
  std::vector<double> weight;         // NaN = missing or no number; empty where none was asked for
  bool crossed = false;               // bridges and roads: what counts is the worst place, not the largest part
};

struct AssetOptions {
  std::string by, weight, filter;     // as ImpactRequest has them
};

// A city model, 3D Tiles (every leaf), vectors, or records of a plugin. Of a city with buildings the buildings are the assets.
// A building's area is its LOD 0 outline, where a city model has one; else what looks up of it: its roofs, seen from above. [worker]
Result<LayerAssets> read_assets(const LoadContext& context, const AssetOptions& options, Diagnostics& diagnostics);
Result<LayerAssets> assets_of(const PluginOutput& records, const AssetOptions& options);

}  // namespace tenbo::runtime
