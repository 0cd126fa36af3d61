#include "tenbo/base/jobs.h"

#include <gtest/gtest.h>

#include <numeric>
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

TEST(Jobs, CancelIsSeenByCopies) {
  CancelToken a;
  const CancelToken b = a;
  EXPECT_FALSE(b.cancelled());
  a.cancel();
  EXPECT_TRUE(b.cancelled());
}

}  // namespace
}  // namespace tenbo
