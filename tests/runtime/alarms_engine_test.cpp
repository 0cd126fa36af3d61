// Alarms in the engine, from a folder of readings: raised, shown, acknowledged, kept in the journal, and read from it for the past.
// Thresholds and readings stand in the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tenbo/live/journal_reader.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AlarmsEngine : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("alarms_engine_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_ / "in");
    std::ofstream(dir_ / "scene.json") << R"({"journal": "journal", "feeds": [{"name": "gauges", "kind": "folder", "address": "in"}],
      "layers": [{"name": "levels", "title": {"ja": "水位計", "en": "Water level"}, "kind": "vector", "plugin": "sensors", "feeds": ["gauges"], "source": "River office",
                  "parameters": {"thresholds": "2=2.0 注意 / Caution; 4=3 危険 / Danger"}}]})";
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(dir_);
  }
  // Read now, so that it is current.
  void reading(const std::string& file, const std::string& id, double value) {
    const auto text = "id,name,lon,lat,time,value,unit\n" + id + ",Bridge " + id + ",139.5,35.5," + geo::format_utc(live::to_instant(live::machine_now())) + "," +
                      std::to_string(value) + ",m\n";
    std::ofstream(dir_ / "in" / (file + ".tmp")) << text;
    fs::rename(dir_ / "in" / (file + ".tmp"), dir_ / "in" / (file + ".csv"));
  }
  void open(FeedUse::Source source, std::optional<geo::Instant> at = {}) {
    EngineOptions options;
    options.graphics = false;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    options.language = Language::en;
    options.feeds.source = source;
    if (source == FeedUse::Source::journal) options.feeds.journal = dir_ / "journal", options.feeds.to = options.feeds.from = at, options.feeds.speed = 0;
    engine_.reset();
    auto made = Engine::create(options, jobs_, log_);
    ASSERT_TRUE(made) << made.error().text();
    engine_ = std::move(*made);
    auto scene = scene::read_scene(dir_ / "scene.json");
    ASSERT_TRUE(scene) << scene.error().text();
    const auto opened = engine_->open(*scene);
    ASSERT_TRUE(opened) << opened.error().text();
    engine_->settle();
  }
  bool until(const std::function<bool()>& done) {
    for (int i = 0; i < 3000 && !done(); ++i) {
      engine_->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
  }
  void frames(int n) {
    for (int i = 0; i < n; ++i) {
      engine_->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  std::vector<live::Entry> written() const {
    std::vector<live::Entry> out;
    auto reader = live::JournalReader::open(dir_ / "journal");
    if (!reader) return out;
    for (auto& e : reader->read({}).entries)
      if (e.kind == live::EntryKind::alarm) out.push_back(std::move(e));
    return out;
  }

  fs::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<Engine> engine_;
};

TEST_F(AlarmsEngine, AnAcknowledgementSurvivesARestartAndThePastIsAsItWasKnown) {
  reading("a", "g1", 3.5);
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::connect));
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 1; }));
  auto list = engine_->alarms();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].level, 4);
  EXPECT_EQ(list[0].in(false), "Bridge g1  3.5 m  Danger");
  EXPECT_EQ(list[0].in(true), "Bridge g1  3.5 m  危険");
  EXPECT_EQ(list[0].layer, "levels");
  ASSERT_TRUE(list[0].place);
  EXPECT_DOUBLE_EQ(list[0].place->lon, 139.5);
  EXPECT_EQ(engine_->take_raised_alarms().size(), 1u);
  EXPECT_THAT(engine_->take_raised_alarms(), IsEmpty());

  const auto hud = engine_->hud({1920, 1080});
  ASSERT_EQ(hud.alarms.size(), 1u);
  EXPECT_EQ(hud.alarms_open, 1u);
  EXPECT_EQ(hud.alarms[0].word, "Level 4");
  EXPECT_EQ(hud.alarms[0].what, "Bridge g1  3.5 m  Danger");
  EXPECT_THAT(hud.alarms[0].about, HasSubstr("Water level"));
  EXPECT_THAT(hud.alarms[0].about, HasSubstr("JST"));
  // Cabinet Office and JMA, colours of the alert levels: level 4 is 170, 0, 170.
  EXPECT_EQ((std::array{hud.alarms[0].colour.r, hud.alarms[0].colour.g, hud.alarms[0].colour.b}), (std::array<std::uint8_t, 3>{170, 0, 170}));

  // A restart before anybody has seen it: it is open still, and not raised anew.
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::connect));
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  engine_->update(0.1);
  EXPECT_THAT(engine_->take_raised_alarms(), IsEmpty());
  const auto id = engine_->alarms().at(0).id;
  EXPECT_FALSE(engine_->acknowledge_alarm(id, " "));
  EXPECT_FALSE(engine_->acknowledge_alarm("another", "Hanako"));
  const geo::Instant before = engine_->now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_TRUE(engine_->acknowledge_alarm(id, "当直 花子"));
  EXPECT_EQ(engine_->open_alarms(), 0u);
  EXPECT_FALSE(engine_->acknowledge_alarm(id, "Taro")) << "once is enough";

  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::connect));
  ASSERT_TRUE(until([&] { return engine_->alarms().size() == 1; }));
  frames(60);
  EXPECT_EQ(engine_->open_alarms(), 0u) << "the same reading raises nothing";
  EXPECT_EQ(engine_->alarms()[0].acknowledged_by, "当直 花子");
  const auto history = engine_->alarm_history(10);
  ASSERT_EQ(history.size(), 2u);
  EXPECT_TRUE(history[0].acknowledged) << "the latest first";
  EXPECT_EQ(history[0].by, "当直 花子");
  engine_.reset();
  ASSERT_EQ(written().size(), 2u);

  // Played back: as it was known then, and nothing is written.
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::journal));
  EXPECT_EQ(engine_->open_alarms(), 0u);
  EXPECT_EQ(engine_->alarms().size(), 1u);
  EXPECT_TRUE(engine_->hud({1920, 1080}).alarms.empty());
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::journal, before));
  EXPECT_EQ(engine_->open_alarms(), 1u);
  EXPECT_EQ(engine_->hud({1920, 1080}).alarms.size(), 1u);
  EXPECT_FALSE(engine_->acknowledge_alarm(id, "Hanako")) << "what was, was";
  EXPECT_THAT(engine_->take_raised_alarms(), IsEmpty());
  engine_.reset();
  EXPECT_EQ(written().size(), 2u);
}

