// Feeds in scene files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenbo/scene/scene_file.h"

namespace tenbo::scene {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char* const whole = R"({
  "journal": "kept/journal",
  "feeds": [
    {"name": "gauges", "kind": "mqtt", "address": "mqtts://broker.example.org:8884", "topics": ["river/+/level", "rain/#"], "mqtt_version": 5, "qos": 2,
     "expected_interval": "PT10M", "credentials": "secret/gauges", "ca_file": "/etc/ca.pem", "group": "river"},
    {"name": "warnings", "kind": "http", "address": "https://example.org/feed.xml?area=13", "poll_seconds": 20, "most_mib": 2},
    {"name": "inbox", "kind": "folder", "address": "in/../arrives"}],
  "layers": [{"name": "w", "plugin": "hazard_weather", "feeds": ["warnings", "inbox"]}]})";

TEST(SceneFeeds, AreReadWithTheirPathsAbsolute) {
  const auto s = parse_scene(whole, "/base");
  ASSERT_TRUE(s.ok()) << s.error().text();
  EXPECT_EQ(s->journal, "/base/kept/journal");
  ASSERT_EQ(s->feeds.size(), 3u);
  const auto& g = s->feeds[0];
  EXPECT_EQ(g.name, "gauges");
  EXPECT_EQ(g.kind, "mqtt");
  EXPECT_EQ(g.address, "mqtts://broker.example.org:8884");
  EXPECT_THAT(g.topics, ElementsAre("river/+/level", "rain/#"));
  EXPECT_EQ(g.mqtt_version, 5);
  EXPECT_EQ(g.qos, 2);
  EXPECT_EQ(g.expected_interval, 600);
  EXPECT_EQ(g.credentials, "/base/secret/gauges");
  EXPECT_EQ(g.ca_file, "/etc/ca.pem");
  EXPECT_EQ(g.group, "river");
  EXPECT_EQ(s->feeds[1].address, "https://example.org/feed.xml?area=13");
  EXPECT_EQ(s->feeds[1].poll_seconds, 20);
  EXPECT_EQ(s->feeds[1].most_mib, 2);
  EXPECT_EQ(s->feeds[2].address, "/base/arrives");
  EXPECT_THAT(s->layers[0].feeds, ElementsAre("warnings", "inbox"));
}

TEST(SceneFeeds, AreWrittenAsTheyWereRead) {
  const auto s = parse_scene(whole, "/base");
  ASSERT_TRUE(s.ok());
  const auto text = format_scene(*s, "/base");
  EXPECT_THAT(text, HasSubstr("\"arrives\""));  // goes with the scene's folder
  EXPECT_THAT(text, HasSubstr("\"kept/journal\""));
  const auto again = parse_scene(text, "/elsewhere");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->feeds[2].address, "/elsewhere/arrives");
  EXPECT_EQ(format_scene(*again, "/elsewhere"), text);
}

TEST(SceneFeeds, WhatIsWrongIsSaidWithItsPlace) {
  const auto wrong = [](const std::string& feeds, const std::string& place, const std::string& said, const std::string& layers = "[]") {
    const auto s = parse_scene("{\"feeds\": [" + feeds + "], \"layers\": " + layers + "}", "/base");
    ASSERT_FALSE(s.ok()) << feeds;
    EXPECT_EQ(s.error().place, place) << feeds;
    EXPECT_THAT(s.error().text(), HasSubstr(said)) << feeds;
  };
  const std::string folder = R"({"name": "a", "kind": "folder", "address": "in"})";
  wrong(R"({"kind": "folder", "address": "in"})", "$.feeds[0]", "\"name\" is missing");
  wrong(R"({"name": "a", "address": "in"})", "$.feeds[0]", "\"kind\" is missing");
  wrong(R"({"name": "a", "kind": "mqt", "address": "mqtt://h"})", "$.feeds[0].kind", "did you mean \"mqtt\"");
  wrong(R"({"name": "a", "kind": "mqtt", "address": "mqtt://h"})", "$.feeds[0]", "\"topics\" is missing");
  wrong(R"({"name": "a", "kind": "mqtt", "address": "h:1883", "topics": ["#"]})", "$.feeds[0].address", "mqtt://HOST");
  wrong(R"({"name": "a", "kind": "mqtt", "address": "mqtt://me:pw@h", "topics": ["#"]})", "$.feeds[0].address", "credentials");
  wrong(R"({"name": "a", "kind": "http", "address": "file:///etc/passwd"})", "$.feeds[0].address", "http");
  wrong(R"({"name": "a", "kind": "http", "address": "http://h/", "topics": ["#"]})", "$.feeds[0].topics", "not \"mqtt\"");
  wrong(R"({"name": "a", "kind": "folder", "address": "http://h/"})", "$.feeds[0].address", "path");
  wrong(R"({"name": "a", "kind": "folder", "address": "in", "qos": 1.5})", "$.feeds[0].qos", "0, 1 or 2");
  wrong(R"({"name": "a", "kind": "folder", "address": "in", "adress": "x"})", "$.feeds[0].adress", "did you mean \"address\"");
  wrong(folder + "," + folder, "$.feeds[1].name", "$.feeds[0]");
  wrong(folder, "$.layers[0].feeds[0]", "there are \"a\"", R"([{"plugin": "p", "feeds": ["zzz"]}])");
  wrong(folder, "$.layers[0].feeds", "plugin", R"([{"path": "x", "feeds": ["a"]}])");
}

}  // namespace
}  // namespace tenbo::scene
