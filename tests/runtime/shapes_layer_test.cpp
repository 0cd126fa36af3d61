// A plugin's shapes in an engine (tests/plugins/cases_shapes.cpp, "evening"): asked, counted and drawn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iomanip>
#include <thread>

#include "../support/engine_fixture.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
constexpr std::int64_t start = 1'700'000'000'000;  // of the evening, ms
constexpr double unit = 0.004, lon = 139.762, lat = 35.682;

class ShapesLayer : public test::EngineFixture {
 protected:
  void open(const std::string& parameters, bool graphics, const std::string& more = "") {
    auto with = options();
    with.graphics = graphics;
    with.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "tests/plugins"};
    open_ready(R"({"layers": [{"name": "warnings", "plugin": "publisher", "parameters": {)" + parameters + "}}" + more + "]}", with);
  }
  void look_down(double metres) {
    scene::Camera above;
    above.lon = lon;
    above.lat = lat;
    above.height = metres;
    above.pitch = -89.9;
    engine->set_camera(above);
  }
  // Of the picture of the scene at a place, without HUD.
  Rgba8 at(double x, double y) {
    auto picture = engine->still(size, 1, false);
    EXPECT_TRUE(picture.ok()) << picture.error().text();
    if (!picture) return {};
    const auto pixel = engine->camera().project(geo::to_ecef({x, y, 0}), glm::dvec2(size));
    EXPECT_TRUE(pixel);
    if (!pixel) return {};
    const std::size_t i = (static_cast<std::size_t>(pixel->y) * size.x + static_cast<std::size_t>(pixel->x)) * 4;
    return {picture->rgba[i], picture->rgba[i + 1], picture->rgba[i + 2], picture->rgba[i + 3]};
  }
  double middle_of(int square) const { return lon + (2.2 * square - 2.2) * unit; }
  const glm::uvec2 size{480, 480};
};

