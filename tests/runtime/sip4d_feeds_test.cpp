// SIP4D-ZIP archives that arrive: over HTTP and in a folder, through feeds and their journal, or asked for again by an address; and
// their graded legends. The server and the archives are the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>

#include "http_server.h"
#include "sip4d_writer.h"
#include "tenbo/io/sip4d.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using test::sip4d_entry;
using test::sip4d_meta;
using test::sip4d_points;

// In the terms of NIED's checker (template/1.1/VECTOR/temp_style.json): the value of a class is the greatest that belongs to it.
const char* const graded = R"({"num_class":4,"type":"point","column":"depth","minvalue":0,"classes":[{"title":"0.5m以下","value":0.5,"fill":"80FFFF"},
  {"title":"0.5～1.0m","value":"1","fill":"72C6FF"},{"title":"1.0～2.0m","value":2,"fill":"638EFF"},{"title":"2.0m越え","value":5,"color":"0000ff"}]})";

struct Sip4dFeeds : testing::Test {
  void SetUp() override {
    dir = test::scratch("sip4d_feeds_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::create_directories(dir / "in");
  }
  std::string archive(int features, const std::string& time, const std::string& status = "通常") {
    test::write_zip(dir / "a.zip", {{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry("shelters.geojson", "避難所一覧"), status, time)}, {"shelters.geojson", sip4d_points(features)}});
    return test::slurp(dir / "a.zip");
  }
  void put(const std::string& name, const std::string& bytes) {
    test::write(dir / (name + ".tmp"), bytes);
    fs::rename(dir / (name + ".tmp"), dir / "in" / name);
  }
  void scene(const std::string& feed) {
    test::write(dir / "scene.json", R"({"journal": "journal", "feeds": [)" + feed + R"(], "layers": [{"name": "shelters", "kind": "vector", "feeds": ["sip4d"]}]})");
  }
  Status open(FeedUse use = {}) {
    EngineOptions options;
    options.graphics = false;
    options.http_cache = fs::path();
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.language = Language::en;
    options.feeds = std::move(use);
    engine.reset();
    auto made = Engine::create(options, jobs, log);
    if (!made) return made.error();
    engine = std::move(*made);
    auto read = scene::read_scene(dir / "scene.json");
    if (!read) return read.error();
    auto opened = engine->open(*read);
    if (opened) engine->settle();
    return opened;
  }
  static FeedUse connected() { return {FeedUse::Source::connect, {}, {}, {}, 1}; }
  FeedUse replayed(const char* time) const {
    FeedUse use;
    use.source = FeedUse::Source::journal;
    use.journal = dir / "journal";
    use.speed = 0;
    if (time) use.from = geo::parse_instant(time).value();
    return use;
  }
  LayerStatus layer() const { return engine->layers().front(); }
  template <class Done>
  bool until(Done&& done) {
    const auto begun = std::chrono::steady_clock::now();
    while (!done() && std::chrono::steady_clock::now() - begun < std::chrono::seconds(90)) {
      engine->update(1.0 / 30);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return done();
  }
  fs::path dir;
  Log log{LogLevel::error};
  JobSystem jobs{1};
  std::unique_ptr<Engine> engine;
};

TEST_F(Sip4dFeeds, AFolderWhoseArchivesRenewTheLayer) {
  scene(R"({"name": "sip4d", "kind": "folder", "address": "in", "expected_interval": 600})");
  ASSERT_TRUE(open(connected()).ok());
  EXPECT_EQ(layer().state, LayerState::ready) << layer().error;
  EXPECT_EQ(layer().features, 0u);
  put("1.zip", archive(3, "2026-11-21T09:00:00", "訓練"));
  ASSERT_TRUE(until([&] { return layer().features == 3; }));
  EXPECT_EQ(layer().source, "展望市");
  EXPECT_EQ(layer().actuality, Actuality::exercise);
  EXPECT_EQ(geo::format_utc(*layer().issue_time), "2026-11-21T00:00:00Z");
  EXPECT_EQ(layer().feed, "sip4d");
  EXPECT_EQ(layer().freshness, Freshness::stale) << "by its own time it is of long ago";
  put("2.zip", archive(5, "2026-11-21T10:00:00"));
  ASSERT_TRUE(until([&] { return layer().features == 5; }));
  EXPECT_EQ(layer().actuality, Actuality::actual);
  // One that comes late and one that is none change nothing; of the second it is said.
  put("3.zip", archive(9, "2026-11-21T08:00:00"));
  put("4.zip", "PK\3\4 and nothing more of an archive");
  ASSERT_TRUE(until([&] { return layer().trouble == FileTrouble::unreadable; }));
  EXPECT_THAT(layer().trouble_detail, HasSubstr("no whole SIP4D-ZIP"));
  EXPECT_EQ(layer().features, 5u);
  put("5.zip", archive(6, "2026-11-21T11:00:00"));
  ASSERT_TRUE(until([&] { return layer().features == 6; }));
  EXPECT_EQ(layer().trouble, FileTrouble::none);
}

TEST_F(Sip4dFeeds, OverHttpIntoTheJournalAndBackInTime) {
  std::mutex mutex;
  std::string now = archive(2, "2026-11-21T09:00:00", "訓練");
  std::atomic<bool> down{false};
  std::atomic<int> asked{0};
  test::HttpServer server([&](const test::HttpRequest&) {
    ++asked;
    if (down) return test::answer("", 503);
    const std::lock_guard lock(mutex);
    return test::answer(now, 200, "Content-Type: application/zip\r\n");
  });
  scene(R"({"name": "sip4d", "kind": "http", "address": ")" + server.url("/shelters.zip") + R"(", "poll_seconds": 0.2, "expected_interval": 3600})");
  ASSERT_TRUE(open(connected()).ok());
  ASSERT_TRUE(until([&] { return layer().features == 2; }));
  const auto first = engine->now();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  {
    const auto next = archive(4, "2026-11-21T09:30:00");
    const std::lock_guard lock(mutex);
    now = next;
  }
  ASSERT_TRUE(until([&] { return layer().features == 4; }));
  down = true;
  ASSERT_TRUE(until([&] { return layer().feed_state == live::FeedState::offline; }));
  EXPECT_EQ(layer().features, 4u) << "what was there last stays";
  // Back to before the first had come, and on again.
  engine->set_time({first.ms - 3'600'000});
  engine->settle();
  EXPECT_EQ(layer().features, 0u);
  EXPECT_EQ(layer().actuality, Actuality::actual);
  EXPECT_FALSE(layer().issue_time);
  engine->set_time(engine->now());
  engine->settle();
  EXPECT_EQ(layer().features, 4u);
  engine.reset();
  // The journal alone tells the same: nobody is asked.
  const int before = asked;
  ASSERT_TRUE(open(replayed(nullptr)).ok());
  EXPECT_EQ(layer().features, 4u);
  ASSERT_TRUE(open(replayed(geo::format_utc(first).c_str())).ok());
  EXPECT_EQ(layer().features, 2u);
  EXPECT_EQ(layer().actuality, Actuality::exercise);
  engine->set_time(engine->time().steps.back());
  engine->settle();
  EXPECT_EQ(layer().features, 4u);
  EXPECT_EQ(asked, before);
}

TEST_F(Sip4dFeeds, AnAddressIsAskedAgainWithinItsInterval) {
  std::mutex mutex;
  std::string now = archive(2, "2026-11-21T09:00:00");
  std::atomic<bool> down{false};
  test::HttpServer server([&](const test::HttpRequest&) {
    if (down) return test::answer("", 503);
    const std::lock_guard lock(mutex);
    return test::answer(now, 200, "Cache-Control: no-cache\r\n");
  });
  test::write(dir / "scene.json", R"({"layers": [{"name": "shelters", "kind": "vector", "path": ")" + server.url("/shelters.zip") + R"(", "expected_interval": 2}]})");
  ASSERT_TRUE(open().ok());
  ASSERT_EQ(layer().state, LayerState::ready) << layer().error;
  EXPECT_EQ(layer().features, 2u);
  EXPECT_EQ(layer().title, "避難所一覧");
  EXPECT_EQ(geo::format_utc(*layer().issue_time), "2026-11-21T00:00:00Z");
  {
    const auto next = archive(4, "2026-11-21T09:30:00");
    const std::lock_guard lock(mutex);
    now = next;
  }
  ASSERT_TRUE(until([&] { return layer().features == 4; }));
  EXPECT_EQ(geo::format_utc(*layer().issue_time), "2026-11-21T00:30:00Z");
  down = true;
  ASSERT_TRUE(until([&] { return layer().trouble == FileTrouble::unreadable; }));
  EXPECT_EQ(layer().features, 4u);
}

TEST_F(Sip4dFeeds, AGradedLegendColoursUpToEachValue) {
  test::write_zip(dir / "in" / "depth.zip", {{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry("depth.geojson", "浸水深"))}, {"depth.geojson", sip4d_points(8, {-1, 0, 0.5, 0.51, 1, 2, 2.01, 9})}, {"depth_style.json", graded}});
  auto scene = Engine::scene_for({dir / "in" / "depth.zip"});
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  EngineOptions options;
  options.graphics = false;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  auto made = Engine::create(options, jobs, log);
  ASSERT_TRUE(made.ok());
  engine = std::move(*made);
  ASSERT_TRUE(engine->open(*scene).ok());
  engine->settle();
  ASSERT_EQ(layer().state, LayerState::ready) << layer().error;
  const auto style = engine->style(layer().id);
  EXPECT_EQ(style.attribute, "depth");
  ASSERT_EQ(style.classes.size(), 4u);
  const auto class_of = [&](double v) {  // as styles are applied: the last whose bound is reached
    int found = -1;
    for (std::size_t k = 0; k < style.classes.size(); ++k)
      if (v >= *style.classes[k].from) found = static_cast<int>(k);
    return found;
  };
  const std::vector<std::pair<double, int>> expected{{-0.01, -1}, {0, 0}, {0.5, 0}, {0.51, 1}, {1, 1}, {1.01, 2}, {2, 2}, {2.01, 3}, {9, 3}};
  for (const auto& [value, k] : expected) EXPECT_EQ(class_of(value), k) << value;
  EXPECT_EQ(style.classes[0].colour, (Rgba8{0x80, 0xff, 0xff, 255}));
  EXPECT_EQ(style.classes[3].colour, (Rgba8{0, 0, 0xff, 255}));
  EXPECT_EQ(style.classes[3].label.ja, "2.0m越え");
}

