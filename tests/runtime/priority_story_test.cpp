// After an earthquake, end to end: a VXSE53 arrives through a real broker, the bridges are ranked, the network is pulled, and the list and a page
// of the worst are made from the journal. Data: the fictional exercise of scenes/exercise. What is expected is worked out from those files by
// the test: places by ray casting, scores by the table of docs/guide/priority.md.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "../live/publisher.h"
#include "tenbo/base/process.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
fs::path data() { return fs::path(TENBO_SOURCE_DIR) / "scenes" / "exercise"; }

std::string run(const fs::path& program, const std::vector<std::string>& args) {
  ChildOptions options;
  options.memory_limit_bytes = 0;  // sanitizers map terabytes
  options.time_limit = std::chrono::minutes(5);
  const auto ran = run_child(program, args, options);
  EXPECT_TRUE(ran) << ran.error().text();
  if (!ran) return {};
  EXPECT_EQ(ran->exit_code, 0) << ran->error_tail;
  return {reinterpret_cast<const char*>(ran->output.data()), ran->output.size()};
}

bool inside(const Json& ring, double x, double y) {
  bool in = false;
  for (std::size_t i = 0, k = ring.size() - 1; i < ring.size(); k = i++) {
    const double xi = ring[i][0], yi = ring[i][1], xk = ring[k][0], yk = ring[k][1];
    if ((yi > y) != (yk > y) && x < (xk - xi) * (y - yi) / (yk - yi) + xi) in = !in;
  }
  return in;
}

