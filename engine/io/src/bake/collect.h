#pragma once
// From what a reader gives to features in blocks.
#include <map>

#include "grid.h"
#include "records.h"
#include "tenbo/base/jobs.h"
#include "tenbo/io/city.h"

namespace tenbo::io::bake {

struct Collected {
  std::map<Cell, FeatureSet> blocks;
  std::uint64_t features = 0, triangles = 0;
  std::uint64_t nowhere = 0;  // features without any coordinate, which no tile can hold
};

// Every feature with its attributes and triangles into the block that its middle lies in; blocks in parallel. [worker]
Collected collect(const geo::FeatureTable& features, const std::vector<MeshBatch>& batches,
                  const std::vector<CityTexture>& textures, JobSystem& jobs);

}  // namespace tenbo::io::bake