TEST_F(AlarmsEngine, WhoeverLooksAtThePastSeesItsAlarmsAndIsToldOfNewOnesAfterwards) {
  reading("a", "g1", 2.5);
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::connect));
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 1; }));
  const auto first = engine_->alarms().at(0);
  engine_->take_raised_alarms();
  frames(50);  // the moment that is held is one after its entry
  engine_->set_clock(live::Clock::Mode::stopped);
  EXPECT_EQ(engine_->clock().mode, live::Clock::Mode::stopped);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(engine_->acknowledge_alarm(first.id, "Hanako")) << "the list is that of then";
  reading("b", "g2", 3.5);
  frames(100);
  EXPECT_EQ(engine_->open_alarms(), 1u);
  engine_->set_clock(live::Clock::Mode::real);
  EXPECT_EQ(engine_->clock().mode, live::Clock::Mode::real);
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 2; }));
  EXPECT_EQ(engine_->alarms()[0].level, 4) << "the worst first";
  const auto raised = engine_->take_raised_alarms();
  ASSERT_EQ(raised.size(), 1u);
  EXPECT_THAT(raised[0].what, HasSubstr("g2"));
}

TEST_F(AlarmsEngine, WhatHasArrivedIsPlayedOverAgainUntilItIsNow) {
  reading("a", "g1", 2.5);
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::connect));
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 1; }));
  engine_->set_time({engine_->now().ms - 3'600'000});
  engine_->settle();
  EXPECT_EQ(engine_->open_alarms(), 0u) << "an hour ago nothing had arrived";
  engine_->set_clock(live::Clock::Mode::replayed, 600);
  EXPECT_EQ(engine_->clock().mode, live::Clock::Mode::replayed);
  const auto from = *engine_->time().now;
  engine_->update(1.0);
  EXPECT_EQ(engine_->time().now->ms - from.ms, 600'000);
  ASSERT_TRUE(until([&] { return engine_->clock().mode == live::Clock::Mode::real; })) << "it ends at now";
  ASSERT_TRUE(until([&] { return engine_->open_alarms() == 1; }));
}

TEST_F(AlarmsEngine, FilesAreNoNews) {
  std::ofstream(dir_ / "all.csv") << "id,name,lon,lat,time,value,unit\ng1,Bridge,139.5,35.5," << geo::format_utc(live::to_instant(live::machine_now())) << ",9,m\n";
  std::ofstream(dir_ / "scene.json") << R"({"layers": [{"name": "levels", "kind": "vector", "path": "all.csv", "plugin": "sensors",
    "parameters": {"path": "all.csv", "thresholds": "2=2.0 注意 / Caution"}}]})";
  ASSERT_NO_FATAL_FAILURE(open(FeedUse::Source::connect));
  frames(60);
  EXPECT_EQ(engine_->layers().front().state, LayerState::ready);
  EXPECT_EQ(engine_->open_alarms(), 0u);
  EXPECT_FALSE(engine_->clock().feeds);
}

}  // namespace
}  // namespace tenbo::runtime
