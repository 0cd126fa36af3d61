// The earthquake plugin through the real host: messages that the test writes, and the Agency's samples where they are.
#include <gmock/gmock.h>

#include "jma_writer.h"
#include "plugin_messages.h"

namespace tenbo::runtime {
namespace {
using test::jma_earthquake;
using test::jma_intensity;
using test::jma_message;
using test::JmaHead;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HazardEarthquakeTest : public MessageTest {
 protected:
  static JmaHead both(const std::string& time = "2026-09-13T06:00:00+09:00") { return {.title = "震源・震度に関する情報", .time = time}; }
  static JmaHead first(const std::string& time = "2026-09-13T05:57:00+09:00") { return {.title = "震度速報", .time = time}; }
};

TEST_F(HazardEarthquakeTest, DrawsTheFinestLevelThatTheAreasHaveAndTheHypocentreInItsDepth) {
  squares("cities.geojson", "code", {"9910100", "9910200"});
  put("quake.xml", jma_message(both(), jma_earthquake() + jma_intensity("5+", {{"9910100", "5+"}, {"9910200", "4"}, {"9910300", "震度５弱以上未入電"}})));
  const auto l = layer("hazard_earthquake", {{"path", path("quake.xml")}, {"areas", path("cities.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->shapes);
  const auto areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 2u);
  EXPECT_EQ(class_of(*o, *areas[0]).label.ja, "震度5強");
  EXPECT_EQ(class_of(*o, *areas[0]).label.en, "Intensity 5 upper");
  EXPECT_EQ(class_of(*o, *areas[1]).label.ja, "震度4");
  EXPECT_EQ(value(*o, *areas[0], "row"), "city");
  EXPECT_EQ(areas[0]->label, "市9910100 5強 / 市9910100 5 upper");
  EXPECT_EQ(geo::format_utc(areas[0]->from.value()), "2026-09-12T21:00:00Z");
  const auto none = of_kind(*o, PluginShapeKind::none);
  ASSERT_EQ(none.size(), 1u) << "the city without geometry is listed";
  EXPECT_TRUE(class_of(*o, *none[0]).hatched);
  EXPECT_EQ(class_of(*o, *none[0]).label.ja, "震度5弱以上未入電");
  EXPECT_EQ(value(*o, *none[0], "name"), "市9910300");
  EXPECT_THAT(o->warnings, Contains(HasSubstr("1 of 3 cities")));
  const auto points = of_kind(*o, PluginShapeKind::point);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0]->height, -30000);
  EXPECT_EQ(points[0]->label, "展望沖 M6.3 30 km");
  EXPECT_EQ(o->source, "気象庁");
  EXPECT_EQ(o->headline, "地震がありました。");
  EXPECT_EQ(o->actuality, Actuality::actual);
  EXPECT_EQ(geo::format_utc(o->issue_time.value()), "2026-09-12T21:00:00Z");
}

TEST_F(HazardEarthquakeTest, TheLevelFallsBackToWhatTheLayerHasAndIsAChoice) {
  squares("areas.geojson", "AreaCode", {"991"});
  squares("stations.geojson", "id", {"9910100", "9910200"}, "Point");
  put("quake.xml", jma_message(both(), jma_earthquake() + jma_intensity("5-", {{"9910100", "5-"}, {"9910200", "4"}})));
  const Parameters files{{"path", path("quake.xml")}, {"areas", path("areas.geojson")}, {"stations", path("stations.geojson")}, {"station_code", "id"}};
  const auto l = layer("hazard_earthquake", files);
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  const auto areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 1u);
  EXPECT_EQ(areas[0]->label, "展望県南部 5弱 / 展望県南部 5 lower");
  EXPECT_EQ(of_kind(*o, PluginShapeKind::point).size(), 3u) << "the hypocentre and two stations";
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("to the minute")));
  ASSERT_TRUE(l->set_parameter("show", "cities"));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision > o->revision; }));
  EXPECT_THAT(of_kind(*l->output(), PluginShapeKind::area), IsEmpty());
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::none).size(), 2u);
  const auto wrong = layer("hazard_earthquake", {{"path", path("quake.xml")}, {"areas", path("areas.geojson")}, {"area_code", "nonsense"}});
  EXPECT_EQ(wrong->state(), PluginState::failed);
  EXPECT_THAT(wrong->error().text(), HasSubstr("AreaCode"));
}

