// Layers of the common picture from outside: a WMS whose pictures follow the time bar and its server, and SIP4D-ZIP archives. The
// server and the archives are the test's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include "tenbo/runtime/engine.h"
#include "sip4d_writer.h"
#include "wms_server.h"

namespace tenbo::runtime {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Engine> engine_of(const fs::path& scene_file, JobSystem& jobs, Log& log, bool graphics) {
  EngineOptions options;
  options.graphics = graphics;
  options.http_cache = fs::path();  // keeps nothing
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  auto made = Engine::create(options, jobs, log);
  EXPECT_TRUE(made.ok()) << made.error().text();
  if (!made) return nullptr;
  auto scene = scene::read_scene(scene_file);
  EXPECT_TRUE(scene.ok()) << scene.error().text();
  if (!scene) return nullptr;
  EXPECT_TRUE((*made)->open(*scene).ok());
  return std::move(*made);
}

// The mean colour of the middle of a picture without panels.
std::array<double, 3> middle(Engine& engine) {
  const auto image = engine.still({160, 120}, 1, false);
  EXPECT_TRUE(image.ok());
  std::array<double, 3> sum{};
  if (!image) return sum;
  for (int j = 50; j < 70; ++j)
    for (int i = 70; i < 90; ++i)
      for (std::size_t k = 0; k < 3; ++k) sum[k] += image->pixel(i, j)[k] / 400.0;
  return sum;
}

TEST(OutsideLayers, AWmsFollowsTheTimeBarAndItsServer) {
  const auto dir = test::scratch("outside_wms");
  std::mutex mutex;
  std::string host, when = "2026-11-21T00:00:00Z,2026-11-21T01:00:00Z";
  std::atomic<bool> down{false};
  test::HttpServer server([&](const test::HttpRequest& r) {
    if (down) return test::answer("", 503);
    const std::lock_guard lock(mutex);
    if (r.target.find("GetCapabilities") != std::string::npos)
      return test::answer(test::wms_capabilities("1.3.0", host, "EPSG:3857", "<Dimension name=\"time\" units=\"ISO8601\">" + when + "</Dimension>"));
    return test::answer(test::wms_picture(r.target, dir, r.target.find("TIME=2026-11-21T01") != std::string::npos ? 250 : 0));
  });
  host = server.host();
  test::write(dir / "scene.json", R"({"time": "2026-11-21T09:30:00+09:00", "home": {"lon": 140, "lat": 35.5, "height": 60000, "pitch": -90},
    "layers": [{"name": "radar", "kind": "imagery", "zoom": [0, 8], "path": ")" + server.url("/map?SERVICE=WMS") + R"(", "expected_interval": 2, "live": true}]})");
  JobSystem jobs;
  Log log{LogLevel::error};
  const auto engine = engine_of(dir / "scene.json", jobs, log, true);
  ASSERT_TRUE(engine);
  engine->settle();
  const auto layer = [&] { return engine->layers().front(); };
  ASSERT_EQ(layer().state, LayerState::ready) << layer().error;
  EXPECT_EQ(layer().times.size(), 2u);
  EXPECT_EQ(layer().attribution, "Rivers Office");
  ASSERT_TRUE(layer().valid_time);
  EXPECT_EQ(geo::format_utc(*layer().valid_time), "2026-11-21T00:00:00Z");
  const auto first = middle(*engine);
  EXPECT_GT(first[0], first[2]) << "red of 140 E, no blue";
  engine->set_time(*geo::parse_instant("2026-11-21T01:30:00Z"));
  engine->settle();
  EXPECT_EQ(geo::format_utc(*layer().valid_time), "2026-11-21T01:00:00Z");
  const auto second = middle(*engine);
  EXPECT_GT(second[2], first[2] + 40) << "the picture of the later moment is blue";
  engine->set_time(*geo::parse_instant("2026-11-20T23:00:00Z"));
  engine->settle();
  EXPECT_FALSE(layer().valid_time);
  const auto notices = engine->hud({640, 360}).notices;
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](const auto& n) { return n.find("radar") != std::string::npos; }));
  engine->set_time(*geo::parse_instant("2026-11-21T00:30:00Z"));
  engine->settle();
  EXPECT_NEAR(middle(*engine)[2], first[2], 6) << "and back";

  {
    const std::lock_guard lock(mutex);
    when += ",2026-11-21T02:00:00Z";
  }
  const auto frames_until = [&](auto&& done) {
    const auto begun = std::chrono::steady_clock::now();
    while (!done(layer()) && std::chrono::steady_clock::now() - begun < std::chrono::seconds(60)) {
      engine->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }
    return done(layer());
  };
  EXPECT_TRUE(frames_until([](const LayerStatus& l) { return l.times.size() == 3; }));
  down = true;
  EXPECT_TRUE(frames_until([](const LayerStatus& l) { return l.trouble == FileTrouble::unreadable; }));
  EXPECT_EQ(layer().state, LayerState::ready);
  EXPECT_EQ(layer().times.size(), 3u);
}

