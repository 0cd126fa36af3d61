#pragma once
// Plain features read ahead on a thread of their own.
#include <memory>
#include <thread>

#include "vector/ahead_queue.h"
#include "vector/plain_feature.h"

namespace tenbo::io {

// The same features as the source's, in the same order.
class PlainAhead final : public PlainSource {
 public:
  explicit PlainAhead(std::unique_ptr<PlainSource> source);
  ~PlainAhead() override;
  Got next(PlainFeature& out) override;

 private:
  class Batch;
  void run();

  std::unique_ptr<PlainSource> source_;
  std::thread thread_;  // once something is asked for
  AheadQueue<std::unique_ptr<Batch>> queue_;
  std::unique_ptr<Batch> now_;
  bool ended_ = false;
  Got last_ = Got::end;  // of the other thread; what came after its last feature
};

}  // namespace tenbo::io
