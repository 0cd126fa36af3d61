// The tsunami plugin through the real host: messages and coasts that the test writes, and the Agency's samples where they are.
#include <gmock/gmock.h>

#include "jma_writer.h"
#include "plugin_messages.h"

namespace tenbo::runtime {
namespace {
using test::jma_arrival;
using test::jma_coast;
using test::jma_height;
using test::jma_message;
using test::JmaHead;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HazardTsunamiTest : public MessageTest {
 protected:
  static JmaHead head(const std::string& time = "2026-09-13T06:00:00+09:00") { return {.title = "津波警報・注意報・予報a", .time = time, .headline = "津波警報を発表しました。"}; }
  static std::string forecast(const std::vector<std::string>& coasts) {
    std::string out = "<Tsunami><Forecast>";
    for (const auto& c : coasts) out += c;
    return out + "</Forecast></Tsunami>";
  }
  static const std::string& first() {
    static const std::string xml = jma_message(head(), forecast({jma_coast("900", "53", "00", "<FirstHeight><Condition>津波到達中と推測</Condition></FirstHeight>", jma_height("NaN", "巨大")),
                                                                jma_coast("901", "51", "00", jma_arrival("2026-09-13T06:20:00+09:00"), jma_height("3", "３ｍ")),
                                                                jma_coast("902", "62", "00", jma_arrival("2026-09-13T06:40:00+09:00"), jma_height("1", "１ｍ")),
                                                                jma_coast("903", "71", "00", "", jma_height("0.2", "０．２ｍ未満"))}));
    return xml;
  }
};

TEST_F(HazardTsunamiTest, CoastsByClassWithWordsForTimesAndHeights) {
  squares("coasts.geojson", "code", {"900", "901", "902"}, "LineString");
  const auto l = layer("hazard_tsunami", {{"coasts", path("coasts.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  deliver(*l, {first()});
  const auto o = l->output();
  const auto lines = of_kind(*o, PluginShapeKind::line);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]->label, "海岸900 津波到達中と推測 巨大");
  EXPECT_EQ(lines[1]->label, "海岸901 06:20 3m");
  EXPECT_EQ(class_of(*o, *lines[0]).label.ja, "大津波警報");
  EXPECT_EQ(class_of(*o, *lines[0]).level, 5);
  EXPECT_EQ(class_of(*o, *lines[1]).label.en, "Tsunami warning");
  EXPECT_EQ(class_of(*o, *lines[2]).label.ja, "津波注意報");
  EXPECT_EQ(value(*o, *lines[0], "height_value"), "") << "a word is no number";
  EXPECT_EQ(value(*o, *lines[1], "height_value"), "3");
  const auto none = of_kind(*o, PluginShapeKind::none);
  ASSERT_EQ(none.size(), 1u);
  EXPECT_EQ(class_of(*o, *none[0]).label.ja, "若干の海面変動");
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("1 of 4 coasts")));
  EXPECT_EQ(o->headline, "津波警報を発表しました。");
  ASSERT_EQ(o->notes.size(), 1u);
  EXPECT_THAT(o->notes[0], HasSubstr("海岸900 (津波なし → 大津波警報)"));
}

TEST_F(HazardTsunamiTest, WhatRisesFallsAndEndsIsSaid) {
  squares("coasts.geojson", "code", {"900", "901", "902", "903"}, "LineString");
  const auto l = layer("hazard_tsunami", {{"coasts", path("coasts.geojson")}});
  deliver(*l, {first(), jma_message(head("2026-09-13T07:00:00+09:00"), forecast({jma_coast("900", "51", "", "", ""), jma_coast("901", "53", "", "", ""), jma_coast("902", "60", "62", "", "")}))});
  EXPECT_THAT(l->output()->notes, ElementsAre("引上げ・発表: 海岸901 (津波警報 → 大津波警報) / Raised: 海岸901 (warning → major warning)",
                                              "引下げ: 海岸900 (大津波警報 → 津波警報), 海岸903 (若干の海面変動 → 津波なし) / Lowered: 海岸900 (major warning → warning), 海岸903 (slight change → none)",
                                              "解除: 海岸902 (津波注意報 → 津波なし) / Ended: 海岸902 (advisory → none)"));
  const auto lines = of_kind(*l->output(), PluginShapeKind::line);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(class_of(*l->output(), *lines[2]).label.en, "Ended");
  EXPECT_TRUE(class_of(*l->output(), *lines[2]).hatched);
  auto cancel = head("2026-09-13T07:10:00+09:00");
  cancel.info = "取消";
  cancel.headline = "津波警報を取り消します。";
  deliver(*l, {jma_message(cancel, "<Text>取り消します。</Text>")});
  EXPECT_TRUE(l->output()->shapes->shapes.empty());
  EXPECT_THAT(l->output()->notes, ElementsAre(HasSubstr("取消")));
}

TEST_F(HazardTsunamiTest, StationsWhereALayerPlacesThem) {
  squares("stations.geojson", "code", {"90001"}, "Point");
  const auto l = layer("hazard_tsunami", {{"stations", path("stations.geojson")}});
  JmaHead h{.title = "津波情報a", .time = "2026-09-13T06:30:00+09:00", .serial = "1"};
  const auto station = [](const char* code, const std::string& rest) { return "<Station><Name>点" + std::string(code) + "</Name><Code>" + code + "</Code>" + rest + "</Station>"; };
  deliver(*l, {jma_message(h, "<Tsunami><Observation><Item><Area><Name>海岸900</Name><Code>900</Code></Area>" + station("90001", jma_arrival("2026-09-13T06:25:00+09:00") + jma_height("1.3", "１．３ｍ")) +
                                  station("90002", "<FirstHeight><Condition>第１波識別不能</Condition></FirstHeight><MaxHeight><Condition>観測中</Condition></MaxHeight>") + "</Item></Observation></Tsunami>")});
  const auto o = l->output();
  const auto points = of_kind(*o, PluginShapeKind::point);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0]->label, "点90001 1.3m");
  EXPECT_EQ(class_of(*o, *points[0]).label.en, "Tsunami observed");
  const auto none = of_kind(*o, PluginShapeKind::none);
  ASSERT_EQ(none.size(), 1u);
  EXPECT_EQ(value(*o, *none[0], "height"), "観測中");
  EXPECT_THAT(o->warnings, Contains(HasSubstr("1 of 2 stations")));
}