// A server that names no moment: nobody knows how old its pictures are, in a layer that is asked again and again neither.
TEST(OutsideLayers, PicturesOfNoMomentAreOfUnknownAge) {
  const auto dir = test::scratch("outside_no_moment");
  std::string host;
  Image image;
  image.width = image.height = 256;
  image.rgba.assign(std::size_t{256} * 256 * 4, 200);
  ASSERT_TRUE(io::write_png(dir / "tile.png", image).ok());
  std::ifstream file(dir / "tile.png", std::ios::binary);
  const std::string png((std::istreambuf_iterator<char>(file)), {});
  test::HttpServer server([&](const test::HttpRequest& r) {
    if (r.target.find("GetCapabilities") != std::string::npos) return test::answer(test::wms_capabilities("1.3.0", host, "EPSG:3857", ""));
    return test::answer(r.target.starts_with("/map") ? test::wms_picture(r.target, dir) : png);
  });
  host = server.host();
  test::write(dir / "scene.json", R"({"time": "2026-11-21T09:30:00+09:00", "layers": [
    {"name": "wms", "kind": "imagery", "path": ")" + server.url("/map?SERVICE=WMS") + R"(", "live": true, "expected_interval": 600},
    {"name": "xyz", "kind": "imagery", "zoom": [0, 4], "path": ")" + server.url("/{z}/{x}/{y}.png") + R"("},
    {"name": "said", "kind": "imagery", "zoom": [0, 4], "path": ")" + server.url("/said/{z}/{x}/{y}.png") + R"(", "issue_time": "2026-11-21T08:30:00+09:00"}]})");
  JobSystem jobs;
  Log log{LogLevel::error};
  const auto engine = engine_of(dir / "scene.json", jobs, log, false);
  ASSERT_TRUE(engine);
  engine->settle();
  const auto all = engine->layers();
  ASSERT_EQ(all.size(), 3u);
  for (const auto& l : all) ASSERT_EQ(l.state, LayerState::ready) << l.name << ": " << l.error;
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(all[i].age_seconds) << all[i].name;
    EXPECT_TRUE(std::isnan(*all[i].age_seconds)) << all[i].name;
    EXPECT_FALSE(all[i].issue_time) << all[i].name << ": when it was asked for is no issue";
  }
  EXPECT_EQ(all[2].age_seconds, 3600);
  for (const auto& [language, unknown, hour] : {std::tuple{Language::ja, "時刻不明", "1 時間前"}, {Language::en, "age unknown", "1 h old"}}) {
    engine->set_language(language);
    std::map<std::string, std::string> ages;
    for (const auto& l : engine->hud({640, 360}).legends) ages[l.title] = l.age;
    EXPECT_EQ(ages, (std::map<std::string, std::string>{{"wms", unknown}, {"xyz", unknown}, {"said", hour}}));
  }
}

struct Sip4dLayers : testing::Test {
  void SetUp() override {
    dir = test::scratch("outside_sip4d");
    if (const char* before = std::getenv("XDG_CACHE_HOME")) cache_before = before;
    setenv("XDG_CACHE_HOME", (dir / "cache").c_str(), 1);
  }
  void TearDown() override {
    if (cache_before.empty()) unsetenv("XDG_CACHE_HOME");
    else setenv("XDG_CACHE_HOME", cache_before.c_str(), 1);
  }
  static std::string points(int n) { return test::sip4d_points(n); }
  static std::string meta(const std::string& entries, const std::string& status = "訓練") { return test::sip4d_meta(entries, status); }
  static std::string entry(const std::string& file, const std::string& title) { return test::sip4d_entry(file, title); }
  fs::path zip(const std::vector<std::pair<std::string, std::string>>& files) {
    test::write_zip(dir / "shelters.zip", files);
    return dir / "shelters.zip";
  }
  fs::path dir;
  std::string cache_before;
};

