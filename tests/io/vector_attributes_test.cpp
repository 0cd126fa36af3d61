// Which values of vector data are there, and which are missing. Expected counts: ogrinfo's own listing of every feature,
// where "(null)" and fields that are not listed are missing.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "gdal_tools.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path shared = TENBO_SHARED_DATA;

Result<io::VectorData> read(const fs::path& path) {
  Progress progress;
  return io::read_vector(path, {}, progress, CancelToken());
}

using Counts = std::map<std::string, std::uint64_t>;
Counts ours(const io::VectorData& data) {
  Counts out;
  for (const auto& a : data.features.summary()) out[a.name] = a.count;
  return out;
}
// Of the first layer. Tables: with the types of their columns told from their values, as a number that is not there is none.
Counts ogrs(const fs::path& file) {
  const bool table = file.extension() == ".csv";
  std::istringstream lines(test::run(std::string("ogrinfo -ro -al -q -geom=NO ") + (table ? "-oo AUTODETECT_TYPE=YES " : "") + quoted(file)));
  Counts out;
  int layers = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Layer name: ") && ++layers > 1) break;
    const auto equals = line.find(") = ");
    const auto type = line.rfind(" (", equals);
    if (!line.starts_with("  ") || equals == std::string::npos || type == std::string::npos) continue;
    if (line.substr(equals + 4) != "(null)") ++out[line.substr(2, type - 2)];
  }
  return out;
}

}  // namespace

TEST(VectorAttributes, NullIsMissingAndEmptyTextIsThere) {
  const auto dir = test::scratch("vector_null");
  test::write(dir / "a.geojson", R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"","height":3,"tags":[]},"geometry":{"type":"Point","coordinates":[139,35]}},
    {"type":"Feature","properties":{"name":null,"height":null},"geometry":{"type":"Point","coordinates":[139,35]}},
    {"type":"Feature","properties":{"name":"橋"},"geometry":{"type":"Point","coordinates":[139,35]}}]})");
  test::write(dir / "b.csv", "lon,lat,name,height,nothing\n139,35,,3,\n139,35,橋,,\n139,35\n");
  for (const char* name : {"a.geojson", "b.csv"}) {
    const auto data = read(dir / name);
    ASSERT_TRUE(data.ok()) << data.error().text();
    EXPECT_EQ(ours(*data), ogrs(dir / name)) << name;
    EXPECT_EQ(data->features.value(0, "name"), geo::AttributeValue(std::string_view(""))) << name;
  }
  const auto a = read(dir / "a.geojson");
  EXPECT_EQ(ours(*a).at("name"), 2u);
  EXPECT_EQ(a->features.value(1, "name"), geo::AttributeValue());
  const auto b = read(dir / "b.csv");
  EXPECT_EQ(ours(*b).at("nothing"), 2u);  // the third row has no such cell
  EXPECT_EQ(b->features.value(1, "height"), geo::AttributeValue());
  EXPECT_EQ(b->features.value(2, "name"), geo::AttributeValue());
}

// A format that has lists (GeoJSON), and two that have none, with the same arrays as text. Expected: the arrays as they are written here.
TEST(VectorAttributes, ListsAreJsonArraysWhateverTheyAreReadFrom) {
  const auto dir = test::scratch("vector_lists");
  const std::map<std::string, std::string> arrays = {
      {"names", R"([ "橋", "a \"b\", c" ])"}, {"years", "[ 1, -2, 3 ]"}, {"far", "[ 1, 9007199254740993 ]"}, {"metres", "[ 0.5, 2.25 ]"}, {"one", R"([ "x" ])"}};
  std::string lists, texts;
  for (const auto& [name, array] : arrays) {
    std::string text;
    for (const char c : array) text += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
    lists += ",\"" + name + "\":" + array;
    texts += ",\"" + name + "\":\"" + text + "\"";
  }
  const auto collection = [](const std::string& properties) {
    return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":7)" + properties + R"(},"geometry":{"type":"Point","coordinates":[139,35]}}]})";
  };
  test::write(dir / "lists.geojson", collection(lists));
  test::write(dir / "texts.geojson", collection(texts));
  for (const char* name : {"texts.gpkg", "texts.fgb"})
    test::run(std::string("ogr2ogr ") + quoted(dir / name) + " " + quoted(dir / "texts.geojson"));
  for (const char* file : {"lists.geojson", "texts.geojson", "texts.gpkg", "texts.fgb"}) {
    const auto data = read(dir / file);
    ASSERT_TRUE(data.ok()) << data.error().text();
    for (const auto& [name, array] : arrays) EXPECT_EQ(data->features.value(0, name), geo::AttributeValue(std::string_view(array))) << file << " " << name;
  }
}

