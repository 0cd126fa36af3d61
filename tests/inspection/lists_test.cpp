// Lists as people keep them, hostile ones too: what is read, and what is listed as wrong with its line. Expected values are written
// out here by hand from the text of each list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gdal_tools.h"
#include "tenbo/inspection/filter.h"
#include "tenbo/inspection/totals.h"
#include "tenbo/io/list.h"
#include "tenbo/runtime/structure_lists.h"

namespace {
using namespace tenbo;
using namespace tenbo::inspection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::vector<std::string>> rows_of(io::List& list, std::vector<std::uint64_t>* lines = nullptr) {
  std::vector<std::vector<std::string>> out;
  io::ListRow row{};
  while (list.next(row)) {
    out.emplace_back(row.cells.begin(), row.cells.end());
    if (lines) lines->push_back(row.line);
  }
  return out;
}

TEST(CsvList, QuotesLineBreaksAndLines) {
  auto list = io::read_csv_list("\xEF\xBB\xBF" "a,\"b\nb\",c\r\n1,\"x, \"\"y\"\"\r\nz\",3\r\n\r\n4,5\r\n", "t.csv", {});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT((*list)->columns(), ElementsAre("a", "b b", "c"));
  std::vector<std::uint64_t> lines;
  const auto rows = rows_of(**list, &lines);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], ElementsAre("1", "x, \"y\"\r\nz", "3"));
  EXPECT_THAT(rows[1], ElementsAre("4", "5", ""));
  EXPECT_THAT(lines, ElementsAre(3, 6));
}

TEST(CsvList, DelimitersEncodingsAndHeaderRows) {
  auto tab = io::read_csv_list("a\tb\n1,5\t2\n", "t.csv", {});
  ASSERT_TRUE(tab);
  EXPECT_THAT(rows_of(**tab)[0], ElementsAre("1,5", "2"));
  // 橋梁名 / 谷桜橋 in CP932
  auto sjis = io::read_csv_list("ID,\x8b\xb4\x97\xc0\x96\xbc\n1,\x92\x4a\x8d\xf7\x8b\xb4\n", "t.csv", {});
  ASSERT_TRUE(sjis);
  EXPECT_EQ((*sjis)->encoding(), "CP932");
  EXPECT_THAT((*sjis)->columns(), ElementsAre("ID", "橋梁名"));
  EXPECT_THAT(rows_of(**sjis)[0], ElementsAre("1", "谷桜橋"));
  io::ListOptions two;
  two.header_rows = 2;
  auto heads = io::read_csv_list(",place,\nid,,c\n1,2,3\n", "t.csv", two);
  ASSERT_TRUE(heads);
  EXPECT_THAT((*heads)->columns(), ElementsAre("id", "place", "c"));
}

TEST(CsvList, HostileText) {
  EXPECT_FALSE(io::read_csv_list("", "t.csv", {}));
  EXPECT_FALSE(io::read_csv_list(std::string("a,b\n1,\0", 7), "t.csv", {}));
  EXPECT_FALSE(io::read_csv_list("\xFF\xFE" "a", "t.csv", {}));
  auto list = io::read_csv_list("a,b\n1,\"never\n2,3\n4,5,6\n" + std::string("7,8\n"), "t.csv", {});
  ASSERT_TRUE(list);
  std::vector<std::uint64_t> refused;
  (*list)->refused = [&](std::uint64_t line, const std::string&) { refused.push_back(line); };
  const auto rows = rows_of(**list);
  EXPECT_THAT(refused, ElementsAre(2, 4));
  EXPECT_EQ(rows.size(), 2U);
  auto huge = io::read_csv_list("a\n" + std::string(2u << 20, 'x') + "\ny\n", "t.csv", {});
  ASSERT_TRUE(huge);
  EXPECT_EQ(rows_of(**huge).size(), 1U);
}

TEST(JsonList, NestedMembersAndLines) {
  auto read = io::read_json_list("{\"data\": {\"n\": 1, \"items\": [\n{\"a\": {\"b\": 1.5}, \"h\": [1, 2], \"t\": \"\\u6a4b\"},\n{\"a\": null, \"t\": NaN}]}}", "t.json", {});
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_THAT(read->list->columns(), ElementsAre("a.b", "h", "t", "a"));
  std::vector<std::uint64_t> lines;
  const auto rows = rows_of(*read->list, &lines);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], ElementsAre("1.5", "[1, 2]", "橋", ""));
  EXPECT_THAT(rows[1], ElementsAre("", "", "", ""));
  EXPECT_THAT(lines, ElementsAre(2, 3));
}

