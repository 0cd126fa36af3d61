// Sensors on structures, end to end: a broker brings strain past its threshold, the alarm names the bridge and the girder, the structure's
// card and marker show it; and on a device the sensor stands where its distance from the bridge's start says. Lists, readings and thresholds
// stand in the test; places are worked out by the radii of WGS 84.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>

#include "../live/publisher.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class StructureSensors : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("structure_sensors_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    // West to east, 40 m, two spans.
    put("bridges.csv", "施設ID,種別,名称,name_en,緯度,経度,判定区分,点検年度,橋長,幅員,径間数,方位\nBR-1,橋梁,千鳥橋,Chidori Bridge,35.5,139.5,Ⅱ,2023,40,8,2,90\nBR-2,橋梁,雪見橋,Yukimi Bridge,35.52,139.52,Ⅰ,2023,30,6,1,90\n");
    put("sensors.csv",
        "id,名称,quantity,unit,structure,部材,径間,部材番号,along,level2,level3\n"
        "S1,ひずみ計,strain,µε,BR-1,主桁,1,0101,10,600,800\n"
        "S2,傾斜計,tilt,°,BR-1,橋台,,,,0.5,1\n"
        "S3,よその計器,strain,µε,BR-9,主桁,1,,,600,800\n");
  }
  void TearDown() override {
    engine_.reset();
    if (!HasFailure()) fs::remove_all(dir_);
  }
  void put(const std::string& name, const std::string& text) { std::ofstream(dir_ / name) << text; }
  void open(const std::string& more, FeedUse::Source source, bool graphics, Language language = Language::en) {
    put("scene.json", R"({)" + more + R"("home": {"lon": 139.5, "lat": 35.499, "height": 60, "heading": 0, "pitch": -28, "fov": 40},
      "layers": [{"name": "bridges", "kind": "inspection", "path": "bridges.csv", "plugin": "infra_inspection", "parameters": {"path": "bridges.csv"}},
                 {"name": "monitoring", "kind": "vector", "path": "sensors.csv", "plugin": "sensors", "source": "Road office", "expected_interval": "PT10M", )" +
                         (more.empty() ? "" : R"("feeds": ["strain"], )") + R"("parameters": {"path": ["sensors.csv")" + (more.empty() ? R"(, "readings.csv")" : "") + R"(]}}]})");
    EngineOptions options;
    options.graphics = graphics;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    options.language = language;
    options.feeds.source = source;
    auto made = Engine::create(options, jobs_, log_);
    ASSERT_TRUE(made) << made.error().text();
    engine_ = std::move(*made);
    auto scene = scene::read_scene(dir_ / "scene.json");
    ASSERT_TRUE(scene) << scene.error().text();
    const auto opened = engine_->open(*scene);
    ASSERT_TRUE(opened) << opened.error().text();
    engine_->settle();
    for (const auto& l : engine_->layers()) ASSERT_EQ(l.state, LayerState::ready) << l.name << ": " << l.error;
  }
  bool until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!done() && std::chrono::steady_clock::now() < end) {
      engine_->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
  }
  std::optional<StructureCard> card_of(const std::string& id) {
    const auto found = engine_->find(id, 5);
    for (const auto& f : found) {
      if (!f.layer || f.text != id) continue;
      Picked p;
      p.layer = *f.layer;
      p.feature = f.feature;
      p.feature_id = id;
      engine_->select(p);
      engine_->update(0);
      return engine_->structure_card();
    }
    return std::nullopt;
  }
  std::optional<StructureSensor> sensor(const std::optional<StructureCard>& card, const std::string& id) {
    if (card)
      for (const auto& s : card->sensors)
        if (s.id == id) return s;
    return std::nullopt;
  }

  fs::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<Engine> engine_;
};

