// A field's or a record file that is replaced reaches the answers without a restart.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../support/depth_raster.h"
#include "tenbo/base/file.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

using test::write_depth;

// An engine with a scene, open but not settled.
class WithEngine {
 protected:
  void open_scene(const fs::path& file, bool graphics = true) {
    EngineOptions options;
    options.graphics = graphics;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    auto made = Engine::create(options, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    auto scene = scene::read_scene(file);
    ASSERT_TRUE(scene.ok()) << scene.error().text();
    ASSERT_TRUE(engine->open(*scene).ok());
  }
  // Right above the middle of the depth field.
  static scene::Camera from_above() {
    scene::Camera above;
    above.lon = 139.762;
    above.lat = 35.682;
    above.height = 900;
    above.pitch = -89.9;
    return above;
  }
  JobSystem jobs;
  Log log{LogLevel::error};
  std::unique_ptr<Engine> engine;
};

class LiveUpdate : public ::testing::TestWithParam<bool>, protected WithEngine {  // a plugin's layer, or a built-in one
 protected:
  // A scene of one depth field, 0.7 m everywhere, open but not settled.
  void open(const char* name, bool graphics) {
    dir = fs::path(TENBO_BINARY_DIR) / (std::string(name) + (GetParam() ? "-plugin" : "-builtin"));
    fs::create_directories(dir);
    write_depth(dir / "depth.tif", 0.7f);
    std::ofstream(dir / "scene.json") << (GetParam()
        ? R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif", "plugin": "hazard_flood", "parameters": {"path": "depth.tif"}}]})"
        : R"({"layers": [{"name": "depth", "kind": "field", "path": "depth.tif"}]})");
    open_scene(dir / "scene.json", graphics);
  }
  fs::path dir;
};

TEST_P(LiveUpdate, AReplacedFieldFollows) {
  ASSERT_NO_FATAL_FAILURE(open("live", false));
  engine->settle();
  const auto depth = [&] {
    const auto probe = engine->probe(139.762, 35.682);
    return probe.layers.empty() || !probe.layers[0].value ? -1.0 : *probe.layers[0].value;
  };
  ASSERT_NEAR(depth(), 0.7, 1e-6);

  write_depth(dir / "depth.tif", 2.5f);
  const auto begun = std::chrono::steady_clock::now();
  const auto waited = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
  while (std::abs(depth() - 2.5) > 1e-6 && waited() < 20) {
    engine->update(1.0 / 60);
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
  EXPECT_NEAR(depth(), 2.5, 1e-6);
  std::printf("the new field was there after %.2f s\n", waited());

  // a broken file takes nothing away, and says so
  std::ofstream(dir / "depth.tif", std::ios::trunc) << "not a raster";
  for (int i = 0; i < 80; ++i) {
    engine->update(1.0 / 60);
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
  EXPECT_NEAR(depth(), 2.5, 1e-6);
  const auto status = engine->layers().front();
  EXPECT_EQ(status.state, LayerState::ready);
  EXPECT_FALSE(status.diagnostics.errors.empty() && status.diagnostics.warnings.empty());
}

// Between the old picture and the new one there is never a dry one: water that blinks away would be a lie.
TEST_P(LiveUpdate, TheWaterDoesNotBlink) {
  ASSERT_NO_FATAL_FAILURE(open("blink", true));
  engine->set_water_mode(render::WaterMode::classes);
  engine->set_camera(from_above());
  const auto colour = [&] {
    auto image = engine->still({64, 48}, 1, false);
    if (!image) { ADD_FAILURE() << image.error().text(); return Rgba8{}; }
    const auto* p = image->pixel(32, 24);
    return Rgba8{p[0], p[1], p[2], 255};
  };
  (void)colour();
  engine->settle();
  // 0.5 m to 3 m and 3 m to 5 m, MLIT's flood manual
  const Rgba8 half{255, 216, 192, 255}, three{255, 183, 183, 255};
  ASSERT_EQ(colour(), half);
  write_depth(dir / "depth.tif", 3.5f);
  const auto begun = std::chrono::steady_clock::now();
  for (Rgba8 now = half; now != three && std::chrono::steady_clock::now() - begun < std::chrono::seconds(20);) {
    engine->update(1.0 / 60);
    now = colour();
    ASSERT_TRUE(now == half || now == three) << int(now.r) << ' ' << int(now.g) << ' ' << int(now.b);
  }
  EXPECT_EQ(colour(), three);
}

class FieldSteps : public ::testing::Test, protected WithEngine {};

// The time bar on a step that cannot be read: no water at all, never that of another hour.
TEST_F(FieldSteps, AStepThatCannotBeReadShowsNothing) {
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / "unreadable-step";
  fs::create_directories(dir);
  for (const char* name : {"depth_20260913T0000Z.tif", "depth_20260913T0100Z.tif", "depth_20260913T0200Z.tif"}) write_depth(dir / name, 0.7f);
  const fs::path last = dir / "depth_20260913T0200Z.tif";  // its tags are whole, its values cut off
  fs::resize_file(last, fs::file_size(last) - 32);
  std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "depth", "kind": "field", "path":
    ["depth_20260913T0000Z.tif", "depth_20260913T0100Z.tif", "depth_20260913T0200Z.tif"]}]})";
  ASSERT_NO_FATAL_FAILURE(open_scene(dir / "scene.json"));
  engine->set_water_mode(render::WaterMode::classes);
  engine->set_camera(from_above());
  const auto wet = [&] {
    auto image = engine->still({64, 48}, 1, false);
    const auto* p = image->pixel(32, 24);
    return p[0] == 255 && p[1] == 216 && p[2] == 192;  // 0.5 m to 3 m, MLIT's flood manual
  };
  (void)wet();
  engine->settle();
  ASSERT_TRUE(wet());
  ASSERT_EQ(engine->time().steps.size(), 3u);
  engine->set_time(engine->time().steps[2]);
  engine->settle();
  EXPECT_FALSE(wet());
  engine->set_time(engine->time().steps[1]);
  engine->settle();
  EXPECT_TRUE(wet());
}

