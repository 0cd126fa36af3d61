// Expected values are worked out by hand from the readings, which stand here.
#include "tenbo/runtime/sensor_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tenbo::runtime {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
geo::Instant minute(int m) { return {1789257600000 + std::int64_t{m} * 60'000}; }

Sensor gauge() {
  Sensor s;
  s.id = "g";
  s.expected_interval = 600;
  s.thresholds = {{2, 2.0, {}}, {3, 3.0, {}}, {4, 3.5, {}}};
  for (const auto& [m, v] : {std::pair{0, 1.0}, {10, 2.0}, {20, 3.6}, {30, nan}, {40, 2.9}}) s.times.push_back(minute(m)), s.values.push_back(v);
  return s;
}

TEST(SensorState, TheLatestReadingAtOrBeforeTheTime) {
  const auto s = gauge();
  EXPECT_EQ(state_at(s, minute(-1)).condition, SensorCondition::no_value);
  EXPECT_FALSE(state_at(s, minute(-1)).time);
  EXPECT_TRUE(std::isnan(state_at(s, minute(-1)).value));
  const auto first = state_at(s, minute(9));
  EXPECT_EQ(first.condition, SensorCondition::current);
  EXPECT_EQ(first.value, 1);
  EXPECT_EQ(first.level, 0);
  EXPECT_EQ(first.age, 540);
  EXPECT_EQ(state_at(s, minute(10)).level, 2);  // reached at the value
  EXPECT_EQ(state_at(s, minute(20)).level, 4);
  EXPECT_EQ(state_at(s, minute(20)).threshold->value, 3.5);
  const auto latest = state_at(s, std::nullopt);
  EXPECT_EQ(latest.value, 2.9);
  EXPECT_EQ(latest.age, 0);
}

TEST(SensorState, AMissingReadingIsNeverTheOneBeforeIt) {
  const auto s = gauge();
  const auto missing = state_at(s, minute(35));
  EXPECT_EQ(missing.condition, SensorCondition::missing);
  EXPECT_TRUE(std::isnan(missing.value));
  EXPECT_EQ(missing.level, -1);
  EXPECT_EQ(*missing.time, minute(30));
}

TEST(SensorState, StaleFromTwiceTheExpectedIntervalOn) {
  auto s = gauge();
  EXPECT_EQ(state_at(s, minute(60)).condition, SensorCondition::current);
  const auto stale = state_at(s, minute(61));
  EXPECT_EQ(stale.condition, SensorCondition::stale);
  EXPECT_EQ(stale.level, -1);
  EXPECT_EQ(stale.value, 2.9);
  EXPECT_EQ(stale.age, 21 * 60);
  s.expected_interval = 0;  // nobody said
  EXPECT_EQ(state_at(s, minute(100000)).condition, SensorCondition::current);
}

TEST(SensorState, OfFallingSensorsLowerIsWorse) {
  Sensor s;
  s.falling = true;
  s.thresholds = {{1, 10, {}}, {5, 2, {}}};
  s.times = {minute(0), minute(1), minute(2)};
  s.values = {10.5, 10, 1};
  EXPECT_EQ(state_at(s, minute(0)).level, 0);
  EXPECT_EQ(state_at(s, minute(1)).level, 1);
  EXPECT_EQ(state_at(s, minute(2)).level, 5);
}

TEST(SensorState, ASparkLineHasGapsWhereValuesAreMissingOrNobodySpoke) {
  auto s = gauge();
  s.times.push_back(minute(200));  // after a long silence
  s.values.push_back(1);
  s.times.push_back(minute(210));
  s.values.push_back(9);
  const auto line = spark_of(s, minute(205));
  std::vector<double> values;
  for (const auto& p : line) values.push_back(std::isnan(p.value) ? -1 : p.value);
  EXPECT_EQ(values, (std::vector<double>{1, 2, 3.6, -1, 2.9, -1, 1}));  // and not what comes later
  EXPECT_DOUBLE_EQ(line.front().at, 1 - 205.0 / (24 * 60));
  EXPECT_TRUE(spark_of(s, minute(210 + 24 * 60 + 1)).empty());
}

TEST(SensorState, ALongSparkLineKeepsItsExtremes) {
  Sensor s;
  for (int i = 0; i < 86'400; ++i) s.times.push_back({std::int64_t{i} * 1000}), s.values.push_back(i == 43'210 ? 99 : i == 5 ? -7 : std::sin(i * 0.001));
  const auto line = spark_of(s, {86'399'000}, 200);
  EXPECT_LE(line.size(), 4 * 201u);
  double least = 0, most = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    least = std::min(least, line[i].value);
    most = std::max(most, line[i].value);
    EXPECT_GE(line[i].at, line[i ? i - 1 : 0].at);
  }
  EXPECT_EQ(least, -7);
  EXPECT_EQ(most, 99);
}

TEST(SensorState, ReadingTimesAreTheLatestOfAll) {
  auto a = gauge(), b = gauge();
  b.times = {minute(-5), minute(10), minute(50)};
  b.values = {1, 1, 1};
  EXPECT_EQ(reading_times({a, b}), (std::vector{minute(-5), minute(0), minute(10), minute(20), minute(30), minute(40), minute(50)}));
  EXPECT_EQ(reading_times({a, b}, 3), (std::vector{minute(30), minute(40), minute(50)}));
}

}  // namespace
}  // namespace tenbo::runtime