// Coasts 900 to 903 are real; of the exercise 904 alone lies elsewhere.
TEST_F(HazardTsunamiTest, ALaterExerciseLeavesTheRealWarningOnThePicture) {
  squares("coasts.geojson", "code", {"900", "901", "904"}, "LineString");
  auto h = head("2026-09-13T08:00:00+09:00");
  h.status = "訓練";
  h.event = "20260913080000";
  h.headline = "これは訓練です。";
  const auto exercise = jma_message(h, forecast({jma_coast("900", "62", "00", "", ""), jma_coast("904", "53", "00", jma_arrival("2026-09-13T08:30:00+09:00"), jma_height("NaN", "巨大"))}));
  for (const bool real_first : {true, false}) {
    SCOPED_TRACE(real_first);
    const auto l = layer("hazard_tsunami", {{"coasts", path("coasts.geojson")}});
    ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
    deliver(*l, {real_first ? first() : exercise});
    EXPECT_EQ(l->output()->actuality, real_first ? Actuality::actual : Actuality::exercise);
    deliver(*l, {real_first ? exercise : first()});
    const auto o = l->output();
    std::map<std::string, std::string> drawn;
    for (const auto* s : of_kind(*o, PluginShapeKind::line))
      drawn[value(*o, *s, "code")] = s->label + "|" + class_of(*o, *s).label.ja + (class_of(*o, *s).hatched ? "|hatched|" : "|") + value(*o, *s, "status");
    EXPECT_EQ(drawn, (std::map<std::string, std::string>{{"900", "海岸900 津波到達中と推測 巨大|大津波警報|通常"},
                                                         {"901", "海岸901 06:20 3m|津波警報|通常"},
                                                         {"904", "【訓練】海岸904 08:30 巨大 / [Exercise] 海岸904 08:30 巨大|【訓練】大津波警報|hatched|訓練"}}));
    EXPECT_EQ(o->headline, "津波警報を発表しました。");
    EXPECT_EQ(geo::format_utc(o->issue_time.value()), "2026-09-12T21:00:00Z");
    EXPECT_THAT(o->notes, Contains(HasSubstr("【訓練】津波警報・注意報・予報a これは訓練です。")));
    EXPECT_THAT(o->notes, Contains(HasSubstr("津波なし → 大津波警報")));
    for (const auto& n : o->notes) EXPECT_EQ(n.find("海岸904"), std::string::npos) << "what rose in the exercise is not news beside what is real: " << n;
    EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("2 of 4 coasts"))) << "of what is real";
    // Lifted and cancelled in the exercise: what is real stays, and what was drawn of the exercise goes.
    auto off = h;
    off.time = "2026-09-13T08:20:00+09:00";
    off.info = "取消";
    deliver(*l, {jma_message(off, "<Text>取り消します。</Text>")});
    EXPECT_EQ(of_kind(*l->output(), PluginShapeKind::line).size(), 2u);
    EXPECT_EQ(l->output()->actuality, Actuality::actual);
    EXPECT_THAT(l->output()->notes, Contains(HasSubstr("取消: 【訓練】")));
  }
}

