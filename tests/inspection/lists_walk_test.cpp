// Lists as offices really send them: eras, widths, titles and totals, old datums, exchanged axes, stray bytes. Expected values are written
// out from each text by hand; places of old datums are those of PROJ's cs2cs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gdal_tools.h"
#include "tenbo/geo/place_text.h"
#include "tenbo/inspection/road_heading.h"
#include "tenbo/io/list.h"
#include "tenbo/runtime/structure_lists.h"

namespace {
using namespace tenbo;
using namespace tenbo::inspection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class WalkedLists : public ::testing::Test {
 protected:
  std::filesystem::path dir_ = test::scratch("inspection_walk");
  std::filesystem::path assets_ = std::filesystem::path(TENBO_SOURCE_DIR) / "assets";
  Result<runtime::StructureLists> read(const std::string& name, const std::string& text, const std::string& mapping = {}) {
    test::write(dir_ / name, text);
    runtime::StructureList l;
    l.path = (dir_ / name).string();
    l.mapping = mapping;
    return runtime::read_structure_lists({l}, assets_, {});
  }
  std::string mapping(const std::string& json) {
    test::write(dir_ / "mapping.json", json);
    return (dir_ / "mapping.json").string();
  }
  static std::string all(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& w : words) out += w + "\n";
    return out;
  }
};

TEST_F(WalkedLists, ErasWidthsAndCp932) {
  // iconv makes the bytes: half-width katakana, characters of IBM's and NEC's extensions
  const std::string text = "橋梁番号,橋梁名,点検年月日,判定区分,緯度,経度,橋長(m)\n"
                           "1,ﾀﾆｻﾞｸﾗ橋,令和5年10月3日,Ⅲ,35.5,139.5,１２．５\n2,髙﨑橋,R5.3,II,35.5,139.5,\"1,234.5\"\n3,①番橋㈱,H30,Ｉ,３５．５２,１３９．５２,20m\n"
                           "4,塚橋,平成31年4月30日,Ⅳ,35.5,139.5,20\n5,元橋,令和元年,ⅲ,35.5,139.5,20\n6,未来橋,令和99年,Ⅰ,35.5,139.5,20\n";
  test::write(dir_ / "utf8.csv", text);
  const auto bytes = test::run("iconv -f UTF-8 -t CP932 " + test::quoted(dir_ / "utf8.csv"));
  if (bytes.empty()) GTEST_SKIP() << "iconv is not here";
  const auto list = read("cp932.csv", bytes);
  ASSERT_TRUE(list) << list.error().text();
  const auto& r = *list->imported.records;
  ASSERT_EQ(r.size(), 6u);
  EXPECT_EQ(r.name(0), "ﾀﾆｻﾞｸﾗ橋");
  EXPECT_EQ(r.name(1), "髙﨑橋");
  EXPECT_EQ(r.name(2), "①番橋㈱");
  std::vector<int> years, grades;
  for (std::uint32_t s = 0; s < 6; ++s) years.push_back(r.year(s)), grades.push_back(static_cast<int>(r.grade(s)));
  EXPECT_THAT(years, ElementsAre(2023, 2023, 2018, 2019, 2019, 0));  // nobody inspected in 2117
  EXPECT_THAT(grades, ElementsAre(3, 2, 1, 4, 3, 1));
  EXPECT_FLOAT_EQ(r.length(0), 12.5f);
  EXPECT_FLOAT_EQ(r.length(1), 1234.5f);
  EXPECT_NEAR(r.lat(2), 35.52, 1e-9);
  EXPECT_NEAR(r.lon(2), 139.52, 1e-9);
}

