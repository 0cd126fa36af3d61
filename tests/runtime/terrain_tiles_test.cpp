// Terrain in tiles on the glass: the same picture as the DEM that it was baked of; what fails on the way comes later.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "gdal_tools.h"
#include "http_server.h"
#include "tenbo/base/file.h"
#include "tenbo/io/bake.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

namespace fs = std::filesystem;
using namespace tenbo::test;

constexpr double west = 138, south = 35, cell = 0.0005;
constexpr int edge = 200;

// A hill on a plain with a pit beside it, and a corner without data.
fs::path make_dem(const fs::path& dir) {
  std::ofstream out(dir / "hill.asc");
  out << "ncols " << edge << "\nnrows " << edge << "\nxllcorner " << west << "\nyllcorner " << south << "\ncellsize " << cell << "\nNODATA_value -9999\n";
  for (int j = 0; j < edge; ++j) {
    for (int i = 0; i < edge; ++i) {
      const double x = (i - 100) / 30.0, y = (100 - j) / 30.0;
      out << (i > 150 && j < 40 ? -9999 : 100 + 900 * std::exp(-x * x - y * y) - 90 * std::exp(-4 * (x - 2) * (x - 2) - 4 * y * y)) << ' ';
    }
    out << '\n';
  }
  out.close();
  run("gdal_translate -q -ot Float32 -a_srs EPSG:4326 " + quoted(dir / "hill.asc") + " " + quoted(dir / "hill.tif"));
  fs::remove(dir / "hill.asc");
  return dir / "hill.tif";
}

class TerrainTiles : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TENBO_HTTP_CACHE", "off", 1);
    dir = scratch(std::string("terrain-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    dem = make_dem(dir);
    io::BakeProgress baking;
    const auto report = io::bake_tiles({dem}, dir / "baked", {}, jobs, baking, {});
    ASSERT_TRUE(report.ok()) << report.error().text();
    ASSERT_GT(report->terrain_tiles, 10u);
  }
  void open(const std::string& path, std::uint64_t vram = 0) {
    EngineOptions options;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.vram = vram;
    auto made = Engine::create(options, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "ground", "path": ")" << path << "\"}" << more << "]}";
    auto read = scene::read_scene(dir / "scene.json");
    ASSERT_TRUE(read.ok()) << read.error().text();
    ASSERT_TRUE(engine->open(*read).ok());
    engine->settle();
    ASSERT_EQ(engine->layers().front().state, LayerState::ready) << engine->layers().front().error;
    engine->set_camera(scene::look_at({west + edge * cell / 2, south + edge * cell / 2, 500}, 7000, 20, -30));
    engine->settle();
  }
  Image picture() {
    engine->settle();
    auto image = engine->still({640, 360}, 1, false);
    EXPECT_TRUE(image.ok()) << image.error().text();
    return image ? std::move(*image) : Image();
  }
  // Share of pixels that differ by more than 24 of 255 in a channel, and the mean difference.
  static std::pair<double, double> apart(const Image& a, const Image& b) {
    if (a.rgba.size() != b.rgba.size() || a.rgba.empty()) return {1, 255};
    double far = 0, sum = 0;
    for (std::size_t i = 0; i < a.rgba.size(); i += 4) {
      int worst = 0;
      for (std::size_t k = 0; k < 3; ++k) worst = std::max(worst, std::abs(a.rgba[i + k] - b.rgba[i + k]));
      far += worst > 24;
      sum += worst;
    }
    return {far / static_cast<double>(a.rgba.size() / 4), sum / static_cast<double>(a.rgba.size() / 4)};
  }

  JobSystem jobs{2};
  Log log;
  fs::path dir, dem;
  std::string more;  // layers of the scene
  std::unique_ptr<Engine> engine;
};

}  // namespace

TEST_F(TerrainTiles, BakedTerrainLooksAsItsDem) {
  open(dem.string());
  const Image direct = picture();
  open((dir / "baked").string());
  const auto [far, mean] = apart(direct, picture());
  EXPECT_LT(far, 0.02);
  EXPECT_LT(mean, 1.5);
  EXPECT_TRUE(engine->layers().front().diagnostics.errors.empty());
}

