// A register as of an earlier day, and what is said of lists that are read wrongly; expected values are counted from the rows by hand.
#include "tenbo/inspection/as_of.h"

#include <gmock/gmock.h>

#include <random>

#include "gdal_tools.h"
#include "tenbo/base/file.h"
#include "tenbo/inspection/worst_first.h"
#include "tenbo/runtime/structure_lists.h"

namespace {
using namespace tenbo;
using namespace tenbo::inspection;
using ::testing::HasSubstr;

std::shared_ptr<const Register> three() {
  RegisterBuilder b;
  const Inspection first[] = {{2014, 6, 1, Grade::I, 0}, {2019, 6, 1, Grade::III, 0}, {2024, 6, 1, Grade::II, 0}}, exempt[] = {{2020, 0, 0, Grade::exempt, 0}}, undated[] = {{0, 0, 0, Grade::II, 0}};
  StructureRow row;
  row.id = "a", row.name = "谷桜橋", row.municipality = "甲市", row.length = 12, row.built = 1970, row.lon = 139, row.lat = 35, row.line = 2;
  row.inspections = first;
  b.add(row);
  row.id = "b", row.inspections = exempt;
  b.add(row);
  row.id = "c", row.inspections = undated;
  b.add(row);
  Defect d;
  d.structure = 0, d.year = 2019, d.kind_word = b.intern("ひびわれ"), d.photo = b.intern("a.jpg"), d.grade = 'c';
  b.add(d);
  d.year = 2024, d.month = 6, d.grade = 'd';
  b.add(d);
  return b.finish();
}

TEST(AsOf, OnlyWhatWasSeenUntilTheDayCounts) {
  const auto records = three();
  const AsOf now(records, {2024, 6, 1});
  EXPECT_TRUE(now.is_latest());
  EXPECT_EQ(now.grades().data(), records->grades().data()) << "nothing is later: no copy";
  EXPECT_TRUE(now.stands_at(records, {2031, 1, 1}));
  EXPECT_FALSE(now.stands_at(records, {2024, 5, 31}));

  const AsOf then(records, {2024, 5, 31});
  EXPECT_EQ(then.later(), 1u);
  EXPECT_EQ(then.grade(0), Grade::III);
  EXPECT_EQ(then.year(0), 2019);
  EXPECT_FALSE(then.overdue(0, 2024));
  EXPECT_TRUE(then.overdue(0, 2025));
  EXPECT_EQ(then.year(1), 2020);
  const auto defects = defects_as_of(*records, 0, then.day());
  ASSERT_EQ(defects.size(), 1u);
  EXPECT_EQ(defects[0]->grade, 'c');
  EXPECT_EQ(defects_as_of(*records, 0, {2024, 6, 30})[0]->grade, 'd');
  EXPECT_FALSE(then.stands_at(records, {2024, 6, 1})) << "what is later comes with that day";

  const AsOf before(records, {2013, 12, 31});
  EXPECT_EQ(before.later(), 2u);
  EXPECT_EQ(before.grade(0), Grade::not_inspected);
  EXPECT_EQ(before.year(0), 0);
  EXPECT_TRUE(before.not_yet(0));
  EXPECT_EQ(before.grade(1), Grade::exempt) << "who is exempt was never to be inspected";
  EXPECT_FALSE(before.not_yet(1));
  EXPECT_EQ(before.grade(2), Grade::II) << "without a year it is what counts";
  EXPECT_TRUE(defects_as_of(*records, 0, before.day()).empty());
  EXPECT_EQ(state_as_of(*records, 2, latest_day).grade, Grade::II) << "the card says what the marker says";
}

// Every filter, total, year and place in the list as of a day is that of a register that holds nothing else.
TEST(AsOf, IsWhatARegisterWouldSayThatEndsWithTheDay) {
  std::mt19937 random(3);
  const Day day{2018, 6, 15};
  RegisterBuilder whole, ended;
  for (int i = 0; i < 3000; ++i) {
    const std::string id = "B" + std::to_string(i), town = "town " + std::to_string(random() % 5);
    StructureRow row;
    row.id = id, row.name = id, row.municipality = town, row.kind = random() % 3 ? Kind::bridge : Kind::tunnel;
    row.built = static_cast<std::int16_t>(1950 + random() % 60);
    std::vector<Inspection> all, until;
    for (int year = 2004 + static_cast<int>(random() % 5); year < 2026; year += 5) {
      const bool dated = random() % 2;
      const Inspection one{static_cast<std::int16_t>(year), static_cast<std::uint8_t>(dated ? 1 + random() % 12 : 0), static_cast<std::uint8_t>(dated ? 1 + random() % 28 : 0), static_cast<Grade>(1 + random() % 4), 0};
      if (random() % 6 == 0) continue;
      all.push_back(one);
      if (one.year < day.year || (one.year == day.year && (one.month == 0 || one.month * 100 + one.day <= 615))) until.push_back(one);
    }
    row.inspections = all;
    whole.add(row);
    row.inspections = until;
    ended.add(row);
  }
  const auto records = whole.finish(), expected = ended.finish();
  const AsOf at(records, day);
  ASSERT_GT(at.later(), 1000u);
  const Finder finder(records), of(expected);
  std::vector<Filter> filters(7);
  for (auto& f : filters) f.as_of = day.year;
  filters[1].grades = 1U << 3U | 1U << 4U;
  filters[2].overdue = true;
  filters[3].year_from = 2012, filters[3].year_to = 2016;
  filters[4].grades = 1U, filters[4].kinds = 1U << 1U, filters[4].built_before = 1980;
  filters[5].municipalities = {"town 3"}, filters[5].year_from = 2017;
  filters[6].text = "b12", filters[6].grades = 1U << 1U | 1U << 2U;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const auto found = select(finder, filters[i], at), wanted = of.select(filters[i]);
    EXPECT_EQ(found.words(), wanted.words()) << i;
    EXPECT_GT(found.count(), 0u) << i;
    EXPECT_EQ(worst_first(at, &found, day.year, 100), worst_first(*expected, &wanted, day.year, 100)) << i;
    for (const auto by : {By::municipality, By::grade, By::kind}) {
      const auto got = totals(at, &found, by, day.year), want = totals(*expected, &wanted, by, day.year);
      ASSERT_EQ(got.rows.size(), want.rows.size()) << i;
      EXPECT_EQ(got.all.overdue, want.all.overdue) << i;
      for (std::size_t k = 0; k < got.rows.size(); ++k) EXPECT_EQ(got.rows[k].count.grades, want.rows[k].count.grades) << i << " " << got.rows[k].key;
    }
    const auto years = grades_by_year(at, &found), wanted_years = grades_by_year(*expected, &wanted);
    ASSERT_EQ(years.size(), wanted_years.size()) << i;
    for (std::size_t k = 0; k < years.size(); ++k) EXPECT_EQ(years[k].grades, wanted_years[k].grades) << i << " " << years[k].year;
  }
}

