#pragma once
// The priority list of a window: made by a worker while somebody wants it. Owned by the main thread.
#include "base.h"

namespace tenbo::runtime {

struct PriorityWatch {
  bool wanted = false, counting = false;
  std::string key;                               // of the state that `base` or `error` is of
  std::shared_ptr<PriorityMemo> memo = std::make_shared<PriorityMemo>();  // the worker's while it counts
  std::shared_ptr<const PriorityBase> base;
  std::string error;
  CancelToken cancel;
  std::uint64_t generation = 0;                  // of the scene

  void forget() {
    cancel.cancel();
    const auto next = generation + 1;
    *this = PriorityWatch();
    generation = next;
  }
};

}  // namespace tenbo::runtime
