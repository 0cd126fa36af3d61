// What the legend says of boreholes: of the bars and the ring only where there are some.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "gdal_tools.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

TEST(BoreholeLegend, BarsAndRingsAreExplainedWhereThereAreSome) {
  const auto dir = test::scratch("borehole_legend");
  JobSystem jobs;
  Log log{LogLevel::error};
  const auto labels = [&](const std::string& rows) {
    test::write(dir / "holes.csv", "name,lon,lat,ground,from,to,soil,depth,n,water,date\n" + rows);
    std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "holes", "kind": "boreholes", "path": "holes.csv"}]})";
    EngineOptions options;
    options.assets = std::filesystem::path(TENBO_SOURCE_DIR) / "assets";
    options.language = Language::en;
    auto engine = Engine::create(options, jobs, log);
    auto scene = scene::read_scene(dir / "scene.json");
    EXPECT_TRUE(engine.ok() && scene.ok() && (*engine)->open(*scene).ok());
    (*engine)->settle();
    std::string out;
    for (const auto& l : (*engine)->legends())
      for (const auto& c : l.classes) out += c.label + "|";
    return out;
  };
  const auto all = labels("B1,139.5,35,3,0,2,sand,,,,\nB1,139.5,35,3,,,,1.15,50/12,1.4,2020-01-02\n");
  EXPECT_NE(all.find("N-values"), std::string::npos) << all;
  EXPECT_NE(all.find("water level"), std::string::npos) << all;
  const auto layers = labels("B1,139.5,35,3,0,2,sand,,,,\n");
  EXPECT_NE(layers.find("Sand"), std::string::npos) << layers;
  EXPECT_EQ(layers.find("N-values"), std::string::npos) << layers;
  EXPECT_EQ(layers.find("water level"), std::string::npos) << layers;
}

}  // namespace
}  // namespace tenbo::runtime
