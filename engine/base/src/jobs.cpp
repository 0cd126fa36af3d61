#include "tenbo/base/jobs.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace tenbo {
namespace {

// One parallel loop. Whoever calls parallel_for works through it too, so a loop ends even when every helper is busy
// elsewhere, and loops may nest.
struct Loop {
  std::size_t count = 0, piece = 1;
  const std::function<void(std::size_t, std::size_t)>* body = nullptr;
  std::atomic<std::size_t> next{0};
  unsigned helpers = 0;      // inside work(), besides the caller; guarded by LoopCrew's mutex
  std::exception_ptr error;  // the first; guarded by LoopCrew's mutex

  bool exhausted() const { return next.load(std::memory_order_relaxed) >= count; }
};

// The threads that help with parallel loops: separate from those that run submitted jobs, so that a job that blocks on a
// file never starves a loop.
class LoopCrew {
 public:
  explicit LoopCrew(unsigned helpers) {
    for (unsigned i = 0; i < helpers; ++i) threads_.emplace_back([this] { help(); });
  }
  ~LoopCrew() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (auto& t : threads_) t.join();
  }
  LoopCrew(const LoopCrew&) = delete;
  LoopCrew& operator=(const LoopCrew&) = delete;

  void run(Loop& loop) {
    const bool shared = !threads_.empty() && loop.piece < loop.count;
    if (shared) {
      {
        std::lock_guard lock(mutex_);
        open_.push_back(&loop);
      }
      wake_.notify_all();
    }
    work(loop);
    std::unique_lock lock(mutex_);
    if (shared) std::erase(open_, &loop);
    done_.wait(lock, [&] { return loop.helpers == 0; });
    if (loop.error) std::rethrow_exception(loop.error);
  }

 private:
  void work(Loop& loop) {
    try {
      for (;;) {
        const std::size_t begin = loop.next.fetch_add(loop.piece, std::memory_order_relaxed);
        if (begin >= loop.count) return;
        (*loop.body)(begin, std::min(loop.count, begin + loop.piece));
      }
    } catch (...) {
      loop.next.store(loop.count, std::memory_order_relaxed);
      std::lock_guard lock(mutex_);
      if (!loop.error) loop.error = std::current_exception();
    }
  }
  // The newest loop that still has pieces: an inner loop before the outer one that waits for it. [mutex held]
  Loop* find() const {
    for (auto it = open_.rbegin(); it != open_.rend(); ++it)
      if (!(*it)->exhausted()) return *it;
    return nullptr;
  }
  void help() {
    std::unique_lock lock(mutex_);
    for (;;) {
      Loop* loop = nullptr;
      wake_.wait(lock, [&] { return stopping_ || (loop = find()) != nullptr; });
      if (stopping_) return;
      ++loop->helpers;
      lock.unlock();
      work(*loop);
      lock.lock();
      if (--loop->helpers == 0) done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<Loop*> open_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

// Submitted jobs run on their own threads, parallel loops on the crew's and the caller's.
struct JobSystem::Impl {
  explicit Impl(unsigned n) : crew(n - 1) {
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
  LoopCrew crew;
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
  // Eight pieces a thread even out pieces of unequal cost.
  const std::size_t even = count / (8 * static_cast<std::size_t>(threads())) + 1;
  Loop loop;
  loop.count = count;
  loop.piece = std::max({std::size_t{1}, grain, even});
  loop.body = &body;
  impl_->crew.run(loop);
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
