// How old is old: the thresholds, the words, and what the glass says when the file of a layer goes.
#include "tenbo/runtime/freshness.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../support/depth_raster.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/runtime/text_table.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

geo::Instant at(const char* text) { return *geo::parse_instant(text); }

TEST(Freshness, IsLateAfterOneIntervalAndStaleAfterTwo) {
  const auto issued = at("2026-09-13T06:00:00+09:00");
  const auto after = [&](double minutes, double expected) { return age_of(issued, {}, geo::Instant{issued.ms + static_cast<std::int64_t>(minutes * 60'000)}, expected); };
  EXPECT_EQ(after(60, 3600).freshness, Freshness::fresh) << "exactly due is not late";
  EXPECT_EQ(after(61, 3600).freshness, Freshness::late);
  EXPECT_EQ(after(120, 3600).freshness, Freshness::late);
  EXPECT_EQ(after(121, 3600).freshness, Freshness::stale);
  EXPECT_EQ(after(1e6, 0).freshness, Freshness::fresh) << "nobody said how often: nothing is called late";
  EXPECT_DOUBLE_EQ(*after(61, 3600).seconds, 3660);
}

TEST(Freshness, CountsFromTheIssueAndElseFromTheValidTime) {
  const auto issued = at("2026-09-13T06:00:00+09:00"), valid = at("2026-09-13T09:00:00+09:00"), now = at("2026-09-13T10:00:00+09:00");
  EXPECT_DOUBLE_EQ(*age_of(issued, valid, now, 0).seconds, 4 * 3600);
  EXPECT_DOUBLE_EQ(*age_of({}, valid, now, 0).seconds, 3600);
  EXPECT_EQ(age_of({}, {}, now, 60).freshness, Freshness::undated);
  EXPECT_FALSE(age_of(issued, {}, at("2026-09-13T05:00:00+09:00"), 60).seconds) << "what is still to come has no age";
  EXPECT_FALSE(age_of(issued, {}, {}, 60).seconds);
}

TEST(Freshness, SpeaksBothLanguages) {
  const auto words = TextTable::load(fs::path(TENBO_SOURCE_DIR) / "assets/lang");
  ASSERT_TRUE(words.ok());
  EXPECT_EQ(age_text(&*words, Language::en, 0.4), "0 s");
  EXPECT_EQ(age_text(&*words, Language::en, 59.9), "59 s");
  EXPECT_EQ(age_text(&*words, Language::ja, 59), "59 秒");
  EXPECT_EQ(age_text(&*words, Language::en, 60), "1 min");
  EXPECT_EQ(age_text(&*words, Language::ja, 3599), "59 分");
  EXPECT_EQ(age_text(&*words, Language::en, 3600), "1 h");
  EXPECT_EQ(age_text(&*words, Language::ja, 3.5 * 3600), "3 時間 30 分") << "overdue where one is due each three hours";
  EXPECT_EQ(age_text(&*words, Language::ja, 3 * 3600 + 240), "3 時間 4 分") << "so is this";
  EXPECT_EQ(age_text(&*words, Language::en, 3.99 * 3600), "3 h 59 min") << "never older than it is";
  EXPECT_EQ(age_text(&*words, Language::en, 9.95 * 3600), "9 h 57 min");
  EXPECT_EQ(age_text(&*words, Language::en, 10.9 * 3600), "10 h 54 min");
  EXPECT_EQ(age_text(&*words, Language::en, 47.9 * 3600), "47 h 54 min");
  EXPECT_EQ(age_text(&*words, Language::ja, 49.9 * 3600), "2 日 1 時間");
  EXPECT_EQ(age_text(&*words, Language::en, 48 * 3600), "2 d");
  EXPECT_EQ(age_text(&*words, Language::en, 10.9 * 86400), "10 d");
  EXPECT_EQ(age_chip(&*words, Language::en, {7200.0, Freshness::stale}), "STALE · 2 h old");
  EXPECT_EQ(age_chip(&*words, Language::ja, {7200.0, Freshness::late}), "遅延 · 2 時間前");
  EXPECT_EQ(age_chip(&*words, Language::ja, {720.0, Freshness::fresh}), "12 分前");
  EXPECT_EQ(age_chip(&*words, Language::en, {}), "");
  EXPECT_EQ(age_chip(&*words, Language::en, {std::numeric_limits<double>::quiet_NaN(), Freshness::undated}), "age unknown") << "it has one, and nobody says which";
  EXPECT_EQ(age_chip(&*words, Language::ja, {std::numeric_limits<double>::quiet_NaN(), Freshness::undated}), "時刻不明");
  EXPECT_EQ(feed_chip(&*words, Language::ja, live::FeedState::offline, {720.0, Freshness::stale}), "切断中 · 12 分前");
  EXPECT_EQ(feed_chip(&*words, Language::en, live::FeedState::refused, {{}, Freshness::stale}), "REFUSED · nothing received");
  EXPECT_EQ(feed_chip(&*words, Language::en, live::FeedState::live, {{}, Freshness::late}), "nothing received");
  EXPECT_EQ(feed_chip(&*words, Language::en, live::FeedState::stale, {720.0, Freshness::stale}), "") << "its age says it all";
}

using test::write_depth;

struct Running {
  JobSystem jobs;
  Log log{LogLevel::error};
  std::unique_ptr<Engine> engine;
  explicit Running(const fs::path& scene) {
    EngineOptions options;
    options.graphics = false;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    options.language = Language::en;
    engine = std::move(Engine::create(options, jobs, log)).value();
    EXPECT_TRUE(engine->open(scene::read_scene(scene).value()).ok());
    engine->settle();
  }
  bool until(const std::function<bool(const LayerStatus&)>& wanted) {
    for (int i = 0; i < 1200; ++i) {
      engine->update(1.0 / 60);
      if (wanted(engine->layers().front())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }
    return false;
  }
  bool says(const std::string& text) {
    for (const auto& n : engine->hud({1280, 720}).notices)
      if (n.find(text) != n.npos) return true;
    return false;
  }
};

class OnTheGlass : public ::testing::TestWithParam<bool> {  // a plugin's layer, or a built-in one
 protected:
  fs::path dir = fs::path(TENBO_BINARY_DIR) / "test-out/freshness" / (GetParam() ? "plugin" : "built-in");
  fs::path scene(const std::string& more) {
    fs::create_directories(dir);
    write_depth(dir / "depth.tif", 0.7f);
    std::ofstream(dir / "scene.json") << R"({"time": "2026-09-13T09:30:00+09:00", "layers": [{"name": "depth", "title": {"ja": "浸水深", "en": "Depth"}, "kind": "field",
      "path": "depth.tif", "issue_time": "2026-09-13T06:00:00+09:00", "source": {"ja": "河川事務所", "en": "River Office"})"
                                      << (GetParam() ? R"(, "plugin": "hazard_flood")" : "") << more << "}]}";
    return dir / "scene.json";
  }
};

TEST_P(OnTheGlass, AgeIsJudgedByTheScenesTime) {
  Running r(scene(R"(, "expected_interval": "PT1H", "live": true)"));
  auto s = r.engine->layers().front();
  ASSERT_EQ(s.state, LayerState::ready) << s.error;
  EXPECT_EQ(s.freshness, Freshness::stale) << "3.5 h old, one due each hour";
  EXPECT_DOUBLE_EQ(s.age_seconds.value_or(-1), 3.5 * 3600);
  EXPECT_EQ(s.source_shown, "River Office");
  ASSERT_FALSE(r.engine->legends().empty());
  const Legend legend = r.engine->legends().front();
  EXPECT_EQ(legend.age, "STALE · 3 h 30 min old");
  EXPECT_NE(legend.time.find("issued 2026-09-13 06:00 JST"), std::string::npos) << legend.time;
  EXPECT_EQ(legend.source, "River Office");
  EXPECT_TRUE(r.says("STALE"));
  r.engine->set_time(at("2026-09-13T06:30:00+09:00"));
  EXPECT_EQ(r.engine->layers().front().freshness, Freshness::fresh);
  EXPECT_FALSE(r.says("STALE"));
  // Only who has a clock to tell judges live layers by it.
  r.engine->set_wall_clock(at("2026-09-13T08:00:00+09:00"));
  EXPECT_EQ(r.engine->layers().front().freshness, Freshness::late);
  r.engine->set_language(Language::ja);
  EXPECT_EQ(r.engine->layers().front().source_shown, "河川事務所");
}

TEST_P(OnTheGlass, WithoutLiveTheClockSaysNothing) {
  Running r(scene(R"(, "expected_interval": 36000)"));
  r.engine->set_wall_clock(at("2030-01-01T00:00:00Z"));
  EXPECT_EQ(r.engine->layers().front().freshness, Freshness::fresh);
}

TEST_P(OnTheGlass, AVanishedFileAndABrokenOneKeepTheLastGoodData) {
  Running r(scene(""));
  const auto depth = [&] {
    const auto probe = r.engine->probe(139.762, 35.682);
    return probe.layers.empty() ? -1.0 : probe.layers[0].value.value_or(-1);
  };
  ASSERT_NEAR(depth(), 0.7, 1e-6);
  fs::remove(dir / "depth.tif");
  ASSERT_TRUE(r.until([](const auto& s) { return s.trouble == FileTrouble::vanished; }));
  EXPECT_EQ(r.engine->layers().front().state, LayerState::ready);
  EXPECT_NEAR(depth(), 0.7, 1e-6);
  EXPECT_TRUE(r.says("vanished")) << "and with its age:";
  EXPECT_TRUE(r.says("3 h 30 min"));
  std::ofstream(dir / "depth.tif") << "no raster";
  ASSERT_TRUE(r.until([](const auto& s) { return s.trouble == FileTrouble::unreadable; }));
  EXPECT_NEAR(depth(), 0.7, 1e-6);
  EXPECT_TRUE(r.says("cannot be read"));
  write_depth(dir / "new.tif", 1.5f);
  fs::rename(dir / "new.tif", dir / "depth.tif");
  ASSERT_TRUE(r.until([&](const auto& s) { return s.trouble == FileTrouble::none && std::abs(depth() - 1.5) < 1e-6; }));
  EXPECT_TRUE(r.engine->hud({1280, 720}).notices.empty());
}

INSTANTIATE_TEST_SUITE_P(BuiltInAndPlugin, OnTheGlass, ::testing::Bool(), [](const auto& tested) { return std::string(tested.param ? "plugin" : "built_in"); });

}  // namespace
}  // namespace tenbo::runtime
