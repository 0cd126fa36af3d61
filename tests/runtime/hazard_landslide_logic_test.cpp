// What the landslide plugin makes of messages, zones and meshes, without a host. Expectations of the Agency's samples are read off
// their raw text.
#include <gmock/gmock.h>

#include <map>

#include "../../plugins/hazard_landslide/landslide.h"
#include "hazard_reports.h"

namespace tenbo::runtime {
namespace {
using hazard::AreaIndex;
using hazard::Publication;
using hazard::Report;
using hazard::Row;
using landslide::Zone;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const auto* const outlines = reinterpret_cast<const tenbo_reader_vector*>(&raw_text);  // a mark, never looked into

class HazardLandslideLogic : public HazardReports {};

TEST_F(HazardLandslideLogic, TheOldTelegramIsLevelFour) {
  const auto file = sample("17_01_01_190529_VXWW50.xml");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto xml = raw_text(file);
  std::map<std::string, std::string> expected;
  for (const auto& item : cut(between(xml, "<Warning type=\"土砂災害警戒情報\">", "</Warning>"), "<Item>"))
    expected[between(between(item, "<Area>", "</Area>"), "<Code>", "</Code>")] = between(between(item, "<Kind>", "</Kind>"), "<Name>", "</Name>");
  ASSERT_EQ(expected.size(), 60u);  // 9 なし, 26 解除, 25 警戒
  const auto r = report_of(file);
  EXPECT_EQ(landslide::key_of(r), "VXWW50|0|福岡県土砂災害警戒情報");
  const auto p = landslide::publication({&r}, {});
  ASSERT_EQ(p.rows(), 60u);
  for (const auto& [code, kind] : expected) EXPECT_EQ(p.text(*p.row(code), "level"), kind == "警戒" ? "4" : "0") << code;
  EXPECT_EQ(p.source, "福岡県 福岡管区気象台");
}

TEST_F(HazardLandslideLogic, TheTelegramOf2026SpeaksForItsMunicipalities) {
  const auto file = sample("15_16_01_241031_VPWW56.xml");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto r = report_of(file);
  const auto old = read(OwnMessage{"土砂災害警戒情報", "宗谷地方土砂災害警戒情報", own_warning(own_item(own_kind("警戒", "継続"), "浜頓別町", "0151200") + own_item(own_kind("警戒"), "展望市", "9920100"), "土砂災害警戒情報")}.xml());
  const auto p = landslide::publication({&old, &r}, AreaIndex({"1214", "01511"}, outlines));
  // By hand: 稚内市 level 4, 猿払村 3, 浜頓別町 2 in the headline of the sample.
  EXPECT_EQ(p.text(*p.row("0121400"), "in_force"), "レベル４土砂災害危険警報");
  EXPECT_EQ(p.text(*p.row("0121400"), "level"), "4");
  EXPECT_EQ(p.text(*p.row("0151100"), "level"), "3");
  EXPECT_EQ(p.text(*p.row("0151200"), "in_force"), "レベル２土砂災害注意報");
  EXPECT_EQ(p.text(*p.row("9920100"), "level"), "4");
  EXPECT_THAT(p.warnings(), ::testing::Contains(HasSubstr("1 warnings of VPWW54 and VXWW50 are left out")));
  std::size_t drawn = 0;
  for (const auto& s : p.shapes()) drawn += s.kind == TENBO_SHAPE_AREA;
  EXPECT_EQ(drawn, 2u);
}

TEST_F(HazardLandslideLogic, OthersAreNotTaken) {
  const auto rain = read(OwnMessage{"気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報", own_warning(own_item(own_kind("レベル３大雨警報"), "展望市", "9920100"))}.xml());
  EXPECT_EQ(landslide::key_of(rain), "");
  OwnMessage m{"土砂災害警戒情報", "展望県レベル４土砂災害危険警報", own_warning("", "土砂災害警戒情報")};
  m.event = "展望県土砂災害警戒情報";
  const auto issued = read(m.xml());
  m.head_title = "展望県土砂災害警戒情報";
  m.info = "取消";
  const auto cancelled = read(m.xml());
  EXPECT_EQ(landslide::key_of(issued), landslide::key_of(cancelled));
  EXPECT_THAT(landslide::publication({&cancelled}, {}).notes(), ElementsAre(HasSubstr("取消: 展望県土砂災害警戒情報")));
}

TEST_F(HazardLandslideLogic, Zones) {
  EXPECT_EQ(landslide::zone_of("2"), Zone::special);
  EXPECT_EQ(landslide::zone_of("土砂災害特別警戒区域（指定済）"), Zone::special);
  EXPECT_EQ(landslide::zone_of("土砂災害警戒区域（指定前）"), Zone::ordinary_before);
  EXPECT_EQ(landslide::zone_of("特別警戒区域"), Zone::special);
  EXPECT_EQ(landslide::zone_of("9"), Zone::unknown);
  EXPECT_EQ(landslide::zone_of(""), Zone::unknown);
  EXPECT_EQ(landslide::disaster_of("2"), "土石流");
  EXPECT_EQ(landslide::disaster_of("雪崩"), "雪崩");
  std::vector<Row> rows;
  for (const char* type : {"2", "1", "", "4"}) {
    Row r;
    r.index = static_cast<std::uint32_t>(rows.size());
    if (*type) r.lon = 138.4, r.lat = 34.4;
    r.texts = {{"A33_002", type}, {"A33_001", "1"}, {"A33_005", "展望沢"}};
    rows.push_back(r);
  }
  Publication p;
  landslide::add_zones(p, {{"a.shp", rows, {"A33_001", "A33_002", "A33_005"}, outlines}}, "");
  ASSERT_EQ(p.shapes().size(), 4u);
  EXPECT_EQ(p.shapes()[0].kind, TENBO_SHAPE_NONE);  // unknown first, the special zone last: over the ordinary one
  EXPECT_EQ(p.shapes()[3].geometry_row, 0u);
  EXPECT_EQ(p.classes()[p.shapes()[3].shape_class].ja, "土砂災害特別警戒区域");
  EXPECT_EQ(p.text(p.shapes()[2].row, "disaster"), "急傾斜地の崩壊");
  EXPECT_EQ(p.text(p.shapes()[2].row, "name"), "展望沢");
  for (const auto& c : p.classes()) EXPECT_LE(c.level, 0);  // a zone is no alarm
  EXPECT_THAT(p.warnings(), ElementsAre(HasSubstr("1 zones it is not known"), HasSubstr("1 zones have no outline")));
  EXPECT_THROW(landslide::add_zones(p, {{"a.shp", rows, {"A33_001"}, outlines}}, ""), std::runtime_error);
  EXPECT_THROW(landslide::add_zones(p, {{"a.shp", rows, {"A33_001", "A33_002"}, outlines}}, "other"), std::runtime_error);
}

// The Agency's judgements 0 to 4 are five steps; below 0 nothing is judged (the sign is the first of 16 bits: 0x8001 is -1).
TEST_F(HazardLandslideLogic, JudgementsAreLevels) {
  std::vector<float> values{0, 1, 2, 3, 4, 32769, 5, 2.5f, std::nanf("")};
  EXPECT_EQ(landslide::levels_of_judgements(values), 2u);
  EXPECT_THAT(std::vector<float>(values.begin(), values.begin() + 5), testing::ElementsAre(0, 2, 3, 4, 5));
  for (std::size_t i = 5; i < values.size(); ++i) EXPECT_TRUE(std::isnan(values[i])) << i;
}

TEST_F(HazardLandslideLogic, AMeshHasLevelsAndNothingElse) {
  std::vector<float> values{0, 1, 2, 3, 4, 5, 255, -1, 2.5f, std::nanf("")};
  EXPECT_EQ(landslide::keep_levels(values), 3u);
  EXPECT_EQ(values[5], 5);
  for (std::size_t i = 6; i < values.size(); ++i) EXPECT_TRUE(std::isnan(values[i]));
}

}  // namespace
}  // namespace tenbo::runtime
