// Archives as they are downloaded. Expected content: what Python's zipfile was given; the files beside each other.
#include <gtest/gtest.h>

#include <cstdlib>

#include "gdal_tools.h"
#include "tenbo/io/city.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

constexpr const char* gml = R"(<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0" xmlns:gml="http://www.opengis.net/gml">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>35.68 139.76 3</gml:lowerCorner><gml:upperCorner>35.681 139.761 3</gml:upperCorner></gml:Envelope></gml:boundedBy>
<core:cityObjectMember><bldg:Building gml:id="b"><bldg:usage codeSpace="../../codelists/Building_usage.xml">401</bldg:usage>
<bldg:lod0FootPrint><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>35.68 139.76 3 35.681 139.76 3 35.681 139.761 3 35.68 139.76 3</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></bldg:lod0FootPrint></bldg:Building></core:cityObjectMember></core:CityModel>
)";
constexpr const char* codes = R"(<gml:Dictionary xmlns:gml="http://www.opengis.net/gml" gml:id="d"><gml:dictionaryEntry><gml:Definition gml:id="i"><gml:description>業務施設</gml:description><gml:name>401</gml:name></gml:Definition></gml:dictionaryEntry></gml:Dictionary>)";

// The cache below the test's own folder.
struct Archive : testing::Test {
  void SetUp() override {
    dir = test::scratch("archive");
    if (const char* before = std::getenv("XDG_CACHE_HOME")) cache_before = before;
    setenv("XDG_CACHE_HOME", (dir / "cache").c_str(), 1);
  }
  void TearDown() override {
    if (cache_before.empty()) unsetenv("XDG_CACHE_HOME");
    else setenv("XDG_CACHE_HOME", cache_before.c_str(), 1);
  }
  // `python`: statements on the ZipFile z.
  fs::path zip(const std::string& name, const std::string& python) {
    test::write(dir / "make.py", "import zipfile\nz = zipfile.ZipFile('" + (dir / name).string() + "', 'w', zipfile.ZIP_DEFLATED)\n" + python + "\nz.close()\n");
    int status = 0;
    test::run("python3 " + quoted(dir / "make.py"), &status);
    EXPECT_EQ(status, 0);
    return dir / name;
  }
  std::size_t files_in_cache() const {
    std::size_t n = 0;
    std::error_code ec;
    for (const auto& e : fs::recursive_directory_iterator(dir / "cache", ec)) n += e.is_regular_file();
    return n;
  }
  fs::path dir;
  std::string cache_before;
};

}  // namespace

TEST_F(Archive, APlateauPackageIsReadWithItsCodeLists) {
  test::write(dir / "a.gml", gml);
  test::write(dir / "c.xml", codes);
  const auto path = zip("13999_town.zip", "z.write('" + (dir / "a.gml").string() + "', '13999_town/udx/bldg/a.gml')\nz.write('" + (dir / "c.xml").string() +
                                              "', '13999_town/codelists/Building_usage.xml')");
  for (int round = 0; round < 2; ++round) {  // the second time from what is there
    auto found = io::identify(path);
    ASSERT_TRUE(found.ok()) << found.error().text();
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().kind, io::DataKind::city);
    EXPECT_EQ(found->front().paths.front().filename(), "13999_town");
    JobSystem jobs(1);
    Progress progress;
    auto city = io::read_city(found->front().paths.front(), {}, jobs, progress, CancelToken());
    ASSERT_TRUE(city.ok()) << city.error().text();
    EXPECT_EQ(city->features.size(), 1u);
    EXPECT_EQ(geo::to_text(city->features.value(0, "bldg:usage")), "業務施設");
    EXPECT_EQ(files_in_cache(), 2u);
  }
  // Another state of the archive is another content.
  zip("13999_town.zip", "z.write('" + (dir / "a.gml").string() + "', 'udx/bldg/a.gml')\nz.write('" + (dir / "a.gml").string() + "', 'udx/bldg/b.gml')");
  auto again = io::identify(path);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(files_in_cache(), 4u);
}

TEST_F(Archive, NothingIsWrittenOutsideOfTheCache) {
  test::write(dir / "a.gml", gml);
  for (const char* name : {"../../../../escaped.gml", "/tmp/tenbo_escaped.gml", "udx/../../../../../escaped.gml"}) {
    const auto path = zip("evil.zip", "z.write('" + (dir / "a.gml").string() + "', '" + name + "')\nz.write('" + (dir / "a.gml").string() + "', 'udx/bldg/a.gml')");
    static_cast<void>(io::identify(path).ok());
    EXPECT_FALSE(fs::exists("/tmp/tenbo_escaped.gml")) << name;
    for (const auto& e : fs::recursive_directory_iterator(dir))
      if (e.path().filename() == "escaped.gml") { EXPECT_NE(e.path().string().find("/cache/tenbo/unpacked/"), std::string::npos) << name; }
  }
}

TEST_F(Archive, ADamagedOneIsAnErrorAndLeavesNothing) {
  test::write(dir / "a.gml", gml);
  const auto whole = test::slurp(zip("good.zip", "z.write('" + (dir / "a.gml").string() + "', 'udx/bldg/a.gml')"));
  std::string bad = whole;
  for (std::size_t i = 60; i < 120; ++i) bad[i] = static_cast<char>(~bad[i]);  // in the packed bytes
  test::write(dir / "bad.zip", bad);
  auto found = io::identify(dir / "bad.zip");
  EXPECT_FALSE(found.ok());
  EXPECT_EQ(files_in_cache(), 0u);
  for (std::size_t n = 0; n < whole.size(); n += whole.size() / 20) {
    test::write(dir / "cut.zip", whole.substr(0, n));
    EXPECT_FALSE(io::identify(dir / "cut.zip").ok()) << n;
  }
  EXPECT_EQ(files_in_cache(), 0u);
}

TEST_F(Archive, EveryVectorFileInItIsALayer) {
  const std::string points = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[139,35]}}]})";
  test::write(dir / "p.geojson", points);
  test::run("ogr2ogr " + quoted(dir / "s.shp") + " " + quoted(dir / "p.geojson"));
  std::string python = "z.write('" + (dir / "p.geojson").string() + "', 'in/p.geojson')\nz.writestr('in/metadata.json', '{\"tiles\": 3}')\n";
  for (const char* e : {"shp", "shx", "dbf", "prj"}) python += "z.write('" + (dir / ("s." + std::string(e))).string() + "', 'in/s." + e + "')\n";
  auto found = io::identify(zip("open-data.zip", python));
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_EQ(found->size(), 2u);
  for (const auto& item : *found) {
    EXPECT_EQ(item.kind, io::DataKind::vector);
    Progress progress;
    auto data = io::read_vector(item.paths.front(), {}, progress, CancelToken());
    ASSERT_TRUE(data.ok()) << data.error().text();
    EXPECT_EQ(data->features.size(), 1u);
  }
}
