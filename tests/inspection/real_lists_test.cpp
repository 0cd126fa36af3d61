// Every real list, against counts and places that GDAL's own tools find in the same file by SQL.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "gdal_tools.h"
#include "tenbo/runtime/structure_lists.h"

namespace {
using namespace tenbo;
using namespace tenbo::inspection;
namespace fs = std::filesystem;

const fs::path data = TENBO_SHARED_DATA;

Result<runtime::StructureLists> read(const std::string& path, const std::string& mapping, const std::string& layer = {}) {
  runtime::StructureList l;
  l.path = path;
  l.mapping = mapping;
  l.layer = layer;
  return runtime::read_structure_lists({l}, fs::path(TENBO_SOURCE_DIR) / "assets", {});
}
using test::sql;
std::map<Grade, std::uint64_t> grades(const Register& r) {
  std::map<Grade, std::uint64_t> out;
  for (std::uint32_t s = 0; s < r.size(); ++s) ++out[r.grade(s)];
  return out;
}
// Largest distance of a structure from the place that SQL has for its id, in metres; infinite where an id is not there.
double farthest(const Register& r, const std::vector<std::vector<std::string>>& places) {
  double worst = places.empty() ? INFINITY : 0;
  for (const auto& p : places) {
    const auto s = p.size() < 3 ? std::nullopt : r.find(p[0]);
    if (!s) return INFINITY;
    const double lat = std::stod(p[1]), lon = std::stod(p[2]);
    worst = std::max(worst, std::hypot((r.lat(*s) - lat) * 111'000, (r.lon(*s) - lon) * 111'000 * std::cos(lat * 0.0174532925)));
  }
  return worst;
}

TEST(RealLists, XroadCsv) {
  const auto file = data / "xroad-synthetic-a/road_facilities_synthetic.csv";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto l = read(file.string(), "xroad-csv");
  ASSERT_TRUE(l) << l.error().text();
  const auto& r = *l->imported.records;
  EXPECT_EQ(l->imported.problem_count, 0U) << l->imported.problems.front().text();
  const std::string table = "road_facilities_synthetic";
  EXPECT_EQ(std::to_string(r.size()), sql(file, "SELECT COUNT(*) FROM " + table)[0][0]);
  auto found = grades(r);
  for (const auto& row : sql(file, "SELECT 判定区分, COUNT(*) FROM " + table + " GROUP BY 判定区分"))
    EXPECT_EQ(std::to_string(found[row[0] == "Ⅰ" ? Grade::I : row[0] == "Ⅱ" ? Grade::II : row[0] == "Ⅲ" ? Grade::III : Grade::IV]), row[1]) << row[0];
  EXPECT_LT(farthest(r, sql(file, "SELECT 施設ID, 緯度, 経度 FROM " + table)), 1);
  std::uint64_t earlier = 0;
  for (std::uint32_t s = 0; s < r.size(); ++s) earlier += r.inspections(s).size() - 1;
  EXPECT_EQ(std::to_string(earlier), sql(file, "SELECT COUNT(*) FROM " + table + " WHERE 前回判定区分 <> '' AND 前回点検年度 <> ''")[0][0]);
}

TEST(RealLists, XroadGeoJson) {
  const auto file = data / "xroad-synthetic-a/road_facilities_synthetic.geojson";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto l = read(file.string(), "xroad");
  ASSERT_TRUE(l) << l.error().text();
  const auto& r = *l->imported.records;
  const std::string table = "synthetic_road_facilities";
  EXPECT_EQ(std::to_string(r.size()), sql(file, "SELECT COUNT(*) FROM " + table)[0][0]);
  auto found = grades(r);
  for (const auto& row : sql(file, "SELECT \\\"RSDB:tenken.kiroku.hantei_kubun\\\" AS g, COUNT(*) FROM " + table + " GROUP BY g"))
    EXPECT_EQ(std::to_string(found[row[0] == "Ⅰ" ? Grade::I : row[0] == "Ⅱ" ? Grade::II : row[0] == "Ⅲ" ? Grade::III : Grade::IV]), row[1]) << row[0];
  EXPECT_LT(farthest(r, sql(file, "SELECT id, ST_Y(geometry), ST_X(geometry) FROM " + table)), 1);
  // The history of each: as many as its JSON has, and the last of them the grade that the record gives.
  std::uint64_t all = 0;
  for (std::uint32_t s = 0; s < r.size(); ++s) all += r.inspections(s).size();
  EXPECT_EQ(std::to_string(all), test::run("grep -c '\"nendo\"' " + test::quoted(file)).substr(0, std::to_string(all).size()));
}

TEST(RealLists, Ontario) {
  const auto file = data / "infra-a/ontario/bridge_data.csv";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto l = read(file.string(), "ontario");
  ASSERT_TRUE(l) << l.error().text();
  const auto& r = *l->imported.records;
  // GDAL takes the first of the two rows of headings as the names, and the second as a row: field_1 is ID, field_13 the BCI.
  const auto rows = sql(file, "SELECT field_1, field_4, field_5, field_13 FROM bridge_data WHERE field_1 <> 'ID'", "-oo HEADERS=NO -oo AUTODETECT_TYPE=NO");
  const auto distinct = sql(file, "SELECT COUNT(DISTINCT field_1), COUNT(*) FROM bridge_data WHERE field_1 <> 'ID' AND field_1 <> ''", "-oo HEADERS=NO -oo AUTODETECT_TYPE=NO");
  ASSERT_EQ(distinct.size(), 1U);
  EXPECT_EQ(std::to_string(r.size()), distinct[0][0]);
  EXPECT_EQ(std::to_string(r.size() + l->imported.left_out), distinct[0][1]);
  std::map<Grade, std::uint64_t> expected;
  std::map<std::string, bool> seen;
  std::vector<std::vector<std::string>> places;
  for (const auto& row : rows) {
    if (row.empty() || row[0].empty() || seen[row[0]]) continue;
    seen[row[0]] = true;
    const double bci = row.size() > 3 && !row[3].empty() ? std::stod(row[3]) : NAN;
    ++expected[bci >= 70 ? Grade::I : bci >= 60 ? Grade::II : bci >= 0 ? Grade::III : Grade::not_inspected];
    places.push_back({row[0], row[1], row[2]});
  }
  EXPECT_EQ(grades(r), expected);
  EXPECT_LT(farthest(r, places), 1);
  const auto first = r.find("1 -  32/");
  ASSERT_TRUE(first);
  EXPECT_EQ(r.name(*first), "Highway 24 Underpass at Highway 403");
  EXPECT_EQ(r.built(*first), 1965);
  ASSERT_EQ(r.span_lengths(*first).size(), 4U);
  EXPECT_EQ(r.span_lengths(*first)[2], 21);
  EXPECT_EQ(r.word(r.source(*first)), "Ontario");
  ASSERT_FALSE(r.inspections(*first).empty());
  EXPECT_EQ(r.inspections(*first).back().year, 2012);
  EXPECT_EQ(r.inspections(*first).back().month, 4);
  EXPECT_FLOAT_EQ(r.inspections(*first).back().score, 72.3F);
  EXPECT_EQ(r.inspections(*first).size(), 7U);  // 2000, 2001, 2003, 2005, 2007, 2009, 2012
}

// Counts by XPath; bridges without any coordinates are counted, and have no place.
TEST(RealLists, PlateauBridges) {
  for (const auto& file : {data / "plateau-flow-v4/brid/43206_tamana-shi_city_2024_citygml_2_op_brid/udx/brid/49303414_brid_6697_op.gml", data / "plateau-tokyo-unreal/udx/brid/53394525_brid_6697_op.gml"}) {
    if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
    const auto l = read(file.string(), "plateau-brid");
    ASSERT_TRUE(l) << l.error().text();
    const std::string bridges = "//*[local-name()='cityObjectMember']/*[local-name()='Bridge']";
    EXPECT_EQ(std::to_string(l->imported.records->size()) + "\n", test::run("xmllint --xpath \"count(" + bridges + ")\" " + test::quoted(file)));
    EXPECT_EQ(std::to_string(l->imported.placed) + "\n", test::run("xmllint --xpath \"count(" + bridges + "[.//*[local-name()='posList' or local-name()='pos']])\" " + test::quoted(file)));
  }
}

TEST(RealLists, GeoPackageOfTheSame) {
  const auto file = data / "xroad-synthetic-a/road_facilities_synthetic.geojson";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto dir = test::scratch("inspection_gpkg");
  // in the plane rectangular zone of Kumamoto, so that places come back through PROJ
  test::run("ogr2ogr -f GPKG -t_srs EPSG:6670 " + test::quoted(dir / "x.gpkg") + " " + test::quoted(file) + " -nln facilities");
  const auto l = read((dir / "x.gpkg").string(), "xroad");
  ASSERT_TRUE(l) << l.error().text();
  const auto& r = *l->imported.records;
  EXPECT_EQ(r.size(), 300U);
  EXPECT_LT(farthest(r, sql(file, "SELECT id, ST_Y(geometry), ST_X(geometry) FROM synthetic_road_facilities")), 1);
  std::uint64_t history = 0;
  for (std::uint32_t s = 0; s < r.size(); ++s) history += r.inspections(s).size();
  EXPECT_GT(history, 300U);
}
// A PostgreSQL of the test's own on loopback, run by a user that is not root; gone with it.
class PostGis : public ::testing::Test {
 protected:
  void SetUp() override {
    bin_ = test::run("ls -d /usr/lib/postgresql/*/bin | tail -1");
    while (!bin_.empty() && bin_.back() == '\n') bin_.pop_back();
    if (bin_.empty() || !fs::exists(bin_ + "/initdb")) GTEST_SKIP() << "PostgreSQL is not installed: tools/setup";
    if (test::run("ls /usr/share/postgresql/*/extension/postgis.control").empty()) GTEST_SKIP() << "PostGIS is not installed: tools/setup";
    as_ = test::run("id -u") == "0\n" ? "runuser -u postgres -- " : "";
    dir_ = test::run(as_ + "mktemp -d /tmp/tenbo-postgis-XXXXXX");
    while (!dir_.empty() && dir_.back() == '\n') dir_.pop_back();
    ASSERT_FALSE(dir_.empty());
    port_ = 20'000 + static_cast<int>(std::hash<std::string>()(dir_) % 20'000);
    int status = 0;
    test::run("cd /tmp && " + as_ + bin_ + "/initdb -D " + dir_ + "/db -A trust -U tenbo -E UTF8 --locale=C", &status);
    ASSERT_EQ(status, 0);
    test::run("cd /tmp && " + as_ + bin_ + "/pg_ctl -D " + dir_ + "/db -w -l " + dir_ + "/log -o \"-p " + std::to_string(port_) + " -h 127.0.0.1 -k " + dir_ + " -c fsync=off\" start", &status);
    ASSERT_EQ(status, 0);
    running_ = true;
    connection_ = "PG:dbname=postgres host=127.0.0.1 user=tenbo password=secret port=" + std::to_string(port_);
    test::run(bin_ + "/psql -h 127.0.0.1 -U tenbo -p " + std::to_string(port_) + " -d postgres -c 'CREATE EXTENSION postgis'", &status);
    ASSERT_EQ(status, 0);
  }
  void TearDown() override {
    if (running_) test::run("cd /tmp && " + as_ + bin_ + "/pg_ctl -D " + dir_ + "/db -m immediate -w stop");
    if (!dir_.empty()) test::run("cd /tmp && " + as_ + "rm -rf " + dir_);
  }
  std::string bin_, dir_, as_, connection_;
  int port_ = 0;
  bool running_ = false;
};

