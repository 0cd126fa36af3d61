// A baked city that streams: the same picture as all of it at once, within its budget, and one by one.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "http_server.h"
#include "picture_difference.h"
#include "tenbo/base/file.h"
#include "tenbo/io/bake.h"
#include "tenbo/io/make_city.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

namespace fs = std::filesystem;

// 3,000 buildings and their tiles, made once by each process, in a folder of its own.
const fs::path& city() {
  static const fs::path dir = [] {
    const fs::path at = fs::path(TENBO_BINARY_DIR) / "scratch" / (std::string("streamed-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(at);
    fs::create_directories(at);
    JobSystem jobs;
    Progress progress;
    io::MakeCityOptions make;
    make.buildings = 3000;
    EXPECT_TRUE(io::make_city(at / "raw", make, jobs, progress).ok());
    io::BakeProgress baking;
    const auto report = io::bake_tiles({at / "raw" / "udx"}, at / "tiles", {}, jobs, baking, {});
    EXPECT_TRUE(report.ok()) << report.error().text();
    return at;
  }();
  return dir;
}

class TileStreaming : public ::testing::Test {
 protected:
  void open(const char* scene, std::uint64_t ram = 0, std::uint64_t vram = 0) {
    EngineOptions options;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.ram = ram;
    options.vram = vram;
    auto made = Engine::create(options, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    const auto file = city() / "scene.json";
    std::ofstream(file) << scene;
    auto read = scene::read_scene(file);
    ASSERT_TRUE(read.ok()) << read.error().text();
    ASSERT_TRUE(engine->open(*read).ok());
    engine->settle();
    ASSERT_EQ(layer().state, LayerState::ready) << layer().error;
  }
  LayerStatus layer() const { return engine->layers().front(); }
  scene::Camera over(double range, double heading = 30) const { return scene::look_at(layer().extent.centre(), range, heading, -40); }
  Image picture(const scene::Camera& camera) {
    engine->set_camera(camera);
    engine->settle();
    auto image = engine->still({640, 360}, 1, false);
    EXPECT_TRUE(image.ok()) << image.error().text();
    return image ? std::move(*image) : Image{};
  }
  JobSystem jobs;
  Log log{LogLevel::error};
  std::unique_ptr<Engine> engine;
};

const char* const streamed = R"({"layers": [{"name": "city", "path": "tiles", "stream": true, "style": {"textured": true}}]})";
const char* const whole = R"({"layers": [{"name": "city", "path": "tiles", "stream": false, "style": {"textured": true}}]})";

TEST_F(TileStreaming, SettlesToThePictureOfAllTilesAtOnce) {
  ASSERT_NO_FATAL_FAILURE(open(whole));
  const auto camera = over(350);
  std::vector<std::pair<double, scene::Camera>> cameras;  // the same for both, to the last digit
  for (const double range : {700., 1000., 2000., 3500., 6000.}) cameras.emplace_back(range, over(range));
  const auto all = picture(camera);
  const auto triangles = layer().triangles;
  EXPECT_FALSE(layer().tiles);
  ASSERT_NO_FATAL_FAILURE(open(streamed));
  ASSERT_TRUE(layer().tiles);
  const auto near = picture(camera);
  EXPECT_LT(test::difference(all, near), 0.01);  // as golden pictures
  EXPECT_GT(layer().features, 10u);
  EXPECT_LT(layer().triangles, triangles);  // it does not have everything
  // From afar it is not the leaves, and looks the same; and back again it is the same picture. In between, walls and roads are lines a
  // pixel wide in so small a picture of one sample; a seventh of it differed where roofs had the colour of walls.
  std::vector<Image> far;
  for (const auto& [range, at] : cameras) far.push_back(picture(at));
  EXPECT_LT(layer().triangles, triangles / 2);
  EXPECT_GT(layer().tiles->drawn, 0u);
  EXPECT_EQ(picture(camera).rgba, near.rgba);
  ASSERT_NO_FATAL_FAILURE(open(whole));
  for (std::size_t i = 0; i < far.size(); ++i) EXPECT_LT(test::difference(picture(cameras[i].second), far[i]), cameras[i].first > 700 && cameras[i].first < 6000 ? 0.05 : 0.01) << cameras[i].first << " m";
}

// Passes that a city with baked light does without are not there for the ground alone either, when the city leaves the picture.
TEST_F(TileStreaming, TheCityOutOfViewDoesNotMakeTheGroundDearer) {
  ASSERT_NO_FATAL_FAILURE(open(streamed));
  auto camera = over(350);
  (void)picture(camera);  // it is there
  const auto passes = [&](const scene::Camera& c) {
    engine->set_camera(c);
    engine->update(0);
    std::vector<std::string> out;
    for (int frame = 0; frame < 3; ++frame) EXPECT_TRUE(engine->draw_offscreen({640, 360}));  // times are those of a frame before
    for (const auto& p : engine->renderer()->stats().passes) out.push_back(p.name);
    return out;
  };
  const auto with = passes(camera);
  ASSERT_FALSE(with.empty());
  ASSERT_EQ(std::count(with.begin(), with.end(), "composite"), 0) << "the city is drawn straight";
  camera.lon += 0.3;  // degrees, and away from it
  camera.heading = 90;
  const auto without = passes(camera);
  EXPECT_EQ(std::count(without.begin(), without.end(), "composite"), 0);
}

// What the device has given out, all of it, is what counts.
TEST_F(TileStreaming, KeepsToItsBudgetAndGrowsCoarser) {
  ASSERT_NO_FATAL_FAILURE(open(streamed));
  const auto camera = over(1200);
  (void)picture(camera);
  const auto free = *layer().tiles;
  ASSERT_GT(free.gpu_bytes, std::uint64_t{1} << 20);
  EXPECT_EQ(free.coarser, 1);
  const auto all = engine->renderer()->gpu_memory_bytes();
  const auto budget = all - std::min(all, free.gpu_bytes) / 2;
  ASSERT_NO_FATAL_FAILURE(open(streamed, 0, budget));
  (void)picture(camera);  // what is drawn to takes its share with the first picture
  for (const double heading : {0., 90., 180., 270.}) {
    (void)picture(over(1200, heading));
    EXPECT_GT(layer().tiles->drawn, 0u);
    EXPECT_LE(engine->renderer()->gpu_memory_bytes(), budget);
  }
  // A budget that nothing fits in: the coarsest tile, and no more.
  ASSERT_NO_FATAL_FAILURE(open(streamed, 0, 1));
  (void)picture(camera);
  EXPECT_GT(layer().tiles->coarser, 1);
  EXPECT_EQ(layer().tiles->drawn, 1u);
  EXPECT_EQ(layer().tiles->loaded, 1u);
  EXPECT_EQ(layer().state, LayerState::ready);
}

TEST_F(TileStreaming, APickFindsTheBuildingInEveryLevel) {
  ASSERT_NO_FATAL_FAILURE(open(streamed));
  for (const double range : {300., 2500.}) {
    (void)picture(over(range));
    std::optional<Picked> picked;
    for (unsigned x = 60; x < 640 && !picked; x += 40)
      if (auto p = engine->pick({640, 360}, {x, 200}); p && p->feature && !p->attributes.empty() && p->feature_id.find("bldg") != std::string::npos) picked = p;
    ASSERT_TRUE(picked) << range;
    EXPECT_EQ(picked->layer, layer().id);
    EXPECT_EQ(picked->layer_name, "city");
    // the raw city has a building of that id
    bool found = false;
    for (const auto& f : engine->find(picked->feature_id)) found |= f.text == picked->feature_id;
    EXPECT_TRUE(found);
    const auto before = engine->still({640, 360}, 1, false);
    engine->select(picked);
    EXPECT_NE(engine->still({640, 360}, 1, false)->rgba, before->rgba);
    engine->select({});
    EXPECT_EQ(engine->still({640, 360}, 1, false)->rgba, before->rgba);
  }
}

// What stands out is the same whether the city is streamed, a part a frame, or held whole; tiles that come later have it too.
TEST_F(TileStreaming, WhatIsMarkedStandsOutAsInACityHeldWhole) {
  ASSERT_NO_FATAL_FAILURE(open(whole));
  const auto camera = over(350);
  const auto plain = picture(camera);
  std::optional<Picked> picked;
  for (unsigned x = 60; x < 640 && !picked; x += 40)
    if (auto p = engine->pick({640, 360}, {x, 200}); p && p->feature && p->feature_id.find("bldg") != std::string::npos) picked = p;
  ASSERT_TRUE(picked);
  const auto ids = std::make_shared<const std::set<std::string, std::less<>>>(std::set<std::string, std::less<>>{picked->feature_id});
  engine->mark("city", ids);
  const auto marked = picture(camera);
  ASSERT_GT(test::difference(plain, marked), 0.02) << "the others step back";
  ASSERT_NO_FATAL_FAILURE(open(streamed));
  const auto before = picture(camera);
  engine->mark("city", ids);
  const auto here = picture(camera);
  EXPECT_LT(test::difference(marked, here), 0.01);
  (void)picture(over(6000));
  EXPECT_EQ(picture(camera).rgba, here.rgba);
  engine->mark({}, nullptr);
  EXPECT_EQ(picture(camera).rgba, before.rgba);
  engine->set_camera(over(6000));
  engine->mark("city", ids);  // and before its tiles are there
  EXPECT_LT(test::difference(picture(camera), here), 0.001);
}

TEST_F(TileStreaming, ATileThatIsMissingIsNamedAndTheCoarserOneStays) {
  const auto broken = city() / "broken";
  fs::remove_all(broken);
  fs::copy(city() / "tiles", broken, fs::copy_options::recursive);
  fs::path finest;  // a leaf: the deepest level's first
  int deepest = -1;
  for (const auto& e : fs::recursive_directory_iterator(broken / "tiles"))
    if (e.is_regular_file()) {
      const int level = std::stoi(fs::relative(e.path(), broken / "tiles").begin()->string());
      if (level > deepest || (level == deepest && e.path() < finest)) deepest = level, finest = e.path();
    }
  fs::resize_file(finest, 100);
  ASSERT_NO_FATAL_FAILURE(open(R"({"layers": [{"name": "city", "path": "broken", "stream": true}]})"));
  const auto e = layer().extent;
  for (int i = 0; i < 100 && layer().diagnostics.errors.empty(); ++i) {  // over all of it, until the place comes into view
    const double x = (i % 10 + 0.5) / 10, y = (i / 10 + 0.5) / 10;
    engine->set_camera(scene::look_at({e.west + (e.east - e.west) * x, e.south + (e.north - e.south) * y, 20}, 200, 0, -60));
    engine->settle();
    EXPECT_GT(layer().tiles->drawn, 0u);
  }
  ASSERT_EQ(layer().diagnostics.errors.size(), 1u);
  EXPECT_NE(layer().diagnostics.errors.front().text().find(finest.filename().string()), std::string::npos);
  EXPECT_EQ(layer().state, LayerState::ready);
}

// What is loaded whole keeps to the budget too: a city model that cannot fit is refused before it is read, a tile set is coarser.
TEST_F(TileStreaming, WhatIsLoadedWholeKeepsToTheBudget) {
  const auto made = [&](const char* scene, std::uint64_t ram) {
    EngineOptions options;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.ram = ram;
    auto e = Engine::create(options, jobs, log);
    EXPECT_TRUE(e.ok());
    engine = std::move(*e);
    const auto file = city() / "scene.json";
    std::ofstream(file) << scene;
    EXPECT_TRUE(engine->open(*scene::read_scene(file)).ok());
    engine->settle();
    return layer();
  };
  const auto before = current_memory_bytes();
  const char* raw = R"({"layers": [{"name": "city", "path": "raw/udx"}]})";
  const auto refused = made(raw, 1 << 20);
  EXPECT_EQ(refused.state, LayerState::failed);
  EXPECT_NE(refused.error.find("--ram"), std::string::npos) << refused.error;
  EXPECT_NE(refused.error.find("tenbo bake"), std::string::npos) << refused.error;
  EXPECT_EQ(made(raw, before + (std::uint64_t{2} << 30)).state, LayerState::ready);
  const auto all = made(whole, before + (std::uint64_t{2} << 30)).triangles;
  const auto some = made(whole, 1 << 20);
  EXPECT_EQ(some.state, LayerState::ready);
  EXPECT_LE(some.triangles, all);
}

// A server that fails at one tile, and is well again later: the layer says so meanwhile, and the tile comes by itself.
TEST_F(TileStreaming, WhatTheNetworkDidNotGiveIsAskedForAgain) {
  (void)city();
  std::mutex mutex;
  std::string bad;
  std::atomic<bool> sick{true};
  test::HttpServer server([&](const test::HttpRequest& r) {
    const std::string path = r.target.substr(0, r.target.find('?'));
    {
      const std::lock_guard lock(mutex);
      if (bad.empty() && path.find(".glb") != std::string::npos) bad = path;
      if (sick && path == bad) return test::answer("", 503);
    }
    const auto bytes = read_file(city() / path.substr(1), 1 << 28);
    return bytes ? test::answer({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, 200, "Cache-Control: no-store\r\n") : test::answer("", 404);
  });
  const std::string scene = R"({"layers": [{"name": "city", "path": ")" + server.url("/tiles/tileset.json") + R"(", "stream": true}]})";
  ASSERT_NO_FATAL_FAILURE(open(scene.c_str()));
  engine->set_camera(over(350));
  engine->settle();
  ASSERT_FALSE(bad.empty());
  ASSERT_EQ(layer().diagnostics.errors.size(), 1u);
  EXPECT_NE(layer().diagnostics.errors[0].message.find("1 tile is missing for now"), std::string::npos) << layer().diagnostics.errors[0].text();
  EXPECT_NE(layer().diagnostics.errors[0].text().find("503"), std::string::npos);
  const auto notices = engine->hud({640, 360}).notices;
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](const auto& n) { return n.find("503") != std::string::npos; }));
  sick = false;
  const auto asked = [&] {
    const auto all = server.asked();
    return std::count(all.begin(), all.end(), bad);
  };
  const auto before = asked();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!layer().diagnostics.errors.empty() && std::chrono::steady_clock::now() < end) {
    engine->update(0.02);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(layer().diagnostics.errors.empty());
  EXPECT_EQ(asked(), before + 1);
}

// Frames that nobody waits for: each update does a little, and the picture is never empty once the first tile is there.
TEST_F(TileStreaming, AFlightIsNeverWithoutACity) {
  ASSERT_NO_FATAL_FAILURE(open(streamed));
  engine->set_camera(over(5000));
  engine->settle();
  const auto to = over(300, 120);
  engine->fly_to(to, 1.0);
  for (int frame = 0; frame < 70; ++frame) {
    engine->update(1.0 / 60);
    ASSERT_GT(layer().tiles->drawn, 0u) << frame;
    ASSERT_TRUE(engine->draw_offscreen({320, 180}).ok());
  }
  engine->settle();
  EXPECT_EQ(layer().tiles->waiting, 0u);
  EXPECT_NEAR(engine->camera().lon, to.lon, 1e-9);
}

}  // namespace
}  // namespace tenbo::runtime
