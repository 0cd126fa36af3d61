// The inspection plugin on tables as people write them. Expected grades are those of the road inspection guideline's words;
// years of eras by the calendar's definition (Reiwa 1 = 2019, Heisei 1 = 1989, Showa 1 = 1926).
#include <gmock/gmock.h>

#include <map>
#include <sstream>

#include "plugin_test_support.h"

namespace tenbo::runtime {
namespace {
using ::testing::Contains;
using ::testing::HasSubstr;

class InfraInspection : public ShippedPlugin {
 protected:
  // A table of one column of words; grades by row.
  std::vector<Grade> grades(const std::string& column, const std::vector<std::string>& words, const Parameters& more = {}) {
    std::string csv = "ID,緯度,経度," + column + "\n";
    for (std::size_t i = 0; i < words.size(); ++i) csv += std::to_string(i + 1) + ",35.5,139.5,\"" + words[i] + "\"\n";
    put("grades.csv", csv);
    Parameters p{{"path", path("grades.csv")}, {"source", "test"}};
    p.insert(p.end(), more.begin(), more.end());
    last_ = layer("infra_inspection", p);
    EXPECT_EQ(last_->state(), PluginState::ready) << last_->error().text();
    std::vector<Grade> out;
    if (const auto o = last_->output())
      for (const auto& s : o->structures) out.push_back(s.grade);
    EXPECT_EQ(out.size(), words.size());
    return out;
  }
  std::unique_ptr<PluginLayer> last_;
};

TEST_F(InfraInspection, GradesInTheirManySpellings) {
  const std::vector<std::pair<std::string, Grade>> known{
      {"I", Grade::I}, {"II", Grade::II}, {"III", Grade::III}, {"IV", Grade::IV}, {"Ⅰ", Grade::I}, {"Ⅱ", Grade::II}, {"Ⅲ", Grade::III}, {"Ⅳ", Grade::IV},
      {"ⅰ", Grade::I}, {"ⅳ", Grade::IV}, {"Ｉ", Grade::I}, {"ＩＩＩ", Grade::III}, {"ＩＶ", Grade::IV}, {"iv", Grade::IV}, {"1", Grade::I}, {"４", Grade::IV},
      {"02", Grade::II}, {"3.0", Grade::III}, {"健全", Grade::I}, {"予防保全段階", Grade::II}, {"早期措置段階", Grade::III}, {"緊急措置", Grade::IV},
      {"Ⅲ（早期措置段階）", Grade::III}, {"III 早期措置段階", Grade::III}, {"判定区分Ⅱ", Grade::II}, {"健全度：Ⅲ", Grade::III}, {"Ⅱ判定", Grade::II},
      {" Ⅳ ", Grade::IV}, {"　Ⅰ", Grade::I}, {"Grade III", Grade::III}, {"urgent", Grade::IV},
      {"", Grade::not_inspected}, {"未点検", Grade::not_inspected}, {"-", Grade::not_inspected}, {"－", Grade::not_inspected}, {"91", Grade::not_inspected},
      {"不明", Grade::not_inspected}, {"N/A", Grade::not_inspected}, {"92", Grade::exempt}, {"対象外", Grade::exempt}};
  std::vector<std::string> words;
  for (const auto& [word, grade] : known) words.push_back(word);
  const auto found = grades("判定区分", words);
  ASSERT_EQ(found.size(), known.size());
  for (std::size_t i = 0; i < known.size(); ++i) EXPECT_EQ(found[i], known[i].second) << "\"" << known[i].first << "\"";
  EXPECT_THAT(last_->output()->warnings, Not(Contains(HasSubstr("is no grade"))));
}

TEST_F(InfraInspection, WhatIsNoGradeIsSaidAndNeverSound) {
  const auto found = grades("判定区分", {"banana", "V", "5", "Ⅴ", "ⅠⅠⅠⅠ", "良い"});
  for (const auto g : found) EXPECT_EQ(g, Grade::not_inspected);
  EXPECT_THAT(last_->output()->warnings, Contains(HasSubstr("\"banana\"")));
}

TEST_F(InfraInspection, YearsInTheirManySpellings) {
  const std::vector<std::pair<std::string, std::optional<int>>> known{
      {"2023", 2023}, {"２０２３", 2023}, {"2023年度", 2023}, {"2023-05-01", 2023}, {"2023/5/1", 2023}, {"04/13/2012", 2012}, {"20230501", 2023},
      {"令和5", 2023}, {"令和５年度", 2023}, {"令和元年", 2019}, {"R5", 2023}, {"R05.10.1", 2023}, {"Ｒ３", 2021}, {"平成30年度", 2018}, {"H30", 2018},
      {"H.26", 2014}, {"昭和63", 1988}, {"S63.4", 1988}, {"平成元年度", 1989}, {"2023.0", 2023},
      {"", std::nullopt}, {"不明", std::nullopt}, {"99", std::nullopt}, {"H99", std::nullopt}, {"123456", std::nullopt}, {"0000", std::nullopt}};
  std::string csv = "施設ID,緯度,経度,判定区分,点検年度\n";
  for (std::size_t i = 0; i < known.size(); ++i) csv += std::to_string(i + 1) + ",35.5,139.5,Ⅰ,\"" + known[i].first + "\"\n";
  put("years.csv", csv);
  const auto l = layer("infra_inspection", {{"path", path("years.csv")}});
  ASSERT_TRUE(l->output()) << l->error().text();
  const auto& all = l->output()->structures;
  ASSERT_EQ(all.size(), known.size());
  for (std::size_t i = 0; i < known.size(); ++i) EXPECT_EQ(all[i].year, known[i].second) << "\"" << known[i].first << "\"";
}

TEST_F(InfraInspection, ColumnsByNameAndByOrder) {
  put("bridges.csv",
      "前回判定区分,前回点検年度,架設年度,橋梁名,施設区分,判定区分,点検年度,橋梁番号,緯度,経度,管理者\n"
      "IV,2015,1970,日の出橋,bridge,II,R2,B-7,35.5,139.5,玉名市\n");
  const auto l = layer("infra_inspection", {{"path", path("bridges.csv")}});
  ASSERT_TRUE(l->output()) << l->error().text();
  ASSERT_EQ(l->output()->structures.size(), 1u);
  const auto& s = l->output()->structures[0];
  EXPECT_EQ(s.id, "B-7");
  EXPECT_EQ(s.name, "日の出橋");
  EXPECT_EQ(s.kind, "bridge");
  EXPECT_EQ(s.grade, Grade::II);
  EXPECT_EQ(s.year, 2020);
  EXPECT_NEAR(s.lon, 139.5, 1e-12);
  EXPECT_NEAR(s.lat, 35.5, 1e-12);
  EXPECT_EQ(l->output()->source, "玉名市");

  ASSERT_TRUE(l->set_parameter("grade_column", "前回判定区分"));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 2; }));
  EXPECT_EQ(l->output()->structures[0].grade, Grade::IV);
  ASSERT_TRUE(l->set_parameter("grade_column", "no such column"));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 3; }));
  EXPECT_EQ(l->output()->structures[0].grade, Grade::not_inspected);
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("no such column")));
}

