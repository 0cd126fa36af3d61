// Areas of assumed inundation in the flood plugin. Counts: ogrinfo's SQL on the same files; classes: the code lists of the National Land
// Numerical Information A31 (浸水深ランク 1-6, 浸水継続時間ランク 1-7) and the colours of the guide to flood hazard maps.
#include <gmock/gmock.h>

#include <map>

#include "../../engine/runtime/src/impact/hazard_places.h"
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
  // impacts take the deeper of two for the worse, also where both have one level (10 to 20 m, and more: 5)
  const auto places = shape_places(o, "areas");
  ASSERT_TRUE(places) << places.error().text();
  ASSERT_EQ(places->classes.size(), 6u);
  EXPECT_EQ(places->classes.front().label.en, "Depth < 0.5 m");
  EXPECT_EQ(places->classes[4].label.en, "Depth 10–20 m");
  EXPECT_EQ(places->classes.back().label.en, "Depth ≥ 20 m");
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
  // and in seven: 21 = 0-0.5, 22 = 0.5-1, 23 = 1-2, 24 = 2-3, 25 = 3-4, 26 = 4-5 m, 27 = more
  const auto seven = layer("hazard_flood", {{"areas", shapefile("A31-12b", "A31_001", {21, 22, 23, 24, 25, 26, 27, 28, 16}).string()}, {"source", "test"}});
  ASSERT_EQ(seven->state(), PluginState::ready) << seven->error().text();
  counts = by_class(*seven->output());
  EXPECT_EQ(counts.at("Depth < 0.5 m"), 1);
  EXPECT_EQ(counts.at("Depth 0.5–3 m"), 3);
  EXPECT_EQ(counts.at("Depth 3–5 m"), 2);
  EXPECT_EQ(counts.at("Depth 5–10 m"), 1);
  EXPECT_EQ(counts.at("Depth not known"), 2);
}

TEST_F(FloodAreasTest, WhatDoesNotFitIsSaid) {
  const auto none = layer("hazard_flood", {});
  EXPECT_THAT(none->error().text(), HasSubstr("areas"));
  const auto other = layer("hazard_flood", {{"areas", shapefile("other", "colour", {1}).string()}});
  EXPECT_THAT(other->error().text(), HasSubstr("depth_column"));
  const auto both = layer("hazard_flood", {{"areas", path("other.shp")}, {"path", path("x.tif")}});
  EXPECT_THAT(both->error().text(), HasSubstr("a layer of its own"));
}