TEST_F(TerrainTiles, ASmallBudgetMakesItCoarserNotPatchy) {
  open((dir / "baked").string());
  const Image full = picture();
  open((dir / "baked").string(), std::uint64_t{24} << 20);
  const Image small = picture();
  EXPECT_LT(apart(full, small).second, 12);
  EXPECT_EQ(picture().rgba, small.rgba) << "settled is settled";
}

TEST_F(TerrainTiles, WhatFailsOnTheWayComesLater) {
  std::mutex mutex;
  std::string victim;  // the first of the finest tiles that is asked for
  bool broken = true;
  HttpServer server([&](const HttpRequest& r) {
    const std::string path = r.target.substr(0, r.target.find('?'));
    {
      const std::lock_guard lock(mutex);
      if (victim.empty() && path.starts_with("/13/")) victim = path;
      if (broken && path == victim) return answer("", 503);
    }
    const auto file = dir / "baked/terrain" / path.substr(1);
    return fs::exists(file) ? answer(slurp(file)) : answer("", 404);
  });
  open(server.url("/layer.json"));
  const Image coarse = picture();
  ASSERT_FALSE(victim.empty());
  auto notes = engine->layers().front().diagnostics;
  ASSERT_EQ(notes.errors.size(), 1u);
  EXPECT_NE(notes.errors[0].text().find("tried again"), std::string::npos) << notes.errors[0].text();
  EXPECT_NE(notes.errors[0].text().find(victim), std::string::npos) << notes.errors[0].text();
  {
    const std::lock_guard lock(mutex);
    broken = false;
  }
  for (const auto patient = std::chrono::steady_clock::now() + std::chrono::minutes(2); !engine->layers().front().diagnostics.errors.empty() && std::chrono::steady_clock::now() < patient;) {
    engine->update(0.05);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  notes = engine->layers().front().diagnostics;
  for (const auto& e : notes.errors) ADD_FAILURE() << e.text();
  const Image mended = picture();
  open((dir / "baked").string());
  EXPECT_LT(apart(mended, picture()).second, 0.05);
}

// What lies on the ground is laid again on ground that came later.
TEST_F(TerrainTiles, WhatIsDrapedFollowsGroundThatComesLater) {
  std::atomic<bool> broken = true;
  HttpServer server([&](const HttpRequest& r) {
    const std::string path = r.target.substr(0, r.target.find('?'));
    if (broken && path.starts_with("/1")) return answer("", 503);  // the finer ones: 10 to 13
    const auto file = dir / "baked/terrain" / path.substr(1);
    return fs::exists(file) ? answer(slurp(file)) : answer("", 404);
  });
  std::ofstream(dir / "field.geojson") << R"({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry":
    {"type": "Polygon", "coordinates": [[[138.03, 35.03], [138.07, 35.03], [138.07, 35.07], [138.03, 35.07], [138.03, 35.03]]]}}]})";
  more = R"(, {"name": "field", "path": "field.geojson", "style": {"colour": "#ff0000"}})";
  open(server.url("/layer.json"));
  const Image coarse = picture();
  broken = false;
  const auto missing = [&] { return !engine->layers().front().diagnostics.errors.empty(); };
  EXPECT_TRUE(missing());
  // A host that answers 503 rests for a while (RemoteOptions::rest_seconds), and what failed in that time is asked for again up to a minute later.
  for (const auto patient = std::chrono::steady_clock::now() + std::chrono::minutes(2); missing() && std::chrono::steady_clock::now() < patient;) {
    engine->update(0.05);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const auto still_said = engine->layers().front().diagnostics;
  for (const auto& e : still_said.errors) ADD_FAILURE() << e.text();
  // Both the tiles and what lies on them are tried at their own times, at most a minute apart.
  Image mended = picture();
  Image direct;
  {
    auto first = std::move(engine);
    open((dir / "baked").string());
    direct = picture();
    engine = std::move(first);
  }
  for (int i = 0; i < 1400 && apart(mended, direct).second >= 0.05; ++i) {
    engine->update(0.05);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (i % 20 == 0) mended = picture();
  }
  EXPECT_LT(apart(mended, direct).second, 0.05);
  EXPECT_GT(apart(coarse, direct).second, 0.5);  // it made a difference
}

}  // namespace tenbo::runtime
