// The ledger's figures from a report, against counts by hand.
#include "ledger.h"

#include <gmock/gmock.h>

#include "ledger_sample.h"

namespace tenbo::shell {
namespace {

constexpr geo::Instant start{1'795'219'200'000};
constexpr std::int64_t step = 600'000;

TEST(Ledger, TheStepThatCountsIsTheLastNotAfterTheTime) {
  const auto r = test::sample_report(start, step);
  EXPECT_EQ(step_at(*r, geo::Instant{start.ms - 1}), std::nullopt) << "nothing is forecast yet";
  EXPECT_EQ(step_at(*r, start), 0u);
  EXPECT_EQ(step_at(*r, geo::Instant{start.ms + step * 3 - 1}), 2u);
  EXPECT_EQ(step_at(*r, geo::Instant{start.ms + step * 99}), 5u);
  runtime::ImpactReport timeless;
  timeless.sums.emplace_back();
  EXPECT_EQ(step_at(timeless, start), 0u);
}

TEST(Ledger, CountsAndTheirObjectsAgree) {
  const auto r = test::sample_report(start, step);
  // at step 3: houses 0..3 are in the second class (0,1 since step 2; 2,3 since 3), 4..7 in the first
  EXPECT_EQ(count_of(*r, 3, 1, std::nullopt), 4);
  EXPECT_EQ(count_of(*r, 3, 2, std::nullopt), 4);
  EXPECT_EQ(count_of(*r, 3, 2, 1), 2);
  EXPECT_THAT(ids_of(*r, 3, 2, 1), testing::ElementsAre("bldg_1", "bldg_3"));
  EXPECT_EQ(count_of(*r, std::nullopt, 2, std::nullopt), 8) << "at worst: 0..7, the last two came too late";
  EXPECT_THAT(ids_of(*r, std::nullopt, 1, std::nullopt), testing::ElementsAre("bldg_8", "bldg_9"));
}

TEST(Ledger, TheBandIsOfTheMembersOwnSums) {
  const auto r = test::sample_report(start, step);
  const auto c = curve_of(*r);
  ASSERT_EQ(c.touched.size(), 6u);
  EXPECT_EQ(c.touched[0], 2);
  EXPECT_EQ(c.touched[5], 10);
  // at step 0 there are two rows (one a group) of n = 1: members have 0, 1, 2, 3 each, and so 0, 2, 4, 6 in all; numpy.percentile(.., [10, 90]) = 0.6, 5.4
  EXPECT_NEAR(c.p10[0], 0.6, 1e-9);
  EXPECT_NEAR(c.p90[0], 5.4, 1e-9);
}

TEST(Ledger, OrdersByArrivalAndByWhoToCloseFirst) {
  const auto r = test::sample_report(start, step);
  EXPECT_THAT(arrival_of(*r), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  // 0 and 1 are closed at the same step: grade IV goes before I; 2 and 3 have no record, and the deeper goes first
  const auto any = runtime::ranked(*r, 0);
  EXPECT_THAT(std::vector(any.begin(), any.begin() + 4), testing::ElementsAre(1, 0, 3, 2));
  EXPECT_EQ(any.size(), 10u) << "what is never touched is not in the list";
  EXPECT_THAT(runtime::ranked(*r, 1, 2), testing::ElementsAre(1, 0));
}

}  // namespace
}  // namespace tenbo::shell
