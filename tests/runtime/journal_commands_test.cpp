// The program's own commands on a journal: probe and pick answer as was known at a time, and a picture of it is the same each time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "tenbo/base/process.h"
#include "tenbo/live/journal.h"
#include "tenbo/live/moment.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

class JournalCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("journal_commands_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_ / "in");
    std::ofstream(dir_ / "scene.json") << R"({"journal": "journal", "feeds": [{"name": "warnings", "kind": "folder", "address": "in"}, {"name": "gauges", "kind": "folder", "address": "in"}],
      "home": {"lon": 138.45, "lat": 34.4, "height": 2000, "heading": 0, "pitch": -89},
      "layers": [{"name": "alerts", "plugin": "hazard_weather", "feeds": ["warnings"], "parameters": {}},
                 {"name": "gauges", "plugin": "sensors", "feeds": ["gauges"], "parameters": {"utc_offset": "+00:00", "thresholds": "3=2.0 避難判断水位 / Evacuate", "unit": "m"}}]})";
    live::JournalOptions options;
    auto journal = live::Journal::open(dir_ / "journal", options).value();
    const auto put = [&](const char* feed, const char* time, const std::string& body) {
      live::Entry e;
      e.feed = feed;
      e.source = "a";
      e.at = live::from_instant(geo::parse_instant(time).value());
      e.body.resize(body.size());
      std::memcpy(e.body.data(), body.data(), body.size());
      ASSERT_TRUE(journal->append(std::move(e)));
    };
    put("warnings", "2026-09-13T09:00:00Z", alert("Minor", "2026-09-13T08:59:00+00:00"));
    put("gauges", "2026-09-13T09:10:00Z", "id,name,lon,lat,time,value\ng1,Bridge,138.4601,34.4001,2026-09-13 09:10,1.20\n");
    put("gauges", "2026-09-13T09:20:00Z", "id,name,lon,lat,time,value\ng1,Bridge,138.4601,34.4001,2026-09-13 09:20,2.61\n");
    put("warnings", "2026-09-13T09:30:00Z", alert("Extreme", "2026-09-13T09:29:00+00:00"));
    ASSERT_TRUE(journal->flush(std::chrono::seconds(20)));
  }
  void TearDown() override { fs::remove_all(dir_); }
  static std::string alert(const std::string& severity, const std::string& sent) {
    const bool update = severity == "Extreme";
    return R"(<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>)" + severity + "</identifier><sender>tenbo</sender><sent>" + sent + "</sent><status>Actual</status><msgType>" + (update ? "Update" : "Alert") +
           "</msgType><scope>Public</scope>" + (update ? "<references>tenbo,Minor,2026-09-13T08:59:00+00:00</references>" : "") +
           "<info><category>Met</category><event>Flood</event><urgency>Immediate</urgency><severity>" + severity +
           "</severity><certainty>Likely</certainty><expires>2026-09-14T00:00:00+00:00</expires><area><areaDesc>West bank</areaDesc><polygon>34.39,138.44 34.39,138.455 34.41,138.455 34.41,138.44 34.39,138.44</polygon></area></info></alert>";
  }
  std::string ask(std::vector<std::string> args) {
    args.insert(args.begin() + 1, (dir_ / "scene.json").string());
    args.insert(args.end(), {"--journal", (dir_ / "journal").string()});
    ChildOptions limits;
    limits.memory_limit_bytes = 0;
    const auto ran = run_child(fs::path(TENBO_BINARY_DIR) / "tenbo", args, limits);
    EXPECT_TRUE(ran) << ran.error().text();
    if (!ran) return {};
    EXPECT_EQ(ran->exit_code, 0) << ran->error_tail;
    return {reinterpret_cast<const char*>(ran->output.data()), ran->output.size()};
  }
  fs::path dir_;
};

TEST_F(JournalCommands, ProbeSaysWhatWasKnown) {
  const auto at = [&](const char* time, const char* place) { return ask({"probe", "--at", place, "--time", time, "--json", "--lang", "en"}); };
  const char *west = "138.45,34.4", *bridge = "138.4601,34.4001";
  EXPECT_THAT(at("2026-09-13T08:59:30Z", west), testing::Not(testing::HasSubstr("Minor"))) << "it had not arrived";
  EXPECT_THAT(at("2026-09-13T09:05:00Z", west), testing::HasSubstr("Minor"));
  const auto then = at("2026-09-13T09:35:00Z", west);
  EXPECT_THAT(then, testing::HasSubstr("Extreme"));
  EXPECT_THAT(then, testing::Not(testing::HasSubstr("Minor")));
  EXPECT_THAT(at("2026-09-13T09:12:00Z", bridge), testing::HasSubstr("1.2"));
  const auto high = at("2026-09-13T09:25:00Z", bridge);
  EXPECT_THAT(high, testing::HasSubstr("2.61"));
  EXPECT_THAT(high, testing::HasSubstr("Evacuate"));
}

TEST_F(JournalCommands, PickSelectsWhatWasThere) {
  const auto at = [&](const char* time) { return ask({"pick", "--pixel", "160,120", "--size", "320x240", "--time", time, "--json", "--lang", "en"}); };
  EXPECT_THAT(at("2026-09-13T08:59:30Z"), testing::Not(testing::HasSubstr("West bank")));
  const auto first = at("2026-09-13T09:05:00Z"), last = at("2026-09-13T09:35:00Z");
  EXPECT_THAT(first, testing::HasSubstr("West bank"));
  EXPECT_THAT(first, testing::HasSubstr("Minor"));
  EXPECT_THAT(last, testing::HasSubstr("Extreme"));
}

TEST_F(JournalCommands, APictureOfATimeIsTheSameEachTime) {
  const auto draw = [&](const char* name, const char* time) {
    (void)ask({"render", "-o", (dir_ / name).string(), "--size", "320x240", "--time", time});
    std::ifstream in(dir_ / name, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  };
  const auto a = draw("a.png", "2026-09-13T09:25:00Z"), b = draw("b.png", "2026-09-13T09:25:00Z"), later = draw("c.png", "2026-09-13T09:35:00Z");
  EXPECT_GT(a.size(), 1000u);
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a == later);
}

}  // namespace
}  // namespace tenbo::runtime
