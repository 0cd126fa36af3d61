// Choosing an issue and a future of a forecast, taking it back, and the list of what changed. Depths are what the test writes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../support/depth_raster.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

class ForecastShow : public ::testing::Test {
 protected:
  // Two issues of two members: 0.5 and 0.7 m, then 1 and 2 m, everywhere.
  void SetUp() override {
    dir = fs::path(TENBO_BINARY_DIR) / "tmp" / "forecast_show";
    fs::create_directories(dir);
    for (const auto& [name, depth] : {std::pair{"a0.tif", 0.5f}, {"b0.tif", 0.7f}, {"a1.tif", 1.f}, {"b1.tif", 2.f}}) test::write_depth(dir / name, depth);
    std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "depth", "kind": "field", "issues": [
      {"issue_time": "2026-09-13T00:00:00Z", "members": [{"name": "a", "path": "a0.tif"}, {"name": "b", "path": "b0.tif"}]},
      {"issue_time": "2026-09-13T06:00:00Z", "members": [{"name": "a", "path": "a1.tif"}, {"name": "b", "path": "b1.tif"}]}]}]})";
    EngineOptions options;
    options.graphics = false;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    auto made = Engine::create(options, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    auto scene = scene::read_scene(dir / "scene.json");
    ASSERT_TRUE(scene.ok()) << scene.error().text();
    ASSERT_TRUE(engine->open(*scene).ok());
    engine->settle();
    ASSERT_EQ(engine->layers().at(0).state, LayerState::ready) << engine->layers().at(0).error;
    id = engine->layers()[0].id;
  }
  double depth() const {
    const auto probe = engine->probe(139.762, 35.682);
    return probe.layers.empty() || !probe.layers[0].value ? -1 : *probe.layers[0].value;
  }
  fs::path dir;
  JobSystem jobs;
  Log log{LogLevel::error};
  std::unique_ptr<Engine> engine;
  std::uint32_t id = 0;
};

TEST_F(ForecastShow, WhatWasChosenIsTakenBackAndDoneAgain) {
  EXPECT_NEAR(depth(), 1.5, 1e-6);  // the mean of the latest, without a word
  ASSERT_TRUE(engine->show(id, {"2026-09-13T00:00:00Z", "max", std::nullopt, false}).ok());
  EXPECT_NEAR(depth(), 0.7, 1e-6);
  ASSERT_TRUE(engine->show(id, {"latest", "max", std::nullopt, true}).ok());
  EXPECT_NEAR(depth(), 1.3, 1e-6);
  EXPECT_FALSE(engine->show(id, {"latest", "c", std::nullopt, false}).ok());  // is no step of its own
  ASSERT_TRUE(engine->undo());
  EXPECT_NEAR(depth(), 0.7, 1e-6);
  EXPECT_EQ(engine->layers()[0].forecast->issue, 0u);
  EXPECT_EQ(engine->scene().layers[0].show.member, "max");
  ASSERT_TRUE(engine->undo());
  EXPECT_NEAR(depth(), 1.5, 1e-6);
  EXPECT_FALSE(engine->undo());
  ASSERT_TRUE(engine->redo());
  ASSERT_TRUE(engine->redo());
  EXPECT_NEAR(depth(), 1.3, 1e-6);
}

TEST_F(ForecastShow, TheListIsOfWhatIsShown) {
  const auto mean = engine->changes(id);
  ASSERT_TRUE(mean.ok()) << mean.error().text();
  EXPECT_EQ(mean->cells.rose, 16u);
  EXPECT_EQ(mean->cells.fell + mean->cells.same + mean->cells.unknown, 0u);
  ASSERT_FALSE(mean->cells.risen.empty());
  EXPECT_NEAR(mean->cells.risen[0].before, 0.6, 1e-6);
  EXPECT_NEAR(mean->cells.risen[0].now, 1.5, 1e-6);
  EXPECT_TRUE(mean->cells.fallen.empty());
  EXPECT_EQ(engine->changes_soon(id), nullptr) << "a window waits for nothing";
  engine->settle();
  const auto soon = engine->changes_soon(id);
  ASSERT_TRUE(soon && soon->ok());
  EXPECT_EQ((*soon)->cells.rose, 16u);
  ASSERT_TRUE(engine->show(id, {"2026-09-13T00:00:00Z", "", std::nullopt, false}).ok());
  const auto first = engine->changes(id);
  ASSERT_FALSE(first.ok());
  EXPECT_NE(first.error().text().find("no issue before"), std::string::npos);
}

}  // namespace
}  // namespace tenbo::runtime