// As spreadsheets of the old Macintosh write them: CR alone, and LF within a cell.
TEST_F(WalkedLists, LinesThatEndInCrAlone) {
  const std::string text = "橋梁番号,橋梁名,点検年度,判定区分,緯度,経度,備考\r1,甲橋,2023,Ⅲ,35.5,139.5,\"二\n行\"\r2,乙橋,2021,Ⅱ,35.6,139.6,\r3,丙橋,2020,Ⅰ,x,139.7,\r";
  const auto list = read("mac.csv", text);
  ASSERT_TRUE(list) << list.error().text();
  const auto& r = *list->imported.records;
  ASSERT_EQ(r.size(), 3u);
  EXPECT_EQ(r.name(0), "甲橋");
  EXPECT_EQ(r.year(1), 2021);
  EXPECT_EQ(r.grade(2), Grade::I);
  EXPECT_EQ(list->imported.placed, 2u);
  ASSERT_EQ(list->imported.problems.size(), 1u);
  EXPECT_EQ(list->imported.problems[0].line, 4u) << list->imported.problems[0].text();
  // CR within the quotes of a list of CR LF, or astray in one of LF, ends no line.
  const auto other = read("other.csv", "橋梁番号,橋梁名,判定区分,緯度,経度\r\n1,\"甲\r橋\",Ⅲ,35.5,139.5\r\n2,乙\r橋,Ⅱ,35.6,139.6\n");
  ASSERT_TRUE(other) << other.error().text();
  ASSERT_EQ(other->imported.records->size(), 2u);
  EXPECT_EQ(other->imported.records->grade(1), Grade::II);
}

TEST_F(WalkedLists, ATitleHeadingsInSeveralRowsAndATotal) {
  const auto list = read("title.csv", "橋梁点検一覧表,,,,,,\n,基本情報,,位置,,点検,\n橋梁番号,橋梁名,種別,緯度,経度,年度,判定\n,,,,,,\n1,あ橋,橋梁,35.5,139.5,2021,Ⅰ\n\n2,い橋,橋梁,35.6,139.6,2020,Ⅱ\n合計,2橋,,,,,\n");
  ASSERT_TRUE(list) << list.error().text();
  const auto& r = *list->imported.records;
  EXPECT_EQ(list->imported.placed, 2u);
  ASSERT_TRUE(r.find("1") && r.find("2"));
  EXPECT_EQ(r.name(*r.find("2")), "い橋");
  EXPECT_EQ(r.year(*r.find("2")), 2020);
  EXPECT_EQ(r.grade(*r.find("2")), Grade::II);
  EXPECT_FALSE(r.find("合計"));
  EXPECT_THAT(all(list->imported.warnings), HasSubstr("first 3 lines"));
  const auto none = read("none.csv", "a,b\n1,2\n3,4\n");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text(), HasSubstr("no columns of longitude and latitude"));
}

TEST_F(WalkedLists, TheTokyoDatumIsNotTakenForTodays) {
  const auto m = mapping(R"({"crs": "EPSG:4301", "columns": {"id": "id", "lat": "lat", "lon": "lon"}})");
  const auto list = read("tokyo.csv", "id,lat,lon\n1,35.65858,139.74543\n2,35°39'30.9\",139°44'43.5\"\n", m);
  ASSERT_TRUE(list) << list.error().text();
  double lat = 0, lon = 0;
  const auto said = test::run("echo '35.65858 139.74543' | cs2cs -f %.8f EPSG:4301 EPSG:4326");
  ASSERT_EQ(std::sscanf(said.c_str(), "%lf %lf", &lat, &lon), 2) << said;
  EXPECT_GT(std::hypot((lat - 35.65858) * 111'000, (lon - 139.74543) * 90'000), 400);  // m: the datums differ so much
  const auto& r = *list->imported.records;
  EXPECT_NEAR(r.lat(0), lat, 1e-5);  // 1 m
  EXPECT_NEAR(r.lon(0), lon, 1e-5);
  EXPECT_NEAR(r.lat(1), lat, 2e-5);
  EXPECT_NEAR(r.lon(1), lon, 2e-5);
}