TEST(JsonList, HostileText) {
  for (const std::string text : {"", "[", "{\"a\": [1, 2]}", "[{\"a\": 1}", "[{\"a\" 1}]", "[{\"a\": \"\n\"}]", "[{\"a\": 1e}]", "nul"}) EXPECT_FALSE(io::read_json_list(text, "t.json", {})) << text;
  EXPECT_FALSE(io::read_json_list(std::string(200'000, '['), "t.json", {}));
  const auto cut = io::read_json_list("[\n{\"a\": 1},\n{\"a\": ", "t.json", {});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().place, "line 3");
}

class Lists : public ::testing::Test {
 protected:
  std::filesystem::path dir_ = test::scratch("inspection_lists");
  std::filesystem::path assets_ = std::filesystem::path(TENBO_SOURCE_DIR) / "assets";
  Result<runtime::StructureLists> read(const std::string& name, const std::string& text, const std::string& mapping) {
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
};

TEST_F(Lists, AWrongRowCostsItselfAndIsListedWithItsLine) {
  const auto m = mapping(R"({"columns": {"id": "ID", "lat": "緯度", "lon": "経度", "grade": "判定", "year": "年度"}})");
  const auto read = this->read("wrong.csv",
                               "ID,緯度,経度,判定,年度\n"
                               "a,35,139,Ⅰ,2020\n"
                               "b,95,139,Ⅱ,2020\n"     // 3: not on Earth
                               "c,35,139,banana,2020\n"  // 4: no grade
                               "d,35,139,Ⅲ,99\n"        // 5: no year
                               "a,35,139,Ⅳ,2021\n"      // 6: twice
                               "e,35,139,Ⅳ,2021,7\n"    // 7: too many fields
                               "f,nan,139,Ⅳ,2021\n"     // 8: no number
                               "g,35,139,Ⅳ,令和5年度\n",
                               m);
  ASSERT_TRUE(read) << read.error().text();
  const auto& in = read->imported;
  const auto& r = *in.records;
  std::vector<std::uint64_t> lines;
  for (const auto& p : in.problems) lines.push_back(p.line);
  EXPECT_THAT(lines, ElementsAre(3, 4, 5, 6, 7, 8));
  EXPECT_EQ(in.left_out, 2U);
  EXPECT_EQ(r.size(), 6U);
  EXPECT_EQ(in.placed, 4U);
  EXPECT_EQ(r.grade(*r.find("a")), Grade::I);
  EXPECT_EQ(r.grade(*r.find("c")), Grade::not_inspected);
  EXPECT_EQ(r.year(*r.find("d")), 0);
  EXPECT_TRUE(std::isnan(r.lon(*r.find("b"))));
  EXPECT_EQ(r.year(*r.find("g")), 2023);
  EXPECT_EQ(r.line(*r.find("g")), 9U);
}

TEST_F(Lists, HistoryAndDefectsOfOtherLists) {
  test::write(dir_ / "bridges.csv", "施設ID,施設名,緯度,経度,点検年度,判定区分\nB1,一番橋,35,139,2024,Ⅲ\nB2,二番橋,35,139.1,,\nB3,三番橋,,,2020,Ⅰ\n");
  test::write(dir_ / "history.csv", "施設ID,点検年度,判定区分\nB1,2014,Ⅰ\nB1,2019,Ⅱ\nB2,2018,Ⅱ\nB9,2018,Ⅰ\n");
  test::write(dir_ / "defects.csv", "施設ID,部材,損傷の種類,損傷程度,対策区分,径間,写真,点検年度\nB1,主桁,ひびわれ,d,C1,2,p/1.jpg,2024\nB9,床版,漏水,c,B,1,,2024\nB1,床版,剥離・鉄筋露出,x,C2,1,,2019\nB3,橋台,沈下,b,B,,,2020\n");
  runtime::StructureList bridges, history, defects;
  bridges.path = (dir_ / "bridges.csv").string();
  history.path = (dir_ / "history.csv").string();
  history.mapping = "history";
  defects.path = (dir_ / "defects.csv").string();
  defects.mapping = "defects";
  const auto read = runtime::read_structure_lists({bridges, history, defects}, assets_, {});
  ASSERT_TRUE(read) << read.error().text();
  const auto& r = *read->imported.records;
  ASSERT_EQ(r.size(), 3U);  // B3 has no place, and a defect all the same
  EXPECT_EQ(read->imported.placed, 2U);
  EXPECT_EQ(r.defects(2).size(), 1U);
  ASSERT_EQ(r.inspections(0).size(), 3U);
  EXPECT_EQ(r.inspections(0)[0].grade, Grade::I);
  EXPECT_EQ(r.inspections(0)[2].year, 2024);
  EXPECT_EQ(r.grade(1), Grade::II);
  EXPECT_EQ(r.year(1), 2018);
  ASSERT_EQ(r.defects(0).size(), 2U);
  EXPECT_EQ(r.defects(0)[1].grade, 'd');
  EXPECT_EQ(r.defects(0)[1].member, Member::main_girder);
  EXPECT_EQ(r.defects(0)[1].span, 2);
  EXPECT_EQ(r.word(r.defects(0)[1].photo), "p/1.jpg");
  EXPECT_EQ(read->imported.left_out, 1U);  // the defect of B9
}

TEST_F(Lists, PlaneCoordinatesGoThroughProj) {
  // cs2cs EPSG:6677 EPSG:4326: easting -5992.6 m, northing -35367.4 m of zone 9 is near 35.6812 N 139.7671 E (Tokyo Station)
  const auto m = mapping(R"({"crs": "EPSG:6677", "columns": {"id": "id", "lon": "E", "lat": "N"}})");
  const auto read = this->read("plane.csv", "id,E,N\n1,-5992.6,-35367.4\n", m);
  ASSERT_TRUE(read) << read.error().text();
  const auto said = test::run("echo '-35367.4 -5992.6' | cs2cs -f %.8f EPSG:6677 EPSG:4326");
  double lat = 0, lon = 0;
  ASSERT_EQ(std::sscanf(said.c_str(), "%lf %lf", &lat, &lon), 2) << said;
  EXPECT_NEAR(read->imported.records->lat(0), lat, 1e-5);  // 1 m
  EXPECT_NEAR(read->imported.records->lon(0), lon, 1e-5);
}

TEST_F(Lists, TheUsInventorysOwnFormats) {
  const auto read = this->read("nbi.csv",
                               "STRUCTURE_NUMBER_008,LAT_016,LONG_017,DECK_COND_058,SUPERSTRUCTURE_COND_059,SUBSTRUCTURE_COND_060,CULVERT_COND_062,DATE_OF_INSPECT_090,OPEN_CLOSED_POSTED_041,YEAR_BUILT_027\n"
                               "A,40303000,075153000,7,5,9,N,0322,P,1965\nB,00000000,000000000,N,N,N,2,1119,K,2001\n",
                               "us-nbi");
  ASSERT_TRUE(read) << read.error().text();
  const auto& r = *read->imported.records;
  ASSERT_EQ(r.size(), 2U);
  EXPECT_NEAR(r.lat(0), 40 + 30.0 / 60 + 30.0 / 3600, 1e-9);
  EXPECT_NEAR(r.lon(0), -(75 + 15.0 / 60 + 30.0 / 3600), 1e-9);
  EXPECT_EQ(r.grade(0), Grade::II);
  EXPECT_EQ(r.year(0), 2022);
  EXPECT_EQ(r.access(0), Access::restricted);
  EXPECT_EQ(r.grade(1), Grade::IV);
  EXPECT_EQ(r.access(1), Access::closed);
  EXPECT_TRUE(std::isnan(r.lon(1)));
}

TEST(Mappings, ErrorsNameTheirPlace) {
  const auto error = [](const std::string& json) {
    const auto m = Mapping::parse(json, "m.json");
    return m ? std::string("fine") : m.error().text();
  };
  EXPECT_EQ(error(R"({"columns": {"id": "a"}})"), "fine");
  EXPECT_THAT(error(R"({"colums": {}})"), HasSubstr("did you mean \"columns\""));
  EXPECT_THAT(error(R"({"columns": {"id": 3}})"), HasSubstr("$.columns.id"));
  EXPECT_THAT(error(R"({"columns": {}, "score_grades": [{"from": 1, "grade": "V"}]})"), HasSubstr("$.score_grades[0].grade"));
  EXPECT_THAT(error(R"({"columns": {}, "rows": "defects"})"), HasSubstr("structure"));
  EXPECT_THAT(error("[1"), HasSubstr("not JSON"));
  EXPECT_THAT(error(std::string(100'000, '[')), HasSubstr("m.json"));
}

TEST(Mappings, ShippedOnesKeepTheirSchema) {
  int status = 0;
  const auto said = test::run("cd " TENBO_SOURCE_DIR "/assets && python3 -c \"\nimport json, glob, jsonschema\n"
                              "v = jsonschema.Draft7Validator(json.load(open('schema/inspection-mapping.schema.json')))\n"
                              "print(sum(len(list(v.iter_errors(json.load(open(f))))) for f in glob.glob('mappings/*.json')))\"", &status);
  if (status != 0) GTEST_SKIP() << "python3-jsonschema is not here";
  EXPECT_EQ(said, "0\n");
  for (const auto& e : std::filesystem::directory_iterator(std::filesystem::path(TENBO_SOURCE_DIR) / "assets/mappings")) EXPECT_TRUE(Mapping::read(e.path())) << e.path();
}

TEST(Filters, EachAndTogether) {
  RegisterBuilder b;
  for (int i = 0; i < 200; ++i) {
    const std::array<Inspection, 1> one{{{static_cast<std::int16_t>(2010 + i % 10), 0, 0, static_cast<Grade>(i % 6), 0}}};
    const std::string id = "B" + std::to_string(i), town = i % 3 ? "町" : "";
    StructureRow row;
    row.id = id;
    row.name = i == 77 ? "Old Bridge" : "x";
    row.municipality = town;
    row.kind = i % 2 ? Kind::bridge : Kind::tunnel;
    row.built = static_cast<std::int16_t>(i < 100 ? 1950 : 0);
    row.inspections = one;
    b.add(row);
  }
  const Finder f(b.finish());
  const auto count = [&](auto&& set) {
    Filter filter;
    set(filter);
    return f.select(filter).count();
  };
  EXPECT_EQ(count([](Filter&) {}), 200U);
  EXPECT_EQ(count([](Filter& x) { x.grades = 1U << 4U; }), 33U);  // 4, 10, ... 196
  EXPECT_EQ(count([](Filter& x) { x.kinds = 1U << static_cast<unsigned>(Kind::bridge); }), 100U);
  EXPECT_EQ(count([](Filter& x) { x.municipalities = {"町"}; }), 133U);
  EXPECT_EQ(count([](Filter& x) { x.municipalities = {""}; }), 67U);
  EXPECT_EQ(count([](Filter& x) { x.year_from = 2018; }), 40U);
  EXPECT_EQ(count([](Filter& x) { x.built_before = 1960; }), 100U);
  EXPECT_EQ(count([](Filter& x) { x.text = "old b"; }), 1U);
  EXPECT_EQ(count([](Filter& x) { x.text = "b19"; }), 11U);  // B19, B190 to B199
  EXPECT_EQ(count([](Filter& x) { x.built_before = 1960, x.kinds = 1U << static_cast<unsigned>(Kind::bridge); }), 50U);
  // overdue in 2020: years 2010 to 2014, but for the exempt (i % 6 == 5)
  std::uint32_t expected = 0;
  for (int i = 0; i < 200; ++i) expected += i % 10 < 5 && i % 6 != 5;
  EXPECT_EQ(count([](Filter& x) { x.overdue = true, x.as_of = 2020; }), expected);
  const auto t = totals(f.records(), nullptr, By::municipality, 2020);
  ASSERT_EQ(t.rows.size(), 2U);
  EXPECT_EQ(t.rows[0].count.total(), 133U);
  EXPECT_TRUE(t.rows[1].unknown);
  EXPECT_EQ(t.all.overdue, expected);
}

TEST(Years, GradesThatStoodAtTheEndOfEach) {
  RegisterBuilder b;
  StructureRow row;
  const std::array<Inspection, 2> first{{{2014, 0, 0, Grade::I, 0}, {2016, 0, 0, Grade::III, 0}}};
  row.inspections = first;
  b.add(row);
  const std::array<Inspection, 1> second{{{2015, 0, 0, Grade::II, 0}}};
  row.inspections = second;
  b.add(row);
  const auto years = grades_by_year(*b.finish(), nullptr);
  ASSERT_EQ(years.size(), 3U);
  EXPECT_THAT(years[0].grades, ElementsAre(1, 1, 0, 0, 0, 0));
  EXPECT_THAT(years[1].grades, ElementsAre(0, 1, 1, 0, 0, 0));
  EXPECT_THAT(years[2].grades, ElementsAre(0, 0, 1, 1, 0, 0));
}
}  // namespace
