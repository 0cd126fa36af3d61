#pragma once
// Decoded tiles, the latest used kept within a number of bytes. A tile that several threads ask for is read once. What
// fails on the way is asked for again after a while, which doubles; what is damaged is not.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "tenbo/base/diagnostics.h"

namespace tenbo::io::terrain {

struct TileKey {
  int z = 0;
  std::uint32_t x = 0, y = 0;
  friend auto operator<=>(const TileKey&, const TileKey&) = default;
};

inline constexpr double never = std::numeric_limits<double>::infinity();

// T has bytes(): what it takes in memory.
template <class T>
class TileCache {
 public:
  using Tile = std::shared_ptr<const T>;  // null: there is none
  using Load = std::function<Result<Tile>(const TileKey&)>;
  struct Got {
    Tile tile;
    double retry = never;  // s until a tile that failed is asked for again
  };

  TileCache(Load load, std::size_t most_bytes, double retry_seconds) : load_(std::move(load)), most_(most_bytes), first_wait_(retry_seconds) {}

  // Reads it where it has to. [worker]
  Got get(const TileKey& key) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (const auto found = kept_.find(key); found != kept_.end()) {
        order_.splice(order_.begin(), order_, found->second.place);
        return {found->second.tile, never};
      }
      if (const auto failed = failures_.find(key); failed != failures_.end())
        if (const double wait = seconds_until(failed->second.again); wait > 0 || failed->second.for_good) return {nullptr, failed->second.for_good ? never : wait};
      if (loading_.insert(key).second) break;
      changed_.wait(lock);
    }
    lock.unlock();
    auto loaded = load_(key);
    lock.lock();
    loading_.erase(key);
    changed_.notify_all();
    if (!loaded) return {nullptr, note(key, loaded.error())};
    failures_.erase(key);
    order_.push_front(key);
    kept_[key] = {*loaded, order_.begin()};
    bytes_ += weight(*loaded);
    while (bytes_ > most_ && order_.size() > 1) {
      const auto last = kept_.find(order_.back());
      bytes_ -= weight(last->second.tile);
      kept_.erase(last);
      order_.pop_back();
    }
    return {*loaded, never};
  }
  // What is there without reading.
  Tile peek(const TileKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(key);
    return found == kept_.end() ? nullptr : found->second.tile;
  }
  // Of tiles that cannot be read as it stands.
  Diagnostics notes() const {
    const std::lock_guard lock(mutex_);
    Diagnostics out;
    std::size_t count = 0, again = 0;
    const Failure* first = nullptr;
    for (const auto& [key, f] : failures_) {
      if (!f.for_good && seconds_until(f.again) < -forgotten) continue;  // nobody has wanted it since
      if (!first) first = &f;
      ++count;
      again += !f.for_good;
    }
    if (!first) return out;
    Error e = first->error;
    e.message = std::to_string(count) + (count == 1 ? " tile" : " tiles") + " could not be read, and coarser ones stand in" +
                (again ? "; " + std::to_string(again) + " of them will be tried again" : "") + ": " + e.message;
    out.fail(std::move(e));
    return out;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    Tile tile;
    std::list<TileKey>::iterator place;
  };
  struct Failure {
    Error error;
    bool for_good = false;
    int times = 0;
    Clock::time_point again;
  };
  static constexpr double longest_wait = 60;           // s
  static constexpr double forgotten = 30;              // s
  static constexpr std::size_t most_failures = 10'000;  // told apart
  static std::size_t weight(const Tile& t) { return 128 + (t ? t->bytes() : 0); }
  static double seconds_until(Clock::time_point t) { return std::chrono::duration<double>(t - Clock::now()).count(); }

  double note(const TileKey& key, const Error& error) {
    if (failures_.size() >= most_failures && !failures_.contains(key)) failures_.erase(std::prev(failures_.end()));
    Failure& f = failures_[key];
    f.error = error;
    f.for_good = error.code != ErrorCode::io;
    const double wait = std::min(longest_wait, first_wait_ * static_cast<double>(1 << std::min(f.times++, 10)));
    f.again = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(wait));
    return f.for_good ? never : wait;
  }

  const Load load_;
  const std::size_t most_;
  const double first_wait_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<TileKey, Kept> kept_;
  std::list<TileKey> order_;  // the latest used first
  std::set<TileKey> loading_;
  std::map<TileKey, Failure> failures_;
  std::size_t bytes_ = 0;
};

}  // namespace tenbo::io::terrain
