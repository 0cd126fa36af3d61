// The panel of structures at the desk: its figures against SQL over the same list, filters that the markers follow, and the list that flies.
#include <gmock/gmock.h>

#include <random>

#include "gdal_tools.h"
#include "panel_desk.h"
#include "tenbo/inspection/worst_first.h"
#include "tenbo/runtime/structure_lists.h"

namespace tenbo::shell {
namespace {

using inspection::Filter;
using inspection::Grade;
using testing::Contains;

constexpr const char* head = "施設ID,施設区分,施設名,架設年度,市区町村,緯度,経度,点検年度,判定区分,前回点検年度,前回判定区分\n";

struct StructuresPanel : test::PanelDesk {
  StructuresPanel() : PanelDesk("structures") {}
  std::filesystem::path file;

  // A list as road managers publish it, of `count` rows.
  void give(int count) {
    std::mt19937 random(7);
    static constexpr const char *kinds[] = {"橋梁", "橋梁", "橋梁", "トンネル", "大型カルバート", "横断歩道橋"}, *grades[] = {"Ⅰ", "Ⅰ", "Ⅰ", "Ⅱ", "Ⅱ", "Ⅱ", "Ⅲ", "Ⅲ", "Ⅳ", "", "対象外"},
                          *towns[] = {"河口市", "河口市", "河口市", "新町", "𠮷野村", "千鳥市", ""};
    std::string text = head;
    for (int i = 0; i < count; ++i) {
      const auto grade = random() % 11;
      char line[256];
      std::snprintf(line, sizeof line, "B-%05d,%s,第%d号橋,%s,%s,%.6f,%.6f,%s,%s,%s,%s\n", i, kinds[random() % 6], i, random() % 9 ? std::to_string(1930 + random() % 90).c_str() : "", towns[random() % 7],
                    35.6 + 1e-7 * static_cast<double>(random() % 2'000'000), 139.7 + 1e-7 * static_cast<double>(random() % 2'000'000), grade == 9 ? "" : std::to_string(2016 + random() % 9).c_str(), grades[grade],
                    grade == 9 ? "" : std::to_string(2011 + random() % 5).c_str(), grade == 9 ? "" : grades[random() % 9]);
      text += line;
    }
    file = test::scratch("structures_panel") / "list.csv";
    test::write(file, text);
    runtime::StructureList list;
    list.path = file.string();
    auto read = runtime::read_structure_lists({list}, std::filesystem::path(TENBO_SOURCE_DIR) / "assets", {});
    ASSERT_TRUE(read) << read.error().text();
    engine.structures_for_test(read->imported.records);
  }
  void open() {
    key(GLFW_KEY_F6);
    settle();
    ASSERT_TRUE(desk->state().structures.answer);
  }
  StructuresTool& tool() { return desk->state().structures; }
  const StructuresAnswer& answer() { return *tool().answer; }
  std::uint32_t sql_count(const std::string& where) { return static_cast<std::uint32_t>(std::stoul(test::sql(file, "SELECT COUNT(*) FROM list WHERE " + where)[0][0])); }
};

// The time of the fake engine is in 2026: overdue is what was inspected in 2020 or before, or never, and is not exempt.
constexpr const char* overdue = "判定区分 <> '対象外' AND (点検年度 = '' OR CAST(点検年度 AS INTEGER) < 2021)";

TEST_F(StructuresPanel, CountsWhatSqlCounts) {
  give(3000);
  open();
  EXPECT_EQ(tool().day.year, 2026);
  EXPECT_FALSE(tool().as_of_today);
  EXPECT_FALSE(engine.shown) << "no filter: all markers";
  const std::pair<Grade, const char*> grades[] = {{Grade::I, "Ⅰ"}, {Grade::II, "Ⅱ"}, {Grade::III, "Ⅲ"}, {Grade::IV, "Ⅳ"}, {Grade::not_inspected, ""}, {Grade::exempt, "対象外"}};
  const auto equal = [&](const inspection::Count& count, const std::string& where) {
    for (const auto& [g, text] : grades) EXPECT_EQ(count.grades[static_cast<std::size_t>(g)], sql_count(where + " AND 判定区分 = '" + text + "'")) << where << " " << text;
    EXPECT_EQ(count.overdue, sql_count(where + " AND " + overdue)) << where;
  };
  equal(answer().totals[0].all, "1=1");
  for (const auto& row : answer().totals[0].rows) equal(row.count, "市区町村 = '" + row.key + "'");
  EXPECT_EQ(answer().totals[0].rows.size(), 5u);
  const std::pair<const char*, const char*> kinds[] = {{"bridge", "橋梁"}, {"tunnel", "トンネル"}, {"culvert", "大型カルバート"}, {"footbridge", "横断歩道橋"}};
  ASSERT_EQ(answer().totals[1].rows.size(), 4u);
  for (const auto& row : answer().totals[1].rows)
    for (const auto& [key, text] : kinds)
      if (row.key == key) equal(row.count, std::string("施設区分 = '") + text + "'");
  std::uint32_t without = 0;
  for (const auto& row : answer().totals[2].rows) {
    equal(row.count, row.unknown ? "架設年度 = ''" : "架設年度 LIKE '" + row.key.substr(0, 3) + "_'");
    if (row.unknown) without = row.count.total();
  }
  EXPECT_GT(without, 0u) << "what nobody wrote is counted apart";
}

TEST_F(StructuresPanel, SharesOverTheYearsAreWhatSqlFinds) {
  give(800);
  open();
  ASSERT_FALSE(answer().years.empty());
  for (const auto& y : answer().years) {
    // The last inspection by the end of the year: the list's own, else the one before it.
    const std::string year = std::to_string(y.year), known = "(点検年度 <> '' AND CAST(点検年度 AS INTEGER) <= " + year + ")", before = "(NOT " + known + " AND CAST(前回点検年度 AS INTEGER) <= " + year + ")";
    EXPECT_EQ(y.grades[3], sql_count("(" + known + " AND 判定区分 = 'Ⅲ') OR (" + before + " AND 前回判定区分 = 'Ⅲ')")) << year;
    EXPECT_EQ(y.grades[4], sql_count("(" + known + " AND 判定区分 = 'Ⅳ') OR (" + before + " AND 前回判定区分 = 'Ⅳ')")) << year;
  }
}

TEST_F(StructuresPanel, FiltersAreFollowedByMarkersAndTotals) {
  give(3000);
  open();
  const auto ask = [&](const Filter& f, const std::string& where) {
    tool().filter = f;
    settle();
    const auto expected = sql_count(where);
    EXPECT_EQ(answer().totals[0].all.total(), expected) << where;
    ASSERT_TRUE(engine.shown) << where;
    EXPECT_EQ(engine.shown->count(), expected) << where;
    EXPECT_GT(expected, 0u) << where;
    EXPECT_LT(expected, 3000u) << where;
  };
  Filter f;
  f.grades = 1U << 3U | 1U << 4U;
  ask(f, "判定区分 IN ('Ⅲ', 'Ⅳ')");
  f.overdue = true;
  ask(f, "判定区分 IN ('Ⅲ', 'Ⅳ') AND CAST(点検年度 AS INTEGER) < 2021");
  f = {};
  f.kinds = 1U << static_cast<unsigned>(inspection::Kind::tunnel);
  f.built_before = 1970;
  ask(f, "施設区分 = 'トンネル' AND 架設年度 <> '' AND CAST(架設年度 AS INTEGER) < 1970");
  f = {};
  f.municipalities = {"𠮷野村"};
  ask(f, "市区町村 = '𠮷野村'");
  f = {};
  f.text = "b-0012";
  ask(f, "施設ID LIKE 'B-0012%'");
  f.text = "nothing of the kind";
  tool().filter = f;
  settle();
  EXPECT_EQ(engine.shown->count(), 0u);
  EXPECT_TRUE(answer().list.empty());
  key(GLFW_KEY_F6);
  EXPECT_FALSE(desk->state().shows(Panel::structures));
  EXPECT_FALSE(engine.shown) << "nobody looks: all markers are back";
}

TEST_F(StructuresPanel, TheListIsWorstFirstAndFlies) {
  give(3000);
  open();
  const auto& r = *answer().question.records;
  ASSERT_EQ(answer().list.size(), StructuresAnswer::most_listed);
  for (std::size_t i = 1; i < answer().list.size(); ++i) {
    const auto a = answer().list[i - 1], b = answer().list[i];
    EXPECT_GE(inspection::rank_of(r.grade(a), inspection::late(r, a, 2026)), inspection::rank_of(r.grade(b), inspection::late(r, b, 2026)));
  }
  // All of grade IV stand before any other, the longest overdue first.
  const auto fourth = sql_count("判定区分 = 'Ⅳ'");
  for (std::uint32_t i = 0; i < fourth; ++i) EXPECT_EQ(r.grade(answer().list[i]), Grade::IV);
  EXPECT_EQ(std::to_string(r.year(answer().list[0])), test::sql(file, "SELECT MIN(点検年度) FROM list WHERE 判定区分 = 'Ⅳ'")[0][0]);
  tool().go_to = answer().list[0];
  frames(3);
  EXPECT_THAT(engine.calls, Contains("fly"));
  EXPECT_THAT(engine.calls, Contains("select bridges " + std::string(r.id(answer().list[0]))));
}

// In the spring of 2018 the round of a later fiscal year is not known; where the round before it is not either, nothing is.
TEST_F(StructuresPanel, ATimeThatIsPastKnowsNoLaterInspection) {
  give(3000);
  engine.time_for_test().now = *geo::parse_instant("2018-05-01T09:00:00+09:00");
  open();
  const std::string known = "(点検年度 <> '' AND CAST(点検年度 AS INTEGER) <= 2018)", before = "(点検年度 <> '' AND CAST(点検年度 AS INTEGER) > 2018)";
  const auto by_then = [&](const std::string& grade) { return sql_count("(" + known + " AND 判定区分 = '" + grade + "') OR (" + before + " AND 前回判定区分 = '" + grade + "')"); };
  const auto& all = answer().totals[0].all;
  EXPECT_EQ(answer().known->later(), sql_count(before));
  EXPECT_EQ(all.grades[3], by_then("Ⅲ"));
  EXPECT_EQ(all.grades[1], by_then("Ⅰ"));
  EXPECT_EQ(answer().years.back().year, 2018);
  // Every earlier round was in 2011 to 2015; over five years before 2018 is 2012 and earlier.
  const auto late = sql_count(before + " AND 前回判定区分 <> '対象外' AND CAST(前回点検年度 AS INTEGER) < 2013");
  const auto never = sql_count("点検年度 = ''");
  EXPECT_EQ(all.overdue, late + never);
  tool().filter.grades = 1U << 3U;
  settle();
  ASSERT_TRUE(engine.shown);
  EXPECT_EQ(engine.shown->count(), by_then("Ⅲ"));
  const auto& r = *answer().question.records;
  EXPECT_TRUE(std::any_of(answer().list.begin(), answer().list.end(), [&](std::uint32_t s) { return r.grade(s) != Grade::III; })) << "some are III no more";
  for (const auto s : answer().list) EXPECT_EQ(answer().known->grade(s), Grade::III);
  // A day later is another day, and the same answer.
  engine.time_for_test().now = *geo::parse_instant("2031-05-01T09:00:00+09:00");
  settle();
  const auto* latest = &answer();
  EXPECT_EQ(answer().known->later(), 0u);
  engine.time_for_test().now = *geo::parse_instant("2031-05-02T09:00:00+09:00");
  settle();
  EXPECT_EQ(&answer(), latest) << "counted again though nothing differs";
  EXPECT_EQ(tool().day, (inspection::Day{2031, 5, 2}));
}

TEST_F(StructuresPanel, AnotherListOrNoneIsSaid) {
  key(GLFW_KEY_F6);
  settle();
  EXPECT_FALSE(tool().answer) << "the scene has no structures";
  EXPECT_FALSE(last.overlay.commands.empty());
  give(40);
  settle();
  ASSERT_TRUE(tool().answer);
  EXPECT_EQ(answer().totals[0].all.total(), 40u);
  give(50);  // the file was replaced
  settle();
  EXPECT_EQ(answer().totals[0].all.total(), 50u);
  engine.time_for_test().now.reset();
  settle();
  EXPECT_TRUE(tool().as_of_today);
}

struct Shot {
  const char* name;
  glm::uvec2 size;
  bool japanese, night;
  StructuresTab tab;
  std::size_t by;
  bool filtered;
};
class StructuresPictures : public StructuresPanel, public testing::WithParamInterface<Shot> {};

TEST_P(StructuresPictures, AreDrawnForSomebodyToLookAt) {
  const Shot& shot = GetParam();
  size = shot.size;
  engine.set_language(shot.japanese ? runtime::Language::ja : runtime::Language::en);
  desk->state().night = shot.night;
  give(48'000);
  open();
  tool().tab = shot.tab;
  tool().by = shot.by;
  if (shot.filtered) tool().filter.grades = 1U << 3U | 1U << 4U, tool().filter.municipalities = {"河口市"}, tool().filter.overdue = true;
  settle();
  draw(std::string("structures_") + shot.name);
  EXPECT_FALSE(last.overlay.commands.empty());
}

INSTANTIATE_TEST_SUITE_P(All, StructuresPictures,
                         testing::Values(Shot{"totals_ja", {1920, 1080}, true, false, StructuresTab::totals, 0, false}, Shot{"years_en", {1920, 1080}, false, false, StructuresTab::years, 0, false},
                                         Shot{"list_wall_ja", {3840, 1080}, true, true, StructuresTab::list, 0, true}, Shot{"age_wall_en", {3840, 1080}, false, false, StructuresTab::totals, 2, true},
                                         Shot{"small_en", {1024, 768}, false, false, StructuresTab::totals, 1, false}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace tenbo::shell
