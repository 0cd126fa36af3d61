#include "tenbo/base/jobs.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace tenbo {

// Submitted jobs run on plain threads, so that a job that blocks on a file never starves a parallel_for; parallel
// loops run in a TBB arena of the machine's width.
struct JobSystem::Impl {
  explicit Impl(unsigned n) : arena(static_cast<int>(n)) {
    for (unsigned i = 0; i < n; ++i) workers.emplace_back([this] { run(); });
  }
  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) return;
      auto job = std::move(queue.front());
      queue.pop_front();
      ++running;
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
      --running;
      if (queue.empty() && running == 0) idle.notify_all();
    }
  }
  oneapi::tbb::task_arena arena;
  mutable std::mutex mutex;
  std::condition_variable wake, idle;
  std::deque<std::function<void()>> queue;
  std::size_t running = 0;
  bool stopping = false;
  std::vector<std::thread> workers;
};

JobSystem::JobSystem(unsigned threads)
    : impl_(std::make_unique<Impl>(threads ? threads : std::max(1u, std::thread::hardware_concurrency()))) {}

JobSystem::~JobSystem() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->queue.clear();
  }
  impl_->wake.notify_all();
  for (auto& w : impl_->workers) w.join();
}

unsigned JobSystem::threads() const { return static_cast<unsigned>(impl_->workers.size()); }

void JobSystem::submit(std::function<void()> job) {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->queue.push_back(std::move(job));
  }
  impl_->wake.notify_one();
}

void JobSystem::parallel_for(std::size_t count, std::size_t grain,
                             const std::function<void(std::size_t, std::size_t)>& body) {
  if (count == 0) return;
  impl_->arena.execute([&] {
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, count, std::max<std::size_t>(1, grain)),
                              [&](const auto& r) { body(r.begin(), r.end()); });
  });
}

void JobSystem::wait_idle() {
  std::unique_lock lock(impl_->mutex);
  impl_->idle.wait(lock, [this] { return impl_->queue.empty() && impl_->running == 0; });
}

std::size_t JobSystem::pending() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->queue.size() + impl_->running;
}

}  // namespace tenbo
