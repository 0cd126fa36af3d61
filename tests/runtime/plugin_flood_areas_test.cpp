// Areas of assumed inundation in the flood plugin. Counts: ogrinfo's SQL on the same files; classes: the code lists of the National Land
// Numerical Information A31 (浸水深ランク 1-6, 浸水継続時間ランク 1-7) and the colours of the guide to flood hazard maps.
#include <gmock/gmock.h>

#include <map>

#include "gdal_tools.h"
#include "plugin_messages.h"

namespace tenbo::runtime {
namespace {
using ::testing::Contains;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class FloodAreasTest : public MessageTest {
 protected:
  // Shapefiles as the ministry has them: EPSG:6668, a code a polygon.
  fs::path shapefile(const std::string& name, const std::string& column, const std::vector<int>& ranks) {
    std::string all;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      const double x = 139 + 0.01 * static_cast<double>(i);
      char at[400];
      std::snprintf(at, sizeof at, "[[[%f,36],[%f,36],[%f,36.01],[%f,36.01],[%f,36]]]", x, x + 0.01, x + 0.01, x, x);
      all += std::string(i ? "," : "") + R"({"type":"Feature","properties":{"A31a_202":"展望川",")" + column + "\":" + std::to_string(ranks[i]) + R"(},"geometry":{"type":"MultiPolygon","coordinates":[)" + at + "]}}";
    }
    put(name + ".geojson", R"({"type":"FeatureCollection","features":[)" + all + "]}");
    tool("ogr2ogr", {"-f", "ESRI Shapefile", "-a_srs", "EPSG:6668", "-lco", "ENCODING=UTF-8", path(name + ".shp"), path(name + ".geojson")});
    return path(name + ".shp");
  }
  static std::map<std::string, int> by_class(const PluginOutput& o) {
    std::map<std::string, int> out;
    for (const auto* s : of_kind(o, PluginShapeKind::area)) ++out[class_of(o, *s).label.en];
    return out;
  }
};

TEST_F(FloodAreasTest, RanksOfTheMinistryInTheOfficialClasses) {
  const auto file = shapefile("A31a-20", "A31a_205", {1, 2, 2, 3, 4, 5, 6, 9, 2});
  const auto l = layer("hazard_flood", {{"areas", file.string()}, {"source", "国土数値情報"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  const auto counts = by_class(*o);
  const std::string sql = test::run("ogrinfo -q -dialect sqlite -sql 'SELECT COUNT(*) AS n FROM \"A31a-20\" WHERE A31a_205 = 2' " + test::quoted(file));
  ASSERT_NE(sql.find("n (Integer) = 3"), std::string::npos) << sql;
  EXPECT_EQ(counts.at("Depth 0.5–3 m"), 3);
  EXPECT_EQ(counts.at("Depth ≥ 20 m"), 1);
  EXPECT_EQ(counts.at("Depth not known"), 1) << "9 is no rank";
  EXPECT_THAT(o->warnings, Contains(HasSubstr("1 areas have no depth")));
  EXPECT_EQ(o->source, "国土数値情報");
  const auto areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 9u);
  EXPECT_EQ(class_of(*o, *areas[6]).colour.r, 220);
  EXPECT_EQ(value(*o, *areas[0], "A31a_202"), "展望川");
  EXPECT_EQ(value(*o, *areas[0], "depth"), "1");
}

TEST_F(FloodAreasTest, DurationsAndTheOldRanks) {
  const auto stays = layer("hazard_flood", {{"areas", shapefile("A31a-30", "A31a_305", {1, 3, 7, 8}).string()}, {"source", "test"}});
  ASSERT_EQ(stays->state(), PluginState::ready) << stays->error().text();
  auto counts = by_class(*stays->output());
  EXPECT_EQ(counts.at("Stays < 12 h"), 1);
  EXPECT_EQ(counts.at("Stays 1–3 days"), 1);
  EXPECT_EQ(counts.at("Stays ≥ 4 weeks"), 1);
  EXPECT_EQ(counts.at("Duration not known"), 1);
  EXPECT_EQ(class_of(*stays->output(), *of_kind(*stays->output(), PluginShapeKind::area)[1]).colour.r, 250);
  // A31-12 of 2012: 11 = 0-0.5, 12 = 0.5-1, 13 = 1-2, 14 = 2-5 m, 15 = more
  const auto old = layer("hazard_flood", {{"areas", shapefile("A31-12", "A31_001", {11, 12, 13, 14, 15, 16}).string()}, {"source", "test"}});
  ASSERT_EQ(old->state(), PluginState::ready) << old->error().text();
  counts = by_class(*old->output());
  EXPECT_EQ(counts.at("Depth < 0.5 m"), 1);
  EXPECT_EQ(counts.at("Depth 0.5–3 m"), 2);
  EXPECT_EQ(counts.at("Depth 3–5 m"), 1);
  EXPECT_EQ(counts.at("Depth 5–10 m"), 1);
  EXPECT_EQ(counts.at("Depth not known"), 1);
}

TEST_F(FloodAreasTest, WhatDoesNotFitIsSaid) {
  const auto none = layer("hazard_flood", {});
  EXPECT_THAT(none->error().text(), HasSubstr("areas"));
  const auto other = layer("hazard_flood", {{"areas", shapefile("other", "colour", {1}).string()}});
  EXPECT_THAT(other->error().text(), HasSubstr("depth_column"));
  const auto both = layer("hazard_flood", {{"areas", path("other.shp")}, {"path", path("x.tif")}});
  EXPECT_THAT(both->error().text(), HasSubstr("a layer of its own"));
}

// A real map of inland floods: words of a city, counted by ogrinfo.
TEST_F(FloodAreasTest, ARealMapOfInlandFloods) {
  const auto file = fs::path(TENBO_SHARED_DATA) / "city-layers-a/焼津市/内水浸水想定区域/内水浸水想定区域.geojson";
  if (!fs::exists(file)) GTEST_SKIP() << "the city's map is not here";
  const auto l = layer("hazard_flood", {{"areas", file.string()}, {"source", "焼津市"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto counts = by_class(*l->output());
  int shown = 0;
  for (const auto& [name, n] : counts) shown += n;
  const auto all = test::run("ogrinfo -ro -so -al " + test::quoted(file));
  EXPECT_NE(all.find("Feature Count: " + std::to_string(shown) + "\n"), std::string::npos) << shown << "\n" << all.substr(0, 400);
  EXPECT_EQ(counts.count("Depth not known"), 0u);
  // 0.3m未満 and 0.3~0.5m未満 lie below 0.5 m; 0.5~1.0m未満 and 1.0~3.0m未満 in the class above
  const auto shallow = test::run("ogrinfo -q -dialect sqlite -sql \"SELECT COUNT(*) AS n FROM '内水浸水想定区域_EPSG4326' WHERE \\\"最大浸水深\\\" IN ('0.3m未満の区域', '0.3~0.5m未満の区域')\" " + test::quoted(file));
  EXPECT_NE(shallow.find("n (Integer) = " + std::to_string(counts.at("Depth < 0.5 m")) + "\n"), std::string::npos) << shallow;
}

}  // namespace
}  // namespace tenbo::runtime
