#include "tenbo/impact/exposure.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tenbo::impact {
namespace {

// MLIT's first three flood depths.
ClassScale scale(bool dry = false) { return {{1e-6, 0.5, 3}, dry}; }

Overlaps one(std::initializer_list<Piece> pieces) {
  Overlaps o;
  o.starts = {0, static_cast<std::uint32_t>(pieces.size())};
  o.pieces = pieces;
  return o;
}

class Exposure : public ::testing::Test {
 protected:
  Class of(const Overlaps& o, std::vector<float> values, Rule rule = Rule::largest_share, bool dry = false) {
    std::vector<Class> places, out;
    classify_places(values, scale(dry), places);
    classify_assets(o, places, rule, jobs_, out);
    return out.at(0);
  }
  JobSystem jobs_{1};
};

TEST_F(Exposure, BoundsAreInclusive) {
  std::vector<Class> out;
  const std::vector<float> v{0.f, -1.f, 1e-6f, 0.4999999f, 0.5f, 2.9999998f, 3.f, 99.f, NAN, INFINITY};
  classify_places(v, scale(), out);
  // 1e-6f is 9.99999997e-7 as a double, just below the bound
  EXPECT_EQ(out, (std::vector<Class>{0, 0, 0, 1, 2, 2, 3, 3, unknown, 3}));
  for (std::size_t i = 0; i < v.size(); ++i) EXPECT_EQ(scale().of(v[i]), out[i]);  // the same rule for one value
  classify_places(v, scale(true), out);
  EXPECT_EQ(out[8], untouched);
}

TEST_F(Exposure, TheLargestOverlappedAreaWins) {
  EXPECT_EQ(of(one({{0, .3f}, {1, .7f}}), {1.f, 0.2f}), 1);
  EXPECT_EQ(of(one({{0, .7f}, {1, .3f}}), {1.f, 0.2f}), 2);
  EXPECT_EQ(of(one({{0, .3f}, {1, .4f}, {2, .3f}}), {1.f, 0.2f, 1.5f}), 2);  // two cells of one class add up
}

TEST_F(Exposure, ATieGoesToTheMoreDangerous) {
  EXPECT_EQ(of(one({{0, .5f}, {1, .5f}}), {0.2f, 4.f}), 3);
  EXPECT_EQ(of(one({{0, .5000001f}, {1, .4999999f}}), {0.2f, 4.f}), 3);
  EXPECT_EQ(of(one({{0, .51f}, {1, .49f}}), {0.2f, 4.f}), 1);
}

TEST_F(Exposure, DryGroundIsNoClassAndUnknownIsNotDry) {
  EXPECT_EQ(of(one({{0, .9f}, {1, .1f}}), {0.f, 1.f}), 2);
  EXPECT_EQ(of(one({{0, .9f}, {1, .1f}}), {NAN, 1.f}), 2);
  EXPECT_EQ(of(one({{0, .9f}, {1, .1f}}), {0.f, NAN}), unknown);
  EXPECT_EQ(of(one({{0, .9f}, {1, .1f}}), {0.f, NAN}, Rule::largest_share, true), untouched);
  EXPECT_EQ(of(one({{0, 1.f}}), {NAN}), unknown);
  EXPECT_EQ(of(one({}), {1.f}), outside);
}

TEST_F(Exposure, ARoadIsAsBadAsItsWorstPlace) {
  EXPECT_EQ(of(one({{0, .99f}, {1, .01f}}), {0.2f, 4.f}, Rule::anywhere), 3);
  EXPECT_EQ(of(one({{0, .99f}, {1, .01f}}), {0.f, NAN}, Rule::anywhere), unknown);
  EXPECT_EQ(of(one({{0, .99f}, {1, .01f}}), {0.2f, NAN}, Rule::anywhere), 1);
}

TEST_F(Exposure, WhatHasNoPlaceIsCountedApart) {
  auto o = one({});
  o.unplaced = {0};
  EXPECT_EQ(of(o, {1.f}), unplaced);
}

TEST_F(Exposure, PeopleAreSpreadOverTheirCell) {
  auto o = one({{0, .25f}, {1, .5f}});  // a quarter lies outside
  std::vector<Class> places;
  classify_places(std::vector<float>{1.f, NAN}, scale(), places);
  const auto people = share_by_class(o, places, std::vector<double>{200}, {}, 1);
  EXPECT_DOUBLE_EQ(people[2], 50);
  EXPECT_DOUBLE_EQ(people[unknown], 100);
  EXPECT_DOUBLE_EQ(people[outside], 50);
  for (const double w : {static_cast<double>(NAN), -3.0, static_cast<double>(INFINITY)})
    for (const double n : share_by_class(o, places, std::vector<double>{w}, {}, 1)) EXPECT_EQ(n, 0);
}

TEST_F(Exposure, HistoryKnowsTheWorstAndTheFirst) {
  History h(5);
  h.add(0, std::vector<Class>{0, 0, unknown, outside, 0});
  h.add(1, std::vector<Class>{1, unknown, 0, outside, 0});
  h.add(2, std::vector<Class>{3, 0, 2, outside, 0});
  h.add(3, std::vector<Class>{2, 0, 1, outside, 0});
  EXPECT_EQ(std::vector<Class>(h.worst().begin(), h.worst().end()), (std::vector<Class>{3, unknown, 2, outside, untouched}));
  EXPECT_EQ(std::vector<std::uint32_t>(h.first_touched().begin(), h.first_touched().end()),
            (std::vector<std::uint32_t>{1, History::never, 2, History::never, History::never}));
}

TEST_F(Exposure, CountsByGroup) {
  const auto n = count(std::vector<Class>{1, 1, 2, unknown}, std::vector<std::uint32_t>{0, 1, 1, 1}, 2);
  EXPECT_EQ(n[1], 1u);
  EXPECT_EQ(n[256 + 1], 1u);
  EXPECT_EQ(n[256 + 2], 1u);
  EXPECT_EQ(n[256 + unknown], 1u);
}

}  // namespace
}  // namespace tenbo::impact