// A box of 40 m around the middle of the depth field, 30 m high.
void write_building(const fs::path& path) {
  const double south = 35.6818, north = 35.6822, west = 139.7618, east = 139.7622;
  const auto face = [](std::initializer_list<std::array<double, 3>> points) {
    std::string list;
    for (const auto& p : points) list += std::to_string(p[0]) + " " + std::to_string(p[1]) + " " + std::to_string(p[2]) + " ";
    return "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" + list + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>";
  };
  const auto wall = [&](double a, double b, double c, double d) { return face({{{a, b, 0}}, {{c, d, 0}}, {{c, d, 30}}, {{a, b, 30}}, {{a, b, 0}}}); };
  std::ofstream(path) << R"(<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0" xmlns:gml="http://www.opengis.net/gml">
<gml:boundedBy><gml:Envelope srsName="EPSG:6697" srsDimension="3"><gml:lowerCorner>35.68 139.76 0</gml:lowerCorner><gml:upperCorner>35.69 139.77 30</gml:upperCorner></gml:Envelope></gml:boundedBy>
<core:cityObjectMember><bldg:Building gml:id="b"><bldg:lod1MultiSurface><gml:MultiSurface>)"
      << face({{{south, west, 30}}, {{south, east, 30}}, {{north, east, 30}}, {{north, west, 30}}, {{south, west, 30}}}) << wall(south, west, south, east)
      << wall(south, east, north, east) << wall(north, east, north, west) << wall(north, west, south, west)
      << "</gml:MultiSurface></bldg:lod1MultiSurface></bldg:Building></core:cityObjectMember></core:CityModel>";
}

// Nor does a building keep the class of another hour: it looks as if there were no forecast at all.
TEST_F(FieldSteps, AStepThatCannotBeReadTakesTheBuildingsClassesAway) {
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / "unreadable-step-class";
  fs::create_directories(dir);
  for (const char* name : {"depth_20260913T0000Z.tif", "depth_20260913T0100Z.tif"}) write_depth(dir / name, 0.7f);
  const fs::path last = dir / "depth_20260913T0100Z.tif";
  fs::resize_file(last, fs::file_size(last) - 32);
  write_building(dir / "b.gml");
  std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "city", "kind": "buildings", "path": "b.gml"}, {"name": "depth", "kind": "field", "path":
    ["depth_20260913T0000Z.tif", "depth_20260913T0100Z.tif"]}]})";
  ASSERT_NO_FATAL_FAILURE(open_scene(dir / "scene.json"));
  engine->set_camera(scene::look_at({139.762, 35.682, 5}, 150, 0, -35));
  const auto picture = [&] {
    (void)engine->still({96, 72}, 1, false);
    engine->settle();
    return engine->still({96, 72}, 1, false)->rgba;
  };
  engine->settle();
  std::uint32_t depth = 0;
  for (const auto& l : engine->layers()) if (l.name == "depth") depth = l.id;
  engine->set_opacity(depth, 0);  // the water itself is not seen: what differs are the classes of the building
  engine->set_time(*geo::parse_instant("2026-09-13T00:00:00Z"));
  const auto flooded = picture();
  engine->set_time(*geo::parse_instant("2026-09-13T01:00:00Z"));
  const auto unreadable = picture();
  engine->set_visible(depth, false);
  const auto without = picture();
  EXPECT_EQ(unreadable, without);
  engine->set_time(*geo::parse_instant("2026-09-13T00:00:00Z"));
  EXPECT_NE(flooded, picture());  // the class was there to be seen, in the same light
}

INSTANTIATE_TEST_SUITE_P(BuiltInAndPlugin, LiveUpdate, ::testing::Bool());

}  // namespace
}  // namespace tenbo::runtime