TEST_F(HazardEarthquakeTest, FrontsRunFromTheOriginTime) {
  const auto l = layer("hazard_earthquake", {});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  deliver(*l, {jma_message(both(), jma_earthquake("<jmx_eb:Coordinate>+34.3+138.6-10000/</jmx_eb:Coordinate>"))});
  const auto fronts = of_kind(*l->output(), PluginShapeKind::front);
  ASSERT_EQ(fronts.size(), 2u);
  const auto origin = geo::parse_instant("2026-09-13T05:55:00+09:00").value();
  EXPECT_EQ(class_of(*l->output(), *fronts[0]).label.en, "P waves");
  EXPECT_NEAR(static_cast<double>(fronts[0]->front->start.ms - origin.ms), 10 / 5.8 * 1000, 1);  // straight up through 10 km
  EXPECT_NEAR(static_cast<double>(fronts[1]->front->start.ms - origin.ms), 10 / 3.36 * 1000, 1);
  // 40 km away on a straight line through the upper crust, the Earth as good as flat: sqrt(40^2 + 10^2) / 5.8
  EXPECT_NEAR(fronts[0]->front->radius_at({origin.ms + static_cast<std::int64_t>(std::sqrt(1700.0) / 5.8 * 1000)}).value(), 40'000, 100);
  EXPECT_FALSE(fronts[0]->front->radius_at(origin)) << "it is still below";
  EXPECT_FALSE(fronts[0]->front->radius_at({origin.ms + 300'000})) << "it has left 2,000 km";
  deliver(*l, {jma_message(both("2026-09-13T06:05:00+09:00"), jma_earthquake("<jmx_eb:Coordinate description=\"深さ不明\">+34.3+138.6/</jmx_eb:Coordinate>"))});
  EXPECT_THAT(of_kind(*l->output(), PluginShapeKind::front), IsEmpty());
  const auto points = of_kind(*l->output(), PluginShapeKind::point);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_FALSE(points[0]->height);
  EXPECT_EQ(points[0]->label, "展望沖 M6.3 深さ不明 / 展望沖 M6.3 depth not known");
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("不明")));
}

TEST_F(HazardEarthquakeTest, ACorrectionReplacesAndSaysWhatChangedAndACancellationClears) {
  squares("areas.geojson", "code", {"991"});
  const auto l = layer("hazard_earthquake", {{"areas", path("areas.geojson")}});
  const auto one = jma_message(both(), jma_earthquake() + jma_intensity("4", {{"9910100", "4"}}));
  auto head = both("2026-09-13T06:10:00+09:00");
  head.info = "訂正";
  const auto corrected = jma_message(head, jma_earthquake("<jmx_eb:Coordinate>+34.3+138.6-40000/</jmx_eb:Coordinate>", "6.5") + jma_intensity("5-", {{"9910100", "5-"}}));
  head = both("2026-09-13T06:20:00+09:00");
  head.info = "取消";
  head.headline = "震源・震度情報を取り消します。";
  const auto cancelled = jma_message(head, "<Text>先ほどの情報を取り消します。</Text>");
  deliver(*l, {corrected, one});  // late
  ASSERT_THAT(l->output()->notes, ElementsAre(HasSubstr("訂正")));
  EXPECT_THAT(l->output()->notes[0], HasSubstr("M6.3 → M6.5"));
  EXPECT_THAT(l->output()->notes[0], HasSubstr("30 km → "));
  EXPECT_THAT(l->output()->notes[0], HasSubstr("greatest intensity 4 → 5 lower"));
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::area).at(0)->label, "展望県南部 5弱 / 展望県南部 5 lower");
  deliver(*l, {corrected});  // by a second source
  ASSERT_EQ(l->output()->notes.size(), 1u);
  EXPECT_THAT(l->output()->notes[0], HasSubstr("M6.3 → M6.5"));
  deliver(*l, {cancelled});
  EXPECT_TRUE(l->output()->shapes->shapes.empty());
  EXPECT_THAT(l->output()->notes, ElementsAre("取消: 震源・震度に関する情報 震源・震度情報を取り消します。 / Cancelled: Earthquake and Seismic Intensity Information"));
  deliver(*l, {one});
  EXPECT_TRUE(l->output()->shapes->shapes.empty()) << "what was cancelled does not come back by a late copy";
  l->start_over();
  deliver(*l, {one});
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::area).size(), 1u);
  EXPECT_THAT(l->output()->notes, IsEmpty());
}

