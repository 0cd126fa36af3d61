// Two nights, end to end: the Agency's own messages through a real broker into a scene, its journal, and pictures of it later.
// What is expected is counted in the messages' text by the test itself.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>

#include "../live/publisher.h"
#include "tenbo/base/process.h"
#include "tenbo/io/image.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

struct Coded { std::string name, code, kind; };  // an area of a message, and the code of what is in force there

std::string between(const std::string& text, const std::string& from, const std::string& to, std::size_t at = 0) {
  const auto a = text.find(from, at);
  if (a == std::string::npos) return {};
  const auto b = text.find(to, a + from.size());
  return text.substr(a + from.size(), b - a - from.size());
}

class Story : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(messages())) GTEST_SKIP() << "the Agency's sample messages are not here (data/jma-xml-a)";
    if (test::find_program("mosquitto").empty()) GTEST_SKIP() << "mosquitto is not installed: tools/setup installs it";
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("story_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    broker_ = std::make_unique<test::Broker>(dir_ / "broker");
  }
  void TearDown() override {
    engine_.reset();
    broker_.reset();
    if (!dir_.empty() && !HasFailure()) fs::remove_all(dir_);
  }
  static fs::path messages() { return fs::path(TENBO_SHARED_DATA) / "jma-xml-a"; }
  static std::string message(const std::string& name) {
    std::ifstream in(messages() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // A square of 0.1 degrees for each code, in rows of eight from 138 E 34 N on; or a line through the middle of each.
  static geo::GeoPoint middle(std::size_t i) { return {138.05 + 0.12 * static_cast<double>(i % 8), 34.05 + 0.12 * static_cast<double>(i / 8), 0}; }
  void write_areas(const std::vector<Coded>& areas, bool lines) {
    std::ofstream out(dir_ / "areas.geojson");
    out << R"({"type":"FeatureCollection","features":[)";
    for (std::size_t i = 0; i < areas.size(); ++i) {
      const auto m = middle(i);
      const double w = m.lon - 0.05, e = m.lon + 0.05, s = m.lat - 0.05, n = m.lat + 0.05;
      out << (i ? "," : "") << R"({"type":"Feature","properties":{"code":")" << areas[i].code << R"("},"geometry":{"type":")";
      if (lines) out << R"(LineString","coordinates":[[)" << w << "," << m.lat << "],[" << e << "," << m.lat << "]]}}";
      else out << R"(Polygon","coordinates":[[[)" << w << "," << s << "],[" << e << "," << s << "],[" << e << "," << n << "],[" << w << "," << n << "],[" << w << "," << s << "]]]}}";
    }
    out << "]}";
  }
  void write_scene(const std::string& layers) {
    std::ofstream(dir_ / "scene.json") << R"({"journal": "journal", "feeds": [{"name": "jma", "kind": "mqtt", "address": ")" << broker_->url()
                                       << R"(", "topics": ["jma/#"], "expected_interval": 600}],
      "home": {"lon": 138.45, "lat": 34.3, "height": 150000, "heading": 0, "pitch": -89, "fov": 45}, "layers": [)" << layers << "]}";
  }
  void open() {
    EngineOptions options;
    options.graphics = false;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    options.feeds.source = FeedUse::Source::connect;
    auto made = Engine::create(options, jobs_, log_);
    ASSERT_TRUE(made) << made.error().text();
    engine_ = std::move(*made);
    auto scene = scene::read_scene(dir_ / "scene.json");
    ASSERT_TRUE(scene) << scene.error().text();
    ASSERT_TRUE(engine_->open(*scene));
    ASSERT_TRUE(until([&] { return !engine_->feeds().empty() && engine_->feeds()[0].connections > 0; }));
  }
  bool until(const std::function<bool()>& done) {
    for (int i = 0; i < 3000 && !done(); ++i) {
      engine_->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return done();
  }
  // The one layer's answer at a place.
  std::string at(const geo::GeoPoint& p, const std::string& layer) const {
    for (const auto& l : engine_->probe(p.lon, p.lat).layers)
      if (l.layer == layer) return l.value_class;
    return {};
  }
  LayerStatus layer() const { return engine_->layers().front(); }
  static std::string run(const std::vector<std::string>& args) {
    ChildOptions options;
    options.memory_limit_bytes = 0;  // sanitizers map terabytes
    options.time_limit = std::chrono::minutes(5);
    const auto ran = run_child(fs::path(TENBO_BINARY_DIR) / "tenbo", args, options);
    EXPECT_TRUE(ran) << ran.error().text();
    if (!ran) return {};
    EXPECT_EQ(ran->exit_code, 0) << ran->error_tail;
    return {reinterpret_cast<const char*>(ran->output.data()), ran->output.size()};
  }
  std::string info(const std::string& time) const {
    return run({"info", (dir_ / "scene.json").string(), "--journal", (dir_ / "journal").string(), "--time", time, "--json"});
  }
  Image picture(const std::string& time, const char* name) const {
    const auto file = dir_ / name;
    run({"render", (dir_ / "scene.json").string(), "--journal", (dir_ / "journal").string(), "--time", time, "-o", file.string(), "--size", "1280x720", "--lang", "en"});
    auto image = io::read_image(file, 4096);
    EXPECT_TRUE(image) << image.error().text();
    return image ? std::move(*image) : Image{};
  }
  static int pixels_like(const Image& image, Rgba8 c, int from_x = 0) {
    int n = 0;
    for (int y = 0; y < image.height; ++y)
      for (int x = from_x; x < image.width; ++x) {
        const auto* p = image.pixel(x, y);
        n += std::abs(p[0] - c.r) + std::abs(p[1] - c.g) + std::abs(p[2] - c.b) < 24;
      }
    return n;
  }
  static std::string utc(geo::Instant t) { return geo::format_utc(t); }

  fs::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{2};
  std::unique_ptr<test::Broker> broker_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(Story, TheTsunamiOf2011) {
  const std::string warning = message("32-39_11_02_250206_VTSE41.xml"), arrivals = message("32-39_11_03_250206_VTSE51.xml");
  std::vector<Coded> coasts;  // of the forecast
  const std::string forecast = between(warning, "<Forecast>", "</Forecast>");
  for (std::size_t at = forecast.find("<Item>"); at != std::string::npos; at = forecast.find("<Item>", at + 1)) {
    const std::string item = forecast.substr(at, forecast.find("</Item>", at) - at);
    coasts.push_back({between(item, "<Name>", "<"), between(item, "<Code>", "<"), between(between(item, "<Kind>", "</Kind>"), "<Code>", "<")});
  }
  ASSERT_GT(coasts.size(), 20u);
  const auto number_of = [&](const std::string& kind) { return std::count_if(coasts.begin(), coasts.end(), [&](const Coded& c) { return c.kind == kind; }); };
  write_areas(coasts, true);
  write_scene(R"({"name": "tsunami", "plugin": "hazard_tsunami", "feeds": ["jma"], "parameters": {"coasts": "areas.geojson"}})");
  ASSERT_NO_FATAL_FAILURE(open());
  const auto before = engine_->now();
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  {
    test::Publisher broker(broker_->port());
    broker.say("jma/VTSE41", warning);
    ASSERT_TRUE(until([&] { return layer().features >= coasts.size(); })) << layer().features << " " << layer().error;
    EXPECT_EQ(layer().headline, between(between(warning, "<Headline>", "</Headline>"), "<Text>", "</Text>"));
    EXPECT_EQ(layer().issue_time, geo::parse_instant(between(warning, "<ReportDateTime>", "<")).value());
    const auto warnings = engine_->attribute_values(layer().id, "warning", 10'000);
    EXPECT_EQ(std::count(warnings.begin(), warnings.end(), "major"), number_of("53") + number_of("52"));
    EXPECT_EQ(std::count(warnings.begin(), warnings.end(), "warning"), number_of("51"));
    EXPECT_EQ(std::count(warnings.begin(), warnings.end(), "advisory"), number_of("62"));
    const auto heights = engine_->attribute_values(layer().id, "height", 10'000);
    EXPECT_NE(std::find(heights.begin(), heights.end(), "巨大"), heights.end()) << "a word, and no number";
    EXPECT_EQ(std::find(heights.begin(), heights.end(), "NaN"), heights.end());
    broker.say("jma/VTSE41", warning);  // twice is once
    broker.say("jma/VTSE51", arrivals);
    ASSERT_TRUE(until([&] { return engine_->feeds()[0].messages >= 3; }));
  }
  const auto after = geo::Instant{engine_->now().ms + 1000};
  engine_.reset();

  const auto nothing = picture(utc(before), "before.png"), all = picture(utc(after), "after.png"), again = picture(utc(after), "again.png");
  EXPECT_EQ(again.rgba, all.rgba) << "a moment has one picture";
  constexpr int map = 340;  // px: right of the legend and the notices
  // Colours of the Agency's tsunami warnings: 200, 0, 255; 255, 40, 0; 250, 245, 0.
  for (const Rgba8 c : {Rgba8{200, 0, 255, 255}, Rgba8{255, 40, 0, 255}, Rgba8{250, 245, 0, 255}})
    EXPECT_GT(pixels_like(all, c, map), pixels_like(nothing, c, map) + 20) << int(c.r) << " " << int(c.g) << " " << int(c.b);
  const auto said = info(utc(after));
  EXPECT_NE(said.find(between(between(arrivals, "<Headline>", "</Headline>"), "<Text>", "</Text>")), std::string::npos) << said;
  EXPECT_NE(said.find("津波なし → 大津波警報"), std::string::npos) << "what rose, and from what";
}

TEST_F(Story, ALandslideNightWhoseFeedFreezes) {
  std::string text = message("17_03_05_190529_VXWW50.xml");
  const auto reported = geo::Instant{live::to_instant(live::machine_now()).ms / 1000 * 1000};
  const std::string then = between(text, "<ReportDateTime>", "<");
  for (auto at = text.find(then); at != std::string::npos; at = text.find(then, at + 1)) text.replace(at, then.size(), utc(reported));
  std::vector<Coded> areas;  // of the body, which has one item for each
  const std::string body = text.substr(text.find("<Body"));
  for (std::size_t at = body.find("<Item>"); at != std::string::npos; at = body.find("<Item>", at + 1)) {
    const std::string item = body.substr(at, body.find("</Item>", at) - at);
    areas.push_back({between(between(item, "<Area>", "</Area>"), "<Name>", "<"), between(between(item, "<Area>", "</Area>"), "<Code>", "<"), between(between(item, "<Kind>", "</Kind>"), "<Code>", "<")});
  }
  ASSERT_GT(areas.size(), 10u);
  write_areas(areas, false);
  write_scene(R"({"name": "landslides", "plugin": "hazard_landslide", "feeds": ["jma"], "parameters": {"areas": "areas.geojson"}})");
  ASSERT_NO_FATAL_FAILURE(open());
  {
    test::Publisher broker(broker_->port());
    broker.say("jma/VXWW50", text);
    ASSERT_TRUE(until([&] { return layer().features >= areas.size(); })) << layer().features << " " << layer().error;
  }
  std::set<std::string> warned, not_warned;
  for (std::size_t i = 0; i < areas.size(); ++i) (areas[i].kind == "3" ? warned : not_warned).insert(at(middle(i), "landslides"));  // 3: 警戒
  EXPECT_EQ(warned.size(), 1u);
  EXPECT_FALSE(warned.count("")) << "the class of what is warned has a word";
  for (const auto& word : not_warned) EXPECT_FALSE(warned.count(word)) << word;
  EXPECT_EQ(engine_->feeds()[0].state, live::FeedState::live);
  EXPECT_NE(engine_->layers().front().freshness, Freshness::stale);
  engine_.reset();
  broker_->stop();  // and here it freezes

  const auto then_shown = geo::Instant{reported.ms + 120'000}, frozen = geo::Instant{reported.ms + 26 * 60'000};  // due every 10 min
  const auto fresh = info(utc(then_shown)), stale = info(utc(frozen));
  EXPECT_EQ(fresh.find("\"stale\""), std::string::npos) << fresh;
  EXPECT_NE(stale.find("\"stale\""), std::string::npos) << stale;
  const auto first = picture(utc(then_shown), "fresh.png"), last = picture(utc(frozen), "stale.png");
  const auto amber = hud_theme(false).attention;
  EXPECT_GT(pixels_like(last, amber), pixels_like(first, amber) + 100) << "a dead feed says so on the glass";
  // and what was known is shown all the same: the same classes on the ground, in the middle of the picture, whatever the sun did meanwhile
  const auto purple = [](const auto* p) { return p[0] - p[1] > 45 && p[2] - p[1] > 45; };  // level 4 over the ground
  int same = 0, seen = 0, at_level_4 = 0;
  for (int y = 240; y < 480; ++y)
    for (int x = 520; x < 760; ++x) {
      ++seen;
      at_level_4 += purple(first.pixel(x, y));
      same += purple(first.pixel(x, y)) == purple(last.pixel(x, y));
    }
  EXPECT_GT(at_level_4, seen / 4);
  EXPECT_LT(at_level_4, seen * 3 / 4);
  EXPECT_GT(same, seen * 95 / 100);
}

}  // namespace
}  // namespace tenbo::runtime