// What was cancelled, and an exercise of days ago beside what is real.
TEST_F(HazardTsunamiTest, WhatIsOverKeepsNothingOff) {
  squares("coasts.geojson", "code", {"900", "904"}, "LineString");
  auto drill = head("2026-09-13T08:00:00+09:00"), cancel = head("2026-09-13T07:00:00+09:00");
  drill.status = "訓練";
  drill.event = "20260913080000";
  cancel.info = "取消";
  const auto exercise = jma_message(drill, forecast({jma_coast("904", "53", "00", "", "")}));
  const auto cancelled = layer("hazard_tsunami", {{"coasts", path("coasts.geojson")}});
  deliver(*cancelled, {first(), jma_message(cancel, "<Text>取り消します。</Text>"), exercise});
  EXPECT_EQ(cancelled->output()->actuality, Actuality::exercise);
  ASSERT_EQ(of_kind(*cancelled->output(), PluginShapeKind::line).size(), 1u);
  EXPECT_FALSE(class_of(*cancelled->output(), *of_kind(*cancelled->output(), PluginShapeKind::line)[0]).hatched) << "all is of the exercise: the banner says it";
  const auto old = layer("hazard_tsunami", {{"coasts", path("coasts.geojson")}});
  deliver(*old, {exercise, jma_message(head("2026-09-15T06:00:00+09:00"), forecast({jma_coast("900", "51", "00", "", "")}))});
  EXPECT_EQ(of_kind(*old->output(), PluginShapeKind::line).size(), 1u);
  EXPECT_EQ(old->output()->actuality, Actuality::actual);
  EXPECT_THAT(old->output()->notes, Contains(HasSubstr("1 messages of an exercise or a test are not shown")));
}

// Both are dated after they came: the one that came later is in force, whatever its clock says.
TEST_F(HazardTsunamiTest, ReportsDatedAheadCountFromTheirArrival) {
  const auto l = layer("hazard_tsunami", {});
  deliver(*l, {jma_message(head("2049-01-01T00:00:00+09:00"), forecast({jma_coast("900", "62", "00", "", "")}))});
  deliver(*l, {jma_message(head("2048-01-01T00:00:00+09:00"), forecast({jma_coast("900", "53", "62", "", "")}))});
  ASSERT_EQ(l->output()->shapes->shapes.size(), 1u);
  EXPECT_EQ(class_of(*l->output(), l->output()->shapes->shapes[0]).label.ja, "大津波警報");
}

TEST_F(HazardTsunamiTest, AssumedInundationInTheOfficialClasses) {
  squares("A40.geojson", "A40_003", {"0.3m未満", "2m以上 ～ 5m未満", "20m以上", "不明"});
  const auto l = layer("hazard_tsunami", {{"inundation", path("A40.geojson")}, {"source", "test"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  const auto areas = of_kind(*o, PluginShapeKind::area);
  ASSERT_EQ(areas.size(), 4u);
  EXPECT_EQ(class_of(*o, *areas[0]).colour.r, 247);
  EXPECT_EQ(class_of(*o, *areas[1]).label.en, "Depth 3–5 m");
  EXPECT_EQ(class_of(*o, *areas[2]).colour.g, 122);
  EXPECT_TRUE(class_of(*o, *areas[3]).hatched);
  EXPECT_EQ(value(*o, *areas[1], "depth"), "2m以上 ～ 5m未満");
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("1 areas have a range"), HasSubstr("1 areas have no depth")));
  squares("tnm.geojson", "rank", {"1", "6"});
  const auto ranks = layer("hazard_tsunami", {{"inundation", path("tnm.geojson")}, {"source", "test"}});
  EXPECT_EQ(class_of(*ranks->output(), ranks->output()->shapes->shapes.at(1)).label.en, "Depth ≥ 20 m");
  squares("other.geojson", "colour", {"1"});
  const auto wrong = layer("hazard_tsunami", {{"inundation", path("other.geojson")}});
  EXPECT_EQ(wrong->state(), PluginState::failed);
  EXPECT_THAT(wrong->error().text(), HasSubstr("depth_column"));
}

// The warning of 2011 and of an exercise, with coasts for some: counted with grep in the files.
TEST_F(HazardTsunamiTest, TheAgencysSamples) {
  const auto samples = std::filesystem::path(TENBO_SHARED_DATA) / "jma-xml-a";
  if (!std::filesystem::exists(samples)) GTEST_SKIP() << "the sample messages are not here";
  squares("coasts.geojson", "code", {"210", "220"}, "LineString");
  const auto l = layer("hazard_tsunami", {{"path", (samples / "32-39_11_02_250206_VTSE41.xml").string()}, {"coasts", path("coasts.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto lines = of_kind(*l->output(), PluginShapeKind::line);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]->label, "岩手県 津波到達中と推測 巨大");
  EXPECT_EQ(lines[1]->label, "宮城県 15:00 巨大");
  const auto drill = layer("hazard_tsunami", {{"path", (samples / "38_02_01_250710_VTSE51.xml").string()}});
  EXPECT_EQ(drill->output()->actuality, Actuality::exercise);
  const auto cancelled = layer("hazard_tsunami", {{"path", (samples / "38-39_03_01_210805_VTSE41.xml").string()}});
  EXPECT_TRUE(cancelled->output()->shapes->shapes.empty());
  EXPECT_THAT(cancelled->output()->notes, ElementsAre(HasSubstr("取消")));
}

}  // namespace
}  // namespace tenbo::runtime
