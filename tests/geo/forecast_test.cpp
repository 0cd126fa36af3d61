// Expected values: the definitions written out cell by cell in double (sort, sum, count), and numpy's documented formula of a percentile
// ("linear": the place p / 100 (n - 1) between the sorted values), worked by hand for the small cases.
#include "tenbo/geo/forecast.h"
#include "tenbo/geo/forecast_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>

namespace tenbo::geo {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::shared_ptr<const Field> field_of(std::vector<std::vector<float>> steps, std::vector<Instant> times, int width = 2, bool dry = false, std::shared_ptr<std::atomic<int>> reads = nullptr) {
  FieldInfo info;
  info.quantity = "depth";
  info.unit = "m";
  info.grid.width = width;
  info.grid.height = static_cast<int>(steps[0].size()) / width;
  info.grid.geotransform = {139, 0.5, 0, 36, 0, -0.5};
  info.valid_times = std::move(times);
  info.nodata_is_dry = dry;
  return std::make_shared<Field>(info, [=](std::size_t step) -> Result<std::shared_ptr<const FieldSlice>> {
    if (reads) ++*reads;
    return std::shared_ptr<const FieldSlice>(std::make_shared<FieldSlice>(FieldSlice{steps[step]}));
  });
}

std::vector<float> of(const std::vector<std::vector<float>>& members, const ForecastView& view, bool dry = false) {
  std::vector<const float*> rows;
  for (const auto& m : members) rows.push_back(m.data());
  std::vector<float> out(members[0].size());
  ensemble_statistic(rows, out.size(), view, dry, out.data());
  return out;
}

TEST(Ensemble, SmallCasesByHand) {
  const std::vector<std::vector<float>> m{{1, 0, 4}, {2, 0, nan}, {3, 0, 1}, {10, 5, 2}};
  EXPECT_EQ(of(m, {Statistic::mean})[0], 4.f);
  EXPECT_EQ(of(m, {Statistic::maximum})[1], 5.f);
  EXPECT_EQ(of(m, {Statistic::percentile, 0, 50})[0], 2.5f);              // between 2 and 3
  EXPECT_FLOAT_EQ(of(m, {Statistic::percentile, 0, 90})[0], 7.9f);        // place 2.7: 3 + 0.7 * 7
  EXPECT_EQ(of(m, {Statistic::percentile, 0, 0})[0], 1.f);
  EXPECT_EQ(of(m, {Statistic::percentile, 0, 100})[0], 10.f);
  EXPECT_EQ(of(m, {Statistic::probability, 0, 0, 2})[0], 75.f);           // the threshold itself passes
  EXPECT_EQ(of(m, {Statistic::probability, 0, 0, 0.5})[1], 25.f);
  EXPECT_EQ(of(m, {Statistic::disagreement, 0, 0, 0.5})[1], 1.f);
  EXPECT_EQ(of(m, {Statistic::disagreement, 0, 0, 0.5})[0], 0.f);
}

TEST(Ensemble, OneUnknownMakesAStatisticUnknown) {
  const std::vector<std::vector<float>> m{{1, nan}, {nan, nan}, {3, nan}};
  for (const auto s : {Statistic::mean, Statistic::maximum, Statistic::percentile, Statistic::probability, Statistic::disagreement}) {
    EXPECT_TRUE(std::isnan(of(m, {s, 0, 50, 0.5})[0]));
    EXPECT_TRUE(std::isnan(of(m, {s, 0, 50, 0.5}, true)[1])) << "no member knows anything";
  }
  EXPECT_FLOAT_EQ(of(m, {Statistic::mean}, true)[0], 4.f / 3);  // declared dry: 1, 0, 3
  EXPECT_EQ(of(m, {Statistic::percentile, 0, 50}, true)[0], 1.f);
}

TEST(Ensemble, EveryRankOfEveryCountAsSorted) {
  std::mt19937 random(4);
  std::uniform_int_distribution<int> value(-9, 40);
  for (const std::size_t members : {1u, 2u, 3u, 7u, 16u, 20u, 33u, 51u}) {
    std::vector<std::vector<float>> m(members, std::vector<float>(301));
    for (auto& row : m)
      for (float& v : row) v = static_cast<float>(value(random)) / 8.f;
    m[0][17] = nan;
    for (const double p : {0.0, 10.0, 25.0, 50.0, 62.5, 90.0, 99.0, 100.0}) {
      const auto found = of(m, {Statistic::percentile, 0, p});
      for (std::size_t i = 0; i < 301; ++i) {
        if (i == 17) { EXPECT_TRUE(std::isnan(found[i])); continue; }
        std::vector<double> sorted;
        for (const auto& row : m) sorted.push_back(row[i]);
        std::sort(sorted.begin(), sorted.end());
        const double place = p / 100 * static_cast<double>(members - 1), low = std::floor(place);
        const double expected = sorted[static_cast<std::size_t>(low)] + (sorted[static_cast<std::size_t>(std::ceil(place))] - sorted[static_cast<std::size_t>(low)]) * (place - low);
        ASSERT_NEAR(found[i], expected, 2e-6) << members << " members, " << p << " %";
      }
    }
    const auto mean = of(m, {Statistic::mean}), share = of(m, {Statistic::probability, 0, 0, 1.5}), apart = of(m, {Statistic::disagreement, 0, 0, 1.5});
    for (std::size_t i = 18; i < 301; ++i) {
      double sum = 0;
      int passed = 0;
      for (const auto& row : m) {
        sum += row[i];
        passed += row[i] >= 1.5f;
      }
      const double n = static_cast<double>(members);
      ASSERT_FLOAT_EQ(mean[i], static_cast<float>(sum / n));
      ASSERT_FLOAT_EQ(share[i], static_cast<float>(100.0 * passed / n));
      ASSERT_EQ(apart[i], 5 * passed >= static_cast<int>(members) && 5 * passed <= 4 * static_cast<int>(members) ? 1.f : 0.f);
    }
  }
}

TEST(Forecast, LazyKeptAndTheSameForTheSameQuestion) {
  const auto reads = std::make_shared<std::atomic<int>>(0);
  const std::vector<Instant> times{{1000}, {2000}};
  auto f = Forecast::make({"a", "b"}, {{Instant{500}, {field_of({{1, 2}, {3, 4}}, times, 2, false, reads), field_of({{3, 4}, {5, 0}}, times, 2, false, reads)}}});
  ASSERT_TRUE(f) << f.error().text();
  auto mean = (*f)->field(0, {Statistic::mean});
  ASSERT_TRUE(mean);
  EXPECT_EQ(*reads, 0);
  EXPECT_EQ((*(*mean)->slice(1))->values, (std::vector<float>{4, 2}));
  EXPECT_EQ(*reads, 2);
  EXPECT_EQ(*(*f)->field(0, {Statistic::mean}), *mean);
  ASSERT_TRUE((*mean)->slice(1));
  EXPECT_EQ(*reads, 2);
  EXPECT_EQ((*mean)->info().issue_time, Instant{500});
  EXPECT_EQ((*f)->member_named("b"), 1u);
  EXPECT_EQ((*(*(*f)->field(0, {Statistic::member, 1}))->slice(0))->values, (std::vector<float>{3, 4}));
  EXPECT_EQ((*(*f)->field(0, {Statistic::probability, 0, 0, 2}))->info().unit, "%");
  EXPECT_FALSE((*f)->field(1, {Statistic::mean}));
  EXPECT_FALSE((*f)->field(0, {Statistic::percentile, 0, 101}));
  EXPECT_FALSE((*f)->changed(0, {Statistic::mean}));
}

TEST(Forecast, ChangedSinceTheIssueBeforeAtEqualValidTimes) {
  auto f = Forecast::make({}, {{Instant{900}, {field_of({{2, nan}, {7, 7}}, {{2000}, {3000}})}}, {Instant{500}, {field_of({{1, 1}, {1.5, 1}}, {{1000}, {2000}})}}});
  ASSERT_TRUE(f) << f.error().text();
  EXPECT_EQ((*f)->issue_time(0), Instant{500});  // put in order
  EXPECT_EQ((*f)->issue_at(Instant{899}), 0u);
  EXPECT_EQ((*f)->issue_at(Instant{900}), 1u);
  EXPECT_EQ((*f)->issue_at(Instant{499}), std::nullopt);
  EXPECT_EQ((*f)->issue_at(std::nullopt), 1u);
  auto change = (*f)->changed(1, {});
  ASSERT_TRUE(change);
  EXPECT_EQ((*change)->info().valid_times.size(), 2u);
  const auto both = (*(*change)->slice(0))->values;
  EXPECT_EQ(both[0], 0.5f);              // 2 at 2000 now, 1.5 at 2000 before
  EXPECT_TRUE(std::isnan(both[1]));
  for (const float v : (*(*change)->slice(1))->values) EXPECT_TRUE(std::isnan(v));  // nobody said anything of 3000 before
}

TEST(Forecast, DryInBothIssuesHasNotChanged) {
  auto f = Forecast::make({}, {{Instant{500}, {field_of({{nan, nan, 1, 1}}, {}, 2, true)}}, {Instant{900}, {field_of({{nan, 0.5f, nan, 1}}, {}, 2, true)}}});
  ASSERT_TRUE(f) << f.error().text();
  EXPECT_EQ((*(*(*f)->changed(1, {}))->slice(0))->values, (std::vector<float>{0, 0.5f, -1, 0}));
}

TEST(Forecast, ChangesAreCountedAndTheLargestNamedFirst) {
  // 8 x 2 cells; the class "the same" is -0.25 <= change < 0.25. Counted by hand.
  const std::vector<float> before{0, 0, 1, 1, 2, 2, nan, 0, 0, 0, 0, 0, 0, 0, 0, 0}, now{0.25f, 0, 2, 2.5f, 1, 1.75f, 1, nan, 0.125f, 0, 0, 0, 0, 0, 0, 3};
  auto f = Forecast::make({}, {{Instant{500}, {field_of({before}, {{7000}}, 8)}}, {Instant{900}, {field_of({now}, {{7000}}, 8)}}});
  ASSERT_TRUE(f) << f.error().text();
  const auto c = summarise_change(**f, 1, {}, 0, -0.25, 0.25, 3);
  ASSERT_TRUE(c) << c.error().text();
  EXPECT_EQ(c->rose, 4u);  // 0.25 itself, 1, 1.5, 3
  EXPECT_EQ(c->fell, 1u);  // -1; -0.25 itself is the same
  EXPECT_EQ(c->unknown, 2u);
  EXPECT_EQ(c->same, 9u);
  EXPECT_EQ(c->since, Instant{500});
  EXPECT_EQ(c->issue, Instant{900});
  EXPECT_EQ(c->valid_time, Instant{7000});
  ASSERT_EQ(c->risen.size(), 3u);  // apart by two cells: 1.5 hides its neighbour 1, not 0.25 three cells away
  EXPECT_EQ(c->risen[0].change(), 3);
  EXPECT_EQ(c->risen[0].lon, 139 + 7.5 * 0.5);
  EXPECT_EQ(c->risen[0].lat, 36 - 1.5 * 0.5);
  EXPECT_EQ(c->risen[1].change(), 1.5f);
  EXPECT_EQ(c->risen[1].before, 1);
  EXPECT_EQ(c->risen[1].now, 2.5f);
  EXPECT_EQ(c->risen[2].change(), 0.25f);
  ASSERT_EQ(c->fallen.size(), 1u);
  EXPECT_EQ(c->fallen[0].change(), -1);
  EXPECT_FALSE(summarise_change(**f, 0, {}, 0, -1, 1)) << "nothing came before the first";
}

TEST(Forecast, WhatDoesNotFitIsNamed) {
  const std::vector<Instant> t{{1000}};
  const auto words = [](const auto& made) { return made ? std::string() : made.error().text(); };
  EXPECT_NE(words(Forecast::make({"a", "b"}, {{std::nullopt, {field_of({{1, 2}}, t)}}})).find("1 members, where 2"), std::string::npos);
  EXPECT_NE(words(Forecast::make({"a", "b"}, {{std::nullopt, {field_of({{1, 2}}, t), field_of({{1, 2}}, t, 1)}}})).find("member \"b\" has another grid"), std::string::npos);
  EXPECT_NE(words(Forecast::make({"a", "b"}, {{std::nullopt, {field_of({{1, 2}}, t), field_of({{1, 2}}, {{7}})}}})).find("other valid times"), std::string::npos);
  EXPECT_NE(words(Forecast::make({"a", "a"}, {{std::nullopt, {field_of({{1, 2}}, t), field_of({{1, 2}}, t)}}})).find("called \"a\""), std::string::npos);
  EXPECT_NE(words(Forecast::make({}, {{std::nullopt, {field_of({{1, 2}}, t)}}, {Instant{1}, {field_of({{1, 2}}, t)}}})).find("says no time"), std::string::npos);
  EXPECT_NE(words(Forecast::make({}, {{Instant{1}, {field_of({{1, 2}}, t)}}, {Instant{1}, {field_of({{1, 2}}, t)}}})).find("two issues of one time"), std::string::npos);
}

}  // namespace
}  // namespace tenbo::geo
