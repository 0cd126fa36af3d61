// What the hazards' plugins say of early warnings, rain bands and plumes; that a text in two languages is shown in one; and that what
// still stands is kept. Messages of the test's own, and the Agency's samples, whose expected values are counts of their tags.
#include <gmock/gmock.h>

#include "../../plugins/common/titles.h"

#include "../../plugins/hazard_volcano/volcano.h"
#include "../../plugins/hazard_weather/weather.h"
#include "hazard_reports.h"
#include "jma_writer.h"
#include "plugin_messages.h"
#include "../../engine/runtime/src/shape_layer.h"
#include "tenbo/runtime/bilingual.h"

namespace tenbo::runtime {
namespace {
using test::jma_message;
using test::JmaHead;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A reader of English is told what a message is in English; what it says in Japanese alone is not thrown in between.
TEST(HazardTitles, AreInTheLanguageOfTheirSentence) {
  using namespace hazard;
  EXPECT_EQ(title_and_headline("震源・震度に関する情報", "これは訓練です。 / This is an exercise.", false), "Earthquake and Seismic Intensity Information: This is an exercise.");
  EXPECT_EQ(title_and_headline("震源・震度に関する情報", "これは訓練です。 / This is an exercise.", true), "震源・震度に関する情報 これは訓練です。");
  EXPECT_EQ(title_and_headline("津波情報a", "津波が来ます。", false), "Tsunami Information");
  EXPECT_EQ(title_and_headline("津波情報a", "津波が来ます。", true), "津波情報a 津波が来ます。");
  EXPECT_EQ(title_and_headline("展望県気象情報", "", false), "展望県気象情報");  // nobody translates what is not known
  EXPECT_EQ(headline_in("Flood / Surge", false), "Flood / Surge");
}

TEST(Bilingual, TheHalfInTheLanguageOfTheGlass) {
  EXPECT_EQ(in_language("取消: 震度速報 / Cancelled: 震度速報", true), "取消: 震度速報");
  EXPECT_EQ(in_language("取消: 震度速報 / Cancelled: 震度速報", false), "Cancelled: 震度速報");
  EXPECT_EQ(in_language("愛媛県南予 5弱 / 愛媛県南予 5 lower", false), "愛媛県南予 5 lower");
  EXPECT_EQ(in_language("取消: A / B / Cancelled: A / B", true), "取消: A / B");  // a name with the mark of its own, in both
  for (const char* whole : {"A港 / B港", "愛媛県南予 4", "Gauge / north", "気象庁 / NHK", "a / b / c", ""}) {
    EXPECT_EQ(in_language(whole, true), whole);
    EXPECT_EQ(in_language(whole, false), whole);
  }
}

class HazardWords : public MessageTest {
 protected:
  static JmaHead early(const char* title, const char* time, const char* serial, const char* info = "発表") { return {.title = title, .time = time, .serial = serial, .info = info, .headline = {}}; }
  static std::string area(const char* code, const char* from, const char* to, const std::string& when, const char* kind = "19") {
    return "<Pref><Name>展望</Name><Code>9990</Code><Area><Name>区域" + std::string(code) + "</Name><Code>" + code + "</Code><Category><Kind><Name>緊急地震速報（警報）</Name><Code>" + kind +
           "</Code></Kind></Category><ForecastInt><From>" + from + "</From><To>" + to + "</To></ForecastInt>" + when + "</Area></Pref>";
  }
  static std::string forecast(const std::string& areas, const char* greatest) {
    return "<Intensity><Forecast><ForecastInt><From>" + std::string(greatest) + "</From><To>" + greatest + "</To></ForecastInt>" + areas + "</Forecast></Intensity>";
  }
  static std::string sample(const char* name) {
    const auto file = std::filesystem::path(TENBO_SHARED_DATA) / "jma-xml-a" / name;
    return std::filesystem::exists(file) ? raw_text(file) : std::string();
  }
};

TEST_F(HazardWords, AnEarlyWarningExpectsUntilSomethingWasFelt) {
  squares("areas.geojson", "code", {"991", "992", "993"});
  const auto l = layer("hazard_earthquake", {{"areas", path("areas.geojson")}});
  const auto quake = test::jma_earthquake("<jmx_eb:Coordinate>+34.3+138.6-10000/</jmx_eb:Coordinate>", "6.6", "2026-09-13T05:55:07+09:00");
  const auto title = "緊急地震速報（予報）";
  deliver(*l, {jma_message(early(title, "2026-09-13T05:55:20+09:00", "1"), quake + forecast("", "3")),
               jma_message(early(title, "2026-09-13T05:55:30+09:00", "17"),
                           quake + forecast(area("991", "6-", "6-", "<Condition>既に主要動到達と推測</Condition>", "11") + area("992", "4", "5-", "<ArrivalTime>2026-09-13T05:55:42+09:00</ArrivalTime>") +
                                                area("993", "5-", "over", "", "00"), "6-") +
                               "<NextAdvisory>この情報をもって、緊急地震速報：最終報とします。</NextAdvisory>")});
  auto o = l->output();
  auto areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 3u);
  EXPECT_EQ(areas[0]->label, "区域991 6弱 到達済と推測 / 区域991 6 lower, arrived (est.)");
  EXPECT_EQ(areas[1]->label, "区域992 4〜5弱 05:55:42頃 / 区域992 4 to 5 lower, about 05:55:42");
  EXPECT_EQ(areas[2]->label, "") << "a forecast is no warning";
  EXPECT_EQ(class_of(*o, *areas[1]).label.ja, "予想震度5弱");
  EXPECT_EQ(class_of(*o, *areas[1]).label.en, "Expected: Intensity 5 lower");
  EXPECT_EQ(o->certainty, geo::Certainty::estimated);
  EXPECT_THAT(o->notes, Contains("緊急地震速報（予報） 第17報（最終報） / Earthquake Early Warning (Forecast), report 17, the final one"));
  EXPECT_THAT(o->notes, Contains(HasSubstr("予想最大震度 3 → 6弱")));
  const auto fronts = of_kind(*o, PluginShapeKind::front);
  ASSERT_EQ(fronts.size(), 2u);
  const auto origin = geo::parse_instant("2026-09-13T05:55:07+09:00").value();
  EXPECT_NEAR(static_cast<double>(fronts[0]->front->start.ms - origin.ms), 10 / 5.8 * 1000, 1);  // straight up through 10 km of iasp91's crust
  EXPECT_THAT(o->warnings, ::testing::IsEmpty());

