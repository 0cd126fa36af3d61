// Sources and attributions in two languages, and how often a layer is due.
#include <gtest/gtest.h>

#include "tenbo/scene/scene_file.h"

namespace tenbo::scene {
namespace {

Result<SceneFile> layer(const std::string& more) { return parse_scene(R"({"layers": [{"path": "a.tif", )" + more + "}]}", "/data"); }

TEST(LocalTexts, SourceAndAttributionMayBeGivenInBothLanguages) {
  const auto s = layer(R"("source": {"ja": "河川事務所", "en": "River Office"}, "attribution": {"ja": "国土交通省 / 気象庁", "en": "MLIT / JMA"})");
  ASSERT_TRUE(s.ok()) << s.error().text();
  const LayerSpec& l = s->layers[0];
  EXPECT_EQ(l.source_local.in(true), "河川事務所");
  EXPECT_EQ(l.attribution_local.in(true), "国土交通省 / 気象庁") << "a slash in it divides nothing";
  EXPECT_EQ(l.attribution_local.in(false), "MLIT / JMA");
  EXPECT_EQ(l.source, "River Office") << "who knows one language gets one";
}

TEST(LocalTexts, APlainTextStaysPlain) {
  const auto s = layer(R"("source": "JMA", "attribution": "地形 / Terrain")");
  ASSERT_TRUE(s.ok()) << s.error().text();
  EXPECT_EQ(s->layers[0].attribution, "地形 / Terrain");
  EXPECT_TRUE(s->layers[0].attribution_local.ja.empty() && s->layers[0].attribution_local.en.empty());
}

TEST(LocalTexts, AreWrittenAsTheyWereRead) {
  const auto s = layer(R"("source": {"ja": "河川事務所", "en": "River Office"}, "attribution": "JMA", "expected_interval": "PT1H30M", "live": true)");
  ASSERT_TRUE(s.ok()) << s.error().text();
  const std::string text = format_scene(*s, "/data");
  const auto again = parse_scene(text, "/data");
  ASSERT_TRUE(again.ok()) << again.error().text() << text;
  EXPECT_EQ(again->layers[0].source_local.ja, "河川事務所");
  EXPECT_EQ(again->layers[0].attribution, "JMA");
  EXPECT_EQ(again->layers[0].expected_interval, 5400);
  EXPECT_TRUE(again->layers[0].live);
  SceneFile changed = *s;
  changed.layers[0].source = "JMA";  // somebody who knows the plain text alone
  EXPECT_EQ(parse_scene(format_scene(changed, "/data"), "/data")->layers[0].source, "JMA");
}

TEST(LocalTexts, IntervalsAreSecondsOrDurations) {
  const struct { const char* text; double seconds; } good[] = {{"600", 600}, {"\"PT10M\"", 600}, {"\"P1D\"", 86400}, {"\"PT1H30M\"", 5400}, {"\"P1DT12H\"", 129600}, {"\"PT0.5S\"", 0.5}, {"0", 0}};
  for (const auto& [text, seconds] : good) {
    const auto s = layer(std::string("\"expected_interval\": ") + text);
    ASSERT_TRUE(s.ok()) << text << s.error().text();
    EXPECT_DOUBLE_EQ(s->layers[0].expected_interval, seconds) << text;
  }
  for (const char* text : {"\"\"", "\"P\"", "\"PT\"", "\"10 min\"", "\"PT10\"", "\"P1Y\"", "\"PT5M1H\"", "\"P1DT\"", "\"PT-5M\"", "\"PTnanM\"", "\"PT1e300H\"", "-1", "1e13", "true", "null", "[]"}) {
    const auto s = layer(std::string("\"expected_interval\": ") + text);
    ASSERT_FALSE(s.ok()) << text;
    EXPECT_EQ(s.error().place, "$.layers[0].expected_interval") << text;
  }
}

TEST(LocalTexts, AWrongFormIsNamed) {
  const auto s = layer(R"("attribution": 5)");
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().place, "$.layers[0].attribution");
  EXPECT_FALSE(layer(R"("source": {"jp": "x"})").ok());
}

}  // namespace
}  // namespace tenbo::scene
