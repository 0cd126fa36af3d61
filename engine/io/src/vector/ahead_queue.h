#pragma once
// Batches that one thread fills ahead of another that empties them. Few are under way at a time, and what was emptied goes back to be
// filled again: memory does not go from core to core.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace tenbo::io {

template <class Batch>
class AheadQueue {
 public:
  static constexpr std::size_t most = 16;  // batches

  // Of the thread that fills. One that was emptied, or a new one.
  Batch spare() {
    const std::lock_guard lock(mutex_);
    if (spent_.empty()) return {};
    Batch out = std::move(spent_.front());
    spent_.pop_front();
    return out;
  }
  // Waits for room. false: nobody wants more.
  bool push(Batch batch) {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [&] { return stop_ || ready_.size() < most; });
    if (stop_) return false;
    ready_.push_back(std::move(batch));
    filled_.notify_one();
    return true;
  }
  bool stopped() const { return stop_; }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    filled_.notify_one();
  }

  // Of the thread that empties. The next, or nothing once there are no more; `used` can be filled again.
  std::optional<Batch> pop(Batch used) {
    std::unique_lock lock(mutex_);
    spent_.push_back(std::move(used));
    filled_.wait(lock, [&] { return ended_ || !ready_.empty(); });
    if (ready_.empty()) return std::nullopt;
    Batch out = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    emptied_.notify_one();
    return out;
  }
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    emptied_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_, emptied_;
  std::deque<Batch> ready_, spent_;
  bool ended_ = false;
  std::atomic<bool> stop_{false};
};

}  // namespace tenbo::io
