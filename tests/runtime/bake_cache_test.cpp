// A heavy city model, as this test's limit has it, baked in the background and shown from its bake: nobody sees when. What is
// expected of the pictures and of the features comes from the source, loaded without a cache.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "box_city.h"
#include "picture_difference.h"
#include "tenbo/base/file.h"
#include "tenbo/io/cache.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

namespace fs = std::filesystem;

const char* const city_scene = R"({"layers": [{"name": "city", "kind": "buildings", "path": "raw/udx/bldg",
  "style": {"attribute": "bldg:measuredHeight", "classes": [{"from": 0, "colour": "#d0d0ff"}, {"from": 12, "colour": "#2060ff"}]}}]})";

class BakeInTheBackground : public ::testing::Test {
 protected:
  void SetUp() override {
    dir = fs::path(TENBO_BINARY_DIR) / "scratch" / (std::string("bakes-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(dir);
    fs::create_directories(dir);
    test::write_box_city(dir / "raw/udx/bldg", 3);
  }
  void TearDown() override { engine.reset(); }
  void open(BakeUse bakes, const char* scene = city_scene, bool settled = true) {
    engine.reset();
    EngineOptions options;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.cache = dir / "cache";
    options.bakes = bakes;
    options.bake_from = 1;
    options.bake_idle = false;  // a busy machine would have the test wait for ever
    options.bake_program = fs::path(TENBO_BINARY_DIR) / "tenbo";
    auto made = Engine::create(options, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    std::ofstream(dir / "scene.json") << scene;
    auto read = scene::read_scene(dir / "scene.json");
    ASSERT_TRUE(read.ok()) << read.error().text();
    ASSERT_TRUE(engine->open(*read).ok());
    if (!settled) return;
    engine->settle();
    ASSERT_EQ(layer().state, LayerState::ready) << layer().error;
  }
  LayerStatus layer() const { return engine->layers().front(); }
  scene::Camera over(double range) const { return scene::look_at(layer().extent.centre(), range, 30, -40); }
  // Frames until the layer is shown from its bake; each is handed to `look`.
  template <class F>
  void until_baked(F&& look) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (layer().bake != BakeState::baked) {
      ASSERT_NE(layer().bake, BakeState::failed) << layer().bake_error;
      ASSERT_LT(std::chrono::steady_clock::now(), limit)
          << "state " << static_cast<int>(layer().bake) << ", progress " << layer().bake_progress << ", in the cache " << cache().list().size();
      engine->update(1.0 / 60);
      look();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  Image still() {
    auto image = engine->still({640, 360}, 2, false);
    EXPECT_TRUE(image.ok());
    return image ? std::move(*image) : Image{};
  }
  io::BakeCache cache() const { return {dir / "cache", io::default_bake_cache_bytes}; }
  fs::path dir;
  JobSystem jobs;
  Log log{LogLevel::error};
  std::unique_ptr<Engine> engine;
};

TEST_F(BakeInTheBackground, TakesTheSourcesPlaceAndNobodySees) {
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  EXPECT_FALSE(layer().tiles);
  engine->set_camera(over(350));
  engine->settle();
  const auto source = layer();
  const auto before = still();
  // a building that is picked and selected
  std::optional<Picked> picked;
  glm::uvec2 pixel{0, 200};
  for (; pixel.x < 640 && !picked; pixel.x += 20)
    if (auto p = engine->pick({640, 360}, pixel); p && p->feature && !p->feature_id.empty()) picked = p;
  ASSERT_TRUE(picked);
  pixel.x -= 20;
  engine->select(picked);
  const auto selected = still();
  ASSERT_GT(test::difference(before, selected), 0.0002);
  double worst = 0;
  int frames = 0;
  bool was_baking = false;
  ASSERT_NO_FATAL_FAILURE(until_baked([&] {
    was_baking |= layer().bake == BakeState::baking;
    if (++frames % 8 != 0 && layer().bake != BakeState::baked) return;  // what is drawn is what the last update left
    worst = std::max(worst, test::difference(selected, still()));
  }));
  EXPECT_TRUE(was_baking);
  ASSERT_TRUE(layer().tiles);
  for (int i = 0; i < 20; ++i) {
    engine->update(1.0 / 60);
    EXPECT_GT(layer().tiles->drawn, 0u);
    worst = std::max(worst, test::difference(selected, still()));
  }
  // Golden pictures may differ in 1 % of their pixels; of each of these frames, that of the switch-over too.
  EXPECT_LT(worst, 0.01);
  // the layer is what it was
  EXPECT_EQ(layer().name, source.name);
  EXPECT_EQ(layer().crs, source.crs);
  EXPECT_EQ(layer().lod, source.lod);
  EXPECT_EQ(layer().extent.west, source.extent.west);
  EXPECT_EQ(layer().vertical, source.vertical);
  const auto again = engine->pick({640, 360}, pixel);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->feature_id, picked->feature_id);
  EXPECT_EQ(again->layer, picked->layer);
  EXPECT_NEAR(again->position.height, picked->position.height, 0.05);
  for (const auto& [name, value] : picked->attributes) {
    const auto it = std::find_if(again->attributes.begin(), again->attributes.end(), [&, n = name](const auto& a) { return a.first == n; });
    ASSERT_NE(it, again->attributes.end()) << name;
    EXPECT_EQ(geo::to_text(it->second), geo::to_text(value)) << name;
  }
  engine->select({});
  EXPECT_LT(test::difference(before, still()), 0.01);

  // The next start opens the bake at once, and looks the same.
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  EXPECT_EQ(layer().bake, BakeState::baked);
  ASSERT_TRUE(layer().tiles);
  EXPECT_EQ(layer().crs, source.crs);
  EXPECT_EQ(layer().extent.north, source.extent.north);
  engine->set_camera(over(350));
  engine->settle();
  EXPECT_LT(test::difference(before, still()), 0.01);
  // So it does without a window, where it is asked for; where it is not, the cache is not looked at.
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::existing));
  EXPECT_TRUE(layer().tiles);
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::off));
  EXPECT_FALSE(layer().tiles);
}

