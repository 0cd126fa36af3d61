#include "tenbo/scene/tile_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>
#include <random>
#include <set>

namespace tenbo::scene {
namespace {

constexpr double root_error = 64;  // m, halved from level to level
const glm::dvec2 screen(1280, 720);

// A quadtree of boxes that lie flat at Tokyo, 4 km wide; every tile has content.
std::vector<ChoiceTile> quadtree(int levels) {
  const auto frame = geo::LocalFrame::at({139.76, 35.68, 0});
  std::vector<ChoiceTile> tiles;
  struct Place { double x, y, half; int level; };
  std::vector<Place> places{{0, 0, 2000, 0}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place p = places[i];
    ChoiceTile t;
    t.bounds.centre = frame.origin + frame.axes * glm::dvec3(p.x, p.y, 20);
    t.bounds.half_axes = {frame.axes[0] * p.half, frame.axes[1] * p.half, frame.axes[2] * 20.0};
    t.bounds.radius = std::sqrt(2 * p.half * p.half + 400);
    t.error = p.level + 1 == levels ? 0 : root_error / (1 << p.level);
    t.content = true;
    if (p.level + 1 < levels)
      for (int k = 0; k < 4; ++k) {
        t.children.push_back(static_cast<std::uint32_t>(places.size()));
        places.push_back({p.x + (k % 2 ? 0.5 : -0.5) * p.half, p.y + (k / 2 ? 0.5 : -0.5) * p.half, p.half / 2, p.level + 1});
      }
    tiles.push_back(t);
  }
  return tiles;
}

std::vector<std::uint32_t> parents_of(std::span<const ChoiceTile> tiles) {
  std::vector<std::uint32_t> out(tiles.size(), UINT32_MAX);
  for (std::uint32_t i = 0; i < tiles.size(); ++i)
    for (const auto c : tiles[i].children) out[c] = i;
  return out;
}

TileSetChoice::View near_view() {
  TileSetChoice::View v;
  v.camera = look_at({139.76, 35.68, 0}, 900, 30, -30);
  v.viewport = screen;
  v.max_pixel_error = 4;
  return v;
}

// The closed formula: an error of e metres at d metres is e h / (2 d tan(fov / 2)) pixels high.
double pixels(const ChoiceTile& t, const TileSetChoice::View& v) {
  const auto eye = v.camera.position();
  // the nearest point of the box, by its corners' own axes
  glm::dvec3 nearest = t.bounds.centre;
  for (int i = 0; i < 3; ++i) {
    const auto axis = glm::normalize(t.bounds.half_axes[i]);
    const double half = glm::length(t.bounds.half_axes[i]);
    nearest += axis * std::clamp(glm::dot(eye - t.bounds.centre, axis), -half, half);
  }
  const double d = std::max(1.0, glm::distance(eye, nearest));
  return t.error * v.viewport.y / (2 * d * std::tan(v.camera.fov * std::numbers::pi / 360));
}

TEST(TileChoice, RefinesUntilTheErrorIsSmallOnTheScreen) {
  const TileSetChoice choice(quadtree(6));
  const auto parents = parents_of(choice.tiles());
  const auto view = near_view();
  const auto ideal = choice.ideal(view);
  ASSERT_GT(ideal.size(), 8u);
  bool coarse = false, fine = false;
  for (const auto i : ideal) {
    const auto& t = choice.tiles()[i];
    EXPECT_LE(pixels(t, view), view.max_pixel_error * (1 + 1e-9));
    if (parents[i] != UINT32_MAX) {
      EXPECT_GT(pixels(choice.tiles()[parents[i]], view), view.max_pixel_error);
    }
    coarse |= t.error > 4;
    fine |= t.error == 0;
  }
  EXPECT_TRUE(coarse && fine);  // near ones finer than far ones
}

TEST(TileChoice, FarTilesMayBeCoarser) {
  TileSetChoice::View view;
  view.max_pixel_error = 4;
  view.far_factor = 3;
  EXPECT_EQ(view.allowed(10), 4);
  EXPECT_DOUBLE_EQ(view.allowed(4500), 8);  // half way from 1 to 8 km
  EXPECT_EQ(view.allowed(1e6), 12);
  const TileSetChoice choice(quadtree(6));
  auto from_afar = near_view();
  from_afar.camera = look_at({139.76, 35.68, 0}, 9000, 0, -45);
  const auto fine = choice.ideal(from_afar).size();
  from_afar.far_factor = 3;
  EXPECT_LT(choice.ideal(from_afar).size(), fine);
}

// Whatever has come, in whatever order: every place that the view sees is drawn by one tile, its own or a coarser one.
TEST(TileChoice, NeverHasHolesNorOverlaps) {
  const TileSetChoice choice(quadtree(5));
  const auto tiles = choice.tiles();
  const auto parents = parents_of(tiles);
  const auto view = near_view();
  const auto ideal = choice.ideal(view);
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<TileState> states(tiles.size(), TileState::absent);
    states[0] = TileState::loaded;
    for (int step = 0; step < 400; ++step) {
      const auto s = choice.select(view, states);
      const std::set<std::uint32_t> drawn(s.draw.begin(), s.draw.end());
      ASSERT_EQ(drawn.size(), s.draw.size());
      for (const auto want : ideal) {
        int covers = 0;
        for (auto t = want; t != UINT32_MAX; t = parents[t]) covers += drawn.count(t) ? 1 : 0;
        ASSERT_EQ(covers, 1) << "tile " << want << " at step " << step;
      }
      if (s.wishes.empty()) break;
      // the most needed half of the time, else any
      const auto pick = random() % 2 ? 0 : random() % s.wishes.size();
      states[s.wishes[pick].tile] = TileState::loaded;
    }
    // all that was wished for is there: what is drawn in view is what was wanted in the end
    const auto s = choice.select(view, states);
    EXPECT_TRUE(s.wishes.empty());
    for (const auto want : ideal) EXPECT_TRUE(std::count(s.draw.begin(), s.draw.end(), want));
  }
}

TEST(TileChoice, AsksForWhatIsLookedAtFirst) {
  const TileSetChoice choice(quadtree(6));
  const auto view = near_view();
  std::vector<TileState> states(choice.tiles().size(), TileState::absent);
  auto s = choice.select(view, states);
  ASSERT_FALSE(s.wishes.empty());
  EXPECT_EQ(s.wishes.front().tile, 0u);  // something for the whole picture
  EXPECT_TRUE(std::is_sorted(s.wishes.begin(), s.wishes.end(), [](const auto& a, const auto& b) { return a.need > b.need; }));
  // each once
  std::set<std::uint32_t> once;
  for (const auto& w : s.wishes) EXPECT_TRUE(once.insert(w.tile).second);
  for (const auto& w : s.wishes) states[w.tile] = TileState::loading;
  s = choice.select(view, states);
  EXPECT_TRUE(s.wishes.empty());
  EXPECT_EQ(s.pending.size(), once.size());
  // nothing behind the camera
  auto away = view;
  away.camera.heading += 180;
  away.camera.pitch = -5;
  std::fill(states.begin(), states.end(), TileState::absent);
  states[0] = TileState::loaded;
  for (const auto& w : choice.select(away, states).wishes) {
    const auto to = choice.tiles()[w.tile].bounds.centre - away.camera.position();
    EXPECT_GT(glm::dot(to, -away.camera.orientation()[2]), -choice.tiles()[w.tile].bounds.radius);
  }
}

TEST(TileChoice, ATileThatCannotBeReadLeavesTheCoarserOne) {
  const TileSetChoice choice(quadtree(3));
  std::vector<TileState> states(choice.tiles().size(), TileState::loaded);
  TileSetChoice::View view = near_view();
  view.max_pixel_error = 0.001;
  const auto whole = choice.ideal(view);
  const auto leaf = *std::find_if(whole.begin(), whole.end(), [&](auto i) { return choice.tiles()[i].children.empty(); });
  states[leaf] = TileState::failed;
  const auto s = choice.select(view, states);
  const auto parent = parents_of(choice.tiles())[leaf];
  EXPECT_TRUE(std::count(s.draw.begin(), s.draw.end(), parent));
  for (const auto c : choice.tiles()[parent].children) EXPECT_FALSE(std::count(s.draw.begin(), s.draw.end(), c));
  EXPECT_TRUE(s.wishes.empty());  // and is not asked for again and again
}

TEST(TileChoice, AddedTilesStandTogether) {
  auto tiles = quadtree(3);
  for (auto& t : tiles) t.add = true;
  const TileSetChoice choice(tiles);
  std::vector<TileState> states(tiles.size(), TileState::loaded);
  TileSetChoice::View view = near_view();
  view.max_pixel_error = 0.001;
  const auto s = choice.select(view, states);
  std::set<std::uint32_t> drawn(s.draw.begin(), s.draw.end());
  EXPECT_TRUE(drawn.count(0));
  const auto parents = parents_of(tiles);
  for (const auto i : s.draw)
    if (parents[i] != UINT32_MAX) {
      EXPECT_TRUE(drawn.count(parents[i]));
    }
  EXPECT_GT(s.draw.size(), 5u);
}

TEST(TileChoice, TilesWithoutContentAreGoneThrough) {
  auto tiles = quadtree(3);
  tiles[0].content = false;
  tiles[0].error = 0;                                                     // would be fine enough, and shows nothing
  for (const auto c : tiles[1].children) tiles[c].content = false;        // branches with nothing in them replace nothing
  tiles[1].error = 1e9;
  const TileSetChoice choice(tiles);
  std::vector<TileState> states(tiles.size(), TileState::loaded);
  TileSetChoice::View view = near_view();
  view.camera = look_at({139.76, 35.68, 0}, 9000, 0, -60);
  view.max_pixel_error = 1e6;
  const auto s = choice.select(view, states);
  const std::set<std::uint32_t> drawn(s.draw.begin(), s.draw.end());
  EXPECT_EQ(drawn, (std::set<std::uint32_t>{1, 2, 3, 4}));
}

TEST(TileChoice, SomeAreOnlyForCamerasInside) {
  auto tiles = quadtree(2);
  tiles[1].viewer_request = tiles[1].bounds;
  const TileSetChoice choice(tiles);
  std::vector<TileState> states(tiles.size(), TileState::absent);
  TileSetChoice::View view = near_view();
  view.max_pixel_error = 0.001;
  view.camera = look_at({139.76, 35.68, 0}, 9000, 0, -60);
  for (const auto& w : choice.select(view, states).wishes) EXPECT_NE(w.tile, 1u);
  const auto inside = geo::from_ecef(tiles[1].bounds.centre);
  view.camera.lon = inside.lon;
  view.camera.lat = inside.lat;
  view.camera.height = inside.height;
  const auto s = choice.select(view, states);
  EXPECT_TRUE(std::any_of(s.wishes.begin(), s.wishes.end(), [](const auto& w) { return w.tile == 1; }));
}

// 3D Tiles 1.1, "viewer request volume": outside of it a tile is neither drawn nor refined. What it would replace is then all there is of
// its place, and stays.
TEST(TileChoice, WhatIsReplacedStaysForCamerasOutside) {
  const auto drawn = [](const std::vector<ChoiceTile>& tiles, const TileSetChoice::View& view) {
    const TileSetChoice choice(tiles);
    const std::vector<TileState> states(tiles.size(), TileState::loaded);
    const auto s = choice.select(view, states);
    auto ideal = choice.ideal(view);
    std::sort(ideal.begin(), ideal.end());
    const std::set<std::uint32_t> out(s.draw.begin(), s.draw.end());
    EXPECT_EQ(std::vector<std::uint32_t>(out.begin(), out.end()), ideal);
    return out;
  };
  TileSetChoice::View outside = near_view();
  outside.max_pixel_error = 0.001;
  outside.camera = look_at({139.76, 35.68, 0}, 9000, 0, -60);
  using Drawn = std::set<std::uint32_t>;
  auto tiles = quadtree(2);
  EXPECT_EQ(drawn(tiles, outside), (Drawn{1, 2, 3, 4}));
  TileBounds far = tiles[1].bounds;
  far.centre += geo::LocalFrame::at({139.76, 35.68, 0}).axes[0] * 1e6;
  // A quarter of it is for others alone, or all of it: the parent stays.
  tiles[1].viewer_request = far;
  EXPECT_EQ(drawn(tiles, outside), Drawn{0});
  for (int i = 1; i <= 4; ++i) tiles[i].viewer_request = far;
  EXPECT_EQ(drawn(tiles, outside), Drawn{0});
  // Added ones take nothing's place.
  tiles[0].add = true;
  EXPECT_EQ(drawn(tiles, outside), Drawn{0});
  tiles[2].viewer_request.reset();
  EXPECT_EQ(drawn(tiles, outside), (Drawn{0, 2}));
  // A child between that shows nothing itself.
  tiles = quadtree(3);
  tiles[1].content = false;
  for (const auto c : tiles[1].children) tiles[c].viewer_request = far;
  auto coarse = outside;
  EXPECT_EQ(drawn(tiles, coarse), Drawn{0});
  // What stands within a sibling that is shown, as a room in its building, leaves no hole.
  tiles = quadtree(2);
  tiles.push_back(tiles[1]);
  tiles[0].children.push_back(5);
  tiles[5].viewer_request = far;
  EXPECT_EQ(drawn(tiles, outside), (Drawn{1, 2, 3, 4}));
  // The root itself: nothing for cameras outside.
  tiles[0].viewer_request = far;
  EXPECT_EQ(drawn(tiles, outside), Drawn{});
  // One that is loaded from before does not stand in.
  tiles = quadtree(2);
  for (int i = 1; i <= 4; ++i) tiles[i].viewer_request = far;
  std::vector<TileState> states(tiles.size(), TileState::loaded);
  states[0] = TileState::absent;
  const auto s = TileSetChoice(tiles).select(outside, states);
  EXPECT_TRUE(s.draw.empty());
  ASSERT_EQ(s.wishes.size(), 1u);
  EXPECT_EQ(s.wishes[0].tile, 0u);
}

TEST(TileChoice, SurvivesOddSets) {
  EXPECT_TRUE(TileSetChoice({}).select(near_view(), {}).draw.empty());
  std::vector<ChoiceTile> one(1);
  one[0].content = true;
  one[0].error = std::numeric_limits<double>::quiet_NaN();
  one[0].bounds.radius = std::numeric_limits<double>::infinity();
  const TileSetChoice choice(one);
  const std::vector<TileState> loaded{TileState::loaded};
  EXPECT_EQ(choice.select(near_view(), loaded).draw.size(), 1u);
}

}  // namespace
}  // namespace tenbo::scene