class WrongLists : public ::testing::Test {
 protected:
  std::filesystem::path dir_ = test::scratch("inspection_wrong");
  Result<runtime::StructureLists> read(const std::string& text, const std::string& mapping, const std::string& encoding = {}) {
    test::write(dir_ / "list.csv", text);
    runtime::StructureList l;
    l.path = (dir_ / "list.csv").string(), l.mapping = mapping, l.encoding = encoding;
    return runtime::read_structure_lists({l}, std::filesystem::path(TENBO_SOURCE_DIR) / "assets", {});
  }
};

TEST_F(WrongLists, ThePlaceThatIsNoneIsNamedWithItsColumnAndLine) {
  // 40 30' 30.00" N, 74 15' 15.00" W; then a longitude, a latitude and both that are none
  const auto list = read("STRUCTURE_NUMBER_008,LAT_016,LONG_017\nA,40303000,074151500\nB,40303000,07x151500\nC,40993000,074151500\nD,0,0\n", "us-nbi");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.placed, 1u);
  std::vector<std::string> said;
  for (const auto& p : list->imported.problems)
    if (p.what.find("no place") != std::string::npos) said.push_back(p.text());
  ASSERT_EQ(said.size(), 3u);
  EXPECT_THAT(said[0], ::testing::AllOf(HasSubstr("line 3"), HasSubstr("07x151500"), HasSubstr("LONG_017")));
  EXPECT_THAT(said[1], ::testing::AllOf(HasSubstr("line 4"), HasSubstr("40993000"), HasSubstr("LAT_016")));
  EXPECT_THAT(said[2], HasSubstr("line 5"));
}