TEST_F(StructureSensors, StrainPastItsThresholdNamesTheBridgeAndTheGirder) {
  if (test::find_program("mosquitto").empty()) GTEST_SKIP() << "mosquitto is not installed: tools/setup installs it";
  test::Broker broker(dir_ / "broker");
  ASSERT_NO_FATAL_FAILURE(open(R"("journal": "journal", "feeds": [{"name": "strain", "kind": "mqtt", "address": ")" + broker.url() + R"(", "topics": ["bridge/#"]}], )", FeedUse::Source::connect, false));
  ASSERT_TRUE(until([&] { return engine_->feeds().at(0).connections > 0; }));
  test::Publisher publisher(broker.port());
  const auto say = [&](const std::string& id, const std::string& value) {
    publisher.say("bridge/" + id, R"({"sensor_id": ")" + id + R"(", "time": ")" + geo::format_utc(live::to_instant(live::machine_now())) + R"(", "value": )" + value + "}");
  };
  say("S1", "512.5");
  ASSERT_TRUE(until([&] { const auto s = sensor(card_of("BR-1"), "S1"); return s && s->level == 0; })) << "below all thresholds";
  EXPECT_EQ(engine_->open_alarms(), 0u);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the next second: readings of one time replace each other
  say("S1", "812.5");
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 1; }));
  const auto alarm = engine_->alarms().at(0);
  EXPECT_EQ(alarm.level, 3);
  EXPECT_EQ(alarm.in(true), "千鳥橋 · 主桁 · 第1径間 · 部材番号 0101  ひずみ計  812.5 µε");
  EXPECT_EQ(alarm.in(false), "Chidori Bridge · main girder · span 1 · element 0101  ひずみ計  812.5 µε");
  ASSERT_TRUE(alarm.place) << "the sensor says none of its own: it is the bridge's";
  EXPECT_DOUBLE_EQ(alarm.place->lon, 139.5);
  EXPECT_THAT(engine_->hud({1920, 1080}).alarms.at(0).what, HasSubstr("Chidori Bridge · main girder"));

  const auto card = card_of("BR-1");
  ASSERT_TRUE(card);
  ASSERT_EQ(card->sensors.size(), 2u) << "S3 names a structure that no list has";
  const auto s = sensor(card, "S1");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->id, card->sensors[0].id) << "the highest level first";
  EXPECT_EQ(s->level, 3);
  EXPECT_EQ(s->value, 812.5);
  EXPECT_EQ(s->card.value, "strain  812.5 µε");
  EXPECT_THAT(s->card.state, HasSubstr("3"));
  EXPECT_TRUE(s->time);
  EXPECT_GE(s->card.line.size(), 2u) << "the last day";
  EXPECT_EQ(s->part.member, inspection::Member::main_girder);
  const auto silent = sensor(card, "S2");
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->condition, SensorCondition::no_value);
  EXPECT_TRUE(std::isnan(silent->value));
  EXPECT_THAT(silent->card.value, HasSubstr("no value yet"));

  // The structure's marker has the sign, the other bridge's has none.
  std::size_t signs = 0;
  for (const auto& m : engine_->hud({1920, 1080}).markers) signs += m.alarm == 3 && m.letter == "II";
  EXPECT_EQ(signs, 1u);

  // Missing is a word, and no all-clear.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  say("S1", "null");
  ASSERT_TRUE(until([&] { const auto m = sensor(card_of("BR-1"), "S1"); return m && m->condition == SensorCondition::missing; }));
  const auto after = card_of("BR-1");
  const auto missing = sensor(after, "S1");
  EXPECT_TRUE(std::isnan(missing->value));
  EXPECT_EQ(missing->level, -1);
  EXPECT_THAT(missing->card.value, HasSubstr("missing"));
  EXPECT_THAT(missing->card.value, Not(HasSubstr("812")));
  EXPECT_EQ(engine_->open_alarms(), 1u);
  engine_.reset();
}

TEST_F(StructureSensors, ASensorStandsAtItsPlaceOnTheModelMadeFromTheRecord) {
  put("readings.csv", "id,time,value\nS1,2026-09-13T00:00:00Z,650\nS2,2026-09-13T00:00:00Z,欠測\nS3,2026-09-13T00:00:00Z,900\n");
  ASSERT_NO_FATAL_FAILURE(open("", FeedUse::Source::none, true));
  engine_->set_time(*geo::parse_instant("2026-09-13T00:05:00Z"));
  engine_->update(0);
  engine_->settle();
  // 10 m from the start of a bridge of 40 m that runs east: 10 m west of its middle. A degree of longitude on WGS 84 at 35.5 north.
  constexpr double a = 6'378'137, e2 = 0.00669437999014, radians = M_PI / 180, lat = 35.5;
  const double east = radians * a * std::cos(lat * radians) / std::sqrt(1 - e2 * std::sin(lat * radians) * std::sin(lat * radians));
  const auto hud = engine_->hud({1920, 1080});
  const Marker* found = nullptr;
  for (const auto& m : hud.markers)
    if (m.letter == "2") found = &m;
  ASSERT_TRUE(found) << "650 is past the threshold of level 2";
  const auto picked = engine_->pick({1920, 1080}, glm::uvec2(found->pixel));
  ASSERT_TRUE(picked);
  EXPECT_EQ(picked->feature_id, "S1");
  EXPECT_NEAR((picked->position.lon - 139.5) * east, -10, 0.3);
  EXPECT_LT(std::abs(picked->position.lat - 35.5) * 111'000, 5.0) << "on the girder: the bridge is 8 m wide";
  EXPECT_GT(picked->position.height, 1) << "off the ground";
  std::size_t drawn = 0;
  for (const auto& m : hud.markers) drawn += m.letter == "×";
  EXPECT_EQ(drawn, 1u) << "S2 on the abutment; S3 stands nowhere: nobody knows its structure";
  engine_->select(picked);
  const auto card = engine_->hud({1920, 1080}).card;
  ASSERT_TRUE(card);
  EXPECT_THAT(card->details, ::testing::Contains(HasSubstr("Chidori Bridge · main girder")));
}

}  // namespace
}  // namespace tenbo::runtime