TEST_F(PostGis, TheSameListFromADatabase) {
  const auto file = data / "xroad-synthetic-a/road_facilities_synthetic.geojson";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
  int status = 0;
  test::run("ogr2ogr -f PostgreSQL '" + connection_ + "' " + test::quoted(file) + " -nln facilities -t_srs EPSG:6670 -lco LAUNDER=NO -lco FID=ogc_id", &status);
  ASSERT_EQ(status, 0);
  const auto l = read(connection_, "xroad", "facilities");
  ASSERT_TRUE(l) << l.error().text();
  const auto& r = *l->imported.records;
  EXPECT_EQ(std::to_string(r.size()) + "\n", test::run(bin_ + "/psql -h 127.0.0.1 -U tenbo -p " + std::to_string(port_) + " -d postgres -Atc 'SELECT COUNT(*) FROM facilities'"));
  auto found = grades(r);
  EXPECT_EQ(std::to_string(found[Grade::III]) + "\n", test::run(bin_ + "/psql -h 127.0.0.1 -U tenbo -p " + std::to_string(port_) + " -d postgres -Atc \"SELECT COUNT(*) FROM facilities WHERE \\\"RSDB:tenken.kiroku.hantei_kubun\\\" = 'Ⅲ'\""));
  EXPECT_LT(farthest(r, sql(file, "SELECT id, ST_Y(geometry), ST_X(geometry) FROM synthetic_road_facilities")), 1);
}

TEST_F(PostGis, AnErrorNeverShowsThePassword) {
  const auto l = read(connection_ + " connect_timeout=2", "xroad", "no_such_table");
  ASSERT_FALSE(l);
  EXPECT_EQ(l.error().text().find("secret"), std::string::npos) << l.error().text();
}
}  // namespace
