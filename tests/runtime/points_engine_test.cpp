// Points through the engine: the card of one that is picked, legends, filters, what is drawn. The table stands in the test.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "tenbo/io/image.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PointsEngine : public ::testing::Test {
 protected:
  void open(const std::string& layer_more = "") {
    dir = fs::path(TENBO_BINARY_DIR) / "tmp" / (std::string("points_engine_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(dir);
    std::ofstream csv(dir / "insar.csv");
    csv << "# reference: the harbour\n# orbit: ascending\npid,lon,lat,velocity,coherence,20200105,20200117,20200210\n"
           "A,139.5,35.5,-12.5,0.9,0,-1.5,-3\nB,139.5004,35.5,,0.4,0,,1\nC,139.5008,35.5,3,0.8,0,1,2\n";
    csv.close();
    std::ofstream(dir / "scene.json") << R"({"home": {"lon": 139.5, "lat": 35.5, "height": 200, "heading": 0, "pitch": -90, "fov": 36}, "layers": [
      {"name": "insar", "kind": "points", "path": "insar.csv", "source": "Agency")" << layer_more << "}]}";
    EngineOptions options;
    options.language = Language::en;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    auto made = Engine::create(options, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    auto scene = scene::read_scene(dir / "scene.json");
    ASSERT_TRUE(scene.ok()) << scene.error().text();
    ASSERT_TRUE(engine->open(*scene).ok());
    engine->settle();
    ASSERT_EQ(engine->layers().at(0).state, LayerState::ready) << engine->layers()[0].error;
  }
  std::optional<Picked> at_middle() { return engine->pick(size, size / 2u); }
  std::string id_at_middle() { const auto p = at_middle(); return p ? p->feature_id : "nothing"; }
  const glm::uvec2 size{640, 480};
  fs::path dir;
  JobSystem jobs{2};
  Log log{LogLevel::error};
  std::unique_ptr<Engine> engine;
};

TEST_F(PointsEngine, the_card_of_a_point_has_its_history) {
  ASSERT_NO_FATAL_FAILURE(open());
  const auto picked = at_middle();
  ASSERT_TRUE(picked && picked->feature);
  EXPECT_EQ(picked->feature_id, "A");
  EXPECT_FALSE(engine->hud(size).card);
  engine->select(picked);
  const auto card = engine->hud(size).card;
  ASSERT_TRUE(card);
  EXPECT_THAT(card->title, HasSubstr("A"));
  EXPECT_EQ(card->value, "-12.5 mm/year");
  EXPECT_EQ(card->state, "-3.0 mm on 2020-02-10");
  ASSERT_EQ(card->line.size(), 3u);
  EXPECT_NEAR(card->line[1].x, 12.0 / 36, 1e-9);  // days
  EXPECT_NEAR(card->line[1].y, -1.5, 1e-3);
  EXPECT_EQ(card->from, "2020-01-05");
  const std::string all = testing::PrintToString(card->details);
  for (const char* said : {"the harbour", "ascending", "0.90", "Agency", "the data does not say"}) EXPECT_THAT(all, HasSubstr(said));
  const auto markers = engine->hud(size).markers;
  ASSERT_EQ(markers.size(), 1u);
  EXPECT_NEAR(markers[0].pixel.x, 320, 1.5);
  EXPECT_NEAR(markers[0].pixel.y, 240, 1.5);
  EXPECT_EQ(id_at_middle(), "A") << "under its own marker";
  auto picture = engine->still({1280, 720}, 4, true);
  ASSERT_TRUE(picture.ok());
  EXPECT_TRUE(io::write_png(dir / "card.png", *picture).ok());
}

TEST_F(PointsEngine, what_is_unknown_is_a_word) {
  ASSERT_NO_FATAL_FAILURE(open());
  auto camera = engine->camera();
  camera.lon = 139.5004;
  engine->set_camera(camera);
  engine->settle();
  const auto picked = at_middle();
  ASSERT_TRUE(picked && picked->feature);
  ASSERT_EQ(picked->feature_id, "B");
  engine->select(picked);
  const auto card = engine->hud(size).card;
  ASSERT_TRUE(card);
  EXPECT_EQ(card->value, "unknown");
  EXPECT_TRUE(std::isnan(card->line[1].y));
  const auto image = engine->still(size, 1, false);
  ASSERT_TRUE(image.ok());
  const auto* p = image->pixel(320, 240);
  EXPECT_EQ((std::array<int, 3>{p[0], p[1], p[2]}), (std::array<int, 3>{0x68, 0x70, 0x7a})) << "insar-velocity's colour of what is unknown";
  EXPECT_EQ(engine->probe(139.5004, 35.5).layers.at(0).value, std::nullopt);
}

TEST_F(PointsEngine, a_filter_hides_and_the_legend_says_so) {
  ASSERT_NO_FATAL_FAILURE(open(R"(, "style": {"filter": "velocity <= -5"})"));
  EXPECT_EQ(id_at_middle(), "A");
  ASSERT_EQ(engine->legends().size(), 1u);
  EXPECT_THAT(engine->legends()[0].note, HasSubstr("velocity <= -5"));
  EXPECT_EQ(engine->legends()[0].source, "Agency");
  EXPECT_THAT(engine->legends()[0].time, HasSubstr("2020-01-05 to 2020-02-10, 3 dates"));
  EXPECT_TRUE(engine->legends()[0].has_unknown);
  auto style = engine->style(engine->layers()[0].id);
  style.filter = "velocity > 0";
  engine->set_style(engine->layers()[0].id, style);
  engine->settle();
  EXPECT_NE(id_at_middle(), "A");
  style.filter = "coherence >= 0.9";
  engine->set_style(engine->layers()[0].id, style);
  engine->settle();
  EXPECT_EQ(id_at_middle(), "A");
}

TEST_F(PointsEngine, words_that_points_do_not_know_are_told) {
  ASSERT_NO_FATAL_FAILURE(open(R"(, "style": {"attribute": "speed", "filter": "name = x"})"));
  const auto layers = engine->layers();
  const auto& said = layers[0].diagnostics.warnings;
  ASSERT_EQ(said.size(), 2u);
  EXPECT_THAT(said[0].text(), HasSubstr("\"speed\""));
  EXPECT_THAT(said[1].text(), HasSubstr("name = x"));
}

}  // namespace
}  // namespace tenbo::runtime
