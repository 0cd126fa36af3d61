// The plugins of warnings through the host: messages of the test's own from files, outlines from GeoJSON.
#include <gmock/gmock.h>

#include "grib2_writer.h"
#include "hazard_reports.h"
#include "plugin_test_support.h"

namespace tenbo::runtime {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HazardWarningsTest : public ShippedPlugin {
 protected:
  void SetUp() override {
    ShippedPlugin::SetUp();
    // Two municipalities, one of them in two parts; the third is not there. In the open sea.
    put("areas.geojson", R"({"type":"FeatureCollection","features":[)" + square("99201", 138.4, 34.4) + "," + square("99202", 138.5, 34.4) + "," + square("99202", 138.5, 34.5) + "]}");
  }
  static std::string square(const std::string& code, double lon, double lat) {
    const auto at = [&](double x, double y) { return "[" + std::to_string(lon + x) + "," + std::to_string(lat + y) + "]"; };
    return R"({"type":"Feature","properties":{"code":")" + code + R"(","A33_002":"2","A33_001":"1"},"geometry":{"type":"Polygon","coordinates":[[)" + at(0, 0) + "," + at(0.05, 0) + "," + at(0.05, 0.05) + "," + at(0, 0.05) + "," + at(0, 0) + "]]}}";
  }
  void replace(const std::string& name, const std::string& text) {
    put("new", text);
    std::filesystem::rename(path("new"), path(name));
  }
  static OwnMessage rain(const std::string& time) {
    OwnMessage m{"気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報",
                 own_warning(own_item(own_kind("レベル４大雨危険警報"), "展望市", "9920100") + own_item(own_kind("レベル２大雨注意報"), "港町", "9920200") +
                             own_item("<Kind><Status>発表警報・注意報はなし</Status></Kind>", "島村", "9930100"))};
    m.time = time;
    return m;
  }
  static std::string word(const PluginOutput& o, std::string_view id, std::string_view column) {
    const auto row = o.records->find(id);
    return row ? geo::to_text(o.records->value(*row, column)) : "no row " + std::string(id);
  }
};

TEST_F(HazardWarningsTest, WeatherFromAFileThatIsFollowed) {
  put("warning.xml", rain("2026-11-21T09:00:00+09:00").xml());
  const auto l = layer("hazard_weather", {{"path", path("warning.xml")}, {"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->shapes && o->records);
  EXPECT_EQ(o->source, "展望気象台");
  EXPECT_EQ(o->headline, "本文");
  EXPECT_EQ(geo::format_utc(*o->issue_time), "2026-11-21T00:00:00Z");
  EXPECT_EQ(o->actuality, Actuality::actual);
  ASSERT_EQ(o->shapes->classes.size(), 6u);
  EXPECT_EQ(o->shapes->classes[1].label.en, "Level 4, danger warning");
  std::map<std::string, int> drawn;  // areas of each record
  for (const auto& s : o->shapes->shapes) {
    EXPECT_EQ(s.from, geo::Instant{*hazard::time_of("2026-11-21T09:00:00+09:00")});
    if (s.kind == PluginShapeKind::area) ++drawn[std::string(o->records->id(s.row))];
  }
  EXPECT_EQ(drawn, (std::map<std::string, int>{{"9920100", 1}, {"9920200", 2}}));
  EXPECT_EQ(word(*o, "9920100", "level"), "4");
  EXPECT_EQ(word(*o, "9930100", "in_force"), "発表なし");
  EXPECT_THAT(o->warnings, ::testing::Contains(HasSubstr("1 areas are not among")));

  auto corrected = rain("2026-11-21T09:10:00+09:00");
  corrected.info = "訂正";
  corrected.body = own_warning(own_item(own_kind("レベル３大雨警報"), "展望市", "9920100") + own_item(own_kind("レベル２大雨注意報"), "港町", "9920200"));
  replace("warning.xml", corrected.xml());
  ASSERT_TRUE(frames_until([&] { return !l->output()->notes.empty(); }));
  EXPECT_THAT(l->output()->notes, ElementsAre(HasSubstr("展望市: レベル４大雨危険警報 → レベル３大雨警報")));
  EXPECT_EQ(word(*l->output(), "9920100", "level"), "3");

  auto cancelled = rain("2026-11-21T09:20:00+09:00");
  cancelled.info = "取消";
  cancelled.body.clear();
  replace("warning.xml", cancelled.xml());
  ASSERT_TRUE(frames_until([&] { return l->output()->notes.size() == 1 && l->output()->notes[0].find("取消") != std::string::npos; }));
  EXPECT_TRUE(l->output()->shapes->shapes.empty());

  auto drill = rain("2026-11-21T10:00:00+09:00");
  drill.status = "訓練";
  replace("warning.xml", drill.xml());
  ASSERT_TRUE(frames_until([&] { return l->output()->actuality == Actuality::exercise; }));
  EXPECT_EQ(word(*l->output(), "9920100*", "in_force"), "【訓練】レベル４大雨危険警報");
  EXPECT_TRUE(std::any_of(l->output()->shapes->shapes.begin(), l->output()->shapes->shapes.end(), [](const auto& shape) { return shape.kind == PluginShapeKind::area; })) << "an exercise alone is drawn";
}

TEST_F(HazardWarningsTest, OutlinesWithoutCodesAreRefusedByName) {
  put("warning.xml", rain("2026-11-21T09:00:00+09:00").xml());
  const auto l = layer("hazard_weather", {{"path", path("warning.xml")}, {"areas", path("areas.geojson")}, {"area_code", "N03_007"}});
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), HasSubstr("N03_007"));
  EXPECT_THAT(l->error().text(), HasSubstr("code"));
}

TEST_F(HazardWarningsTest, WeatherFromAFeedInAnyOrder) {
  const auto l = layer("hazard_weather", {{"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  std::uint64_t number = 0;
  const auto message = [&](const std::string& text) {
    PluginMessage m;
    m.number = ++number;
    m.arrival = {1'800'000'000'000 + static_cast<std::int64_t>(number)};
    m.feed = "jma";
    m.source = "a/b.xml";
    auto body = std::make_shared<std::vector<std::byte>>(text.size());
    std::transform(text.begin(), text.end(), body->begin(), [](char c) { return static_cast<std::byte>(c); });
    m.body = std::move(body);
    return m;
  };
  auto newer = rain("2026-11-21T09:30:00+09:00");
  newer.body = own_warning(own_item(own_kind("レベル３大雨警報", "継続"), "展望市", "9920100"));
  const OwnMessage wind{"気象警報・注意報（Ｒ０６）（暴風）", "展望県暴風警報・注意報", own_warning(own_item(own_kind("強風注意報"), "展望市", "9920100"))};
  l->deliver({message(newer.xml()), message("<broken"), message(rain("2026-11-21T09:00:00+09:00").xml()), message(wind.xml()), message(newer.xml())});
  ASSERT_TRUE(frames_until([&] { return l->output() && word(*l->output(), "9920100", "in_force_count") == "2"; }));
  EXPECT_EQ(word(*l->output(), "9920100", "in_force"), "レベル３大雨警報、強風注意報");
  EXPECT_EQ(word(*l->output(), "9920200", "in_force"), "no row 9920200");  // only the late message named it
  l->start_over();
  ASSERT_TRUE(frames_until([&] { return l->output()->records->size() == 0; }));
}

TEST_F(HazardWarningsTest, CapPolygonsAndCircles) {
  put("alert.cap", "<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A</identifier><sender>s</sender><sent>2026-11-21T09:00:00+09:00</sent><status>Test</status>"
                   "<msgType>Alert</msgType><info><category>Met</category><event>Storm</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>"
                   "<expires>2026-11-21T15:00:00+09:00</expires><area><areaDesc>Bay</areaDesc><circle>34.4,138.45 10</circle><polygon>34,138 34,139 35,139 34,138</polygon></area></info></alert>");
  const auto l = layer("hazard_weather", {{"path", path("alert.cap")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->shapes->shapes.size(), 1u);
  const auto& s = o->shapes->shapes[0];
  EXPECT_EQ(s.rings, 2u);
  EXPECT_EQ(s.until, geo::Instant{*hazard::time_of("2026-11-21T15:00:00+09:00")});
  EXPECT_EQ(o->actuality, Actuality::test);
}

// A translation that lacks one of the alert's events, and an area without a shape: neither is lost without a word.
TEST_F(HazardWarningsTest, CapThatSaysMoreInOneLanguage) {
  const auto info = [](const char* language, const char* event, const char* area) {
    return std::string("<info><language>") + language + "</language><category>Met</category><event>" + event +
           "</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty><area><areaDesc>" + event + "</areaDesc>" + area + "</area></info>";
  };
  const char* square = "<polygon>34,138 34,139 35,139 34,138</polygon>";
  const auto alert = [&](const std::string& infos) {
    return "<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A</identifier><sender>s</sender><sent>2026-11-21T09:00:00+09:00</sent><status>Actual</status>"
           "<msgType>Alert</msgType>" + infos + "</alert>";
  };
  put("alert.cap", alert(info("ja-JP", "暴風", square) + info("en", "Storm", square) + info("en", "Flood", "<circle>34.4,138.45 0</circle>")));
  const auto more = layer("hazard_weather", {{"path", path("alert.cap")}});
  ASSERT_EQ(more->state(), PluginState::ready) << more->error().text();
  EXPECT_EQ(word(*more->output(), "A", "in_force"), "Storm");
  EXPECT_EQ(word(*more->output(), "A#2", "in_force"), "Flood");
  EXPECT_THAT(more->output()->warnings, ::testing::Contains(::testing::HasSubstr("1 areas of CAP alerts have no polygon or circle")));
  put("alert.cap", alert(info("en", "Storm", square) + info("ja-JP", "暴風", square)));
  const auto same = layer("hazard_weather", {{"path", path("alert.cap")}});
  EXPECT_EQ(word(*same->output(), "A", "in_force"), "暴風") << "of as many Japanese comes first";
}

TEST_F(HazardWarningsTest, LandslideWarningsOverZones) {
  put("warning.xml", OwnMessage{"気象警報・注意報（Ｒ０６）（土砂）", "展望県土砂災害警報・注意報", own_warning(own_item(own_kind("レベル４土砂災害危険警報"), "展望市", "9920100"))}.xml());
  const auto l = layer("hazard_landslide", {{"path", path("warning.xml")}, {"areas", path("areas.geojson")}, {"zones", path("areas.geojson")}, {"source", "展望県"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->shapes->shapes.size(), 4u);
  EXPECT_EQ(o->shapes->classes[o->shapes->shapes[0].shape_class].level, 4);
  EXPECT_EQ(word(*o, "zone 1", "class"), "土砂災害特別警戒区域");
  EXPECT_EQ(word(*o, "zone 1", "disaster"), "急傾斜地の崩壊");
}

TEST_F(HazardWarningsTest, PlateauZonesInCityGml) {
  const std::string file = std::string(TENBO_SHARED_DATA) + "/plateau-yokosuka-numazu/numazu-shi/udx/lsld/523857_lsld_6668_op.gml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  std::filesystem::create_directories(path("lsld"));
  std::filesystem::copy_file(file, path("lsld/523857_lsld_6668_op.gml"));
  const auto text = raw_text(file);
  std::map<std::string, std::size_t> expected, found;  // by the code that the text has
  for (const auto& zone : cut(text, "<urf:areaType ")) ++expected[between(zone, ">", "<")];
  const auto l = layer("hazard_landslide", {{"zones", path("lsld")}, {"source", "PLATEAU"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  for (const auto& s : o->shapes->shapes) {
    EXPECT_EQ(s.kind, PluginShapeKind::area);
    const auto& ja = o->shapes->classes[s.shape_class].label.ja;
    ++found[ja == "土砂災害特別警戒区域" ? "2" : ja == "土砂災害警戒区域" ? "1" : ja];
  }
  EXPECT_EQ(found, expected);
  EXPECT_NEAR(o->shapes->extent.south, 35.08239, 1e-6);  // of gml:lowerCorner
  EXPECT_NEAR(o->shapes->extent.west, 138.87434889, 1e-6);
}

// Older city models have zones as generic objects, with a set of attributes under a word: counted in the text.
TEST_F(HazardWarningsTest, ZonesAsGenericObjects) {
  const std::string file = std::string(TENBO_SHARED_DATA) + "/plateau-tokyo-unreal/udx/lsld/533925_lsld_6668_op.gml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  std::size_t expected = 0, found = 0;
  for (const auto& zone : cut(raw_text(file), "name=\"区域区分\">")) expected += between(zone, "<gen:value>", "<") == "2";
  const auto l = layer("hazard_landslide", {{"zones", file}, {"source", "PLATEAU"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  for (const auto& s : o->shapes->shapes) found += o->shapes->classes[s.shape_class].label.ja == "土砂災害特別警戒区域";
  EXPECT_EQ(found, expected);
  EXPECT_GT(expected, 0u);
  EXPECT_TRUE(o->warnings.empty()) << o->warnings.front();
}

TEST_F(HazardWarningsTest, TheExercisesScenesAreWhatTheySay) {
  const std::string data = std::string(TENBO_SOURCE_DIR) + "/scenes/warnings/";
  const auto weather = layer("hazard_weather", {{"path", data + "rain.xml\n" + data + "wind.xml"}, {"areas", data + "areas.geojson"}});
  ASSERT_EQ(weather->state(), PluginState::ready) << weather->error().text();
  EXPECT_EQ(weather->output()->actuality, Actuality::exercise);
  EXPECT_TRUE(weather->output()->warnings.empty());
  EXPECT_EQ(weather->output()->shapes->shapes.size(), 16u);
  EXPECT_EQ(word(*weather->output(), "9921000*", "level"), "5");
  const auto landslide = layer("hazard_landslide", {{"path", data + "landslide.xml"}, {"areas", data + "areas.geojson"}, {"zones", data + "zones.geojson"}});
  ASSERT_EQ(landslide->state(), PluginState::ready) << landslide->error().text();
  EXPECT_GT(landslide->output()->shapes->shapes.size(), 16u + 26u);
  const auto mesh = layer("hazard_landslide", {{"mesh", data + "mesh.asc"}, {"crs", "EPSG:6668"}, {"start", "2026-09-13T06:00:00+09:00"}, {"source", "x"}});
  ASSERT_EQ(mesh->state(), PluginState::ready) << mesh->error().text();
  EXPECT_TRUE(mesh->output()->warnings.empty());
  const auto volcano = layer("hazard_volcano", {{"path", data + "volcano.xml\n" + data + "ash.xml"}, {"areas", data + "areas.geojson"}});
  ASSERT_EQ(volcano->state(), PluginState::ready) << volcano->error().text();
  EXPECT_EQ(volcano->output()->shapes->shapes.size(), 3u + 18u + 1u + 1u);
}

TEST_F(HazardWarningsTest, TheRiskMeshIsAField) {
  // 3 x 2 cells by GDAL; one value is no level.
  put("mesh.asc", "ncols 3\nnrows 2\nxllcorner 138.4\nyllcorner 34.4\ncellsize 0.0125\nNODATA_value -9999\n0 2 3\n4 5 77\n");
  tool("gdal_translate", {"-q", "-a_srs", "EPSG:6668", "-ot", "Float32", path("mesh.asc"), path("mesh.tif")});
  const auto l = layer("hazard_landslide", {{"mesh", path("mesh.tif")}, {"source", "test"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o->field);
  EXPECT_EQ(o->palette, "landslide-risk");
  EXPECT_FLOAT_EQ(*o->field->value(0, 138.405, 34.405), 4);
  EXPECT_FLOAT_EQ(*o->field->value(0, 138.43, 34.42), 3);
  EXPECT_TRUE(std::isnan(*o->field->value(0, 138.43, 34.405)));
  EXPECT_THAT(o->warnings, ::testing::Contains(HasSubstr("1 values are no levels")));
  const auto both = layer("hazard_landslide", {{"mesh", path("mesh.tif")}, {"zones", path("areas.geojson")}});
  EXPECT_EQ(both->state(), PluginState::failed);
  EXPECT_THAT(both->error().text(), HasSubstr("a layer of its own"));
}

// The Agency's own file of the mesh: product 4.50000, parameter 208 of its own, runs of levels whose meanings are judgements. Made here.
TEST_F(HazardWarningsTest, TheAgencysRiskMeshIsLevels) {
  using namespace test;
  const auto file = [&](int year, int number) {
    // 6 x 4 cells: level 1 is not judged (-1), then judgements 0 to 4.
    const std::vector<std::uint8_t> levels{1, 1, 2, 3, 4, 5, 6, 6, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2};
    const auto section1 = grib_section(1, GribBytes().u(34, 2).u(0, 2).u(5, 1).u(1, 1).u(0, 1).u(static_cast<std::uint64_t>(year), 2).u(8, 1).u(22, 1).u(2, 1).u(0, 1).u(0, 1).u(0, 1).u(2, 1).text);
    std::string body = section1 + grib_section3({});
    for (const int hours : {0, 1})
      body += grib_section(4, grib_product(50000, 1, number, 60 * hours) + std::string(8, '\1')) + grib_section5_runs(levels.size(), 8, 6, {0x8001, 0, 1, 2, 3, 4}) + grib_section6() +
              grib_section(7, grib_runs(levels, 8, 6));
    GribBytes head;
    head.bytes("GRIB").u(0xFFFF, 2).u(0, 1).u(2, 1).u(16 + body.size() + 4, 8);
    return head.text + body + "7777";
  };
  put("mesh.bin", file(2026, 208));
  const auto l = layer("hazard_landslide", {{"mesh", path("mesh.bin")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o->field);
  EXPECT_THAT(o->warnings, IsEmpty());
  EXPECT_EQ(o->source, "気象庁");
  EXPECT_EQ(o->field->info().valid_times.size(), 2u);
  const auto at = [&](int column, int row) { return *o->field->value(1, 139.0 + 0.1 * column, 36.0 - 0.1 * row); };
  EXPECT_TRUE(std::isnan(at(0, 0))) << "not judged is unknown";
  EXPECT_TRUE(std::isnan(at(0, 2))) << "missing";
  EXPECT_EQ(at(2, 0), 0);
  EXPECT_EQ(at(3, 0), 2);
  EXPECT_EQ(at(5, 0), 4);
  EXPECT_EQ(at(0, 1), 5);
  put("old.bin", file(2021, 208));
  EXPECT_THAT(layer("hazard_landslide", {{"mesh", path("old.bin")}})->error().text(), HasSubstr("before 30 June 2022"));
  put("flood.bin", file(2026, 216));
  EXPECT_THAT(layer("hazard_landslide", {{"mesh", path("flood.bin")}})->error().text(), HasSubstr("inundation judgement"));
}

TEST_F(HazardWarningsTest, AVolcanoWithItsMunicipalitiesAndAsh) {
  OwnMessage m{"噴火警報・予報", "火山名　展望岳　噴火警報",
               "<VolcanoInfo type=\"噴火警報・予報（対象火山）\"><Item><Kind><Name>レベル３（入山規制）</Name><Code>13</Code><Condition>引上げ</Condition></Kind><Areas codeType=\"火山名\"><Area><Name>展望岳</Name>"
               "<Code>999</Code><Coordinate>+3424.00+13827.00+800/</Coordinate></Area></Areas></Item></VolcanoInfo><VolcanoInfo type=\"噴火警報・予報（対象市町村等）\"><Item><Kind><Name>火口周辺警報</Name>"
               "<Code>02</Code><Condition>発表</Condition></Kind><Areas codeType=\"x\"><Area><Name>港町</Name><Code>9920200</Code></Area></Areas></Item></VolcanoInfo>"};
  m.event = "999";
  put("a.xml", m.xml());
  OwnMessage ash{"降灰予報（詳細）", "火山名　展望岳　降灰予報（詳細）",
                 "<AshInfos type=\"x\"><AshInfo type=\"予報\"><StartTime>2026-11-21T09:00:00+09:00</StartTime><EndTime>2026-11-21T12:00:00+09:00</EndTime><Item><Kind><Name>多量の降灰</Name><Code>73</Code><Property>"
                 "<jmx_eb:Polygon>+34.4+138.4/+34.5+138.4/+34.5+138.5/+34.4+138.4/</jmx_eb:Polygon></Property></Kind></Item></AshInfo></AshInfos>"};
  ash.event = "999";
  put("b.xml", ash.xml());
  const auto l = layer("hazard_volcano", {{"path", path("a.xml") + "\n" + path("b.xml")}, {"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->shapes->shapes.size(), 4u);  // the town's two parts, ash, the volcano
  const auto& point = o->shapes->shapes.back();
  EXPECT_EQ(point.kind, PluginShapeKind::point);
  EXPECT_EQ(point.label, "展望岳 レベル3 / 展望岳 level 3");
  EXPECT_EQ(o->shapes->classes[point.shape_class].colour, (Rgba8{0xff, 0xaa, 0x00, 0xff}));
  EXPECT_EQ(o->shapes->shapes[2].until, geo::Instant{*hazard::time_of("2026-11-21T12:00:00+09:00")});
}

}  // namespace
}  // namespace tenbo::runtime
