// What pictures are framed on; expected boxes are those the features are made in.
#include "../../engine/runtime/src/framing.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../support/depth_raster.h"
#include "tenbo/runtime/engine.h"

using namespace tenbo;

namespace {

struct Boxes {
  geo::FeatureTable table;
  geo::Extent whole;
  void add(double west, double south, double east, double north) {
    const geo::Extent e{west, south, east, north, 2, 30};
    table.set_extent(table.add_feature("", "bldg:Building"), e);
    whole.add(e);
  }
  geo::Extent framed() const { return runtime::framing_extent(table, whole); }
};
void expect_same(const geo::Extent& a, const geo::Extent& b) {
  EXPECT_DOUBLE_EQ(a.west, b.west);
  EXPECT_DOUBLE_EQ(a.south, b.south);
  EXPECT_DOUBLE_EQ(a.east, b.east);
  EXPECT_DOUBLE_EQ(a.north, b.north);
}
// A street of houses at 139.7 E, 35.6 N.
Boxes street(int houses) {
  Boxes b;
  for (int i = 0; i < houses; ++i) b.add(139.7 + i * 2e-4, 35.6 + i % 3 * 1e-4, 139.7001 + i * 2e-4, 35.60008 + i % 3 * 1e-4);
  return b;
}

}  // namespace

TEST(Framing, KeepsWhatIsNearTogetherAndLeavesOutTheFar) {
  for (const int houses : {7, 40, 3000}) {
    Boxes b = street(houses);
    const geo::Extent near = b.whole;
    expect_same(b.framed(), near);
    b.add(141.0, 43.0, 141.001, 43.001);  // far away
    if (houses == 7) b.table.set_extent(0, {139.7, 35.0, 139.7001, 35.60008, 2, 30});  // and one that reaches far itself
    const geo::Extent framed = b.framed();
    EXPECT_LT(framed.north, 35.7) << houses;
    EXPECT_GT(framed.south, 35.59) << houses;
    EXPECT_DOUBLE_EQ(framed.east, near.east) << houses;
    EXPECT_EQ(framed.max_height, 30);
  }
}

TEST(Framing, ShowsAllWhereNothingIsOdd) {
  Boxes few;  // two here, two there
  for (const double x : {0.0, 0.001, 10.0, 10.001}) few.add(x, 0, x + 1e-4, 1e-4);
  expect_same(few.framed(), few.whole);
  Boxes towns;  // a third of the features in each of three towns
  for (int i = 0; i < 300; ++i) towns.add(i % 3 * 5.0 + i * 1e-5, 35, i % 3 * 5.0 + i * 1e-5 + 1e-5, 35.00001);
  expect_same(towns.framed(), towns.whole);
  Boxes even;
  for (int i = 0; i < 100; ++i) even.add(i % 10, i / 10, i % 10 + 0.1, i / 10 + 0.1);
  expect_same(even.framed(), even.whole);
  expect_same(Boxes().framed(), {});
  Boxes points;  // all at one place, and one that is not
  for (int i = 0; i < 9; ++i) points.add(139, 35, 139, 35);
  points.add(0, 0, 0, 0);  // "null island"
  EXPECT_EQ(points.framed().west, 139);
}

// As a window with --fov has it: no camera is set before the layers are there, and what arrives is framed with that field of view.
TEST(Framing, WhatArrivesIsFramedWithTheFieldOfViewThatWasAskedFor) {
  const auto dir = std::filesystem::path(TENBO_BINARY_DIR) / "test-out/framing_fov";
  std::filesystem::create_directories(dir);
  test::write_depth(dir / "depth.tif", 1);
  std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif"}]})";
  std::vector<double> heights;
  for (const double fov : {36.0, 70.0}) {
    JobSystem jobs{1};
    Log log{LogLevel::error};
    runtime::EngineOptions options;
    options.graphics = false;
    options.assets = std::filesystem::path(TENBO_SOURCE_DIR) / "assets";
    auto engine = std::move(runtime::Engine::create(options, jobs, log)).value();
    auto camera = engine->camera();
    camera.fov = fov;
    engine->set_camera(camera);
    ASSERT_TRUE(engine->open(scene::read_scene(dir / "scene.json").value()).ok());
    engine->settle();
    EXPECT_DOUBLE_EQ(engine->camera().fov, fov);
    EXPECT_NEAR(engine->camera().lon, 139.762, 0.05) << "the raster's middle";
    heights.push_back(engine->camera().height);
  }
  EXPECT_LT(heights.back(), heights.front()) << "a wide view is taken from nearer";
}