// PLATEAU's own: surfaces of water whose z is a level, ranks 1 to 6 by code, a city's own ranks as words of its code list, two plans.
class PlateauFloodTest : public FloodAreasTest {
 protected:
  static std::string water(const std::string& id, double lon, const std::string& attribute) {
    char ring[400];
    std::snprintf(ring, sizeof ring, "36 %.4f 8.5 36 %.4f 8.5 36.001 %.4f 8.6 36 %.4f 8.5", lon, lon + 0.001, lon, lon);
    return "<core:cityObjectMember><wtr:WaterBody gml:id=\"" + id + "\"><gml:name>展望川</gml:name><wtr:lod1MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" + ring +
           "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></wtr:lod1MultiSurface><uro:floodingRiskAttribute>" + attribute + "</uro:floodingRiskAttribute></wtr:WaterBody></core:cityObjectMember>";
  }
  static std::string river(const std::string& rank, int scale) {
    return "<uro:RiverFloodingRiskAttribute><uro:description>1</uro:description>" + rank + "<uro:scale codeSpace=\"../../../../codelists/scale.xml\">" + std::to_string(scale) + "</uro:scale></uro:RiverFloodingRiskAttribute>";
  }
  void package(const std::string& at, const std::string& members) {
    fs::create_directories(dir_ / fs::path(at).parent_path());
    fs::create_directories(dir_ / "codelists");
    put("codelists/scale.xml", list({{"1", "L1（計画規模）"}, {"2", "L2（想定最大規模）"}}));
    put("codelists/own.xml", list({{"1", "0.3m未満"}, {"2", "3.0m以上4.0m未満"}}));
    put(at, R"(<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:gml="http://www.opengis.net/gml" xmlns:wtr="http://www.opengis.net/citygml/waterbody/2.0" xmlns:uro="https://www.geospatial.jp/iur/uro/3.1">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>36 139 0</gml:lowerCorner><gml:upperCorner>36.1 139.1 0</gml:upperCorner></gml:Envelope></gml:boundedBy>)" + members + "</core:CityModel>");
  }
  static std::string list(const std::vector<std::pair<std::string, std::string>>& words) {
    std::string out = "<gml:Dictionary xmlns:gml=\"http://www.opengis.net/gml\"><gml:name>list</gml:name>";
    for (const auto& [code, word] : words) out += "<gml:dictionaryEntry><gml:Definition><gml:description>" + word + "</gml:description><gml:name>" + code + "</gml:name></gml:Definition></gml:dictionaryEntry>";
    return out + "</gml:Dictionary>";
  }
};

TEST_F(PlateauFloodTest, RanksAndPlansOfWaterBodies) {
  package("udx/fld/natl/river/53394611_fld_6697_l2.gml",
          water("a", 139.0, river("<uro:rank>3</uro:rank>", 2)) + water("b", 139.01, river("<uro:rank>6</uro:rank>", 1)) +
              water("c", 139.02, river("<uro:rankOrg codeSpace=\"../../../../codelists/own.xml\">2</uro:rankOrg>", 2)) +
              water("d", 139.03, river("<uro:rankOrg codeSpace=\"../../../../codelists/missing.xml\">2</uro:rankOrg>", 2)) + water("e", 139.04, "<uro:RiverFloodingRiskAttribute><uro:depth uom=\"m\">0.4</uro:depth></uro:RiverFloodingRiskAttribute>"));
  const auto l = layer("hazard_flood", {{"areas", path("udx/fld")}, {"source", "展望市"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  auto counts = by_class(*o);
  EXPECT_EQ(counts.at("Depth 3–5 m"), 2) << "rank 3, and the words of the city's list";
  EXPECT_EQ(counts.at("Depth ≥ 20 m"), 1);
  EXPECT_EQ(counts.at("Depth < 0.5 m"), 1);
  EXPECT_EQ(counts.at("Depth not known"), 1) << "a code is no depth in metres";
  EXPECT_THAT(o->warnings, Contains(HasSubstr("1 of them have a rank of the city's own")));
  const auto areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 5u);
  EXPECT_EQ(value(*o, *areas[0], "scale"), "L2（想定最大規模）");
  EXPECT_EQ(value(*o, *areas[0], "name"), "展望川");
  EXPECT_EQ(value(*o, *areas[2], "depth"), "3.0m以上4.0m未満");
  EXPECT_EQ(areas[0]->rings, 1u);
  EXPECT_NEAR(o->shapes->extent.south, 36, 1e-8) << "latitude first, as EPSG:6697 has it";
  EXPECT_NEAR(o->shapes->extent.west, 139, 1e-8);
  // one plan alone; what does not say its plan stays
  const auto planned = layer("hazard_flood", {{"areas", path("udx/fld")}, {"plan", "planned"}, {"source", "展望市"}});
  ASSERT_EQ(planned->state(), PluginState::ready) << planned->error().text();
  EXPECT_EQ(by_class(*planned->output()), (std::map<std::string, int>{{"Depth ≥ 20 m", 1}, {"Depth < 0.5 m", 1}}));
  // the same surfaces as a tsunami's
  package("udx/tnm/53394611_tnm_6697.gml", water("t", 139.0, "<uro:TsunamiRiskAttribute><uro:description>1</uro:description><uro:rank>4</uro:rank></uro:TsunamiRiskAttribute>"));
  const auto tsunami = layer("hazard_tsunami", {{"inundation", path("udx/tnm")}, {"source", "展望市"}});
  ASSERT_EQ(tsunami->state(), PluginState::ready) << tsunami->error().text();
  EXPECT_EQ(by_class(*tsunami->output()), (std::map<std::string, int>{{"Depth 5–10 m", 1}}));
}

TEST_F(PlateauFloodTest, ACityModelWithoutSuchAnAttributeIsToldSo) {
  package("udx/fld/a.gml", water("a", 139.0, ""));
  const auto l = layer("hazard_flood", {{"areas", path("udx/fld/a.gml")}});
  EXPECT_THAT(l->error().text(), HasSubstr("depth_column"));
}

// Real water bodies: the ranks that their texts have.
TEST_F(PlateauFloodTest, RealWaterBodies) {
  const fs::path data = fs::path(TENBO_SHARED_DATA) / "plateau-flow-v4";
  if (!fs::exists(data)) GTEST_SKIP() << "no " << data;
  const auto fld = layer("hazard_flood", {{"areas", (data / "fld/16202_takaoka-shi_city_2024_citygml_1_op_fld/udx/fld").string()}, {"source", "PLATEAU"}});
  ASSERT_EQ(fld->state(), PluginState::ready) << fld->error().text();
  const auto text = test::run("grep -rho '<uro:rank .*</uro:rank>' " + test::quoted(data / "fld/16202_takaoka-shi_city_2024_citygml_1_op_fld/udx/fld"));
  ASSERT_NE(text.find(">1<"), std::string::npos) << text;
  EXPECT_EQ(by_class(*fld->output()), (std::map<std::string, int>{{"Depth < 0.5 m", 1}}));
  const auto htd = layer("hazard_flood", {{"areas", (data / "htd/12206_kisarazu-shi_city_2024_citygml_1_op_htd/udx/htd").string()}, {"source", "PLATEAU"}});
  ASSERT_EQ(htd->state(), PluginState::ready) << htd->error().text();
  EXPECT_EQ(by_class(*htd->output()), (std::map<std::string, int>{{"Depth < 0.5 m", 1}}));
  const auto ifld = layer("hazard_flood", {{"areas", (data / "ifld/11100_saitama-shi_city_2024_citygml_1_op_ifld/udx/ifld").string()}, {"source", "PLATEAU"}});
  ASSERT_EQ(ifld->state(), PluginState::ready) << ifld->error().text();
  EXPECT_EQ(by_class(*ifld->output()), (std::map<std::string, int>{{"Depth not known", 1}})) << "the city's own rank without its code list";
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
