// The ledger of an engine: counted beside the frame, again when the hazard is replaced, never while nobody looks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../support/depth_raster.h"
#include "../support/engine_fixture.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

struct LedgerOfAnEngine : test::EngineFixture {
  void SetUp() override {
    EngineFixture::SetUp();
    test::write_depth(dir / "depth.tif", 0.7f);
    // two places in the field, one beyond it
    std::ofstream(dir / "places.geojson") << R"({"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"name":"school","ward":"east"},"geometry":{"type":"Point","coordinates":[139.762,35.682]}},
      {"type":"Feature","properties":{"name":"hall","ward":"west"},"geometry":{"type":"Point","coordinates":[139.7621,35.6821]}},
      {"type":"Feature","properties":{"name":"far","ward":"west"},"geometry":{"type":"Point","coordinates":[150.0,20.0]}}]})";
    ASSERT_NO_FATAL_FAILURE(open(R"({"impact": [{"hazard": "depth", "assets": "places", "by": "ward"}, {"hazard": "places", "assets": "places"}], "layers": [
      {"name": "depth", "kind": "field", "path": "depth.tif", "unit": "m", "style": {"palette": "flood-depth"}}, {"name": "places", "kind": "vector", "path": "places.geojson"}]})"));
  }
  double deepest_class() const {
    const auto pairs = engine->ledger();
    return pairs[0].report && !pairs[0].report->rows.empty() ? pairs[0].report->classes[pairs[0].report->rows.back().hazard_class - 1u].from : -1;
  }
};

TEST_F(LedgerOfAnEngine, FollowsItsLayers) {
  for (int i = 0; i < 20; ++i) engine->update(1.0 / 60);
  ASSERT_EQ(engine->ledger().size(), 2u);
  EXPECT_FALSE(engine->ledger()[0].report) << "nobody looks";
  engine->want_ledger(true);
  ASSERT_TRUE(until([&] { const auto p = engine->ledger(); return p[0].report && !p[1].error.empty(); }));
  const auto pairs = engine->ledger();
  ASSERT_TRUE(pairs[0].report) << pairs[0].error;
  EXPECT_THAT(pairs[1].error, testing::HasSubstr("no classes")) << "points without a style are no hazard";
  const auto& r = *pairs[0].report;
  EXPECT_EQ(r.whole.touched, 2);
  EXPECT_EQ(r.whole.outside, 1);
  EXPECT_EQ(r.rows.size(), 2u) << "one a ward";
  EXPECT_EQ(deepest_class(), 0.5) << "0.7 m lies in 0.5 to 3 m";
  ASSERT_TRUE(r.objects);
  EXPECT_THAT(r.objects->assets->names, testing::ElementsAre("school", "hall", "far"));
  EXPECT_FLOAT_EQ(r.objects->greatest[0], 0.7f);
  ASSERT_TRUE(r.passability);
  EXPECT_EQ(ranked(r, 0).size(), 2u);

  test::write_depth(dir / "depth.tif", 4.0f);
  ASSERT_TRUE(until([&] { return deepest_class() == 3; }));
  EXPECT_EQ(deepest_class(), 3) << "the file was replaced: 4 m lies in 3 to 5 m";
}

TEST_F(LedgerOfAnEngine, SelectsById) {
  engine->want_ledger(true);
  ASSERT_TRUE(until([&] { return engine->ledger()[0].report != nullptr; }));
  ASSERT_TRUE(engine->ledger()[0].report);
  EXPECT_TRUE(engine->select_id("places", engine->ledger()[0].report->objects->assets->ids[1], {139.762, 35.682, 0}));
  ASSERT_TRUE(engine->selected());
  EXPECT_EQ(geo::to_text(engine->selected()->attributes.at(0).second), "hall");
  EXPECT_FALSE(engine->select_id("places", "nobody", {}));
}

TEST(Passability, IsStrictAndSaysItsSource) {
  const auto shipped = load_passability(fs::path(TENBO_SOURCE_DIR) / "assets/rules/passability.json");
  ASSERT_TRUE(shipped) << shipped.error().text();
  for (const auto& v : shipped->vehicles) {
    EXPECT_FALSE(v.source.empty());
    EXPECT_GT(v.impassable_from, 0);
  }
  EXPECT_EQ(shipped->vehicles.front().impassable_from, 0.3) << "Pregnolato et al. (2017): 300 mm";
  const auto parse = [](const std::string& vehicle) {
    return parse_passability(R"({"name": "n", "version": "1", "title": {"ja": "a", "en": "a"}, "unit": "m", "note": {"ja": "a", "en": "a"}, "vehicles": [)" + vehicle + "]}", "f.json");
  };
  EXPECT_TRUE(parse(R"({"id": "a", "label": {"ja": "a", "en": "a"}, "impassable_from": 0.3, "source": "s"})"));
  for (const char* wrong : {R"({"id": "a", "label": {"ja": "a", "en": "a"}, "impassable_from": 0.3})", R"({"id": "a", "label": {"ja": "a", "en": "a"}, "impassable_from": 0, "source": "s"})",
                            R"({"id": "a", "label": {"ja": "a", "en": "a"}, "impassable_from": "x", "source": "s"})", R"({"id": "a", "label": {"ja": "a"}, "impassable_from": 1, "source": "s"})",
                            R"({"id": "a", "label": {"ja": "a", "en": "a"}, "impassable_from": 1, "source": "s", "b": 1})", ""})
    EXPECT_FALSE(parse(wrong)) << wrong;
}

}  // namespace
}  // namespace tenbo::runtime