TEST_F(WalkedLists, NothingIsPlacedByAnUnknownSystem) {
  const auto list = read("unknown.csv", "id,lat,lon\n1,35.65858,139.74543\n", mapping(R"({"crs": "EPSG:999999", "columns": {"id": "id", "lat": "lat", "lon": "lon"}})"));
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.placed, 0u);
  EXPECT_THAT(all(list->imported.warnings), HasSubstr("EPSG:999999"));
}

TEST_F(WalkedLists, ExchangedAxesAreSaidSo) {
  const auto list = read("swap.csv", "id,緯度,経度,判定区分\n1,139.1,35.1,Ⅱ\n2,139.2,35.2,Ⅱ\n");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.placed, 0u);
  EXPECT_THAT(all(list->imported.warnings), HasSubstr("2 places are on Earth only with longitude and latitude exchanged"));
}

TEST_F(WalkedLists, ARestrictionSaysWhetherOneMayDrive) {
  const auto list = read("access.csv", "施設ID,施設種別,緯度,経度,判定区分,点検年度,通行規制\n1,橋梁,35.5,139.5,Ⅰ,2023,全面通行止め\n2,橋梁,35.5,139.5,Ⅰ,2023,規制なし\n"
                                       "3,橋梁,35.5,139.5,Ⅰ,2023,重量制限14t\n4,橋梁,35.5,139.5,Ⅰ,2023,\n5,橋梁,35.5,139.5,Ⅰ,2023,14t\n");
  ASSERT_TRUE(list) << list.error().text();
  const auto& r = *list->imported.records;
  ASSERT_EQ(r.size(), 5u);
  EXPECT_EQ(r.access(0), Access::closed);
  EXPECT_NE(r.access(1), Access::restricted);
  EXPECT_NE(r.access(1), Access::closed);
  EXPECT_EQ(r.access(2), Access::restricted);
  EXPECT_EQ(r.access(3), Access::unknown);
  EXPECT_EQ(r.access(4), Access::restricted) << "what is no word for it is still a restriction";
}

TEST_F(WalkedLists, NobodyHasInspectedInAYearToCome) {
  const auto list = read("future.csv", "施設ID,施設種別,緯度,経度,判定区分,点検年度\n1,橋梁,35.5,139.5,Ⅲ,2099\n2,橋梁,35.5,139.5,Ⅲ,2023\n");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.records->year(0), 0);
  EXPECT_EQ(list->imported.records->year(1), 2023);
  ASSERT_EQ(list->imported.problems.size(), 1u);
  EXPECT_EQ(list->imported.problems[0].line, 2u);
}

TEST_F(WalkedLists, AZeroByteCostsItsRow) {
  std::string text = "id,lat,lon,grade\n1,35.5,139.5,I\n2,35.5,139_5,II\n";
  text[text.find('_')] = '\0';
  for (int i = 3; i < 9; ++i) text += std::to_string(i) + ",35.5,139.5,III\n";
  const auto list = read("zero.csv", text);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.records->size(), 7u);
  ASSERT_EQ(list->imported.problems.size(), 1u);
  EXPECT_EQ(list->imported.problems[0].line, 3u);
  EXPECT_FALSE(read("utf16.csv", std::string("i\0d\0,\0l\0a\0t\0,\0l\0o\0n\0\n\0", 22)));
}

TEST_F(WalkedLists, TheUsInventoryAsDelimitedTextIs) {
  const auto list = read("nbi.csv",
                         "STRUCTURE_NUMBER_008,FACILITY_CARRIED_007,LAT_016,LONG_017,DECK_COND_058,SUPERSTRUCTURE_COND_059,SUBSTRUCTURE_COND_060,CULVERT_COND_062,DATE_OF_INSPECT_090\n"
                         "A,'POSSUM CREEK, O''BRIEN RD',31061110,087341348,8,8,7,N,0421\nB,'X',32.5,-87.25,N,N,N,2,2023-04-01\n",
                         "us-nbi");
  ASSERT_TRUE(list) << list.error().text();
  const auto& r = *list->imported.records;
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r.name(0), "POSSUM CREEK, O'BRIEN RD");
  EXPECT_EQ(r.year(0), 2021);
  EXPECT_NEAR(r.lat(1), 32.5, 1e-9);
  EXPECT_NEAR(r.lon(1), -87.25, 1e-9);
  EXPECT_EQ(r.year(1), 2023);
  EXPECT_EQ(list->imported.problem_count, 0u);
}

TEST_F(WalkedLists, WithoutAYearSayThatAllCountAsOverdue) {
  const auto lists = read("undated.csv", "id,name,lon,lat,grade,remark\nB1,Ichi,139.1,35.1,III,2024\n");
  ASSERT_TRUE(lists);
  EXPECT_THAT(all(lists->imported.warnings), HasSubstr("no column of inspection years was found: all structures count as overdue; name it with year_column"));
  EXPECT_TRUE(lists->imported.records->overdue(0, 2024));
  for (const char* name : {"last_inspected", "Date Inspected", "inspected on", "点検日"}) {
    const auto dated = read("dated.csv", std::string("id,name,lon,lat,grade,inspected by,") + name + "\nB1,Ichi,139.1,35.1,III,Sato,2024-05-01\n");
    ASSERT_TRUE(dated);
    EXPECT_EQ(dated->imported.records->year(0), 2024) << name;
    EXPECT_THAT(all(dated->imported.warnings), ::testing::Not(HasSubstr("no column"))) << name;
  }
}

TEST(Degrees, AsListsWriteThem) {
  const double value = 35 + 30.0 / 60 + 15.5 / 3600;
  for (const char* text : {"35.5043055556", "35°30'15.5\"", "35°30′15.5″", "３５°３０′１５．５″", "35度30分15.5秒", "北緯35度30分15.5秒", "N35°30'15.5\"", "35-30-15.5", "35.30.15.5", "３５．３０．１５．５"}) {
    double d = 0;
    EXPECT_TRUE(geo::parse_degrees(text, d)) << text;
    EXPECT_NEAR(d, value, 1e-7) << text;
  }
  for (const char* text : {"35-60-15", "35.30.99", "35-30", "35--30", "35.30.15.5.1", "-", "３５．３０．", "1-2-3-4", "nan", "1e400"}) {
    double d = 0;
    EXPECT_FALSE(geo::parse_degrees(text, d)) << text << " " << d;
  }
  double west = 0;
  EXPECT_TRUE(geo::parse_degrees("-87.25", west));
  EXPECT_EQ(west, -87.25);
}

// A road to the north-east through the place, and one far off.
TEST(RoadHeadings, AreThoseOfTheNearestRoad) {
  const double k = 1 / 111'320.0, e = k / std::cos(35 * M_PI / 180);
  const auto at = [&](double x, double y) { return std::pair(139 + x * e, 35 + y * k); };
  const auto piece = [&](double x0, double y0, double x1, double y1) { return RoadPiece{at(x0, y0).first, at(x0, y0).second, at(x1, y1).first, at(x1, y1).second}; };
  const std::vector<RoadPiece> roads{piece(-100, -95, 100, 105), piece(-100, 20, 100, 20), piece(0, 0, 0, 0), {NAN, 35, 139, 35}};
  ASSERT_TRUE(heading_by_road(roads, 139, 35, Kind::bridge));
  EXPECT_NEAR(*heading_by_road(roads, 139, 35, Kind::bridge), 45, 0.1);
  EXPECT_NEAR(*heading_by_road(roads, 139, 35, Kind::footbridge), 135, 0.1);
  EXPECT_NEAR(*heading_by_road(std::span(roads).subspan(1), 139, 35, Kind::bridge), 90, 0.1);
  EXPECT_FALSE(heading_by_road(std::span(roads).subspan(1), 139, 35 - 20 * k, Kind::bridge));  // 40 m
  EXPECT_FALSE(heading_by_road({}, 139, 35, Kind::bridge));
}

}  // namespace
