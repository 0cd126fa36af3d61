// The tree behind the markers of structures, against counts of every structure one by one.
#include "../../engine/runtime/src/structure_tree.h"

#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <random>
#include <set>

#include "tenbo/scene/camera.h"

namespace tenbo::runtime {
namespace {

struct Places {
  std::vector<double> lons, lats;
  std::vector<std::uint8_t> ranks;
};
Places places(std::uint32_t count) {
  std::mt19937 random(11);
  Places p;
  for (std::uint32_t i = 0; i < count; ++i) {
    p.lats.push_back(31 + 12e-6 * static_cast<double>(random() % 1'000'000));
    p.lons.push_back(129.5 + (p.lats.back() - 31) * 0.95 + 2e-6 * static_cast<double>(random() % 1'000'000));
    p.ranks.push_back(static_cast<std::uint8_t>(random() % 10));
  }
  p.lons[count / 2] = NAN;  // has no place
  p.lons[7] = p.lons[8], p.lats[7] = p.lats[8];  // two of one place
  return p;
}
StructureTree::View view_of(const scene::Camera& c, glm::dvec2 viewport, double range) {
  StructureTree::View v;
  v.eye = c.position(), v.axes = c.orientation();
  v.tan_y = std::tan(c.fov * M_PI / 360), v.tan_x = v.tan_y * viewport.x / viewport.y;
  v.focal = viewport.y / 2 / v.tan_y;
  v.range = range;
  return v;
}

TEST(StructureTree, EveryOneInViewIsCountedOnce) {
  const auto p = places(20'000);
  const StructureTree tree(p.lons, p.lats);
  EXPECT_EQ(tree.placed(), 19'999u);
  const auto tally = tree.tally(p.ranks, nullptr);
  const glm::dvec2 viewport(1920, 1080);
  for (const scene::Camera& c : {scene::Camera{137, 37, 2'500'000, 0, -90, 36}, scene::Camera{135, 35, 60'000, 30, -60, 36}, scene::Camera{135, 35, 900, 200, -20, 36}, scene::Camera{100, -20, 3'000'000, 0, -90, 36}}) {
    const double range = 5 * c.height;
    std::uint64_t counted = 0, calls = 0, certain = 0, possible = 0;
    std::set<std::uint32_t> seen;
    tree.visit(view_of(c, viewport, range), tally, nullptr, std::nullopt, [&](std::uint32_t s, std::uint32_t n, std::uint32_t as_bad) {
      counted += n, ++calls;
      EXPECT_TRUE(seen.insert(s).second);
      EXPECT_LE(as_bad, n);
      EXPECT_GE(as_bad, 1u);
    });
    for (std::size_t i = 0; i < p.lons.size(); ++i) {  // one by one: in the picture, and in or near it
      if (!std::isfinite(p.lons[i])) continue;
      const auto at = geo::to_ecef({p.lons[i], p.lats[i], 0});
      const bool faces = glm::dot(c.position() - at, glm::normalize(at)) > 0;
      const auto pixel = c.project(at, viewport);
      if (!pixel || !faces || glm::length(at - c.position()) > range) continue;
      const bool in = pixel->x >= 0 && pixel->y >= 0 && pixel->x < viewport.x && pixel->y < viewport.y;
      certain += in;
    }
    for (std::size_t i = 0; i < p.lons.size(); ++i) possible += std::isfinite(p.lons[i]);
    EXPECT_GE(counted, certain) << c.height;
    EXPECT_LE(counted, possible) << c.height;
    if (c.height > 2e6 && c.lon > 120) {
      EXPECT_EQ(counted, possible);  // all of the country is in the picture
      EXPECT_LT(calls, 6000u) << "and not one by one";
    }
  }
}

TEST(StructureTree, ACellIsItsWorstAndFollowsTheFilter) {
  const auto p = places(20'000);
  const StructureTree tree(p.lons, p.lats);
  inspection::Selection some(20'000, false);
  for (std::uint32_t i = 0; i < 20'000; i += 3) some.words()[i >> 6U] |= std::uint64_t{1} << (i & 63U);
  const auto tally = tree.tally(p.ranks, &some);
  auto view = view_of({137, 37, 2'500'000, 0, -90, 36}, {1920, 1080}, 1e9);
  std::uint64_t counted = 0, worst = 0;
  tree.visit(view, tally, &some, std::nullopt, [&](std::uint32_t s, std::uint32_t n, std::uint32_t as_bad) {
    EXPECT_EQ(s % 3, 0u);
    counted += n;
    if (p.ranks[s] == 9) worst += as_bad;
  });
  std::uint64_t expected = 0, nines = 0;
  for (std::uint32_t i = 0; i < 20'000; i += 3) expected += std::isfinite(p.lons[i]), nines += std::isfinite(p.lons[i]) && p.ranks[i] == 9;
  EXPECT_EQ(counted, expected);
  EXPECT_EQ(worst, nines) << "whoever is as bad as can be is in no cell that shows less";
  // All in one cell: one call, of the worst.
  view.cell = 1e9;
  int calls = 0;
  tree.visit(view, tally, &some, std::nullopt, [&](std::uint32_t s, std::uint32_t n, std::uint32_t as_bad) {
    ++calls;
    EXPECT_EQ(p.ranks[s], 9);
    EXPECT_EQ(n, expected);
    EXPECT_EQ(as_bad, nines);
  });
  EXPECT_EQ(calls, 1);
  // What is selected comes alone.
  std::set<std::uint32_t> alone;
  counted = 0;
  tree.visit(view, tally, &some, 300, [&](std::uint32_t s, std::uint32_t n, std::uint32_t) {
    counted += n;
    if (n == 1) alone.insert(s);
  });
  EXPECT_EQ(alone.count(300), 1u);
  EXPECT_EQ(counted, expected);
}

TEST(StructureTree, NothingIsNothing) {
  const StructureTree none({}, {});
  none.visit({}, none.tally({}, nullptr), nullptr, 3, [](auto, auto, auto) { FAIL(); });
  const double nan = NAN;
  const StructureTree nowhere({&nan, 1}, {&nan, 1});
  EXPECT_EQ(nowhere.placed(), 0u);
}

}  // namespace
}  // namespace tenbo::runtime
