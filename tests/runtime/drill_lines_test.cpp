// Coasts of an exercise beside real ones, as they are drawn: both are of the purple of a major warning, and only the real one is unbroken.
#include <gtest/gtest.h>

#include "../support/engine_fixture.h"
#include "jma_writer.h"

namespace tenbo::runtime {
namespace {

class DrillLines : public test::EngineFixture {};

TEST_F(DrillLines, ALineOfAnExerciseIsDashed) {
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(dir / name) << text; };
  write("coasts.geojson", R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": "900"}, "geometry": {"type": "LineString", "coordinates": [[138.40, 34.40], [138.41, 34.40]]}},
    {"type": "Feature", "properties": {"code": "904"}, "geometry": {"type": "LineString", "coordinates": [[138.42, 34.40], [138.43, 34.40]]}}]})");
  const auto warning = [](const char* coast, const char* status, const char* event) {
    return test::jma_message({.title = "津波警報・注意報・予報a", .event = event, .status = status}, "<Tsunami><Forecast>" + test::jma_coast(coast, "53", "00", "", "") + "</Forecast></Tsunami>");
  };
  write("real.xml", warning("900", "通常", "20260913055500"));
  write("drill.xml", warning("904", "訓練", "20260913055600"));
  auto with = options();
  with.graphics = true;
  ASSERT_NO_FATAL_FAILURE(open_ready(R"({"time": "2026-09-13T07:00:00+09:00", "layers": [{"name": "tsunami", "plugin": "hazard_tsunami",
    "parameters": {"path": ["real.xml", "drill.xml"], "coasts": "coasts.geojson"}}]})", with));
  scene::Camera above;
  above.lon = 138.415;
  above.lat = 34.40;
  above.height = 3500;
  above.pitch = -89.9;
  engine->set_camera(above);
  engine->settle();
  const glm::uvec2 size{640, 480};
  const auto picture = engine->still(size, 1, false);
  ASSERT_TRUE(picture.ok()) << picture.error().text();
  // How much of the line between two longitudes is purple (200, 0, 255), within 4 px of where it lies.
  const auto purple = [&](double west, double east) {
    const auto a = engine->camera().project(geo::to_ecef({west, 34.40, 0}), glm::dvec2(size)), b = engine->camera().project(geo::to_ecef({east, 34.40, 0}), glm::dvec2(size));
    EXPECT_TRUE(a && b);
    if (!a || !b) return -1.0;
    int all = 0, is = 0;
    for (int x = static_cast<int>(a->x); x <= static_cast<int>(b->x); ++x, ++all) {
      bool found = false;
      for (int y = static_cast<int>(a->y) - 4; y <= static_cast<int>(a->y) + 4; ++y) {
        const auto* p = picture->pixel(x, y);
        found = found || (p[0] > p[1] + 90 && p[2] > p[1] + 90);
      }
      is += found;
    }
    EXPECT_GT(all, 60);
    return static_cast<double>(is) / all;
  };
  EXPECT_GT(purple(138.401, 138.409), 0.98);
  const double drill = purple(138.421, 138.429);
  EXPECT_GT(drill, 0.3);
  EXPECT_LT(drill, 0.8);
}

}  // namespace
}  // namespace tenbo::runtime