TEST_F(Sip4dFeeds, LegendsThatAreNoneAreLeftOutAndSaid) {
  const auto why = [](const std::string& style) {
    io::Sip4dEntry entry;
    Diagnostics said;
    io::parse_sip4d_style(style, "s", entry, said);
    return entry.classes.empty() && !said.warnings.empty() ? said.warnings.front().text() : std::string("taken: ") + std::to_string(entry.classes.size());
  };
  EXPECT_EQ(why(graded), "taken: 4");
  EXPECT_THAT(why(R"({"column":"d","minvalue":0,"classes":[{"title":"a","value":1,"fill":"ff0000"},{"title":"b","value":1,"fill":"00ff00"}]})"), HasSubstr("do not ascend"));
  EXPECT_THAT(why(R"({"column":"d","minvalue":2,"classes":[{"title":"a","value":1,"fill":"ff0000"}]})"), HasSubstr("do not ascend"));
  EXPECT_THAT(why(R"({"minvalue":0,"classes":[{"title":"a","value":1,"fill":"ff0000"}]})"), HasSubstr("names no column"));
  EXPECT_THAT(why(R"({"column":"d","minvalue":"x","classes":[{"title":"a","value":1,"fill":"ff0000"}]})"), HasSubstr("no number"));
  EXPECT_THAT(why(R"({"column":"d","minvalue":0,"classes":[{"title":"a","value":"deep","fill":"ff0000"}]})"), HasSubstr("no number"));
  EXPECT_THAT(why(R"({"column":"d","minvalue":0,"classes":[{"title":"a","value":1}]})"), HasSubstr("no class has a colour"));
}

}  // namespace
}  // namespace tenbo::runtime
