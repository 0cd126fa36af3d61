// What is real beside an exercise or a test of it, and beside reports whose clock is wrong: messages of the test's own, through the host.
#include <gmock/gmock.h>

#include <algorithm>

#include "hazard_reports.h"
#include "../../engine/runtime/src/meant.h"
#include "plugin_messages.h"
#include "tenbo/runtime/alarms.h"

namespace tenbo::runtime {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HazardDrills : public MessageTest {
 protected:
  void SetUp() override {
    MessageTest::SetUp();
    squares("areas.geojson", "code", {"99201", "99202"});
  }
  static OwnMessage rain(const std::string& time) {
    OwnMessage m{"気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報", own_warning(own_item(own_kind("レベル４大雨危険警報"), "展望市", "9920100") + own_item(own_kind("レベル２大雨注意報"), "港町", "9920200"))};
    m.time = time;
    return m;
  }
  static OwnMessage drill(OwnMessage m, const std::string& status = "訓練") {
    m.status = status;
    m.headline = "これは訓練です";
    return m;
  }
  // As a feed brings it, one a minute from 15 January 2027 on.
  PluginMessage message(const std::string& text, const std::string& source = "a/b.xml") {
    PluginMessage m;
    m.number = ++number_;
    m.arrival = {1'800'000'000'000 + static_cast<std::int64_t>(number_) * 60'000};
    m.feed = "jma";
    m.source = source;
    auto body = std::make_shared<std::vector<std::byte>>(text.size());
    std::transform(text.begin(), text.end(), body->begin(), [](char c) { return static_cast<std::byte>(c); });
    m.body = std::move(body);
    return m;
  }
  void bring(PluginLayer& l, std::vector<PluginMessage> messages) {
    l.deliver(std::move(messages));
    EXPECT_TRUE(frames_until([&] { return l.state() == PluginState::failed || !l.taking_messages(); }));
    EXPECT_EQ(l.state(), PluginState::ready) << l.error().text();
  }
  // Levels of the areas that are drawn, by record.
  static std::map<std::string, int> levels_drawn(const PluginOutput& o) {
    std::map<std::string, int> out;
    for (const auto& s : o.shapes->shapes)
      if (s.kind == PluginShapeKind::area) out[std::string(o.records->id(s.row))] = o.shapes->classes[s.shape_class].level;
    return out;
  }
  static std::string word(const PluginOutput& o, std::string_view id, std::string_view column) {
    const auto row = o.records->find(id);
    return row ? geo::to_text(o.records->value(*row, column)) : "no row " + std::string(id);
  }
};

// An exercise of level 5 that comes after a real warning of level 4 of the same town: two records, and the real one has the ground.
TEST_F(HazardDrills, AnExerciseIsARecordOfItsOwnBesideWhatIsReal) {
  auto exercise = drill(rain("2026-11-21T10:00:00+09:00"));
  exercise.body = own_warning(own_item(own_kind("レベル５大雨特別警報"), "展望市", "9920100"));
  put("real.xml", rain("2026-11-21T09:00:00+09:00").xml());
  put("drill.xml", exercise.xml());
  const auto l = layer("hazard_weather", {{"path", path("real.xml") + "\n" + path("drill.xml")}, {"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  EXPECT_EQ(levels_drawn(*o), (std::map<std::string, int>{{"9920100", 4}, {"9920200", 2}})) << "impact takes the worst area of a place";
  EXPECT_EQ(word(*o, "9920100", "level"), "4");
  EXPECT_EQ(word(*o, "9920100", "in_force"), "レベル４大雨危険警報");
  EXPECT_EQ(word(*o, "9920100", "status"), "通常");
  EXPECT_EQ(word(*o, "9920100*", "level"), "5");
  EXPECT_EQ(word(*o, "9920100*", "in_force"), "【訓練】レベル５大雨特別警報");
  EXPECT_EQ(word(*o, "9920100*", "status"), "訓練");
  EXPECT_EQ(o->headline, "本文") << "of what is real";
  EXPECT_EQ(geo::format_utc(*o->issue_time), "2026-11-21T00:00:00Z");
  EXPECT_THAT(o->notes, ::testing::Contains(HasSubstr("listed, not drawn")));

  // Where nothing real is said, the exercise is drawn; its town's neighbour stays what it is.
  auto other = exercise;
  other.body = own_warning(own_item(own_kind("レベル５大雨特別警報"), "港町", "9920200"));
  auto real = rain("2026-11-21T09:00:00+09:00");
  real.body = own_warning(own_item(own_kind("レベル４大雨危険警報"), "展望市", "9920100"));
  put("real.xml", real.xml());
  put("drill.xml", other.xml());
  const auto apart = layer("hazard_weather", {{"path", path("real.xml") + "\n" + path("drill.xml")}, {"areas", path("areas.geojson")}});
  EXPECT_EQ(levels_drawn(*apart->output()), (std::map<std::string, int>{{"9920100", 4}, {"9920200*", 5}}));
  for (const auto& s : apart->output()->shapes->shapes) {
    const auto& c = apart->output()->shapes->classes[s.shape_class];
    const bool is_drill = apart->output()->records->id(s.row) == "9920200*";
    EXPECT_EQ(c.hatched, is_drill);
    EXPECT_EQ(c.label.ja, is_drill ? "【訓練】レベル５・特別警報" : "レベル４・危険警報");
    EXPECT_EQ(c.label.en, is_drill ? "[Exercise] Level 5, emergency warning" : "Level 4, danger warning");
    EXPECT_EQ(s.label, is_drill ? "訓練 / Exercise" : "");
  }
  const auto meant = meant_by(*apart->output());
  EXPECT_EQ(meant.whole, Actuality::part_exercise);
  EXPECT_THAT(meant.drills, ElementsAre("港町"));
  EXPECT_EQ(meant.real, 1u);
  EXPECT_EQ(meant_by(*layer("hazard_weather", {{"path", path("real.xml")}, {"areas", path("areas.geojson")}})->output()).whole, Actuality::actual);
  EXPECT_EQ(meant_by(*layer("hazard_weather", {{"path", path("drill.xml")}, {"areas", path("areas.geojson")}})->output()).whole, Actuality::exercise);
  Alarms alarms;
  alarms.see_shapes("warnings", *apart->output(), {1'900'000'000'000});
  std::vector<std::string> raised;
  for (const auto& a : alarms.open()) raised.push_back(a.what);
  EXPECT_THAT(raised, ElementsAre("【訓練】港町  レベル５・特別警報", "展望市  レベル４・危険警報")) << "marked once";
}

// The telegram of 2026 speaks for the old one of its own kind alone.
TEST_F(HazardDrills, AnExerciseSpeaksForNothingReal) {
  const OwnMessage old{"気象警報・注意報（Ｈ２７）", "展望県気象警報・注意報", own_warning(own_item(own_kind("大雨警報"), "展望市", "9920100"))};
  const auto in_force = [&](const OwnMessage& of_2026, const OwnMessage& of_before, const char* id) {
    put("new.xml", of_2026.xml());
    put("old.xml", of_before.xml());
    const auto l = layer("hazard_weather", {{"path", path("new.xml") + "\n" + path("old.xml")}, {"areas", path("areas.geojson")}});
    return word(*l->output(), id, "in_force");
  };
  auto calm = rain("2026-11-21T09:00:00+09:00");
  calm.body = own_warning(own_item(own_kind("レベル２大雨注意報"), "展望市", "9920100"));
  EXPECT_EQ(in_force(calm, old, "9920100"), "レベル２大雨注意報") << "of one kind it does";
  for (const char* status : {"訓練", "試験"}) {
    const std::string mark = status == std::string("訓練") ? "【訓練】" : "【試験】";
    EXPECT_EQ(in_force(drill(calm, status), old, "9920100"), "大雨警報");
    EXPECT_EQ(in_force(drill(calm, status), old, "9920100*"), mark + "レベル２大雨注意報");
    EXPECT_EQ(in_force(calm, drill(old, status), "9920100"), "レベル２大雨注意報");
    EXPECT_EQ(in_force(calm, drill(old, status), "9920100*"), mark + "大雨警報");
  }
}

TEST_F(HazardDrills, AnExerciseKeepsNoRealAlarmSilent) {
  const auto l = layer("hazard_weather", {{"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  auto exercise = drill(rain("2026-11-21T09:00:00+09:00"));
  exercise.body = own_warning(own_item(own_kind("レベル５大雨特別警報"), "展望市", "9920100"));
  Alarms alarms;
  bring(*l, {message(exercise.xml())});
  alarms.see_shapes("warnings", *l->output(), {1'900'000'000'000});
  ASSERT_EQ(alarms.open().size(), 1u);
  EXPECT_EQ(alarms.open()[0].what, "【訓練】展望市  レベル５・特別警報");
  bring(*l, {message(rain("2026-11-21T09:30:00+09:00").xml())});
  alarms.see_shapes("warnings", *l->output(), {1'900'000'001'000});
  std::vector<std::string> raised;
  for (const auto& a : alarms.open()) raised.push_back(a.what);
  EXPECT_THAT(raised, ElementsAre("【訓練】展望市  レベル５・特別警報", "展望市  レベル４・危険警報", "港町  レベル２・注意報")) << "the worst first";
}

TEST_F(HazardDrills, TheAreasOfAVolcanosExerciseDoNotRaiseTheRealOnes) {
  const auto volcano = [](const char* level, const char* status) {
    OwnMessage m{"噴火警報・予報", "火山名　展望岳　噴火警報",
                 "<VolcanoInfo type=\"噴火警報・予報（対象火山）\"><Item><Kind><Name>レベル" + std::string(level) +
                     "</Name><Code>13</Code><Condition>引上げ</Condition></Kind><Areas codeType=\"火山名\"><Area><Name>展望岳</Name>"
                     "<Code>999</Code><Coordinate>+3424.00+13827.00+800/</Coordinate></Area></Areas></Item></VolcanoInfo><VolcanoInfo type=\"噴火警報・予報（対象市町村等）\"><Item><Kind><Name>火口周辺警報</Name>"
                     "<Code>02</Code><Condition>発表</Condition></Kind><Areas codeType=\"x\"><Area><Name>展望市</Name><Code>9920100</Code></Area></Areas></Item></VolcanoInfo>"};
    m.event = "999";
    m.status = status;
    return m.xml();
  };
  put("a.xml", volcano("３（入山規制）", "通常"));
  put("b.xml", volcano("５（避難）", "訓練"));
  const auto l = layer("hazard_volcano", {{"path", path("a.xml") + "\n" + path("b.xml")}, {"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  EXPECT_EQ(levels_drawn(*o), (std::map<std::string, int>{{"9920100", 3}}));
  EXPECT_EQ(word(*o, "9920100*", "level"), "5");
  std::vector<int> points;
  for (const auto& s : o->shapes->shapes)
    if (s.kind == PluginShapeKind::point) points.push_back(o->shapes->classes[s.shape_class].level);
  EXPECT_THAT(points, ElementsAre(3)) << "nor does the exercise's mark stand on the real one";
}

// An alert of an exercise has a polygon of its own, which may lie anywhere on a real one.
TEST_F(HazardDrills, AnAlertOfAnExerciseIsListedBesideARealOne) {
  const auto alert = [](const char* severity, const char* status) {
    return "<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A</identifier><sender>s</sender><sent>2026-11-21T09:00:00+09:00</sent><status>" + std::string(status) +
           "</status><msgType>Alert</msgType><info><category>Met</category><event>Storm</event><urgency>Expected</urgency><severity>" + severity +
           "</severity><certainty>Likely</certainty><area><areaDesc>Bay</areaDesc><polygon>34,138 34,139 35,139 34,138</polygon></area></info></alert>";
  };
  put("a.cap", alert("Minor", "Actual"));
  put("b.cap", alert("Extreme", "Exercise"));
  const auto l = layer("hazard_weather", {{"path", path("a.cap") + "\n" + path("b.cap")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  EXPECT_EQ(levels_drawn(*l->output()), (std::map<std::string, int>{{"A", 2}}));
  EXPECT_EQ(word(*l->output(), "A*", "level"), "5");
}

// A sender's clock that is a month ahead: what it says counts from its arrival, and gives way to what comes after it.
TEST_F(HazardDrills, AReportDatedAheadCountsFromItsArrival) {
  const auto l = layer("hazard_weather", {{"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto ahead = rain("2027-02-15T09:00:00+09:00");
  auto first = message(ahead.xml());
  bring(*l, {first});
  EXPECT_EQ(word(*l->output(), "9920100", "level"), "4");
  EXPECT_EQ(word(*l->output(), "9920100", "report_time"), "2027-02-15 09:00") << "as it is written";
  ASSERT_FALSE(l->output()->shapes->shapes.empty());
  EXPECT_EQ(l->output()->shapes->shapes[0].from, first.arrival) << "it is shown now, not in a month";

  auto right = message("");  // dated between the two arrivals
  auto lifted = rain(geo::format_utc({right.arrival.ms - 1000}));
  lifted.body = own_warning(own_item(own_kind("レベル２大雨注意報"), "展望市", "9920100"));
  right = message(lifted.xml());
  bring(*l, {right});
  EXPECT_EQ(word(*l->output(), "9920100", "level"), "2") << "the newer by arrival is in force";
  bring(*l, {message(ahead.xml())});
  EXPECT_EQ(word(*l->output(), "9920100", "level"), "2") << "a copy of the old one is no news";

  // Files have no arrival: what they say counts.
  put("ahead.xml", ahead.xml());
  put("right.xml", lifted.xml());
  const auto files = layer("hazard_weather", {{"path", path("ahead.xml") + "\n" + path("right.xml")}, {"areas", path("areas.geojson")}});
  EXPECT_EQ(word(*files->output(), "9920100", "level"), "4");
}

TEST_F(HazardDrills, AWarningNamesTheMessageThatItIsAbout) {
  const auto l = layer("hazard_weather", {{"areas", path("areas.geojson")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  bring(*l, {message("{broken", "topic/one"), message("{broken", "topic/two")});
  const auto& said = l->output()->warnings;
  ASSERT_THAT(said, ::testing::SizeIs(2));
  EXPECT_THAT(said[0], ::testing::AllOf(::testing::StartsWith("topic/one cannot be read"), HasSubstr(": topic/one: "), ::testing::Not(HasSubstr("topic/two"))));
  EXPECT_THAT(said[1], ::testing::AllOf(::testing::StartsWith("topic/two cannot be read"), HasSubstr(": topic/two: "), ::testing::Not(HasSubstr("topic/one"))));
  bring(*l, {message("{broken", "topic/three")});
  for (const auto& w : l->output()->warnings)
    EXPECT_FALSE(w.starts_with("topic/one ") && w.find("topic/three") != std::string::npos) << w;
}

}  // namespace
}  // namespace tenbo::runtime