TEST_F(ShapesLayer, AnswersQuestions) {
  open(R"("case": "shapes_evening")", false);
  const auto status = engine->layers()[0];
  EXPECT_EQ(status.features, 7u);
  EXPECT_EQ(status.headline, "ただちに高いところへ避難してください。");
  EXPECT_EQ(status.actuality, Actuality::actual);
  ASSERT_FALSE(status.times.empty());
  EXPECT_EQ(status.times.front().ms, start);
  EXPECT_EQ(status.times.back().ms, start + 3'600'000);  // the fronts' end
  EXPECT_NEAR(status.extent.west, lon - 4 * unit, 1e-9);
  EXPECT_NEAR(status.extent.north, lat + 2 * unit, 1e-9);

  const auto legend = engine->legends().at(0);
  EXPECT_EQ(legend.title, "警報・注意報");
  ASSERT_EQ(legend.classes.size(), 4u);
  EXPECT_EQ(legend.classes[0].label, "Emergency warning");
  EXPECT_TRUE(legend.classes[3].hatched);
  EXPECT_TRUE(legend.top_down);
  engine->set_language(Language::ja);
  EXPECT_EQ(engine->legends().at(0).classes[0].label, "特別警報");
  engine->set_language(Language::en);

  const auto found = engine->find("中区");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].feature, 1u);
  EXPECT_EQ(engine->probe(lon, lat).layers.size(), 1u);
  EXPECT_EQ(engine->probe(middle_of(1), lat + unit).layers.at(0).value_class, "Advisory");
  engine->set_time({start + 60'000});
  EXPECT_EQ(engine->probe(middle_of(2), lat + unit).layers.at(0).value_class, "Unknown");
  engine->set_time({start + 1'800'000});
  EXPECT_EQ(engine->probe(middle_of(2), lat + unit).layers.at(0).note, "outside");
}

TEST_F(ShapesLayer, ExercisesAndTestsAreOnEveryGlass) {
  open(R"("case": "shapes_evening", "loud": "true")", false);
  EXPECT_EQ(engine->layers()[0].actuality, Actuality::exercise);
  EXPECT_THAT(engine->hud(size).banners, ElementsAre(AllOf(HasSubstr("訓練"), HasSubstr("EXERCISE"), HasSubstr("warnings"))));
  open(R"("case": "shapes_evening", "colour": "green")", false);
  EXPECT_THAT(engine->hud(size).banners, ElementsAre(AllOf(HasSubstr("試験"), HasSubstr("TEST"))));
  open(R"("case": "shapes_evening_later")", false);
  EXPECT_THAT(engine->hud(size).banners, IsEmpty());
  EXPECT_THAT(engine->hud(size).notices, ElementsAre(HasSubstr("cancelled: the warning for the middle")));
}

// Assets are small squares whose places are chosen: how many lie in which square of the evening is plain arithmetic.
TEST_F(ShapesLayer, AreAHazard) {
  std::ofstream json(dir / "houses.geojson");
  json << R"({"type":"FeatureCollection","features":[)";
  const int houses[3] = {5, 3, 2};
  bool first = true;
  const auto house = [&](double x, double y) {
    const double d = unit / 100;
    json << (first ? "" : ",") << R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[)" << std::setprecision(12)
         << "[" << x << "," << y << "],[" << x + d << "," << y << "],[" << x + d << "," << y + d << "],[" << x << "," << y + d << "],[" << x << "," << y << "]]]}}";
    first = false;
  };
  for (int square = 0; square < 3; ++square)
    for (int i = 0; i < houses[square]; ++i) house(middle_of(square), lat + (0.2 + 0.3 * i) * unit);
  house(lon, lat - unit);  // south of all
  json << "]}";
  json.close();
  open(R"("case": "shapes_evening")", false, R"(, {"name": "houses", "kind": "vector", "path": "houses.geojson"})");
  ImpactRequest request;
  request.hazard = "warnings";
  request.assets = "houses";
  request.all_times = true;
  const auto r = engine->impact(request);
  ASSERT_TRUE(r.ok()) << r.error().text();
  ASSERT_EQ(r->classes.size(), 3u);  // by level, the mildest first
  EXPECT_EQ(r->classes[0].label.en, "Advisory");
  EXPECT_EQ(r->classes[0].level, 3);
  EXPECT_EQ(r->classes[2].label.ja, "特別警報");
  EXPECT_EQ(r->classes[2].level, 5);
  ASSERT_EQ(r->sums.size(), 2u);  // when the third area comes, and when it goes
  EXPECT_EQ(r->sums[0].touched, 8);
  EXPECT_EQ(r->sums[0].unknown, 2);
  EXPECT_EQ(r->sums[0].outside, 1);
  EXPECT_EQ(r->sums[1].unknown, 0);
  ASSERT_EQ(r->worst.size(), 2u);
  EXPECT_EQ(r->worst[0].count, 3);  // advisory
  EXPECT_EQ(r->worst[1].count, 5);  // warning
  EXPECT_THAT(r->rule_source, HasSubstr("level"));
}

TEST_F(ShapesLayer, AreDrawnByClassAndTime) {
  open(R"("case": "shapes_evening")", true);
  look_down(4000);
  engine->set_time({start + 60'000});
  engine->settle();
  const Rgba8 red = at(middle_of(0), lat + 0.5 * unit), yellow = at(middle_of(1), lat + 0.5 * unit);
  EXPECT_GT(red.r, red.g + 60) << int(red.r) << " " << int(red.g) << " " << int(red.b);
  EXPECT_GT(yellow.g, yellow.b + 60);
  // Hatched: both tones are there along a row of pixels.
  auto picture = engine->still(size, 1, false);
  ASSERT_TRUE(picture.ok());
  const auto pixel = engine->camera().project(geo::to_ecef({middle_of(2), lat + 0.5 * unit, 0}), glm::dvec2(size));
  int least = 255, most = 0;
  for (int x = -10; x <= 10; ++x) {
    const std::size_t i = (static_cast<std::size_t>(pixel->y) * size.x + static_cast<std::size_t>(pixel->x + x)) * 4;
    least = std::min<int>(least, picture->rgba[i]);
    most = std::max<int>(most, picture->rgba[i]);
  }
  EXPECT_GT(most, least + 15);
  engine->set_time({start + 1'900'000});  // a table write hides it
  engine->settle();
  const Rgba8 bare = at(middle_of(2) + 0.3 * unit, lat + 0.5 * unit), ground = at(middle_of(2), lat + 2.6 * unit);
  EXPECT_NEAR(bare.r, ground.r, 12);
  const auto picked = engine->pick(size, glm::uvec2(*engine->camera().project(geo::to_ecef({middle_of(0), lat + 0.5 * unit, 0}), glm::dvec2(size))));
  ASSERT_TRUE(picked && picked->feature);
  EXPECT_EQ(*picked->feature, 0u);
  ASSERT_FALSE(picked->attributes.empty());
  EXPECT_EQ(geo::to_text(picked->attributes[0].second), "西区");
}

TEST_F(ShapesLayer, ANewPublicationReplacesTheOldOneInOneFrame) {
  const auto file = dir / "which";
  std::ofstream(file) << "shapes_evening";
  open(R"("case": "shapes_follow", "files": ")" + file.string() + "\"", true);
  look_down(4000);
  engine->set_time({start + 60'000});
  engine->settle();
  std::ofstream(file, std::ios::trunc) << "shapes_evening_later";
  bool later = false;
  for (int frame = 0; frame < 2000 && !later; ++frame) {
    engine->update(0.016);
    const bool noted = !engine->layers()[0].notes.empty();
    if (frame % 10 && !noted) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      continue;
    }
    ASSERT_TRUE(engine->draw_offscreen(size).ok());
    const auto picked = engine->pick(size, glm::uvec2(*engine->camera().project(geo::to_ecef({middle_of(0), lat + 0.5 * unit, 0}), glm::dvec2(size))));
    ASSERT_TRUE(picked && picked->feature == 0u) << "frame " << frame;  // the first square is in both
    later = noted;
  }
  ASSERT_TRUE(later);
  engine->settle();
  const Rgba8 purple = at(middle_of(0), lat + 0.5 * unit);
  EXPECT_GT(purple.b, purple.g + 50);
}

}  // namespace
}  // namespace tenbo::runtime