TEST(VectorAttributes, CountsOfRealFilesAgreeWithOgrInfo) {
  int compared = 0;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(shared, ec), end; !ec && it != end; it.increment(ec)) {
    const auto extension = it->path().extension();
    if (!it->is_regular_file() || (extension != ".geojson" && extension != ".shp" && extension != ".csv" && extension != ".gpkg" && it->path().filename() != "stationlist.json")) continue;
    const auto data = read(it->path());
    if (!data.ok() || data->features.size() == 0) continue;  // a table without places, a file that is broken on purpose
    const auto theirs = ogrs(it->path());
    const auto mine = ours(*data);
    for (const auto& [name, count] : theirs) {
      const auto found = mine.find(name);
      EXPECT_EQ(found == mine.end() ? 0 : found->second, count) << it->path() << " " << name;
    }
    EXPECT_EQ(mine.size(), theirs.size()) << it->path();
    ++compared;
  }
  if (!compared) GTEST_SKIP() << "no shared data here";
  EXPECT_GT(compared, 10);
}

// KML 2.2: altitudeMode is clampToGround unless it is given, and then altitudes are ignored.
TEST(VectorGml, ReadingLeavesNothingBehind) {
  const auto dir = test::scratch("vector_gml");
  test::write(dir / "a.gml", R"(<?xml version="1.0" encoding="UTF-8"?><ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml">
    <gml:featureMember><ogr:place gml:id="place.0"><ogr:geometryProperty><gml:Point srsName="urn:ogc:def:crs:EPSG::6668"><gml:pos>35 139</gml:pos></gml:Point></ogr:geometryProperty>
    <ogr:name>橋</ogr:name></ogr:place></gml:featureMember></ogr:FeatureCollection>)");
  const auto data = read(dir / "a.gml");
  ASSERT_TRUE(data.ok()) << data.error().text();
  EXPECT_EQ(data->features.value(0, "name"), geo::AttributeValue(std::string_view("橋")));
  EXPECT_NEAR(data->points.at(0).lon, 139, 1e-9);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir), fs::directory_iterator()), 1);  // the driver would write a.gfs beside it
}

TEST(VectorKml, HeightsCountWhereTheyAreAbsolute) {
  const auto dir = test::scratch("vector_kml");
  const auto kml = [](const std::string& mode) {
    return R"(<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>塔</name><Point>)" + mode +
           "<coordinates>139.7454,35.6586,333</coordinates></Point></Placemark></Document></kml>";
  };
  for (const auto& [mode, z] : {std::pair<std::string, bool>{"", false}, {"<altitudeMode>clampToGround</altitudeMode>", false},
                                {"<altitudeMode>relativeToGround</altitudeMode>", false}, {"<altitudeMode>absolute</altitudeMode>", true}}) {
    test::write(dir / "a.kml", kml(mode));
    test::run("cd " + quoted(dir) + " && rm -f a.kmz && cp a.kml doc.kml && python3 -c \"import zipfile; zipfile.ZipFile('a.kmz', 'w').write('doc.kml')\"");
    for (const char* name : {"a.kml", "a.kmz"}) {
      const auto data = read(dir / name);
      ASSERT_TRUE(data.ok()) << name << ": " << data.error().text();
      ASSERT_EQ(data->points.size(), 1u);
      EXPECT_EQ(data->has_z, z) << name << mode;
      EXPECT_NEAR(data->points[0].lon, 139.7454, 1e-12);
      EXPECT_NEAR(data->points[0].lat, 35.6586, 1e-12);
      EXPECT_EQ(data->points[0].height, z ? 333 : 0);
      EXPECT_EQ(geo::to_text(data->features.value(0, "Name")), "塔");
      EXPECT_EQ(!data->diagnostics.warnings.empty(), mode.find("relative") != std::string::npos) << name << mode;
    }
  }
}