// From afar, where the bake is boxes: as fine as a pixel until the camera moves, and never without a city.
TEST_F(BakeInTheBackground, FromAfarItGrowsCoarserOnlyAsTheCameraMoves) {
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  engine->set_camera(over(2500));
  engine->settle();
  const auto before = still();
  ASSERT_NO_FATAL_FAILURE(until_baked([] {}));
  for (int i = 0; i < 5; ++i) engine->update(1.0 / 60);
  const auto after = still();
  EXPECT_LT(test::difference(before, after), 0.02);
  const auto fine = layer().triangles;
  auto camera = engine->camera();
  for (int i = 0; i < 200; ++i) {
    camera.heading += 0.02;
    engine->set_camera(camera);
    engine->update(1.0 / 60);
    ASSERT_GT(layer().tiles->drawn, 0u) << i;
  }
  EXPECT_LE(layer().triangles, fine);
}

// Everything that a city holds, by its own colours.
TEST_F(BakeInTheBackground, RoadsAndBridgesKeepTheirLooks) {
  test::write_box_city(dir / "raw/all", 2, true);
  const char* const scene = R"({"layers": [{"name": "all", "kind": "buildings", "path": "raw/all"}]})";
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make, scene));
  engine->set_camera(over(500));
  engine->settle();
  const auto before = still();
  ASSERT_NO_FATAL_FAILURE(until_baked([] {}));
  for (int i = 0; i < 5; ++i) engine->update(1.0 / 60);
  EXPECT_LT(test::difference(before, still()), 0.015);
}

