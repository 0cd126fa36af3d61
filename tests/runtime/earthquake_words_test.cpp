// What earthquake messages say. Expected counts and words of the samples come from the XML's own text, as each test says.
#include <gmock/gmock.h>

#include "../../plugins/hazard_earthquake/quake.h"
#include "message_rows.h"

namespace {
using namespace tenbo;
using quake::Intensity;
using quake::Level;
using ::testing::ElementsAre;

const std::filesystem::path samples = std::filesystem::path(TENBO_SHARED_DATA) / "jma-xml-a";

TEST(EarthquakeWords, OfASampleWithAllLevels) {
  const auto path = samples / "32-35_08_08_240613_VXSE53.xml";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the sample messages are not here";
  const auto rows = test::message_rows(path);
  const auto r = quake::read_report(rows);
  std::map<Level, std::size_t> n;
  std::map<Intensity, std::size_t> stations;
  for (const auto& f : r.felt) {
    ++n[f.level];
    if (f.level == Level::stations) ++stations[f.intensity];
  }
  const auto body = test::file_text(path).substr(test::file_text(path).find("<Body"));
  EXPECT_EQ(n[Level::prefectures], test::count_of(body, "<Pref>"));
  EXPECT_EQ(n[Level::areas], 67u);  // grep -o '<Area><Name>[^<]*</Name><Code>[0-9]*</Code><MaxInt>' | wc -l
  EXPECT_EQ(n[Level::cities], test::count_of(body, "<City>"));
  EXPECT_EQ(n[Level::stations], test::count_of(body, "<IntensityStation>"));
  for (const auto& [word, i] : {std::pair{"1", Intensity::one}, {"2", Intensity::two}, {"3", Intensity::three}, {"4", Intensity::four}})
    EXPECT_EQ(stations[i], test::count_of(body, std::string("<Int>") + word + "</Int>")) << word;
  EXPECT_EQ(r.greatest, Intensity::four);
  ASSERT_EQ(r.hypocentres.size(), 1u);
  const auto& h = r.hypocentres[0];
  EXPECT_DOUBLE_EQ(h.lat, 39.6);  // +39.6+142.7-30000/
  EXPECT_DOUBLE_EQ(h.lon, 142.7);
  EXPECT_EQ(h.depth_km, 30);
  EXPECT_EQ(h.magnitude, "M6.3");
  EXPECT_EQ(h.origin, 1278280500000);  // date -d 2010-07-05T06:55+09:00 +%s
  EXPECT_TRUE(h.to_the_minute);
}

TEST(EarthquakeWords, IntensityFirstAndFarEarthquakes) {
  if (!std::filesystem::exists(samples)) GTEST_SKIP() << "the sample messages are not here";
  const auto first_rows = test::message_rows(samples / "32-35_07_03_100915_VXSE51.xml");
  const auto first = quake::read_report(first_rows);
  EXPECT_TRUE(first.hypocentres.empty());
  EXPECT_EQ(first.greatest, Intensity::six_lower);
  const auto far_rows = test::message_rows(samples / "32-39_05_12_100831_VXSE53.xml");
  const auto far = quake::read_report(far_rows);
  ASSERT_EQ(far.hypocentres.size(), 1u);
  EXPECT_EQ(far.hypocentres[0].depth, "不明");  // 深さ不明: -36.1-072.6/
  EXPECT_FALSE(far.hypocentres[0].depth_km);
  EXPECT_DOUBLE_EQ(far.hypocentres[0].lon, -72.6);
  EXPECT_TRUE(far.felt.empty());
}

TEST(EarthquakeWords, IntensitiesInTheirSpellings) {
  for (const auto& [word, i] : {std::pair{"5-", Intensity::five_lower}, {"5+", Intensity::five_upper}, {"６弱", Intensity::six_lower}, {"震度６強", Intensity::six_upper},
                                {"7", Intensity::seven}, {"１", Intensity::one}, {"震度５弱以上未入電", Intensity::no_report}, {"!5-", Intensity::no_report},
                                {"", Intensity::none}, {"8", Intensity::none}, {"0", Intensity::none}, {"5", Intensity::none}})
    EXPECT_EQ(quake::intensity_of(word), i) << word;
}

plugin::Row row(const char* type, plugin::Named<std::string> texts) {
  plugin::Row r;
  r.texts = std::move(texts);
  r.texts["row"] = type;
  return r;
}

// A city where one station sent 4 and another, that would have sent 5 lower or more, sent nothing.
TEST(EarthquakeWords, WhatDidNotComeInIsNotTheLesserNumber) {
  const std::vector<plugin::Row> rows{row("city", {{"intensity", "4"}, {"condition", "震度５弱以上未入電"}}), row("city", {{"intensity", "6+"}, {"condition", "震度５弱以上未入電"}}),
                                      row("station", {{"intensity", "震度５弱以上未入電"}})};
  const auto r = quake::read_report(rows);
  EXPECT_EQ(r.felt[0].intensity, Intensity::no_report);
  EXPECT_EQ(r.felt[1].intensity, Intensity::six_upper);
  EXPECT_EQ(r.felt[2].intensity, Intensity::no_report);
  EXPECT_EQ(r.greatest, Intensity::six_upper);
}

TEST(EarthquakeWords, WhatACorrectionChanged) {
  auto a = std::vector{row("hypocentre", {{"magnitude", "6.3"}, {"depth", "30 km"}}), row("area", {{"intensity", "4"}})};
  a[0].numbers["magnitude_value"] = 6.3;
  auto b = std::vector{row("hypocentre", {{"magnitude", "Ｍ８を超える巨大地震"}, {"depth", "不明"}}), row("area", {{"intensity", "5-"}})};
  EXPECT_THAT(quake::changes(quake::read_report(a), quake::read_report(b), true), ElementsAre("M6.3 → M8を超える巨大地震", "深さ 30 km → 不明", "最大震度 4 → 5弱"));
  EXPECT_THAT(quake::changes(quake::read_report(a), quake::read_report(b), false), ElementsAre("M6.3 → M8を超える巨大地震", "depth 30 km → 不明", "greatest intensity 4 → 5 lower"));
  EXPECT_TRUE(quake::changes(quake::read_report(a), quake::read_report(a), true).empty());
}

// Of the Agency's guideline of colours, typed from it.
TEST(EarthquakeWords, TheColoursAreTheAgencys) {
  const std::uint32_t rgb[]{0xf2f2ff, 0x00aaff, 0x0041ff, 0xfae696, 0xffe600, 0xff9900, 0xff2800, 0xa50021, 0xb40068};
  for (int i = 0; i < quake::intensity_classes; ++i) {
    const auto& c = quake::intensity_class(i).colour;
    EXPECT_EQ(static_cast<std::uint32_t>(c[0] << 16 | c[1] << 8 | c[2]), rgb[i]) << i;
  }
}

TEST(EarthquakeWords, Times) {  // of date +%s
  EXPECT_EQ(quake::time_of("2011-03-11T14:46:00+09:00"), 1299822360000);
  EXPECT_EQ(quake::time_of("2000-02-29T23:59:59.250Z"), 951868799250);
  EXPECT_FALSE(quake::time_of(""));
  EXPECT_FALSE(quake::time_of("2011-03-11"));
  EXPECT_FALSE(quake::time_of("2011-03-11T14:46:00"));
}

}  // namespace