  deliver(*l, {jma_message({.title = "震度速報", .time = "2026-09-13T05:57:00+09:00"}, test::jma_intensity("5+", {{"9910100", "5+"}}))});
  o = l->output();
  areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 1u) << "what was expected gives way";
  EXPECT_EQ(class_of(*o, *areas[0]).label.en, "Intensity 5 upper");
  EXPECT_EQ(o->certainty, geo::Certainty::confirmed);
  EXPECT_EQ(of_kind(*o, PluginShapeKind::front).size(), 2u) << "nothing better than its hypocentre has come yet";

  l->start_over();
  deliver(*l, {jma_message(early(title, "2026-09-13T05:55:20+09:00", "1"), quake + forecast(area("991", "4", "4", ""), "4")),
               jma_message(early(title, "2026-09-13T05:56:00+09:00", "2", "取消"), "<Text>取り消します。</Text>")});
  EXPECT_TRUE(l->output()->shapes->shapes.empty());
  EXPECT_THAT(l->output()->notes, ElementsAre(HasSubstr("取消: 緊急地震速報（予報）")));
}

TEST_F(HazardWords, AnAssumedHypocentreHasNoFronts) {
  const auto l = layer("hazard_earthquake", {});
  auto quake = test::jma_earthquake("<jmx_eb:Coordinate>+34.3+138.6-10000/</jmx_eb:Coordinate>", "NaN", "2026-09-13T05:55:07+09:00");
  quake.insert(std::string("<Earthquake>").size(), "<Condition>仮定震源要素</Condition>");
  deliver(*l, {jma_message(early("緊急地震速報（予報）", "2026-09-13T05:55:20+09:00", "1"), quake + forecast("", "4"))});
  EXPECT_THAT(of_kind(*l->output(), PluginShapeKind::front), ::testing::IsEmpty());
  const auto points = of_kind(*l->output(), PluginShapeKind::point);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_FALSE(points[0]->height);
  EXPECT_THAT(in_language(points[0]->label, false), HasSubstr("(assumed)"));
}