TEST_F(BakeInTheBackground, ASourceThatChangesIsBakedAnewAndTheOldOneStaysUntilThen) {
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  engine->set_camera(over(700));
  ASSERT_NO_FATAL_FAILURE(until_baked([] {}));
  ASSERT_EQ(cache().list().size(), 1u);
  // Half of the files go; what is left is another content.
  std::vector<fs::path> files;
  for (const auto& e : fs::recursive_directory_iterator(dir / "raw/udx/bldg")) if (e.path().extension() == ".gml") files.push_back(e.path());
  ASSERT_GT(files.size(), 1u);
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i < files.size() / 2; ++i) fs::remove(files[i]);
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  bool baking = false;
  while (!baking || layer().bake != BakeState::baked) {
    ASSERT_LT(std::chrono::steady_clock::now(), limit);
    engine->update(0.25);
    ASSERT_TRUE(layer().tiles);
    ASSERT_GT(layer().tiles->drawn, 0u);
    baking |= layer().bake == BakeState::baking;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(cache().list().size(), 2u);
  engine->set_camera(over(700));
  engine->settle();
  const auto after = still();
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::off));  // what the source holds now
  engine->set_camera(over(700));
  engine->settle();
  EXPECT_LT(test::difference(still(), after), 0.05);  // the plain ground is as wide as the city, and boxes around tiles are wider
}

TEST_F(BakeInTheBackground, ADamagedTileIsSaidAndBakedAnew) {
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  engine->set_camera(over(350));
  engine->settle();
  const auto before = still();
  ASSERT_NO_FATAL_FAILURE(until_baked([] {}));
  engine.reset();
  const auto key = cache().list().front().key;
  for (const auto& e : fs::recursive_directory_iterator(dir / "cache/bake" / key / "tiles")) {  // one byte of every tile
    if (!e.is_regular_file()) continue;
    std::fstream file(e.path(), std::ios::binary | std::ios::in | std::ios::out);
    const auto at = static_cast<std::streamoff>(e.file_size() / 2);
    file.seekg(at);
    const char c = static_cast<char>(file.get() ^ 1);
    file.seekp(at);
    file.put(c);
  }
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  EXPECT_FALSE(layer().tiles);  // sizes alone do not tell; once a tile was read, the source is shown
  EXPECT_TRUE(layer().diagnostics.errors.empty());
  ASSERT_EQ(layer().diagnostics.warnings.size(), 1u);
  EXPECT_NE(layer().diagnostics.warnings.front().text().find("damaged"), std::string::npos);
  engine->set_camera(over(350));
  engine->settle();
  EXPECT_LT(test::difference(before, still()), 0.001);
  ASSERT_NO_FATAL_FAILURE(until_baked([] {}));
  engine->settle();
  EXPECT_TRUE(layer().tiles);
  EXPECT_LT(test::difference(before, still()), 0.01);
}

// While frames are being made: what is shown stays until the source is there, and the next bake takes its place.
TEST_F(BakeInTheBackground, DamageGoesBackToTheSourceUnderTheEyes) {
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make));
  const auto source = layer();
  ASSERT_NO_FATAL_FAILURE(until_baked([] {}));
  engine.reset();
  const auto key = cache().list().front().key;
  for (const auto& e : fs::recursive_directory_iterator(dir / "cache/bake" / key / "tiles")) {
    if (!e.is_regular_file()) continue;
    std::fstream file(e.path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(e.file_size() / 2));
    file.write("damaged!", 8);
  }
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make, city_scene, false));
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  bool was_ready = false, from_source = false;
  while (!from_source || layer().bake != BakeState::baked) {
    ASSERT_LT(std::chrono::steady_clock::now(), limit) << from_source;
    engine->update(1.0 / 60);
    if (was_ready) { ASSERT_EQ(layer().state, LayerState::ready) << layer().error; }
    was_ready |= layer().state == LayerState::ready;
    from_source |= was_ready && (layer().bake == BakeState::waiting || layer().bake == BakeState::baking);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(layer().lod, source.lod);
  EXPECT_EQ(layer().crs, source.crs);
  ASSERT_EQ(cache().list().size(), 1u);
  EXPECT_EQ(cache().list().front().state, "baked");
}

TEST_F(BakeInTheBackground, WhereItIsNotWantedNothingIsBaked) {
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::make, R"({"layers": [{"name": "city", "kind": "buildings", "path": "raw/udx/bldg", "bake": false}]})"));
  EXPECT_EQ(layer().bake, BakeState::none);
  ASSERT_NO_FATAL_FAILURE(open(BakeUse::existing));
  EXPECT_EQ(layer().bake, BakeState::none);
  EXPECT_FALSE(fs::exists(dir / "cache"));
}

}  // namespace
}  // namespace tenbo::runtime