TEST_F(WrongLists, AnEncodingThatIsNoneIsRefused) {
  const auto list = read("id,lon,lat\n1,139,35\n", "", "klingon");
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().text(), ::testing::AllOf(HasSubstr("\"klingon\" is no encoding"), HasSubstr("CP932")));
  for (const char* known : {"UTF-8", "shift_jis", "EUC-JP", "cp1252"}) EXPECT_TRUE(read("id,lon,lat\n1,139,35\n", "", known)) << known;
}

TEST_F(WrongLists, WhatIsTwiceIsSaidWhereNoMappingTellsWhatItIs) {
  const auto list = read("id,lon,lat,判定区分,判定区分\n1,139,35,Ⅱ,Ⅲ\n2,139.1,35,Ⅱ,Ⅲ\n1,139.2,35,Ⅲ,Ⅲ\n1,139.3,35,Ⅲ,Ⅲ\n", "");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.records->size(), 4u);
  EXPECT_EQ(list->imported.records->grade(0), Grade::II);
  EXPECT_THAT(list->imported.warnings, ::testing::Contains(::testing::AllOf(HasSubstr("2 rows have an id that an earlier row has"), HasSubstr("lines 2 and 4"))));
  EXPECT_THAT(list->imported.warnings, ::testing::Contains(::testing::AllOf(HasSubstr("several columns are headed"), HasSubstr("判定区分"))));
}

TEST_F(WrongLists, WhatIsNoObjectInAListOfObjectsCostsItself) {
  test::write(dir_ / "list.json", "[{\"id\": \"1\", \"lat\": 35, \"lon\": 139, \"判定区分\": \"Ⅱ\"},\n5,\n{\"id\": \"2\", \"lat\": 35, \"lon\": 139.1, \"判定区分\": 3}]");
  runtime::StructureList l;
  l.path = (dir_ / "list.json").string();
  const auto list = runtime::read_structure_lists({l}, std::filesystem::path(TENBO_SOURCE_DIR) / "assets", {});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.records->size(), 2u);
  ASSERT_EQ(list->imported.problems.size(), 1u);
  EXPECT_EQ(list->imported.problems[0].text(), "line 2: is no object: the row is left out");
  test::write(dir_ / "list.json", "[1, 2, {\"id\": 1}, 3]");
  EXPECT_FALSE(runtime::read_structure_lists({l}, std::filesystem::path(TENBO_SOURCE_DIR) / "assets", {}));
}

TEST_F(WrongLists, AGigabyteOfNothingIsRefusedByItsBeginning) {
  test::write(dir_ / "list.csv", "id,lon,lat\n1,139,35\n");
  std::filesystem::resize_file(dir_ / "list.csv", std::uintmax_t{1} << 30);  // sparse
  runtime::StructureList l;
  l.path = (dir_ / "list.csv").string();
  const auto before = peak_memory_bytes();
  const auto list = runtime::read_structure_lists({l}, std::filesystem::path(TENBO_SOURCE_DIR) / "assets", {});
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().text(), HasSubstr("zero bytes"));
  EXPECT_LT(peak_memory_bytes() - before, std::uint64_t{256} << 20);
}

TEST_F(WrongLists, SourcesInTwoLanguagesStayTwoHalves) {
  const auto list = read("id,lon,lat,判定区分,出典\n1,139,35,Ⅱ,甲市台帳 / City A ledger\n2,139,35,Ⅱ,乙市台帳 / City B ledger\n", "");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->imported.source, "乙市台帳, 甲市台帳 / City B ledger, City A ledger");  // by their bytes
  const auto mixed = read("id,lon,lat,判定区分,出典\n1,139,35,Ⅱ,甲市 / City A\n2,139,35,Ⅱ,国\n", "");
  ASSERT_TRUE(mixed);
  EXPECT_EQ(mixed->imported.source, "国, 甲市 / City A");
}
}  // namespace
