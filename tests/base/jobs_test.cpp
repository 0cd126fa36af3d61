#include "tenbo/base/jobs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace tenbo {
namespace {

TEST(Jobs, ParallelForTouchesEachOnce) {
  JobSystem jobs(4);
  std::vector<int> touched(100'003, 0);
  jobs.parallel_for(touched.size(), 1000, [&](std::size_t b, std::size_t e) { for (auto i = b; i < e; ++i) ++touched[i]; });
  EXPECT_EQ(std::accumulate(touched.begin(), touched.end(), 0), static_cast<int>(touched.size()));
  jobs.parallel_for(0, 1, [](std::size_t, std::size_t) { FAIL() << "nothing to do"; });
}

TEST(Jobs, SubmittedWorkEndsBeforeIdle) {
  JobSystem jobs(3);
  std::atomic<int> done{0};
  for (int i = 0; i < 200; ++i) jobs.submit([&] { ++done; });
  jobs.wait_idle();
  EXPECT_EQ(done.load(), 200);
  EXPECT_EQ(jobs.pending(), 0u);
}

TEST(Jobs, AJobMayRunAParallelLoop) {
  JobSystem jobs(2);
  std::atomic<std::size_t> sum{0};
  for (int i = 0; i < 8; ++i) jobs.submit([&] { jobs.parallel_for(1000, 10, [&](std::size_t b, std::size_t e) { sum += e - b; }); });
  jobs.wait_idle();
  EXPECT_EQ(sum.load(), 8000u);
}

TEST(Jobs, LoopsNest) {
  JobSystem jobs(4);
  std::vector<int> touched(64 * 64, 0);  // plain ints: the thread sanitizer sees whether the loop's end orders them
  jobs.parallel_for(64, 1, [&](std::size_t b, std::size_t e) {
    for (auto row = b; row < e; ++row)
      jobs.parallel_for(64, 1, [&](std::size_t cb, std::size_t ce) { for (auto c = cb; c < ce; ++c) ++touched[row * 64 + c]; });
  });
  EXPECT_EQ(std::count(touched.begin(), touched.end(), 1), 64 * 64);
}

TEST(Jobs, PiecesAreNotSmallerThanTheGrain) {
  JobSystem jobs(4);
  std::atomic<std::size_t> pieces{0};
  jobs.parallel_for(1000, 400, [&](std::size_t b, std::size_t e) {
    ++pieces;
    EXPECT_TRUE(e - b >= 400 || e == 1000) << b << " to " << e;
  });
  EXPECT_EQ(pieces.load(), 3u);
}

TEST(Jobs, WhatABodyThrowsReachesTheCaller) {
  JobSystem jobs(4);
  for (int i = 0; i < 50; ++i)
    EXPECT_THROW(jobs.parallel_for(1000, 1, [](std::size_t b, std::size_t) { if (b > 300) throw std::runtime_error("piece"); }),
                 std::runtime_error);
  std::atomic<std::size_t> sum{0};
  jobs.parallel_for(1000, 1, [&](std::size_t b, std::size_t e) { sum += e - b; });
  EXPECT_EQ(sum.load(), 1000u) << "the crew goes on after an error";
}

TEST(Jobs, BlockedJobsDoNotHoldUpALoop) {
  JobSystem jobs(2);
  std::mutex gate;
  gate.lock();
  for (int i = 0; i < 2; ++i) jobs.submit([&] { std::lock_guard wait(gate); });
  std::atomic<std::size_t> sum{0};
  jobs.parallel_for(1000, 1, [&](std::size_t b, std::size_t e) { sum += e - b; });
  EXPECT_EQ(sum.load(), 1000u);
  gate.unlock();
  jobs.wait_idle();
}

TEST(Jobs, CancelIsSeenByCopies) {
  CancelToken a;
  const CancelToken b = a;
  EXPECT_FALSE(b.cancelled());
  a.cancel();
  EXPECT_TRUE(b.cancelled());
}

}  // namespace
}  // namespace tenbo