TEST_F(InfraInspection, UsBridgeInventory) {
  put("nbi.csv",
      "STRUCTURE_NUMBER_008,LAT,LON,DECK_COND_058,SUPERSTRUCTURE_COND_059,SUBSTRUCTURE_COND_060,CULVERT_COND_062\n"
      "A,40.5,-75.5,7,8,9,N\nB,40.5,-75.5,7,5,9,N\nC,40.5,-75.5,N,N,N,4\nD,40.5,-75.5,2,5,5,N\nE,40.5,-75.5,N,N,N,N\n");
  const auto l = layer("infra_inspection", {{"path", path("nbi.csv")}, {"lat_column", "LAT"}, {"lon_column", "LON"}});
  ASSERT_TRUE(l->output()) << l->error().text();
  std::vector<Grade> found;
  for (const auto& s : l->output()->structures) found.push_back(s.grade);
  EXPECT_EQ(found, (std::vector<Grade>{Grade::I, Grade::II, Grade::III, Grade::IV, Grade::not_inspected}));
  EXPECT_EQ(l->output()->structures[0].id, "A");
}

TEST_F(InfraInspection, PlacesOfLinesAndAreasAndNone) {
  put("shapes.geojson", R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"name": "line", "grade": "I"}, "geometry": {"type": "LineString", "coordinates": [[139, 35], [139, 35.2], [139, 35.4]]}},
    {"type": "Feature", "properties": {"name": "area", "grade": "II"}, "geometry": {"type": "Polygon", "coordinates": [[[139, 35], [139.2, 35], [139.2, 35.2], [139, 35.2], [139, 35]]]}},
    {"type": "Feature", "properties": {"name": "nowhere", "grade": "III"}, "geometry": null}]})");
  const auto l = layer("infra_inspection", {{"path", path("shapes.geojson")}});
  ASSERT_TRUE(l->output()) << l->error().text();
  const auto& all = l->output()->structures;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NEAR(all[0].lat, 35.2, 1e-9);
  EXPECT_NEAR(all[1].lon, 139.1, 1e-9);
  EXPECT_NEAR(all[1].lat, 35.1, 1e-9);
  EXPECT_EQ(l->output()->records->size(), 3u);
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("1 records have no place")));
}

