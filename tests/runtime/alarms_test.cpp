#include "tenbo/runtime/alarms.h"

#include <gmock/gmock.h>

#include <cmath>

namespace tenbo::runtime {
namespace {
using live::AlarmSubject;
using ::testing::HasSubstr;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
geo::Instant minute(int m) { return {1'789'257'600'000 + std::int64_t{m} * 60'000}; }

PluginOutput gauges(const std::vector<std::pair<int, double>>& readings) {
  Sensor s;
  s.id = "g1";
  s.name = "新町橋";
  s.unit = "m";
  s.expected_interval = 600;
  s.thresholds = {{2, 2.0, {"注意", "Caution"}}, {4, 3.0, {"危険", "Danger"}}};
  for (const auto& [m, v] : readings) s.times.push_back(minute(m)), s.values.push_back(v);
  PluginOutput o;
  o.source = "River office";
  o.sensors = std::make_shared<std::vector<Sensor>>(std::vector<Sensor>{s});
  return o;
}

TEST(Alarms, ASensorRaisesOneForEachLevelItRisesTo) {
  Alarms alarms;
  int sounds = 0;
  alarms.on_raised([&](const Alarm&) { ++sounds; });
  const auto o = gauges({{0, 1}, {10, 2.2}, {20, 2.4}, {30, 3.5}, {40, 2.5}, {50, 1}, {60, 2.1}});
  const auto open_at = [&](int m) {
    alarms.see_sensors("gauges", o, minute(m));
    return alarms.open().size();
  };
  EXPECT_EQ(open_at(5), 0u);
  EXPECT_EQ(open_at(12), 1u);
  EXPECT_EQ(sounds, 1);
  open_at(25);
  EXPECT_EQ(sounds, 1);  // the same level says nothing new
  open_at(30);
  EXPECT_EQ(sounds, 2);
  const auto a = alarms.open().front();
  EXPECT_EQ(a.level, 4);
  EXPECT_EQ(a.at, minute(30));
  EXPECT_EQ(a.source, "River office");
  EXPECT_EQ(a.layer, "gauges");
  EXPECT_THAT(a.what, HasSubstr("新町橋  3.5 m  危険"));
  open_at(40);
  open_at(50);
  EXPECT_EQ(sounds, 2);  // falling is no alarm
  open_at(60);
  EXPECT_EQ(sounds, 3);  // anew
  EXPECT_EQ(alarms.take_records().size(), 3u);
  EXPECT_TRUE(alarms.take_records().empty());
}

TEST(Alarms, NothingKnownIsNoAllClear) {
  Alarms alarms;
  int sounds = 0;
  alarms.on_raised([&](const Alarm&) { ++sounds; });
  const auto o = gauges({{0, 2.2}, {10, nan}, {20, 2.2}, {60, 2.2}});
  for (const int m : {0, 10, 20, 55, 60}) alarms.see_sensors("gauges", o, minute(m));
  EXPECT_EQ(sounds, 1);
}

TEST(Alarms, TimeThatGoesBackRaisesNothing) {
  Alarms alarms;
  const auto o = gauges({{0, 3.5}, {10, 1}});
  alarms.see_sensors("gauges", o, minute(15));
  alarms.see_sensors("gauges", o, minute(5));
  EXPECT_TRUE(alarms.open().empty());
}

TEST(Alarms, AreAcknowledgedByName) {
  Alarms alarms;
  alarms.see_sensors("gauges", gauges({{0, 3.5}}), minute(1));
  const auto id = alarms.open().at(0).id;
  EXPECT_FALSE(alarms.acknowledge(id, "  ", minute(2)));
  EXPECT_FALSE(alarms.acknowledge("another", "花子", minute(2)));
  EXPECT_TRUE(alarms.acknowledge(id, "花子", minute(2)));
  EXPECT_FALSE(alarms.acknowledge(id, "太郎", minute(3)));
  EXPECT_TRUE(alarms.open().empty());
  EXPECT_EQ(alarms.all().at(0).acknowledged_by, "花子");
  const auto records = alarms.take_records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_TRUE(records[1].acknowledged);
  EXPECT_EQ(records[1].by, "花子");

  Alarms again;  // after a restart, from the journal
  for (const auto& r : records) again.restore(*live::read_alarm(live::write_alarm(r)));
  again.see_sensors("gauges", gauges({{0, 3.5}}), minute(4));
  EXPECT_TRUE(again.open().empty());
  EXPECT_EQ(again.all().at(0).acknowledged_by, "花子");
  EXPECT_TRUE(again.take_records().empty());
}

TEST(Alarms, AFeedThatGoesStaleAndTheOrderOfTheList) {
  Alarms alarms;
  alarms.see_feed("radar", false, 60, minute(0));
  alarms.see_feed("radar", true, 1500, minute(1));
  alarms.see_feed("radar", true, 1560, minute(2));
  alarms.see_sensors("calm", gauges({{0, 2.5}}), minute(3));
  alarms.see_sensors("bad", gauges({{0, 3.5}}), minute(3));
  const auto open = alarms.open();
  ASSERT_EQ(open.size(), 3u);
  EXPECT_EQ(open[0].layer, "bad");
  EXPECT_EQ(open[1].subject, AlarmSubject::stale);
  EXPECT_EQ(open[1].in(false), "radar: nothing new for 25 min");
  EXPECT_EQ(open[1].in(true), "radar: 25 分間更新なし");
  EXPECT_EQ(open[2].layer, "calm");
  alarms.see_feed("radar", false, 0, minute(4));
  alarms.see_feed("radar", true, 1500, minute(30));
  EXPECT_EQ(alarms.open().at(1).at, minute(30));
}

TEST(Alarms, AFeedsAgeIsInUnitsThatSaySomething) {
  const std::vector<std::tuple<double, std::string, std::string>> all{{45, "web: 45 秒間更新なし", "web: nothing new for 45 s"},
                                                                      {60, "web: 1 分間更新なし", "web: nothing new for 1 min"},
                                                                      {2 * 3600, "web: 2 時間更新なし", "web: nothing new for 2 h"},
                                                                      {3 * 86400, "web: 3 日間更新なし", "web: nothing new for 3 d"}};
  for (const auto& [seconds, ja, en] : all) {
    Alarms alarms;
    alarms.see_feed("web", true, seconds, minute(0));
    EXPECT_EQ(alarms.open().at(0).in(true), ja);
    EXPECT_EQ(alarms.open().at(0).in(false), en);
  }
}

// Of one layer some records are real and some are not; what a record does not say is what the layer is.
TEST(Alarms, AnExerciseIsSaidRecordByRecordAndKeepsNothingRealSilent) {
  struct One {
    const char *id, *status;
    int level;
  };
  const auto layer = [](Actuality actuality, const std::vector<One>& all) {
    PluginOutput o;
    auto table = std::make_shared<geo::FeatureTable>();
    auto shapes = std::make_shared<PluginShapes>();
    for (int level = 0; level <= 5; ++level) shapes->classes.push_back({{255, 0, 0, 255}, false, level, {"段階" + std::to_string(level), "Level " + std::to_string(level)}});
    for (const auto& one : all) {
      const auto row = table->add_feature(one.id, "city");
      if (*one.status) table->add_text(row, "status", one.status);
      PluginShape s;
      s.row = row;
      s.shape_class = static_cast<std::uint32_t>(one.level);
      shapes->shapes.push_back(s);
    }
    o.records = table;
    o.shapes = shapes;
    o.actuality = actuality;
    o.issue_time = minute(60);  // the sender's clock is ahead
    return o;
  };
  const auto said = [](const Alarms& alarms) {
    std::vector<std::string> out;
    for (const auto& a : alarms.all()) out.push_back(a.what);
    return out;
  };
  Alarms mixed;
  mixed.see_shapes("warnings", layer(Actuality::exercise, {{"a", "通常", 4}, {"b", "訓練", 5}, {"c", "試験", 3}, {"d", "", 2}, {"e", "reviewed", 2}}), minute(1));
  EXPECT_THAT(said(mixed), testing::UnorderedElementsAre("a  段階4", "【訓練】b  段階5", "【試験】c  段階3", "【訓練】d  段階2", "【訓練】e  段階2"));
  for (const auto& a : mixed.all()) EXPECT_EQ(a.at, minute(1)) << "nothing has happened later than now";

  // A plugin that has one record for both: level 5 of the exercise, then level 4, and that is meant.
  Alarms turned;
  turned.see_shapes("warnings", layer(Actuality::exercise, {{"a", "", 5}}), minute(1));
  turned.see_shapes("warnings", layer(Actuality::actual, {{"a", "", 4}}), minute(2));
  EXPECT_THAT(said(turned), testing::UnorderedElementsAre("【訓練】a  段階5", "a  段階4"));
}

TEST(Alarms, AHazardWhoseLevelRises) {
  const auto warning = [](int level, bool there) {
    PluginOutput o;
    auto table = std::make_shared<geo::FeatureTable>();
    table->add_text(table->add_feature("132010", "city"), "name", "新町");
    o.records = table;
    auto shapes = std::make_shared<PluginShapes>();
    shapes->classes = {{{255, 0, 0, 255}, false, level, {"警報", "Warning"}}};
    PluginShape s;
    s.kind = PluginShapeKind::area;
    if (there) shapes->shapes = {s};
    o.shapes = shapes;
    o.issue_time = minute(0);
    return o;
  };
  Alarms alarms;
  alarms.see_shapes("warnings", warning(1, true), minute(0));
  EXPECT_TRUE(alarms.open().empty()) << "level 1 asks nobody to act";
  alarms.see_shapes("warnings", warning(3, true), minute(1));
  ASSERT_EQ(alarms.open().size(), 1u);
  EXPECT_EQ(alarms.open()[0].what, "新町  警報");
  EXPECT_EQ(alarms.open()[0].at, minute(0));
  EXPECT_TRUE(alarms.acknowledge(alarms.open()[0].id, "花子", minute(2)));
  alarms.see_shapes("warnings", warning(3, true), minute(3));
  EXPECT_TRUE(alarms.open().empty());
  alarms.see_shapes("warnings", warning(5, true), minute(4));
  EXPECT_EQ(alarms.open().size(), 1u);
  alarms.see_shapes("warnings", warning(5, false), minute(5));  // lifted
  alarms.see_shapes("warnings", warning(3, true), minute(6));   // and given out anew
  EXPECT_EQ(alarms.open().at(0).level, 3);
}

}  // namespace
}  // namespace tenbo::runtime