TEST_F(Sip4dLayers, EachEntryIsALayerWithItsSourceTimeStatusAndLegend) {
  const std::string style = R"({"num_class":2,"type":"point","column":"state","classes":[{"title":"開いている","value":"開設","fill":"00aa44","color":"000000"},{"title":"閉じた","value":"閉鎖","fill":"888888"}]})";
  const auto path = zip({{"sip4d_zip_meta.json", "\xEF\xBB\xBF" + meta(entry("shelters.geojson", "避難所一覧") + "," + entry("more/roads.geojson", "道路"))}, {"shelters.geojson", points(3)},
                         {"shelters_style.json", style}, {"shelters_columns.json", R"({"columns":[]})"}, {"more/roads.geojson", points(2)}});
  auto scene = Engine::scene_for({path});
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  ASSERT_EQ(scene->layers.size(), 2u);
  JobSystem jobs;
  Log log{LogLevel::error};
  EngineOptions options;
  options.graphics = false;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  auto made = Engine::create(options, jobs, log);
  ASSERT_TRUE(made.ok()) << made.error().text();
  auto& engine = **made;
  ASSERT_TRUE(engine.open(*scene).ok());
  engine.settle();
  const auto all = engine.layers();
  ASSERT_EQ(all.size(), 2u);
  const auto& l = all[0];
  ASSERT_EQ(l.state, LayerState::ready) << l.error;
  EXPECT_EQ(l.title, "避難所一覧");
  EXPECT_EQ(l.features, 3u);
  EXPECT_EQ(l.source, "展望市");
  ASSERT_TRUE(l.issue_time);
  EXPECT_EQ(geo::format_utc(*l.issue_time), "2026-11-21T00:00:00Z") << "without a zone: Japan's";
  EXPECT_EQ(l.actuality, Actuality::exercise);
  EXPECT_NE(l.headline.find("台風第1号"), std::string::npos);
  ASSERT_EQ(l.notes.size(), 1u);
  EXPECT_EQ(l.notes[0], "災害対応機関のみ公開可能");
  ASSERT_EQ(engine.style(l.id).classes.size(), 2u);
  EXPECT_EQ(engine.style(l.id).attribute, "state");
  EXPECT_EQ(engine.style(l.id).classes[0].colour.g, 0xaa);
  EXPECT_EQ(all[1].title, "道路");
  EXPECT_EQ(all[1].features, 2u);
  EXPECT_FALSE(engine.hud({640, 360}).banners.empty()) << "an exercise is said so";

  // The archive is replaced: the layer follows.
  zip({{"sip4d_zip_meta.json", meta(entry("shelters.geojson", "避難所一覧") + "," + entry("more/roads.geojson", "道路"), "通常")}, {"shelters.geojson", points(7)}, {"more/roads.geojson", points(2)}});
  const auto begun = std::chrono::steady_clock::now();
  while (engine.layers()[0].features != 7 && std::chrono::steady_clock::now() - begun < std::chrono::seconds(60)) {
    engine.update(1.0 / 30);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(engine.layers()[0].features, 7u);
  EXPECT_EQ(engine.layers()[0].actuality, Actuality::actual);
}

TEST_F(Sip4dLayers, HostileArchivesAreRefused) {
  test::write(dir / "private.geojson", points(1));
  const auto why = [&](const std::string& m, const std::string& name = "sip4d_zip_meta.json") {
    const auto found = Engine::scene_for({zip({{name, m}, {"a.geojson", points(1)}})});
    return found ? std::string("read as ") + std::to_string(found->layers.size()) : found.error().text();
  };
  EXPECT_EQ(why(meta(entry("a.geojson", "a"))), "read as 1");
  for (const std::string& file : std::vector<std::string>{"../../../private.geojson", "a/../../x.geojson", (dir / "private.geojson").string(), "..\\\\private.geojson", ""})
    EXPECT_NE(why(meta(entry(file, "a"))).find("whose file lies in the archive"), std::string::npos) << file << ": " << why(meta(entry(file, "a")));
  EXPECT_EQ(why(meta(entry("../b.geojson", "b") + "," + entry("a.geojson", "a"))), "read as 1") << "one bad entry costs itself";
  EXPECT_NE(why("{").find("no JSON object"), std::string::npos);
  EXPECT_NE(why("[]").find("no JSON object"), std::string::npos);
  EXPECT_NE(why(std::string(200'000, '[')).find("no JSON object"), std::string::npos);
  EXPECT_NE(why(R"({"entry":[]})").find("names no layer"), std::string::npos);
  EXPECT_NE(why(R"({"entry":[1,null,{"file":3}]})").find("whose file lies in the archive"), std::string::npos);
}

}  // namespace
}  // namespace tenbo::runtime
