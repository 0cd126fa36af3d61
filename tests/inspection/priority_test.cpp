// The score of a structure, against values worked out by hand from the table in docs/guide/priority.md.
#include "tenbo/inspection/priority.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tenbo::inspection {
namespace {

HazardLayer quake() { return {{"震度", "intensity"}, "JMA", "confirmed", "", geo::Instant{1000}, {{{"5強", "5+"}, 0.8}, {{"6強", "6+"}, 1.0}}}; }
HazardAt touched(std::uint8_t c, double hours = 0) { return {HazardState::touched, c, geo::Instant{0}, hours}; }
const PriorityReason* find(const Priority& p, Factor f, bool decides) {
  for (const auto& r : p.reasons)
    if (r.factor == f && r.decides == decides) return &r;
  return nullptr;
}

TEST(Priority, IsTheProductOfItsFactors) {
  const auto layer = quake();
  const HazardLayer* layers[] = {&layer};
  PriorityFacts f{Grade::III, 2023, Access::open, {}, 12'000, unknown_length, "ledger"};
  const HazardAt at[] = {touched(1)};
  const auto p = prioritise(f, layers, at, {}, 2026, true);
  const double traffic = std::log(12'001.0) / std::log(50'001.0);
  EXPECT_DOUBLE_EQ(p.condition, 0.75);
  EXPECT_DOUBLE_EQ(p.hazard, 0.8);
  EXPECT_NEAR(p.importance, traffic, 1e-12);
  EXPECT_NEAR(p.score, 100 * 0.75 * 0.8 * traffic, 1e-9);
  ASSERT_EQ(p.reasons.size(), 3u);
  EXPECT_EQ(find(p, Factor::condition, true)->year, 2023);
  EXPECT_EQ(find(p, Factor::condition, true)->source, "ledger");
  EXPECT_EQ(find(p, Factor::importance, true)->text.en, "12,000 vehicles a day");
  EXPECT_EQ(find(p, Factor::hazard, true)->source, "JMA");
  EXPECT_EQ(find(p, Factor::hazard, true)->issued, geo::Instant{1000});
  EXPECT_EQ(find(p, Factor::hazard, true)->text.ja, "震度: 5強");
}

TEST(Priority, WeightsArePowersAndNoughtTakesAFactorOut) {
  const auto layer = quake();
  const HazardLayer* layers[] = {&layer};
  const PriorityFacts f{Grade::II, 2024, Access::unknown, {}, unknown_length, 1.0f, {}};
  const HazardAt dry[] = {{HazardState::untouched}};
  EXPECT_EQ(prioritise(f, layers, dry, {}, 2026).score, 0);
  PriorityWeights w;
  w.hazard = 0;
  w.condition = 2;
  EXPECT_NEAR(prioritise(f, layers, dry, w, 2026).score, 100 * 0.3 * 0.3, 1e-9);
}

TEST(Priority, WhatIsNotKnownHasItsOwnValueAndIsSaid) {
  const auto layer = quake();
  const HazardLayer* layers[] = {&layer};
  const PriorityFacts f;
  for (const auto state : {HazardState::unknown, HazardState::outside, HazardState::unplaced}) {
    const HazardAt at[] = {{state}};
    const auto p = prioritise(f, layers, at, {}, 2026, true);
    EXPECT_DOUBLE_EQ(p.score, 100 * 0.6 * 0.5 * 0.5);
    for (const auto& r : p.reasons) EXPECT_FALSE(r.known) << r.text.en;
  }
  const auto none = prioritise(f, {}, {}, {}, 2026, true);
  EXPECT_DOUBLE_EQ(none.hazard, 1);
  EXPECT_FALSE(find(none, Factor::hazard, true)->known);
}

TEST(Priority, OverdueAndRestrictedWeighMore) {
  const HazardLayer* no_layers[1] = {};
  const std::span<const HazardLayer* const> layers(no_layers, 0);
  const auto condition = [&](Grade g, int year, Access a) { return prioritise({g, year, a, "14 t"}, layers, {}, {}, 2026).condition; };
  EXPECT_DOUBLE_EQ(condition(Grade::III, 2021, Access::open), 0.75) << "five years are not over five";
  EXPECT_DOUBLE_EQ(condition(Grade::III, 2020, Access::open), 0.85);
  EXPECT_DOUBLE_EQ(condition(Grade::IV, 2010, Access::open), 1.0);
  EXPECT_DOUBLE_EQ(condition(Grade::not_inspected, 0, Access::open), 0.6);
  EXPECT_DOUBLE_EQ(condition(Grade::exempt, 0, Access::open), 0.05);
  EXPECT_DOUBLE_EQ(condition(Grade::I, 2025, Access::restricted), 0.75);
  EXPECT_DOUBLE_EQ(condition(Grade::I, 2025, Access::closed), 1.0);
  const auto p = prioritise({Grade::I, 2025, Access::restricted, "14 t"}, layers, {}, {}, 2026, true);
  EXPECT_EQ(find(p, Factor::condition, true)->text.en, "restricted (14 t)");
}

TEST(Priority, OfSeveralHazardsTheWorstCountsAndWhatComesLaterCountsLess) {
  const auto a = quake();
  auto b = quake();
  b.title = {"浸水", "flood"};
  const HazardLayer* layers[] = {&a, &b};
  const HazardAt at[] = {touched(1), touched(2, 12)};  // 0.8 now; 1.0 in 12 h: half
  EXPECT_DOUBLE_EQ(prioritise({}, layers, at, {}, 2026).hazard, 0.8);
  PriorityWeights w;
  w.arrival_hours = 0;
  EXPECT_DOUBLE_EQ(prioritise({}, layers, at, w, 2026).hazard, 1.0);
  w.arrival_hours = 48;
  EXPECT_DOUBLE_EQ(prioritise({}, layers, at, w, 2026).hazard, 0.8) << "0.8 of now and of 12 h in 48 are equal: 1 / 1.25";
}

TEST(Priority, PoorIsWhatTheListOfPoorStateShows) {
  EXPECT_TRUE(poor({Grade::III}));
  EXPECT_TRUE(poor({Grade::IV}));
  EXPECT_TRUE(poor({Grade::not_inspected}));
  EXPECT_FALSE(poor({Grade::II}));
  EXPECT_FALSE(poor({Grade::exempt}));
  EXPECT_TRUE(poor({Grade::I, 2025, Access::closed}));
}

}  // namespace
}  // namespace tenbo::inspection
