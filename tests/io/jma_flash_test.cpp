// Early warnings of earthquakes, flashes of the weather and observed eruptions of the Agency. Expected values of its samples are counts
// of their tags in the raw text, which share no code with the reader.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tenbo/io/jma.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

const fs::path samples = fs::path(TENBO_SHARED_DATA) / "jma-xml-a";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
std::size_t count(std::string_view text, std::string_view word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++n;
  return n;
}
io::VectorData table(const fs::path& file) {
  Progress progress;
  auto v = io::read_vector(file, {}, progress, {});
  EXPECT_TRUE(v.ok()) << (v.ok() ? "" : v.error().text());
  return v.ok() ? std::move(*v) : io::VectorData();
}
std::string at(const io::VectorData& v, std::uint32_t row, const char* column) { return geo::to_text(v.features.value(row, column)); }
std::vector<std::uint32_t> rows(const io::VectorData& v, const std::string& type) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < v.features.size(); ++i)
    if (at(v, i, "row") == type) out.push_back(i);
  return out;
}

class JmaFlash : public ::testing::TestWithParam<const char*> {};
TEST_P(JmaFlash, EarlyWarningsHaveAllTheirAreas) {
  const auto file = samples / GetParam();
  if (!fs::exists(file)) GTEST_SKIP() << "no " << file;
  const auto xml = text_of(file);
  const auto v = table(file);
  const auto forecast = rows(v, "forecast");
  const auto whole = count(xml, "<Forecast>");  // has one intensity of its own, of the greatest
  EXPECT_EQ(forecast.size(), count(xml, "<ForecastInt>") - whole);
  EXPECT_EQ(rows(v, "early_warning").size(), whole);
  EXPECT_EQ(rows(v, "hypocentre").size(), count(xml, "<Hypocenter>"));
  std::size_t arrivals = 0, warned = 0, arrived = 0;
  for (const auto r : forecast) {
    arrivals += at(v, r, "arrival").empty() ? 0 : 1;
    warned += at(v, r, "kind") == "緊急地震速報（警報）" ? 1 : 0;
    arrived += at(v, r, "condition") == "既に主要動到達と推測" ? 1 : 0;
  }
  EXPECT_EQ(arrivals, count(xml, "<ArrivalTime>") - count(xml, "<Earthquake>"));
  EXPECT_EQ(warned, count(xml, "<Category><Kind><Name>緊急地震速報（警報）"));
  EXPECT_EQ(arrived, count(xml, "<Condition>既に主要動到達と推測"));
}
INSTANTIATE_TEST_SUITE_P(Samples, JmaFlash,
                         ::testing::Values("36_01_01_240613_VXSE44.xml", "36_01_17_240613_VXSE44.xml", "36_01_33_240613_VXSE44.xml", "37_01_01_240613_VXSE43.xml", "37_01_03_240613_VXSE43.xml",
                                           "77_01_01_240613_VXSE45.xml", "77_01_17_240613_VXSE45.xml", "77_01_33_240613_VXSE45.xml"));

TEST(JmaFlashes, LinearRainBandsByArea) {
  const auto file = samples / "82_01_01_241031_VPBS50.xml";
  if (!fs::exists(file)) GTEST_SKIP() << "no " << file;
  const auto v = table(file);
  const auto areas = rows(v, "area");
  ASSERT_EQ(areas.size(), count(text_of(file), "<EventName>線状降水帯発生</EventName>"));  // one a region
  for (const auto r : areas) {
    EXPECT_EQ(at(v, r, "kind"), "線状降水帯発生");
    EXPECT_EQ(at(v, r, "event_time"), "2023-09-08T10:10:00+09:00");
    EXPECT_EQ(at(v, r, "in_force"), "true");
  }
  EXPECT_EQ(at(v, areas[0], "code"), "120010");
  EXPECT_EQ(v.name, "千葉県気象防災速報（線状降水帯発生）");
  ASSERT_TRUE(v.head);
  EXPECT_EQ(v.head->code, "VPBS50");
}

TEST(JmaFlashes, RecordHeavyRain) {
  const auto file = samples / "18_01_01_100806_VPOA50.xml";
  if (!fs::exists(file)) GTEST_SKIP() << "no " << file;
  const auto v = table(file);
  ASSERT_EQ(rows(v, "area").size(), 1u);
  EXPECT_EQ(at(v, 0, "kind"), "記録的短時間大雨情報");
  EXPECT_EQ(at(v, 0, "code"), "270000");
}

TEST(JmaFlashes, AnUnknownPlumeStaysAWord) {
  const auto file = samples / "43_01_01_200522_VFVO52.xml";
  if (!fs::exists(file)) GTEST_SKIP() << "no " << file;
  const auto v = table(file);
  const auto volcano = rows(v, "volcano");
  ASSERT_EQ(volcano.size(), 1u);
  EXPECT_EQ(at(v, volcano[0], "plume_above_crater"), "不明");
  EXPECT_EQ(at(v, volcano[0], "plume_above_crater_value"), "");
  EXPECT_EQ(at(v, volcano[0], "plume_direction"), "流向不明");
  EXPECT_EQ(at(v, volcano[0], "elevation"), "2568 m");
}

}  // namespace
