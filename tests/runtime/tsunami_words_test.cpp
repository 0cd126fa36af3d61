// What tsunami messages and inundation classes mean. Expected words and counts of the samples were taken from the XML with
// xmllint and grep, as each test says.
#include <gmock/gmock.h>

#include "../../plugins/common/inundation.h"
#include "../../plugins/hazard_tsunami/tsunami.h"
#include "message_rows.h"

namespace {
using namespace tenbo;
using tsunami::Warning;
using ::testing::ElementsAre;

const std::filesystem::path samples = std::filesystem::path(TENBO_SHARED_DATA) / "jma-xml-a";

TEST(TsunamiWords, OfTheSampleOfEleventhMarch) {
  const auto path = samples / "32-39_11_02_250206_VTSE41.xml";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the sample messages are not here";
  const auto rows = test::message_rows(path);
  const auto r = tsunami::read_report(rows);
  const auto xml = test::file_text(path);
  const auto body = xml.substr(xml.find("<Body"));
  EXPECT_EQ(r.forecast.size(), test::count_of(body, "<Item>"));
  std::map<Warning, std::size_t> n;
  for (const auto& c : r.forecast) ++n[c.warning];
  const auto kinds = [&](const char* code) { return test::count_of(body, std::string("</Name><Code>") + code + "</Code></Kind>"); };
  EXPECT_EQ(n[Warning::major], kinds("52") + kinds("53"));
  EXPECT_EQ(n[Warning::warning], kinds("51"));
  EXPECT_EQ(n[Warning::advisory], kinds("62"));
  EXPECT_EQ(n[Warning::slight], kinds("71") + kinds("72") + kinds("73"));
  EXPECT_GT(n[Warning::major], 0u);
  // The first three items, as they stand in the file.
  EXPECT_EQ(r.forecast[0].name, "岩手県");
  EXPECT_EQ(r.forecast[0].code, "210");
  EXPECT_EQ(r.forecast[0].height, "巨大");
  EXPECT_EQ(r.forecast[0].arrival, "津波到達中と推測");
  EXPECT_EQ(r.forecast[0].before, Warning::none);
  EXPECT_EQ(r.forecast[1].arrival, "15:00");
  EXPECT_EQ(r.forecast[2].arrival, "15:10");
  const auto notes = tsunami::notes(tsunami::changes(r, nullptr), true);
  ASSERT_EQ(notes.size(), 1u) << "all of them are new";
  EXPECT_NE(notes[0].find("岩手県 (津波なし → 大津波警報)"), std::string::npos) << notes[0];
}

TEST(TsunamiWords, HeightsAreNeverNumbersWhereTheyAreWords) {
  const auto path = samples / "38_02_01_250710_VTSE51.xml";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the sample messages are not here";
  const auto rows = test::message_rows(path);
  const auto r = tsunami::read_report(rows);
  const auto xml = test::file_text(path);
  EXPECT_EQ(r.stations.size(), test::count_of(xml, "<Station>"));
  std::size_t over = 0;
  for (const auto& c : r.forecast) over += c.height == "10m超";
  EXPECT_EQ(over, test::count_of(xml.substr(0, xml.find("<Observation>") < xml.find("<Forecast>") ? std::string::npos : xml.find("</Forecast>")), "description=\"１０ｍ超\""));
  for (const auto& s : r.stations)
    if (s.name == "函館" && s.observed) {
      EXPECT_EQ(s.height, "3.5m以上");
      EXPECT_EQ(s.condition, "重要　欠測");
      EXPECT_EQ(s.arrival, "17:59");
    }
}

TEST(TsunamiWords, ChangesOfCoasts) {
  const auto coast = [](const char* name, const char* code, const char* warning, const char* last = "") {
    plugin::Row r;
    r.texts = {{"row", "coast"}, {"part", "forecast"}, {"name", name}, {"code", code}, {"warning", warning}, {"last_warning", last}};
    return r;
  };
  const std::vector<plugin::Row> before{coast("A", "1", "warning"), coast("B", "2", "advisory"), coast("C", "3", "advisory"), coast("E", "5", "slight")};
  const std::vector<plugin::Row> now{coast("A", "1", "major"), coast("B", "2", "none"), coast("D", "4", "advisory", "warning"), coast("E", "5", "slight")};
  const auto was = tsunami::read_report(before), is = tsunami::read_report(now);
  EXPECT_THAT(tsunami::notes(tsunami::changes(is, &was), true),
              ElementsAre("引上げ・発表: A (津波警報 → 大津波警報)", "引下げ: D (津波警報 → 津波注意報)", "解除: B (津波注意報 → 津波なし), C (津波注意報 → 津波なし)"));
  EXPECT_THAT(tsunami::notes(tsunami::changes(is, &was), false),
              ElementsAre("Raised: A (warning → major warning)", "Lowered: D (warning → advisory)", "Ended: B (advisory → none), C (advisory → none)"));
  EXPECT_TRUE(tsunami::changes(was, &was).empty());
}

TEST(TsunamiWords, Clocks) {
  EXPECT_EQ(tsunami::clock("2011-03-11T15:00:00+09:00", "2011-03-11"), "15:00");
  EXPECT_EQ(tsunami::clock("2011-03-12T00:10:00+09:00", "2011-03-11"), "12日 00:10");
  EXPECT_EQ(tsunami::clock("2011-04-01T00:10:00+09:00", "2011-03-31"), "1日 00:10");
  EXPECT_EQ(tsunami::clock("", "2011-03-31"), "");
}

// Words as prefectures write them into A40_003 (National Land Numerical Information), and where they fall in the official six.
TEST(TsunamiInundation, DepthsInTheirManySpellings) {
  struct Case { const char* word; int index; bool split; };
  for (const auto& c : {Case{"0.3m未満", 0, false}, {"0.01m以上 ～ 0.3m未満", 0, false}, {"0.3m以上 ～ 1m未満", 1, true}, {"１．０ｍ以上２．０ｍ未満", 1, false},
                        {"2m以上5m未満", 2, true}, {"3.0m以上 ～ 5.0m未満", 2, false}, {"5m以上 ～ 10m未満", 3, false}, {"10.0m以上20.0m未満", 4, false},
                        {"20m以上", 5, false}, {"10m以上", 4, true}, {"0.5-3.0", 1, false}, {"30cm以上50cm未満", 0, false}, {"4", 2, false}}) {
    const auto range = inundation::range_of(c.word);
    ASSERT_TRUE(range) << c.word;
    const auto found = inundation::class_of(*range);
    EXPECT_EQ(found.index, c.index) << c.word;
    EXPECT_EQ(found.split, c.split) << c.word;
  }
  for (const char* word : {"", "不明", "以上", "5 4", "1 2 3", "2023"}) EXPECT_FALSE(inundation::range_of(word)) << word;
}

}  // namespace
