#pragma once
// The job system: threads for jobs and for parallel loops. One per program, owned by whoever starts the program and passed by reference.
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

namespace tenbo {

// Shared flag: the owner asks, the job looks. Copies refer to the same flag.
class CancelToken {
 public:
  CancelToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void cancel() const { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

// Work done of work to do, written by workers and read by the UI. Thread-safe.
class Progress {
 public:
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> total{0};  // 0 = not known yet
};

class JobSystem {
 public:
  // threads: 0 = as many as the machine has.
  explicit JobSystem(unsigned threads = 0);
  ~JobSystem();  // waits for what runs; drops what has not begun
  JobSystem(const JobSystem&) = delete;
  JobSystem& operator=(const JobSystem&) = delete;

  unsigned threads() const;
  // Runs `job` on a worker some time later. The job must not throw. [any]
  void submit(std::function<void()> job);
  // Calls body(begin, end) over [0, count) in parallel pieces of at least `grain`; returns when all are done.
  // The caller works too; loops may nest. What a body throws first is thrown here, once nobody is inside. [any]
  void parallel_for(std::size_t count, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body);
  // Waits until nothing submitted is running or queued. [main]
  void wait_idle();
  std::size_t pending() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo
