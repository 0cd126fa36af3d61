// Choosing an issue and a future of a forecast, taking it back, and the list of what changed. Depths are what the test writes.
#include <gtest/gtest.h>

#include <fstream>

#include "../support/depth_raster.h"
#include "../support/engine_fixture.h"

namespace tenbo::runtime {
namespace {

class ForecastShow : public test::EngineFixture {
 protected:
  // Two issues of two members: 0.5 and 0.7 m, then 1 and 2 m, everywhere.
  void SetUp() override {
    EngineFixture::SetUp();
    for (const auto& [name, depth] : {std::pair{"a0.tif", 0.5f}, {"b0.tif", 0.7f}, {"a1.tif", 1.f}, {"b1.tif", 2.f}}) test::write_depth(dir / name, depth);
    ASSERT_NO_FATAL_FAILURE(open_ready(R"({"layers": [{"name": "depth", "kind": "field", "issues": [
      {"issue_time": "2026-09-13T00:00:00Z", "members": [{"name": "a", "path": "a0.tif"}, {"name": "b", "path": "b0.tif"}]},
      {"issue_time": "2026-09-13T06:00:00Z", "members": [{"name": "a", "path": "a1.tif"}, {"name": "b", "path": "b1.tif"}]}]}]})"));
    id = engine->layers()[0].id;
  }
  double depth() const {
    const auto probe = engine->probe(139.762, 35.682);
    return probe.layers.empty() || !probe.layers[0].value ? -1 : *probe.layers[0].value;
  }
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