// By the table in docs/guide/priority.md, with the weights of this scene; `severity` of the city that it stands in.
double expected_score(const Json& p, double severity, int year) {
  const std::string grade = p["判定区分"];
  double condition = grade == "Ⅳ" ? 1 : grade == "Ⅲ" ? .75 : grade == "Ⅱ" ? .3 : grade == "Ⅰ" ? .1 : .6;
  if (!grade.empty() && year - p["点検年度"].get<int>() > 5) condition = std::min(1.0, condition + .1);
  if (p.contains("通行規制")) condition = std::max(condition, .75);
  double importance = .5;
  if (p.contains("緊急輸送道路")) importance = 1;
  else if (p.contains("交通量")) importance = std::min(1.0, std::log(1 + p["交通量"].get<double>()) / std::log(50'001.0));
  return 100 * condition * severity * importance;
}

TEST(PriorityStory, BridgesAfterAnEarthquakeWithTheNetworkPulled) {
  if (test::find_program("mosquitto").empty()) GTEST_SKIP() << "mosquitto is not installed: tools/setup installs it";
  const auto dir = fs::path(TENBO_BINARY_DIR) / "tmp" / "priority_story";
  fs::remove_all(dir);
  fs::create_directories(dir);
  auto broker = std::make_unique<test::Broker>(dir / "broker");
  // The exercise's message, as of now, and meant.
  const auto now = geo::Instant{live::to_instant(live::machine_now()).ms / 1000 * 1000};
  std::string message = file_text(data() / "earthquake-1.xml");
  const auto replace = [&](const std::string& from, const std::string& to) {
    ASSERT_NE(message.find(from), std::string::npos) << from;
    for (auto at = message.find(from); at != std::string::npos; at = message.find(from, at + to.size())) message.replace(at, from.size(), to);
  };
  replace("<Status>訓練</Status>", "<Status>通常</Status>");
  replace("2026-09-13T05:59:00+09:00", geo::format_utc(now));
  replace("2026-09-13T05:55:12+09:00", geo::format_utc({now.ms - 240'000}));
  replace("2026-09-12T20:57:00Z", geo::format_utc(now));
  const std::string scene = R"({"journal": "journal", "feeds": [{"name": "jma", "kind": "mqtt", "address": ")" + broker->url() + R"(", "topics": ["jma/#"]}],
    "home": {"lon": 138.45, "lat": 34.45, "height": 95000, "heading": 0, "pitch": -89, "fov": 45},
    "priority": {"structures": "bridges", "hazards": ["earthquake"], "roads": {"layer": "roads", "speed": "speed", "snap": 60}},
    "layers": [
      {"name": "earthquake", "title": {"ja": "震度", "en": "Seismic intensity"}, "plugin": "hazard_earthquake", "feeds": ["jma"], "parameters": {"areas": ")" + (data() / "areas.geojson").string() + R"(", "fronts": false}},
      {"name": "roads", "kind": "vector", "path": ")" + (data() / "roads.geojson").string() + R"(", "source": "Tenbo City"},
      {"name": "bridges", "kind": "inspection", "path": ")" + (data() / "bridges.geojson").string() + R"(", "plugin": "infra_inspection", "parameters": {"path": ")" + (data() / "bridges.geojson").string() + R"("}}]})";
  std::ofstream(dir / "scene.json") << scene;

  Log log(LogLevel::error);
  JobSystem jobs(2);
  EngineOptions options;
  options.graphics = false;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
  options.feeds.source = FeedUse::Source::connect;
  auto made = Engine::create(options, jobs, log);
  ASSERT_TRUE(made) << made.error().text();
  auto& engine = **made;
  auto read = scene::read_scene(dir / "scene.json");
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_TRUE(engine.open(*read));
  const auto until = [&](const std::function<bool()>& done) {
    for (int i = 0; i < 6000 && !done(); ++i) {
      engine.update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
  };
  // Before: the list is there, and knows nothing of any earthquake.
  ASSERT_TRUE(until([&] { return engine.feeds()[0].connections > 0 && engine.priority_soon(true).base; })) << engine.priority_soon(true).error;
  EXPECT_FALSE(engine.priority_soon(true).base->hazards[0].trouble.empty());
  EXPECT_NE(engine.priority_soon(true).base->roads, nullptr) << engine.priority_soon(true).base->roads_trouble;
  const auto told = std::chrono::steady_clock::now();
  PriorityReport ranked;
  {
    test::Publisher publisher(broker->port());
    publisher.say("jma/VXSE53", message);
    ASSERT_TRUE(until([&] {
      const auto state = engine.priority_soon(true);
      return !state.counting && state.base && state.base->hazards[0].report;
    })) << engine.layers()[0].error << engine.priority_soon(true).base->hazards[0].trouble;
    PriorityQuestion q;
    q.time = engine.time().now;
    q.year = year_of(now);
    q.poor = q.touched = true;
    ranked = rank(engine.priority_soon(true).base, q);
  }
  RecordProperty("seconds_from_message_to_list", std::to_string(std::chrono::duration<double>(std::chrono::steady_clock::now() - told).count()));
  ASSERT_FALSE(ranked.rows.empty());
  const auto first = ranked.structure(ranked.rows[0]).id;
  broker->stop();  // the network is pulled
  made->reset();

  // --- what the files themselves say
  const auto bridges = Json::parse(file_text(data() / "bridges.geojson")), areas = Json::parse(file_text(data() / "areas.geojson"));
  // levels 2, 3, 4 and 5 of the classes: (level - 1 + j / m) / 5; 6-, 6+ and 7 share level 5
  const std::map<std::string, double> severity{{"1", 1.0 / 15}, {"2", 2.0 / 15}, {"3", .2}, {"4", .4}, {"5-", .6}, {"5+", .8}, {"6-", (4 + 1.0 / 3) / 5}, {"6+", (4 + 2.0 / 3) / 5}, {"7", 1}};
  std::map<std::string, double> expected;  // score, of those in poor state that the earthquake touched
  std::map<std::string, std::string> felt_at;
  std::size_t strong = 0;
  for (const auto& b : bridges["features"]) {
    const auto& p = b["properties"];
    const std::string grade = p["判定区分"];
    if (grade == "Ⅰ" || grade == "Ⅱ") {
      if (!p.contains("通行規制")) continue;
    }
    for (const auto& a : areas["features"]) {
      if (!inside(a["geometry"]["coordinates"][0], b["geometry"]["coordinates"][0], b["geometry"]["coordinates"][1])) continue;
      const auto at = message.find("<Code>" + a["properties"]["code"].get<std::string>() + "</Code>");
      ASSERT_NE(at, std::string::npos);
      const auto said = message.substr(at, message.find("</City>", at) - at);
      const auto from = said.find("<MaxInt>");
      const std::string id = p["施設ID"];
      if (from == std::string::npos) {  // not reported: unknown, 0.5
        expected[id] = expected_score(p, .5, year_of(now));
        continue;
      }
      const auto word = said.substr(from + 8, said.find('<', from + 8) - from - 8);
      felt_at[id] = word;
      strong += severity.at(word) > .85;
      expected[id] = expected_score(p, severity.at(word), year_of(now));
    }
  }
  ASSERT_GT(strong, 3u);

  // --- the list, from the journal alone
  const auto later = geo::format_utc({now.ms + 600'000});
  const auto scene_file = (dir / "scene.json").string(), journal = (dir / "journal").string();
  const auto list = Json::parse(run(fs::path(TENBO_BINARY_DIR) / "tenbo", {"priority", scene_file, "--journal", journal, "--time", later, "--poor", "--touched", "--json", "--lang", "en"}));
  std::map<std::string, double> scores;
  double before = 101;
  std::size_t with_way = 0;
  for (const auto& row : list["ranking"]) {
    const std::string id = row["id"];
    EXPECT_LE(row["score"].get<double>(), before) << id;
    before = row["score"];
    ASSERT_TRUE(expected.count(id)) << id << " stands outside of all areas, or is sound";
    EXPECT_NEAR(row["score"].get<double>(), expected[id], 1e-6) << id;
    scores[id] = row["score"];
    EXPECT_EQ(row["source"].get<std::string>(), "展望市橋梁点検台帳（架空） / Tenbo City bridge ledger (fictional)");
    if (row["grade"] != "not_inspected") {
      EXPECT_TRUE(row["year"].is_number()) << id;
    }
    ASSERT_TRUE(row["detour"].is_object()) << id;
    if (row["detour"]["around"] == "found") {
      ++with_way;
      EXPECT_TRUE(row["detour"]["extra_metres"].is_number());
      EXPECT_TRUE(row["detour"]["extra_seconds"].is_number());
    }
    EXPECT_TRUE(row["detour_now"].is_null()) << "no rule says from which intensity a road is impassable";
    for (const auto& reason : row["reasons"])
      if (reason["factor"] == "hazard") {
        EXPECT_EQ(reason["issue_time"].get<std::string>(), geo::format_utc(now)) << reason.dump();
      }
  }
  EXPECT_EQ(scores.size(), expected.size());
  EXPECT_GT(with_way, 3u);
  EXPECT_EQ(list["ranking"][0]["id"].get<std::string>(), first) << "as the window had it";
  EXPECT_EQ(list["sources"][1]["issue_time"].get<std::string>(), geo::format_utc(now));

  // --- the page of the first: words and picture
  if (test::find_program("pdftotext").empty() || test::find_program("pdftoppm").empty()) GTEST_SKIP() << "poppler-utils is not installed: tools/setup installs it";
  const auto pdf = (dir / "sheet.pdf").string();
  run(fs::path(TENBO_BINARY_DIR) / "tenbo", {"sheet", scene_file, "--journal", journal, "--time", later, "--structure", first, "--lang", "en", "-o", pdf});
  const auto words = run(test::find_program("pdftotext"), {"-layout", pdf, "-"});
  for (const std::string& word : {first, std::string("Seismic intensity"), std::string("Way round"), std::string("Tenbo City bridge ledger")}) EXPECT_NE(words.find(word), std::string::npos) << word << "\n" << words;
  run(test::find_program("pdftoppm"), {"-r", "60", pdf, (dir / "page").string()});
  std::string picture = file_text(dir / "page-1.ppm");
  ASSERT_EQ(picture.substr(0, 2), "P6");
  // the way round is drawn in 0, 143, 255 over the Agency's colours of the intensity
  std::size_t way = 0;
  for (std::size_t i = 20; i + 2 < picture.size(); ++i)
    way += std::abs(static_cast<unsigned char>(picture[i]) - 0) < 40 && std::abs(static_cast<unsigned char>(picture[i + 1]) - 143) < 30 && static_cast<unsigned char>(picture[i + 2]) > 225;
  EXPECT_TRUE(list["ranking"][0]["detour"]["around"] != "found" || way > 20) << way;
  if (!HasFailure()) fs::remove_all(dir);
}

}  // namespace
}  // namespace tenbo::runtime
