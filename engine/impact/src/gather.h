#pragma once
// The parts of a list of assets by asset, and pieces in the making.
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "clip.h"
#include "tenbo/impact/overlap.h"

namespace tenbo::impact {

// Parts sorted by asset without moving them: the parts of asset a are order[starts[a]] to order[starts[a + 1] - 1].
struct PartIndex {
  explicit PartIndex(const Assets& assets);
  std::span<const std::uint32_t> of(std::uint32_t asset) const { return {order.data() + starts[asset], starts[asset + 1] - starts[asset]}; }
  std::vector<std::uint32_t> starts, order;
};

// What an asset is measured by: its areas, else its lines, else its points.
Shape measure_of(const Assets& assets, std::span<const std::uint32_t> parts);

// The pieces of a run of assets.
class PieceList {
 public:
  // Of the asset that is being gathered: amounts of the same place add up, holes are below zero.
  void add(std::uint32_t place, double amount) { now_.emplace_back(place, amount); }
  // Ends an asset whose whole measure is `whole`.
  void end_asset(double whole);
  void end_unplaced();
  static Overlaps join(std::vector<PieceList>& runs);

 private:
  std::vector<std::pair<std::uint32_t, double>> now_;
  std::vector<std::uint32_t> counts_;
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> unplaced_;  // of the run
};

// Calls make(first, end, PieceList&) for runs of assets, in parallel, and joins them in order: the same whatever the threads.
template <class Make>
Overlaps gather(std::uint32_t assets, JobSystem& jobs, Make&& make) {
  constexpr std::uint32_t run = 2048;  // assets that one transformer serves at a time
  std::vector<PieceList> runs((assets + run - 1) / run);
  jobs.parallel_for(runs.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto first = static_cast<std::uint32_t>(i) * run;
      make(first, std::min(assets, first + run), runs[i]);
    }
  });
  return PieceList::join(runs);
}

}  // namespace tenbo::impact