TEST_F(HazardWords, TheAgencysEarlyWarningCountsAsItsText) {
  const auto xml = sample("36_01_17_240613_VXSE44.xml");
  if (xml.empty()) GTEST_SKIP() << "the sample messages are not here";
  const auto l = layer("hazard_earthquake", {});
  deliver(*l, {xml});
  std::map<std::string, std::size_t> shown;
  for (const auto* s : of_kind(*l->output(), PluginShapeKind::none)) ++shown[class_of(*l->output(), *s).label.ja];
  // The first <To> is of the greatest; the others are one an area.
  for (const auto& [to, ja] : {std::pair{"4", "予想震度4"}, {"5-", "予想震度5弱"}, {"5+", "予想震度5強"}, {"6-", "予想震度6弱"}})
    EXPECT_EQ(shown[ja], cut(xml, "<To>" + std::string(to) + "</To>").size() - (std::string(to) == "6-" ? 1 : 0)) << to;
}

TEST_F(HazardWords, WhatStillStandsIsNotPushedOutByOtherEvents) {
  const auto l = layer("hazard_volcano", {});
  const auto volcano = [](const std::string& code, const std::string& kind) {
    return "<VolcanoInfo type=\"噴火警報・予報（対象火山）\"><Item><Kind><Name>" + kind + "</Name><Code>1</Code></Kind><Areas codeType=\"火山名\"><Area><Name>山" + code +
           "</Name><Code>" + code + "</Code><Coordinate>+3624.38+13831.38+2568/</Coordinate></Area></Areas></Item></VolcanoInfo>";
  };
  std::vector<std::string> all{jma_message({.title = "噴火警報・予報", .time = "2024-01-01T00:00:00+09:00", .event = "999"}, volcano("999", "レベル３（入山規制）"))};
  for (int i = 0; i < 2500; ++i) {  // eruptions of another, one an hour
    const int hour = i % 24, day = i / 24 % 28 + 1, month = i / 24 / 28 + 1;
    char time[40];
    std::snprintf(time, sizeof time, "2026-%02d-%02dT%02d:00:00+09:00", month, day, hour);
    all.push_back(jma_message({.title = "噴火に関する火山観測報", .time = time, .event = "e" + std::to_string(i)}, volcano("506", "噴火")));
  }
  deliver(*l, all);
  const auto row = l->output()->records->find("999");
  ASSERT_TRUE(row) << "a level of years ago stands";
  EXPECT_EQ(geo::to_text(l->output()->records->value(*row, "level")), "3");
}

class HazardFlashWords : public HazardReports {};

TEST_F(HazardFlashWords, BandsAreEdgesForThreeHours) {
  OwnMessage m{"府県気象防災速報", "展望県気象防災速報（線状降水帯発生）", ""};
  auto xml = m.xml();
  const std::string tags = "<Information type=\"情報タグ\"><Item><Kind><Name>情報タグ</Name><Condition>線状降水帯発生</Condition></Kind><Areas codeType=\"x\">"
                           "<Area><Name>北部</Name><Code>990010</Code></Area><Area><Name>南部</Name><Code>990020</Code></Area></Areas></Item></Information>";
  xml.insert(xml.find("</Headline>"), tags);
  const auto r = read(xml);
  EXPECT_EQ(weather::key_of(r), "VPBS50|0|展望県気象防災速報（線状降水帯発生）");
  const auto p = weather::publication({&r}, hazard::AreaIndex({"990010"}, r.geometry), hazard::AreaKind::municipality);
  ASSERT_EQ(p.rows(), 2u);
  const auto& band = p.shapes().front();
  EXPECT_EQ(band.kind, TENBO_SHAPE_LINE);
  EXPECT_EQ(p.classes()[band.shape_class].en, "Linear rain band");
  EXPECT_EQ(p.classes()[band.shape_class].level, 4);
  EXPECT_EQ(band.label, "北部 線状降水帯発生");
  EXPECT_EQ(*band.span.until - *band.span.from, 3 * 3600 * 1000);
  EXPECT_THAT(p.warnings(), ElementsAre(HasSubstr("1 areas of weather flashes")));
}

