#pragma once
// The ledger: what the scene's pairs of hazard and assets come to. Owned by the main thread; counted by workers, one pair at a time.
#include <set>

#include "plan.h"

namespace tenbo::runtime {

struct Layer;
// Changes whenever what would be counted of a layer does.
std::string key_of(const Layer& layer);

struct Ledger {
  struct Pair {
    std::string key;                             // of the state that `report` or `error` is of
    std::shared_ptr<ImpactMemo> memo = std::make_shared<ImpactMemo>();  // the worker's while it counts
    std::shared_ptr<const ImpactReport> report;
    std::string error;
  };
  bool wanted = false;
  std::vector<Pair> pairs;                       // as the scene has them
  std::optional<std::size_t> counting;           // which a worker is at
  CancelToken cancel;
  std::uint64_t generation = 0;                  // of the scene: what comes from an older one is not taken in
  std::string marked_layer;
  std::shared_ptr<const std::set<std::string, std::less<>>> marked;

  void forget() {
    cancel.cancel();
    pairs.clear();
    counting.reset();
    ++generation;
    marked_layer.clear();
    marked.reset();
  }
};

}  // namespace tenbo::runtime
