#pragma once
// From segments to tiles: blocks side by side, then what is above them.
#include <span>
#include <vector>

#include "tenbo/io/bake.h"
#include "work.h"

namespace tenbo::io::bake {

struct Source {
  Segment segment;
  std::size_t folder = 0;  // of the folders below
};

// `sources` in the order of the units. A block that one of the folders has finished from the same features is taken
// from there. share: stop before the tiles above blocks. ellipsoidal: heights were made so with a geoid. webp: as BakeOptions.
Result<BakeReport> finish_bake(const std::vector<Source>& sources, std::span<const WorkFolder> folders,
                               const WorkFolder& work, bool share, bool ellipsoidal, unsigned webp, JobSystem& jobs,
                               BakeProgress& progress, const CancelToken& cancel);

void remove_temporaries(const std::filesystem::path& folder);  // what a killed writer left

}  // namespace tenbo::io::bake
