// A scene's feeds in the engine, with the plugin tests/plugins/listener.cpp, whose source says what it was told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "tenbo/live/journal.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

geo::Instant at(const char* text) { return geo::parse_instant(text).value(); }
std::vector<std::byte> bytes(std::string_view text) {
  std::vector<std::byte> out(text.size());
  std::memcpy(out.data(), text.data(), text.size());
  return out;
}

class SceneFeedsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("scene_feeds_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_ / "in");
    std::ofstream(dir_ / "scene.json") << R"({"journal": "journal",
      "feeds": [{"name": "gauges", "kind": "folder", "address": "in", "expected_interval": 600}, {"name": "other", "kind": "folder", "address": "none"}],
      "layers": [{"name": "l", "plugin": "listener", "feeds": ["gauges"], "parameters": {"case": "source"}}]})";
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(dir_);
  }
  void put(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / "in" / (name + ".tmp")) << text;
    fs::rename(dir_ / "in" / (name + ".tmp"), dir_ / "in" / name);
  }
  // Messages one a minute from 09:00 on, "0" and so on; each tenth of the other feed; a gap after the fifth.
  void write_journal(int count) {
    live::JournalOptions options;
    auto journal = live::Journal::open(dir_ / "journal", options).value();
    for (int i = 0; i < count; ++i) {
      live::Entry e;
      e.feed = i % 10 == 9 ? "other" : "gauges";
      e.source = "a";
      e.at = live::from_instant({at("2026-11-21T09:00:00Z").ms + i * 60'000});
      e.body = bytes(std::to_string(i));
      ASSERT_TRUE(journal->append(std::move(e)));
    }
    ASSERT_TRUE(journal->flush(std::chrono::seconds(20)));
  }
  static std::string told(int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
      if (i % 10 != 9) out += "gauges:" + std::to_string(i) + ";";
    return out;
  }
  static std::string without_over(std::string s) {  // what the plugin was told to forget before is no part of what it knows
    if (s.starts_with("over;")) s.erase(0, 5);
    return s;
  }
  Status open(FeedUse use, bool graphics = false) {
    EngineOptions options;
    options.graphics = graphics;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "tests/plugins"};
    options.language = Language::en;
    options.feeds = std::move(use);
    engine_.reset();
    auto made = Engine::create(options, jobs_, log_);
    if (!made) return made.error();
    engine_ = std::move(*made);
    auto opened = engine_->open(scene::read_scene(dir_ / "scene.json").value());
    if (opened) engine_->settle();
    return opened;
  }
  FeedUse journal(const char* from = nullptr, double speed = 0) const {
    FeedUse use;
    use.source = FeedUse::Source::journal;
    use.journal = dir_ / "journal";
    if (from) use.from = at(from);
    use.speed = speed;
    return use;
  }
  FeedUse connect() const { return {FeedUse::Source::connect, {}, {}, {}, 1}; }
  std::string source() const { return without_over(engine_->layers().front().source); }
  bool until(const std::function<bool()>& done) {
    for (int i = 0; i < 1500 && !done(); ++i) {
      engine_->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
  }
  std::vector<std::string> notices() const { return engine_->hud({1280, 720}).notices; }

  fs::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<Engine> engine_;
};

TEST_F(SceneFeedsTest, WithoutAWindowNothingIsConnectedToAndNothingWritten) {
  put("a", "x");
  ASSERT_TRUE(open({}));
  EXPECT_EQ(source(), "");
  EXPECT_THAT(engine_->feeds(), IsEmpty());
  EXPECT_FALSE(engine_->listening());
  EXPECT_FALSE(fs::exists(dir_ / "journal"));
}

TEST_F(SceneFeedsTest, WhatHadArrivedByAMomentIsShown) {
  write_journal(40);
  ASSERT_TRUE(open(journal()));
  EXPECT_EQ(source(), told(40)) << "the whole of it, where nobody says";
  EXPECT_EQ(engine_->time().now, at("2026-11-21T09:39:00Z"));
  ASSERT_TRUE(open(journal("2026-11-21T09:20:00Z")));
  EXPECT_EQ(source(), told(21)) << "what arrived at that moment is among it";
  EXPECT_EQ(engine_->time().now, at("2026-11-21T09:20:00Z"));
  ASSERT_TRUE(open(journal("2026-11-21T08:00:00Z")));
  EXPECT_EQ(source(), "");
}

TEST_F(SceneFeedsTest, TimeGoesBackAndForthAndTheStateIsTheSame) {
  write_journal(3000);  // pages of the journal
  ASSERT_TRUE(open(journal()));
  EXPECT_EQ(source(), told(3000));
  for (const auto& [time, count] : {std::pair{"2026-11-21T09:04:00Z", 5}, {"2026-11-22T09:00:00Z", 1441}, {"2026-11-21T09:00:00Z", 1}, {"2026-11-22T10:00:00Z", 1501}}) {
    engine_->set_time(at(time));
    engine_->settle();
    EXPECT_EQ(source(), told(count)) << time;
  }
  const auto& steps = engine_->time().steps;
  EXPECT_EQ(steps.front(), at("2026-11-21T09:00:00Z"));
  EXPECT_EQ(steps.back(), at("2026-11-23T10:59:00Z")) << "the time bar reaches to the journal's end";
}

TEST_F(SceneFeedsTest, APictureIsTheSameAtWhateverSpeedItWasPlayed) {
  write_journal(30);
  ASSERT_TRUE(open(journal("2026-11-21T09:25:00Z"), true));
  const auto direct = engine_->still({320, 180}, 2, true);
  ASSERT_TRUE(direct) << direct.error().text();
  for (const double speed : {600.0, 60'000.0}) {
    auto use = journal("2026-11-21T09:03:00Z", speed);
    use.to = at("2026-11-21T09:25:00Z");
    ASSERT_TRUE(open(use, true));
    ASSERT_TRUE(until([&] { return !engine_->time().playing; })) << "it stops at its end";
    engine_->settle();
    EXPECT_EQ(source(), told(26));
    const auto played = engine_->still({320, 180}, 2, true);
    ASSERT_TRUE(played);
    EXPECT_TRUE(played->rgba == direct->rgba) << speed;
  }
}

TEST_F(SceneFeedsTest, AReplayedFeedIsAsOldAsItWasThen) {
  write_journal(11);
  ASSERT_TRUE(open(journal("2026-11-21T09:12:00Z")));
  const auto fresh = engine_->feeds();
  ASSERT_EQ(fresh.size(), 2u);
  EXPECT_EQ(fresh[0].state, live::FeedState::live);
  EXPECT_DOUBLE_EQ(fresh[0].age.seconds.value_or(-1), 120);
  EXPECT_EQ(fresh[0].messages, 10u);
  EXPECT_FALSE(engine_->listening()) << "the clock stands";
  ASSERT_TRUE(open(journal("2026-11-21T09:02:00Z", 1)));
  EXPECT_TRUE(engine_->listening());
  FeedUse later = journal();
  later.to = at("2026-11-21T09:40:01Z");
  ASSERT_TRUE(open(later));
  EXPECT_EQ(engine_->feeds()[0].state, live::FeedState::stale);
  const auto s = engine_->layers().front();
  EXPECT_EQ(s.feed, "gauges");
  EXPECT_EQ(s.freshness, Freshness::stale);
  EXPECT_DOUBLE_EQ(s.age_seconds.value_or(-1), 1801);
  EXPECT_THAT(notices(), Contains(HasSubstr("gauges: STALE. 30 min old")));
  EXPECT_THAT(notices(), Contains(HasSubstr("Replay of a journal")));
  ASSERT_FALSE(engine_->legends().empty());
  EXPECT_EQ(engine_->legends().front().age, "STALE · 30 min old");
}

TEST_F(SceneFeedsTest, AFeedThatOnlyRepeatsHasItsAgeInAReplay) {
  std::ofstream(dir_ / "scene.json") << R"({"feeds": [{"name": "gauges", "kind": "folder", "address": "in", "expected_interval": 600, "group": "g"},
      {"name": "other", "kind": "folder", "address": "none", "expected_interval": 600, "group": "g"}],
      "layers": [{"name": "l", "plugin": "listener", "feeds": ["gauges", "other"], "parameters": {"case": "source"}}]})";
  {
    live::JournalOptions options;
    options.groups = {{"gauges", "g"}, {"other", "g"}};
    auto journal = live::Journal::open(dir_ / "journal", options).value();
    const auto say = [&](const char* feed, int minute, const char* body) {
      live::Entry e;
      e.feed = feed;
      e.source = "a";
      e.at = live::from_instant({at("2026-11-21T09:00:00Z").ms + minute * 60'000});
      e.body = bytes(body);
      ASSERT_TRUE(journal->append(std::move(e)));
    };
    say("gauges", 0, "x");
    say("other", 1, "x");
    say("gauges", 20, "y");
    say("other", 27, "y");
    ASSERT_TRUE(journal->flush(std::chrono::seconds(20)));
  }
  ASSERT_TRUE(open(journal("2026-11-21T09:31:00Z")));
  EXPECT_EQ(source(), "gauges:x;gauges:y;") << "what is repeated is handed out once";
  auto feeds = engine_->feeds();
  ASSERT_EQ(feeds.size(), 2u);
  EXPECT_DOUBLE_EQ(feeds[0].age.seconds.value_or(-1), 660);
  EXPECT_EQ(feeds[0].messages, 2u);
  EXPECT_DOUBLE_EQ(feeds[1].age.seconds.value_or(-1), 240);
  EXPECT_EQ(feeds[1].messages, 0u);
  EXPECT_EQ(feeds[1].repeats, 2u);
  auto l = engine_->layers().front();
  EXPECT_EQ(l.freshness, Freshness::fresh) << "redundant feeds are as old as the newest report of any";
  EXPECT_DOUBLE_EQ(l.age_seconds.value_or(-1), 240);
  engine_->set_time(at("2026-11-21T09:15:00Z"));  // back over what was only a repeat, too
  engine_->settle();
  EXPECT_DOUBLE_EQ(engine_->feeds()[1].age.seconds.value_or(-1), 14 * 60);
  EXPECT_EQ(engine_->layers().front().freshness, Freshness::late);
}

TEST_F(SceneFeedsTest, ALayerIsNotFresherForHavingLostItsConnections) {
  const auto scene = [&](const char* gauges, const char* group, const char* feeds) {
    std::ofstream(dir_ / "scene.json") << R"({"journal": "journal", "feeds": [{"name": "gauges", "kind": "folder", "address": ")" << gauges << R"(", "expected_interval": 86400)" << group
                                       << R"(}, {"name": "other", "kind": "folder", "address": "none")" << group << R"(}], "layers": [{"name": "l", "plugin": "listener", "feeds": )" << feeds
                                       << R"(, "parameters": {"case": "source"}}]})";
  };
  const auto layer = [&] { return engine_->layers().front(); };
  const auto cut = [&] { return layer().feed_state == live::FeedState::offline; };
  put("a", "one");
  scene("in", R"(, "group": "g")", R"(["gauges", "other"])");
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until([&] { return engine_->feeds()[1].state == live::FeedState::offline && layer().age_seconds.has_value(); }));
  EXPECT_EQ(layer().freshness, Freshness::fresh) << "one of two redundant feeds brings it";
  EXPECT_EQ(layer().feed_state, live::FeedState::live);
  EXPECT_EQ(layer().feed, "gauges");
  scene("in", "", R"(["gauges", "other"])");
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until(cut)) << "what only the other brings is missing";
  EXPECT_EQ(layer().feed, "other");
  EXPECT_EQ(layer().freshness, Freshness::stale) << "whatever its interval: nobody hears whether it is silent";
  scene("gone", R"(, "group": "g")", R"(["gauges", "other"])");
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until([&] { return cut() && engine_->feeds()[0].state == live::FeedState::offline; }));
  EXPECT_EQ(layer().freshness, Freshness::stale);
  ASSERT_TRUE(layer().age_seconds) << "as old as what was known";
  ASSERT_FALSE(engine_->legends().empty());
  EXPECT_TRUE(engine_->legends().front().age.starts_with("OFFLINE")) << engine_->legends().front().age;
  EXPECT_EQ(engine_->legends().front().freshness, Freshness::stale);
  scene("in", "", R"(["gauges"])");
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until([&] { return layer().feed_state == live::FeedState::live; }));
  EXPECT_EQ(layer().freshness, Freshness::fresh);
}

