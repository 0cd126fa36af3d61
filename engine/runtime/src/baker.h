#pragma once
// A bake into the cache by a process of its own, which takes the processor only where nobody else wants it.
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tenbo/base/jobs.h"

namespace tenbo::runtime {

class Baker {
 public:
  struct Order {
    std::filesystem::path program;              // tenbo
    std::filesystem::path cache;                // its root
    std::uint64_t max_bytes = 0;                // of bakes in it
    std::vector<std::filesystem::path> inputs;
    bool idle = true;                           // EngineOptions::bake_idle
  };
  explicit Baker(Order order);
  ~Baker();  // ends the process; what it has done so far is gone on with the next time
  Baker(const Baker&) = delete;
  Baker& operator=(const Baker&) = delete;

  double progress() const { return progress_.load(std::memory_order_relaxed); }  // 0..1
  bool done() const { return done_.load(std::memory_order_acquire); }
  // Once it is done:
  const std::string& key() const { return key_; }      // of the bake in the cache; empty: there is none, because of
  const std::string& error() const { return error_; }

 private:
  void run();
  void heard(std::string_view text);

  Order order_;
  CancelToken cancel_;
  std::atomic<double> progress_{0};
  std::atomic<bool> done_{false};
  std::string line_, key_, error_;
  std::thread thread_;
};

}  // namespace tenbo::runtime