TEST_F(HazardEarthquakeTest, AnExerciseSaysSo) {
  const auto l = layer("hazard_earthquake", {});
  auto head = both();
  for (const auto& [word, actuality] : {std::pair{"訓練", Actuality::exercise}, {"試験", Actuality::test}}) {
    head.status = word;
    l->start_over();
    deliver(*l, {jma_message(head, jma_earthquake())});
    EXPECT_EQ(l->output()->actuality, actuality);
    EXPECT_THAT(l->output()->notes, IsEmpty());
  }
  deliver(*l, {jma_message(first(), jma_intensity("3", {}))});  // real, and earlier: it is what the picture is of
  EXPECT_EQ(l->output()->title, "震度速報");
  EXPECT_THAT(l->output()->notes, ElementsAre(HasSubstr("【試験】震源・震度に関する情報")));
}

// The real one stays as it was drawn; of the exercise only what lies elsewhere, hatched and named.
TEST_F(HazardEarthquakeTest, ALaterExerciseLeavesTheRealEarthquakeOnThePicture) {
  squares("cities.geojson", "code", {"9910100", "9910200", "9910300"});
  const auto real = jma_message(both(), jma_earthquake() + jma_intensity("5+", {{"9910100", "5+"}, {"9910200", "4"}}));
  auto head = both("2026-09-13T09:00:00+09:00");
  head.status = "訓練";
  head.event = "20260913085500";
  head.headline = "これは訓練です。";
  const auto drill = jma_message(head, jma_earthquake("<jmx_eb:Coordinate>+35.3+139.6-10000/</jmx_eb:Coordinate>", "8.1") + jma_intensity("7", {{"9910100", "7"}, {"9910300", "6-"}}));
  for (const bool real_first : {true, false}) {
    SCOPED_TRACE(real_first);
    const auto l = layer("hazard_earthquake", {{"areas", path("cities.geojson")}});
    ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
    deliver(*l, {real_first ? real : drill});
    deliver(*l, {real_first ? drill : real});
    const auto o = l->output();
    std::map<std::string, std::string> drawn;
    for (const auto* s : of_kind(*o, PluginShapeKind::area)) drawn[std::string(o->records->id(s->row))] = s->label + "|" + class_of(*o, *s).label.ja + (class_of(*o, *s).hatched ? "|hatched" : "");
    EXPECT_EQ(drawn, (std::map<std::string, std::string>{{"20260913055500/city/9910100", "市9910100 5強 / 市9910100 5 upper|震度5強"},
                                                         {"20260913055500/city/9910200", "|震度4"},
                                                         {"20260913085500*/city/9910300", "訓練 / Exercise|【訓練】震度6弱|hatched"}}));
    const auto points = of_kind(*o, PluginShapeKind::point);
    ASSERT_EQ(points.size(), 2u);
    EXPECT_EQ(points[0]->label, "展望沖 M6.3 30 km");
    EXPECT_EQ(points[1]->label, "【訓練】展望沖 M8.1 10 km / [Exercise] 展望沖 M8.1 10 km");
    for (const auto* f : of_kind(*o, PluginShapeKind::front)) EXPECT_EQ(value(*o, *f, "status"), "通常") << "an exercise's waves would run over the real ones";
    EXPECT_EQ(of_kind(*o, PluginShapeKind::front).size(), 2u);
    EXPECT_EQ(value(*o, *points[0], "status"), "通常");
    EXPECT_EQ(value(*o, *points[1], "status"), "訓練");
    EXPECT_EQ(o->headline, "地震がありました。");
    EXPECT_EQ(geo::format_utc(o->issue_time.value()), "2026-09-12T21:00:00Z");
    EXPECT_THAT(o->notes, Contains(HasSubstr("【訓練】震源・震度に関する情報 これは訓練です。")));
  }
}