TEST_F(SceneFeedsTest, AWindowShowsWhatArrivesAndAfterARestartWhatWasKnown) {
  put("a", "one");
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until([&] { return source() == "gauges:one;"; })) << source();
  put("b", "two");
  ASSERT_TRUE(until([&] { return source() == "gauges:one;gauges:two;"; })) << source();
  EXPECT_TRUE(engine_->listening());
  EXPECT_NEAR(static_cast<double>(engine_->time().now->ms), static_cast<double>(live::to_instant(live::machine_now()).ms), 5000);
  // Another program: nothing comes, and the layer is the same.
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until([&] { return source() == "gauges:one;gauges:two;"; })) << source();
  // Headless from the same journal.
  ASSERT_TRUE(open(journal()));
  EXPECT_EQ(source(), "gauges:one;gauges:two;");
}

TEST_F(SceneFeedsTest, TheTimeOfAWindowGoesBackOverWhatHasArrived) {
  write_journal(20);
  ASSERT_TRUE(open(connect()));
  ASSERT_TRUE(until([&] { return source() == told(20); })) << source();
  engine_->set_time(at("2026-11-21T09:05:00Z"));
  engine_->settle();
  EXPECT_EQ(source(), told(6));
  EXPECT_THAT(notices(), Contains(HasSubstr("As it was known at")));
  put("n", "new");  // arrives while the past is shown
  int frames = 0;
  until([&] { return ++frames > 150; });
  EXPECT_EQ(source(), told(6));
  engine_->set_time(engine_->now());
  ASSERT_TRUE(until([&] { return source() == told(20) + "gauges:new;"; })) << source();
  EXPECT_THAT(notices(), Not(Contains(HasSubstr("As it was known at"))));
  put("m", "newer");
  ASSERT_TRUE(until([&] { return source() == told(20) + "gauges:new;gauges:newer;"; })) << source();
}

TEST_F(SceneFeedsTest, AFeedThatCannotBeReachedIsToldWithItsReason) {
  ASSERT_TRUE(open(connect()));
  EXPECT_TRUE(until([&] {
    for (const auto& n : notices())
      if (n.starts_with("other:")) return true;
    return false;
  })) << "the folder \"none\" is not there";
}

TEST_F(SceneFeedsTest, AJournalThatAnotherProgramWritesIsToldAndTheSceneOpens) {
  auto held = live::Journal::open(dir_ / "journal", {}).value();
  ASSERT_TRUE(open(connect()));
  EXPECT_THAT(notices(), Contains(HasSubstr("Nothing is received")));
  EXPECT_EQ(engine_->layers().front().state, LayerState::ready);
}

TEST_F(SceneFeedsTest, AReplayNeedsAJournalAndFeeds) {
  EXPECT_FALSE(open(journal()));
  write_journal(1);
  std::ofstream(dir_ / "scene.json") << R"({"layers": [{"name": "l", "plugin": "listener"}]})";
  const auto none = open(journal());
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text(), HasSubstr("names no feeds"));
}

}  // namespace
}  // namespace tenbo::runtime
