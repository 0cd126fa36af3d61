// A field's or a record file that is replaced reaches the answers without a restart.
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tenbo/base/file.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

void write_depth(const fs::path& path, float depth) {
  GDALAllRegister();
  const auto temporary = path.string() + ".new";
  auto* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  auto* set = driver->Create(temporary.c_str(), 4, 4, 1, GDT_Float32, nullptr);
  double geotransform[6] = {139.76, 0.001, 0, 35.684, 0, -0.001};
  set->SetGeoTransform(geotransform);
  OGRSpatialReference srs;
  srs.importFromEPSG(4326);
  set->SetSpatialRef(&srs);
  set->SetMetadataItem("TENBO_QUANTITY", "water depth");
  set->SetMetadataItem("TENBO_UNIT", "m");
  float values[16];
  std::fill(std::begin(values), std::end(values), depth);
  ASSERT_EQ(set->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, 4, 4, values, 4, 4, GDT_Float32, 0, 0), CE_None);
  GDALClose(set);
  fs::rename(temporary, path);
}

class LiveUpdate : public ::testing::TestWithParam<bool> {};

TEST_P(LiveUpdate, AReplacedFieldFollows) {
  const bool plugin = GetParam();
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / (plugin ? "live-plugin" : "live-builtin");
  fs::create_directories(dir);
  write_depth(dir / "depth.tif", 0.7f);
  std::ofstream(dir / "scene.json") << (plugin
      ? R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif", "plugin": "hazard_flood", "parameters": {"path": "depth.tif"}}]})"
      : R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif"}]})");
  JobSystem jobs;
  Log log(LogLevel::error);
  EngineOptions options;
  options.graphics = false;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
  auto engine = Engine::create(options, jobs, log);
  ASSERT_TRUE(engine.ok()) << engine.error().text();
  auto scene = scene::read_scene(dir / "scene.json");
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  ASSERT_TRUE((*engine)->open(*scene).ok());
  (*engine)->settle();
  const auto depth = [&] {
    const auto probe = (*engine)->probe(139.762, 35.682);
    return probe.layers.empty() || !probe.layers[0].value ? -1.0 : *probe.layers[0].value;
  };
  ASSERT_NEAR(depth(), 0.7, 1e-6);

  write_depth(dir / "depth.tif", 2.5f);
  const auto begun = std::chrono::steady_clock::now();
  const auto waited = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
  while (std::abs(depth() - 2.5) > 1e-6 && waited() < 20) {
    (*engine)->update(1.0 / 60);
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
  EXPECT_NEAR(depth(), 2.5, 1e-6);
  std::printf("the new field was there after %.2f s\n", waited());

  // a broken file takes nothing away, and says so
  std::ofstream(dir / "depth.tif", std::ios::trunc) << "not a raster";
  for (int i = 0; i < 80; ++i) {
    (*engine)->update(1.0 / 60);
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
  EXPECT_NEAR(depth(), 2.5, 1e-6);
  const auto status = (*engine)->layers().front();
  EXPECT_EQ(status.state, LayerState::ready);
  EXPECT_FALSE(status.diagnostics.errors.empty() && status.diagnostics.warnings.empty());
}

// Between the old picture and the new one there is never a dry one: water that blinks away would be a lie.
TEST_P(LiveUpdate, TheWaterDoesNotBlink) {
  const bool plugin = GetParam();
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / (plugin ? "blink-plugin" : "blink-builtin");
  fs::create_directories(dir);
  write_depth(dir / "depth.tif", 0.7f);
  std::ofstream(dir / "scene.json") << (plugin
      ? R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif", "plugin": "hazard_flood", "parameters": {"path": "depth.tif"}}]})"
      : R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif"}]})");
  JobSystem jobs;
  Log log(LogLevel::error);
  EngineOptions options;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
  auto engine = Engine::create(options, jobs, log);
  if (!engine) GTEST_SKIP() << "no Vulkan device: " << engine.error().text();
  auto scene = scene::read_scene(dir / "scene.json");
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  ASSERT_TRUE((*engine)->open(*scene).ok());
  (*engine)->set_water_mode(render::WaterMode::classes);
  scene::Camera above;
  above.lon = 139.762;
  above.lat = 35.682;
  above.height = 900;
  above.pitch = -89.9;
  (*engine)->set_camera(above);
  const auto colour = [&] {
    auto image = (*engine)->still({64, 48}, 1, false);
    if (!image) { ADD_FAILURE() << image.error().text(); return Rgba8{}; }
    const auto* p = image->pixel(32, 24);
    return Rgba8{p[0], p[1], p[2], 255};
  };
  (void)colour();
  (*engine)->settle();
  // 0.5 m to 3 m and 3 m to 5 m, MLIT's flood manual
  const Rgba8 half{255, 216, 192, 255}, three{255, 183, 183, 255};
  ASSERT_EQ(colour(), half);
  write_depth(dir / "depth.tif", 3.5f);
  const auto begun = std::chrono::steady_clock::now();
  for (Rgba8 now = half; now != three && std::chrono::steady_clock::now() - begun < std::chrono::seconds(20);) {
    (*engine)->update(1.0 / 60);
    now = colour();
    ASSERT_TRUE(now == half || now == three) << int(now.r) << ' ' << int(now.g) << ' ' << int(now.b);
  }
  EXPECT_EQ(colour(), three);
}

INSTANTIATE_TEST_SUITE_P(BuiltInAndPlugin, LiveUpdate, ::testing::Bool());

}  // namespace
}  // namespace tenbo::runtime