// What was cancelled is not real any more: then the exercise is what there is.
TEST_F(HazardEarthquakeTest, ACancelledEarthquakeKeepsNoExerciseOff) {
  const auto l = layer("hazard_earthquake", {});
  auto head = both("2026-09-13T06:20:00+09:00");
  head.info = "取消";
  auto drill = both("2026-09-13T09:00:00+09:00");
  drill.status = "訓練";
  drill.event = "20260913085500";
  deliver(*l, {jma_message(both(), jma_earthquake()), jma_message(head, "<Text>取り消します。</Text>"), jma_message(drill, jma_earthquake())});
  EXPECT_EQ(l->output()->actuality, Actuality::exercise);
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::point).size(), 1u);
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::point).at(0)->label, "展望沖 M6.3 30 km") << "all is of the exercise: the banner says it";
}

// Both are dated after they came: the one that came later is in force, whatever its clock says.
TEST_F(HazardEarthquakeTest, ReportsDatedAheadCountFromTheirArrival) {
  const auto l = layer("hazard_earthquake", {});
  deliver(*l, {jma_message(both("2049-01-01T00:00:00+09:00"), jma_earthquake())});
  deliver(*l, {jma_message(both("2048-01-01T00:00:00+09:00"), jma_earthquake("<jmx_eb:Coordinate>+34.3+138.6-30000/</jmx_eb:Coordinate>", "6.6"))});
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::point).at(0)->label, "展望沖 M6.6 30 km");
}

TEST_F(HazardEarthquakeTest, MessagesOfOneEventCompleteOneAnother) {
  squares("areas.geojson", "code", {"991"});
  const auto l = layer("hazard_earthquake", {{"areas", path("areas.geojson")}});
  auto intensity = jma_intensity("6-", {});
  deliver(*l, {jma_message(first(), intensity), "this is no message", jma_message({.title = "府県天気予報"}, ""),
               jma_message({.title = "震源に関する情報", .time = "2026-09-13T05:58:00+09:00"}, jma_earthquake())});
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::area).size(), 1u);
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::point).size(), 1u);
  // Another earthquake: the picture is of the one that was reported last.
  auto head = both("2026-09-13T07:00:00+09:00");
  head.event = "20260913065900";
  deliver(*l, {jma_message(head, jma_earthquake() + jma_intensity("3", {}))});
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::area).at(0)->label, "展望県南部 3");
}

