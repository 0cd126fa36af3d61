#pragma once
// Where what a streamed set draws lies: bounding volumes may be far larger than what is in them, and the plain ground would stand at
// the bottom of one, far below the buildings.
#include "tenbo/base/jobs.h"
#include "tile_set.h"

namespace tenbo::runtime {

// Of the volumes of what is drawn in the end, as coarser tiles have room around them for what they leave out. `from` and `to` side by
// side, the root first. `loose`: set where they are boxes and spheres, which are wider than what they hold.
geo::Extent extent_of_leaves(const std::vector<io::Tile>& from, const std::vector<scene::ChoiceTile>& to, double shift, bool& loose);

// A small set on a disk is gone through once, so that it lies as if it were loaded whole. Broken tiles are left to who draws them. [worker]
void take_extent_of_content(TileSet& set, JobSystem& jobs, const CancelToken& cancel);

}  // namespace tenbo::runtime