TEST_F(InfraInspection, FollowsItsFileAndKeepsTheLastGoodRecords) {
  const std::string head = "name,grade,lat,lon\n";
  put("list.csv", head + "a,I,35,139\n");
  const auto l = layer("infra_inspection", {{"path", path("list.csv")}});
  ASSERT_TRUE(l->output()) << l->error().text();
  put("new.csv", head + "a,IV,35,139\nb,II,35,139\n");
  std::filesystem::rename(path("new.csv"), path("list.csv"));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 2; }));
  ASSERT_EQ(l->output()->structures.size(), 2u);
  EXPECT_EQ(l->output()->structures[0].grade, Grade::IV);
  put("list.csv", std::string("\0\1\2", 3));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision > 2 || (!l->output()->warnings.empty() && l->output()->warnings.back().find("cannot be read") != std::string::npos); }));
  EXPECT_EQ(l->output()->structures.size(), 2u);
  EXPECT_EQ(l->state(), PluginState::ready);
}

// The counts below are those that `ogrinfo -sql "SELECT ... GROUP BY"` finds in the same file.
TEST_F(InfraInspection, XroadRecords) {
  const std::string folder = std::string(TENBO_SHARED_DATA) + "/xroad-synthetic-a/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  for (const auto& [file, layer_name, grade_column] : {std::tuple{"road_facilities_synthetic.geojson", "synthetic_road_facilities", "RSDB:tenken.kiroku.hantei_kubun"},
                                                        {"road_facilities_synthetic.csv", "road_facilities_synthetic", "判定区分"}}) {
    const auto l = layer("infra_inspection", {{"path", folder + file}});
    ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
    const auto o = l->output();
    ASSERT_TRUE(o);
    ASSERT_EQ(o->structures.size(), 300u);
    std::map<Grade, int> count;
    for (const auto& s : o->structures) ++count[s.grade];
    int total = 0;
    for (const auto& [word, grade] : {std::pair{"Ⅰ", Grade::I}, {"Ⅱ", Grade::II}, {"Ⅲ", Grade::III}, {"Ⅳ", Grade::IV}}) {
      const auto said = tool("ogrinfo", {"-q", folder + file, "-sql", std::string("SELECT COUNT(*) AS n FROM \"") + layer_name + "\" WHERE \"" + grade_column + "\" = '" + word + "'"});
      const auto at = said.rfind("= ");
      ASSERT_NE(at, std::string::npos) << said;
      const int expected = std::stoi(said.substr(at + 2));
      EXPECT_EQ(count[grade], expected) << file << " " << word;
      total += expected;
    }
    EXPECT_EQ(total, 300);
    const auto& first = o->structures.front();
    EXPECT_EQ(first.id, "43206-000000");
    EXPECT_EQ(first.name, "谷桜橋");
    EXPECT_EQ(first.kind, "bridge");
    EXPECT_EQ(first.grade, Grade::I);
    EXPECT_EQ(first.year, 2020);
    EXPECT_NEAR(first.lon, 130.5947434, 1e-7);
    EXPECT_NEAR(first.lat, 32.8934364, 1e-7);
    EXPECT_EQ(o->source, "玉名市");
  }
}
}  // namespace
}  // namespace tenbo::runtime