TEST_F(HazardEarthquakeTest, ListsOfTheUsgs) {
  put("list.geojson", R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": "us1", "properties": {"mag": 7.1, "place": "Fiji", "time": 1600000000000, "title": "M 7.1 - Fiji", "type": "earthquake"}, "geometry": {"type": "Point", "coordinates": [178.6, -17.2, 570.0]}},
    {"type": "Feature", "id": "us2", "properties": {"mag": 4.5, "place": "Tonga", "time": 1600000600000, "title": "M 4.5 - Tonga", "type": "earthquake"}, "geometry": {"type": "Point", "coordinates": [-175, -20, 10.0]}},
    {"type": "Feature", "id": "us3", "properties": {"mag": 1.5, "place": "A mine", "time": 1600000700000, "title": "Q", "type": "quarry blast"}, "geometry": {"type": "Point", "coordinates": [-100, 40, 0.0]}}]})");
  const auto l = layer("hazard_earthquake", {{"path", path("list.geojson")}, {"source", "USGS"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  const auto points = of_kind(*o, PluginShapeKind::point);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0]->label, "M7.1 570.0 km");
  EXPECT_EQ(points[0]->height, -570'000);
  EXPECT_EQ(points[0]->from->ms, 1600000000000);
  const auto fronts = of_kind(*o, PluginShapeKind::front);
  ASSERT_EQ(fronts.size(), 2u);
  EXPECT_EQ(fronts[0]->front->lon, -175) << "of the latest";
}

TEST_F(HazardEarthquakeTest, ShakeMapIsAField) {
  const std::string xml = R"(<shakemap_grid event_id="x" map_status="RELEASED" shakemap_originator="us" process_timestamp="2026-09-13T00:00:00Z">
    <event magnitude="6.3" depth="30" lat="34.4" lon="138.4" event_timestamp="2026-09-12T20:55:00UTC" event_description="Tenbo"/>
    <grid_specification lon_min="138.4" lat_min="34.4" lon_max="138.41" lat_max="34.41" nominal_lon_spacing="0.01" nominal_lat_spacing="0.01" nlon="2" nlat="2"/>
    <grid_field index="1" name="LON" units="dd"/><grid_field index="2" name="LAT" units="dd"/><grid_field index="3" name="MMI" units="intensity"/><grid_field index="4" name="PGA" units="%g"/>
    <grid_data>138.40 34.41 7.2 30  138.41 34.41 6.1 20  138.40 34.40 5.5 10  138.41 34.40 4.4 5</grid_data></shakemap_grid>)";
  put("grid.xml", xml);
  const auto l = layer("hazard_earthquake", {{"path", path("grid.xml")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  ASSERT_TRUE(l->output()->field);
  EXPECT_EQ(l->output()->palette, "mmi");
  EXPECT_FLOAT_EQ(l->output()->field->value(0, 138.4, 34.41).value(), 7.2f);
  const auto pga = layer("hazard_earthquake", {{"show", "pga"}, {"path", path("grid.xml")}});
  ASSERT_EQ(pga->state(), PluginState::ready) << pga->error().text();
  EXPECT_EQ(pga->output()->palette, "");
  EXPECT_FLOAT_EQ(pga->output()->field->value(0, 138.41, 34.40).value(), 5);
  const auto fed = layer("hazard_earthquake", {});
  deliver(*fed, {xml});
  ASSERT_TRUE(fed->output()->field);
  EXPECT_FLOAT_EQ(fed->output()->field->value(0, 138.41, 34.41).value(), 6.1f);
}

TEST_F(HazardEarthquakeTest, FollowsAFolder) {
  std::filesystem::create_directories(dir_ / "in");
  put("in/1.xml", jma_message(both(), jma_earthquake()));
  put("in/README.md", "no message");
  put("in/.3.xml", "half of a mess");
  const auto l = layer("hazard_earthquake", {{"path", path("in")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::point).at(0)->label, "展望沖 M6.3 30 km");
  put("in/2.xml", jma_message(both("2026-09-13T06:30:00+09:00"), jma_earthquake("<jmx_eb:Coordinate>+34.3+138.6-30000/</jmx_eb:Coordinate>", "6.6")));
  ASSERT_TRUE(frames_until([&] { return of_kind(*l->output(), PluginShapeKind::point).at(0)->label == "展望沖 M6.6 30 km"; }));
  EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr("to the minute")));
  EXPECT_THAT(l->output()->notes, ElementsAre("更新: 震源・震度に関する情報: M6.3 → M6.6 / Updated: Earthquake and Seismic Intensity Information: M6.3 → M6.6"));
}

// Every sample of the three telegrams opens; what is in it was counted with grep.
TEST_F(HazardEarthquakeTest, TheAgencysSamples) {
  const auto samples = std::filesystem::path(TENBO_SHARED_DATA) / "jma-xml-a";
  if (!std::filesystem::exists(samples)) GTEST_SKIP() << "the sample messages are not here";
  const auto l = layer("hazard_earthquake", {{"path", (samples / "32-35_08_08_240613_VXSE53.xml").string()}, {"show", "cities"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::none).size(), 377u);
  EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::point).at(0)->label, "岩手県沖 M6.3 30 km");
  const auto cancelled = layer("hazard_earthquake", {{"path", (samples / "32-35_10_01_220510_VXSE51.xml").string()}});
  EXPECT_TRUE(cancelled->output()->shapes->shapes.empty());
  EXPECT_THAT(cancelled->output()->notes, ElementsAre("取消: 震度速報 震度速報を取り消します。 / Cancelled: Seismic Intensity Information"));
  const auto drill = layer("hazard_earthquake", {{"path", (samples / "32-35_01_02_240613_VXSE52.xml").string()}});
  EXPECT_EQ(drill->output()->actuality, Actuality::exercise);
}

}  // namespace
}  // namespace tenbo::runtime