TEST_F(HazardFlashWords, APrefectureIsAllOfItsMunicipalities) {
  const hazard::AreaIndex index({"27100", "27202", "28100"}, nullptr);
  EXPECT_THAT(index.region("270000"), ElementsAre(0u, 1u));
  EXPECT_THAT(index.region("270010"), ::testing::IsEmpty());
}

TEST_F(HazardFlashWords, APlumeStandsAsHighAsTheReportSaysAndDriftsItsWay) {
  OwnMessage m{"噴火に関する火山観測報", "火山名　展望岳　噴火に関する火山観測報", ""};
  const auto body = [](const std::string& height, const std::string& direction) {
    return "<VolcanoInfo type=\"噴火に関する火山観測報\"><Item><Kind><Name>噴火</Name><Code>52</Code></Kind><Areas codeType=\"火山名\"><Area><Name>展望岳</Name><Code>999</Code>"
           "<Coordinate>+3600.00+13800.00+1000/</Coordinate></Area></Areas></Item></VolcanoInfo><VolcanoObservation><ColorPlume>" + height +
           "<jmx_eb:PlumeDirection type=\"噴煙の流向\">" + direction + "</jmx_eb:PlumeDirection></ColorPlume></VolcanoObservation>";
  };
  const std::string known = "<jmx_eb:PlumeHeightAboveCrater type=\"火口上噴煙高度\" unit=\"m\" description=\"火口上1800m\">1800</jmx_eb:PlumeHeightAboveCrater>";
  m.body = body(known, "東");
  auto r = read(m.xml());
  auto p = volcano::publication({&r}, {});
  const auto column = [&]() -> const hazard::Publication::Shape* {
    for (const auto& s : p.shapes())
      if (s.kind == TENBO_SHAPE_COLUMN) return &s;
    return nullptr;
  };
  ASSERT_TRUE(column());
  EXPECT_EQ(*column()->height, 2800);
  EXPECT_EQ(column()->label, "展望岳 噴煙 火口上 1800 m 東へ / 展望岳 plume: crater +1800 m, to E");
  EXPECT_NEAR(column()->lon_lat[2], 138 + 1800 / 111'195.0 / std::cos(36 * M_PI / 180), 1e-9);
  EXPECT_NEAR(column()->lon_lat[3], 36, 1e-9);
  m.body = body("<jmx_eb:PlumeHeightAboveSeaLevel unit=\"FT\" description=\"海抜10000FT\">10000</jmx_eb:PlumeHeightAboveSeaLevel>", "直上");
  r = read(m.xml());
  p = volcano::publication({&r}, {});
  ASSERT_TRUE(column());
  EXPECT_NEAR(*column()->height, 3048, 1e-9);
  EXPECT_EQ(column()->lon_lat[0], column()->lon_lat[2]);
  m.body = body("<jmx_eb:PlumeHeightAboveCrater type=\"火口上噴煙高度\" unit=\"m\" condition=\"不明\" description=\"不明\"/>", "流向不明");
  r = read(m.xml());
  p = volcano::publication({&r}, {});
  EXPECT_FALSE(column()) << "a word is no height";
  EXPECT_EQ(p.shapes().back().label, "展望岳 噴煙 高さ不明 流向不明 / 展望岳 plume: height not known, direction not known");
}

TEST(ShapeColumns, StandFromTheGroundToTheirTop) {
  PluginShapes shapes;
  shapes.points = {{138, 36, 0}, {138.02, 36, 0}};
  shapes.rings = {{0, 2, false}};
  PluginShape s;
  s.kind = PluginShapeKind::column;
  s.height = 2800;
  s.rings = 1;
  shapes.shapes = {s};
  const auto lines = column_lines(shapes, 0, 1000);
  ASSERT_TRUE(lines);
  float low = INFINITY, high = -INFINITY, east = -INFINITY;
  for (const auto& p : lines->points) low = std::min(low, p.z), high = std::max(high, p.z), east = std::max(east, p.x);
  EXPECT_NEAR(low, 0, 1);
  EXPECT_NEAR(high, 1800, 1);
  EXPECT_GT(east, 0.02 * 111'195 * std::cos(36 * M_PI / 180)) << "the arrow goes beyond where it drifts to";
  EXPECT_EQ(lines->starts.back(), lines->points.size());
  EXPECT_FALSE(column_lines(shapes, 0, 2795)) << "no column within the ground";
}

}  // namespace
}  // namespace tenbo::runtime
