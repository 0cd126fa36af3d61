// Vectors. Expected values: ogrinfo's counts and extents, gdaltransform's coordinates, and closed formulas of shapes
// written here.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>
#include <map>

#include "gdal_tools.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path shared = TENBO_SHARED_DATA;

Result<io::VectorData> read(const fs::path& path, io::VectorOptions options = {}) {
  Progress progress;
  return io::read_vector(path, options, progress, CancelToken());
}

std::string feature_collection(const std::string& geometries) {
  return "{\"type\":\"FeatureCollection\",\"features\":[" + geometries + "]}";
}
std::string feature(const std::string& geometry, const std::string& properties = "{}") {
  return "{\"type\":\"Feature\",\"properties\":" + properties + ",\"geometry\":" + geometry + "}";
}
std::string cp932(const std::string& utf8) {
  const auto dir = test::scratch("iconv");
  test::write(dir / "u.txt", utf8);
  return test::run("iconv -f UTF-8 -t CP932 " + quoted(dir / "u.txt"));
}
std::string text(const io::VectorData& d, std::uint32_t f, const char* name) { return geo::to_text(d.features.value(f, name)); }

// Total area of the triangles, m2, and of their shadow on the horizontal.
struct Areas { double surface = 0, shadow = 0; std::size_t triangles = 0; double longest = 0; };
Areas areas(const io::VectorMeshes& m) {
  Areas a;
  for (const auto& b : m.polygons)
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      glm::dvec3 p[3];
      for (std::size_t k = 0; k < 3; ++k) {
        const auto& v = b.mesh.vertices[b.mesh.indices[i + k]];
        p[k] = {v.x, v.y, v.z};
      }
      const auto n = glm::cross(p[1] - p[0], p[2] - p[0]);
      a.surface += glm::length(n) / 2;
      a.shadow += n.z / 2;
      for (std::size_t k = 0; k < 3; ++k) a.longest = std::max(a.longest, std::hypot(p[k].x - p[(k + 1) % 3].x, p[k].y - p[(k + 1) % 3].y));
      ++a.triangles;
    }
  return a;
}

}  // namespace

TEST(Vector, GeoJsonOfEveryGeometry) {
  const auto dir = test::scratch("geojson");
  test::write(dir / "a.geojson", feature_collection(
      feature(R"({"type":"Point","coordinates":[139.7,35.6,12.5]})", R"({"name":"髙島屋","n":7,"x":1.25,"b":true,"none":null})") + "," +
      feature(R"({"type":"MultiPoint","coordinates":[[139.1,35.1],[139.2,35.2]]})") + "," +
      feature(R"({"type":"MultiLineString","coordinates":[[[139,35],[139.1,35]],[[139,36],[139.1,36],[139.2,36]]]})") + "," +
      feature(R"({"type":"MultiPolygon","coordinates":[[[[139,35],[139.1,35],[139.1,35.1],[139,35.1],[139,35]],[[139.02,35.02],[139.04,35.02],[139.04,35.04],[139.02,35.02]]],[[[140,35],[140.1,35],[140,35.1],[140,35]]]]})") + "," +
      feature("null") + "," + feature(R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[139.5,35.5]},{"type":"LineString","coordinates":[[139,35],[139.5,35.5]]}]})") + "," +
      feature(R"({"type":"Polygon","coordinates":[]})")));
  auto d = read(dir / "a.geojson");
  ASSERT_TRUE(d.ok()) << d.error().text();
  EXPECT_EQ(d->features.size(), 7u);
  std::map<io::ShapeKind, int> kinds;
  int holes = 0;
  for (const auto& p : d->parts) { ++kinds[p.kind]; holes += p.hole; }
  EXPECT_EQ(kinds[io::ShapeKind::point], 4);
  EXPECT_EQ(kinds[io::ShapeKind::line], 3);
  EXPECT_EQ(kinds[io::ShapeKind::polygon], 3);
  EXPECT_EQ(holes, 1);
  EXPECT_EQ(text(*d, 0, "name"), "髙島屋");
  EXPECT_EQ(std::get<std::int64_t>(d->features.value(0, "n")), 7);
  EXPECT_EQ(std::get<double>(d->features.value(0, "x")), 1.25);
  EXPECT_EQ(std::get<bool>(d->features.value(0, "b")), true);
  EXPECT_EQ(d->features.value(0, "none").index(), 0u);
  EXPECT_TRUE(d->has_z);
  EXPECT_DOUBLE_EQ(d->points[0].height, 12.5);
  EXPECT_EQ(d->diagnostics.warnings.size(), 2u);  // two without geometry
  EXPECT_DOUBLE_EQ(d->extent.east, 140.1);
}

TEST(Vector, FormatsAgreeWithOgrInfo) {
  const auto dir = test::scratch("formats");
  std::string features;
  for (int i = 0; i < 50; ++i) {
    char g[200];
    std::snprintf(g, sizeof g, R"({"type":"Polygon","coordinates":[[[%.4f,35],[%.4f,35],[%.4f,35.001],[%.4f,35]]]})", 139 + i * .01, 139.005 + i * .01, 139.005 + i * .01, 139 + i * .01);
    features += (i ? "," : "") + feature(g, "{\"name\":\"橋 " + std::to_string(i) + "\",\"v\":" + std::to_string(i * 1.5) + "}");
  }
  test::write(dir / "in.geojson", feature_collection(features));
  for (const auto& [name, extra] : {std::pair{"a.gpkg", ""}, std::pair{"a.shp", "-lco ENCODING=UTF-8"}, std::pair{"a.fgb", "-lco SPATIAL_INDEX=NO"}, std::pair{"a.kml", ""}, std::pair{"a.gml", ""},
                                    std::pair{"plane.shp", "-t_srs EPSG:6677 -lco ENCODING=UTF-8"}, std::pair{"utm.gpkg", "-t_srs EPSG:32654"}, std::pair{"lat.gml", "-t_srs EPSG:6668"}}) {
    test::run(std::string("ogr2ogr ") + extra + " " + quoted(dir / name) + " " + quoted(dir / "in.geojson"));
    auto d = read(dir / name);
    ASSERT_TRUE(d.ok()) << name << ": " << d.error().text();
    EXPECT_EQ(d->features.size(), 50u) << name;
    EXPECT_EQ(d->parts.size(), 50u) << name;
    EXPECT_NEAR(d->extent.west, 139, 2e-8) << name;
    EXPECT_NEAR(d->extent.south, 35, 2e-8) << name;
    EXPECT_NEAR(d->extent.north, 35.001, 2e-8) << name;
    EXPECT_NEAR(d->extent.east, 139.495, 2e-8) << name;
    const std::string label = text(*d, 3, std::string(name) == "a.kml" ? "Name" : "name");
    EXPECT_EQ(label, "橋 3") << name;
    const auto v = geo::to_number(d->features.value(3, "v"));
    ASSERT_TRUE(v.has_value()) << name;
    EXPECT_DOUBLE_EQ(*v, 4.5) << name;
  }
}

TEST(Vector, ShapefileInCp932WithAndWithoutCpg) {
  const auto dir = test::scratch("cp932");
  test::write(dir / "in.geojson", feature_collection(feature(R"({"type":"Point","coordinates":[139.7,35.6]})", R"({"名称":"能登半島","等級":"Ⅲ"})")));
  test::run("ogr2ogr -lco ENCODING=CP932 " + quoted(dir / "a.shp") + " " + quoted(dir / "in.geojson"));
  for (bool with_cpg : {true, false}) {
    if (!with_cpg) {
      fs::remove(dir / "a.cpg");
      std::string dbf = test::slurp(dir / "a.dbf");
      dbf[29] = 0;  // no code page in the header either
      test::write(dir / "a.dbf", dbf);
    }
    auto d = read(dir / "a.shp");
    ASSERT_TRUE(d.ok()) << d.error().text();
    EXPECT_EQ(text(*d, 0, "名称"), "能登半島") << with_cpg;
    EXPECT_EQ(text(*d, 0, "等級"), "Ⅲ") << with_cpg;
  }
  fs::remove(dir / "a.prj");
  auto guessed = read(dir / "a.shp");
  ASSERT_TRUE(guessed.ok());
  EXPECT_FALSE(guessed->diagnostics.warnings.empty());  // that WGS 84 was taken
  test::run("ogr2ogr -t_srs EPSG:6677 " + quoted(dir / "plane.shp") + " " + quoted(dir / "in.geojson"));
  fs::remove(dir / "plane.prj");
  auto refused = read(dir / "plane.shp");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().remedy.find(".prj"), std::string::npos);
}

TEST(Vector, CsvInManyForms) {
  const auto dir = test::scratch("csv");
  const std::string body = "施設ID,名称,緯度,経度,点検年度,判定\n00123,\"橋, 其の\"\"一\"\"\",35.5,139.25,2020,Ⅲ\n00124,橋二,35.6,139.35,,\n00125,橋三,,,2021,Ⅰ\n";
  const std::pair<const char*, std::string> forms[] = {{"utf8.csv", body}, {"bom.csv", "\xEF\xBB\xBF" + body}, {"sjis.csv", cp932(body)}};
  for (const auto& [name, bytes] : forms) {
    test::write(dir / name, bytes);
    auto d = read(dir / name);
    ASSERT_TRUE(d.ok()) << name << ": " << d.error().text();
    ASSERT_EQ(d->features.size(), 3u) << name;
    EXPECT_EQ(d->parts.size(), 2u);
    EXPECT_EQ(text(*d, 0, "施設ID"), "00123");  // a code, not a number
    EXPECT_EQ(text(*d, 0, "名称"), "橋, 其の\"一\"");
    EXPECT_EQ(text(*d, 0, "判定"), "Ⅲ");
    EXPECT_EQ(std::get<std::int64_t>(d->features.value(0, "点検年度")), 2020);
    EXPECT_EQ(d->features.value(1, "点検年度").index(), 0u);
    EXPECT_DOUBLE_EQ(d->points[0].lon, 139.25);
    EXPECT_DOUBLE_EQ(d->points[0].lat, 35.5);
  }
  test::write(dir / "both.csv", "shisetsu_id;grade\r\n\"35.5,139.25\";2\r\n\"35.6,139.35\";3\r\n");
  auto both = read(dir / "both.csv");
  ASSERT_TRUE(both.ok()) << both.error().text();
  EXPECT_DOUBLE_EQ(both->points[1].lat, 35.6);
  test::write(dir / "mac.csv", "name,lat,lon\ra,35.5,139.25\r\"b\nc\",35.6,139.35\r");  // lines that end in CR alone
  auto mac = read(dir / "mac.csv");
  ASSERT_TRUE(mac.ok()) << mac.error().text();
  ASSERT_EQ(mac->points.size(), 2u);
  EXPECT_NEAR(mac->points[1].lon, 139.35, 1e-9);
  test::write(dir / "dms.csv", "name,lat,lon\na,35°41'22\"N,139°41'30\"E\nb,北緯35度30分0秒,東経139度30分0秒\n");
  auto dms = read(dir / "dms.csv");
  ASSERT_TRUE(dms.ok());
  ASSERT_EQ(dms->parts.size(), 2u);
  EXPECT_NEAR(dms->points[0].lat, 35 + 41 / 60.0 + 22 / 3600.0, 1e-12);
  EXPECT_NEAR(dms->points[1].lon, 139.5, 1e-12);
  test::write(dir / "wkt.csv", "id,WKT\n1,\"LINESTRING (139 35,139.1 35.1)\"\n2,\"POLYGON ((139 35,139.1 35,139 35.1,139 35))\"\n");
  auto wkt = read(dir / "wkt.csv");
  ASSERT_TRUE(wkt.ok());
  EXPECT_EQ(wkt->parts.size(), 2u);
  test::write(dir / "none.csv", "a,b\n1,2\n");
  auto none = read(dir / "none.csv");
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("longitude"), std::string::npos);
}

TEST(Vector, RealFilesAgreeWithOgrInfo) {
  const fs::path files[] = {shared / "flood-jakarta-a/hazard/Jakarta_RW_2007flood.shp", shared / "flood-jakarta-a/test/roads_Maumere.shp",
                            shared / "city-layers-a/焼津市/内水浸水想定区域/内水浸水想定区域.geojson", shared / "city-layers-a/焼津市/都市計画道路/都市計画道路.shp",
                            shared / "xroad-synthetic-a/road_facilities_synthetic.geojson"};
  int compared = 0;
  for (const auto& file : files) {
    if (!fs::exists(file)) continue;
    auto d = read(file);
    ASSERT_TRUE(d.ok()) << d.error().text();
    const std::string info = test::run("ogrinfo -so -al " + quoted(file));
    const auto at = info.find("Feature Count: ");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(d->features.size(), static_cast<std::uint32_t>(std::atoi(info.c_str() + at + 15))) << file;
    const std::string geographic = test::run("ogr2ogr -t_srs EPSG:4326 -f GeoJSON /vsistdout/ " + quoted(file) + " | ogrinfo -so -al /vsistdin/");
    const auto e = geographic.find("Extent: (");
    double w, s, ea, n;
    ASSERT_EQ(std::sscanf(geographic.c_str() + e, "Extent: (%lf, %lf) - (%lf, %lf)", &w, &s, &ea, &n), 4);
    EXPECT_NEAR(d->extent.west, w, 1e-6) << file;
    EXPECT_NEAR(d->extent.south, s, 1e-6) << file;
    EXPECT_NEAR(d->extent.east, ea, 1e-6) << file;
    EXPECT_NEAR(d->extent.north, n, 1e-6) << file;
    ++compared;
  }
  const auto csv = shared / "xroad-synthetic-a/road_facilities_synthetic.csv";
  if (fs::exists(csv)) {
    auto d = read(csv);
    ASSERT_TRUE(d.ok());
    EXPECT_EQ(static_cast<int>(d->features.size()), std::atoi(test::run("grep -c . " + quoted(csv)).c_str()) - 1);
    EXPECT_EQ(text(*d, 0, "施設名"), "谷桜橋");
    EXPECT_EQ(d->parts.size(), d->features.size());
  }
  if (!compared) GTEST_SKIP() << "no shared data here";
}

TEST(Vector, BadInput) {
  const auto dir = test::scratch("vector_bad");
  EXPECT_FALSE(read(dir / "none.geojson").ok());
  test::write(dir / "empty.geojson", "");
  EXPECT_FALSE(read(dir / "empty.geojson").ok());
  const std::string good = feature_collection(feature(R"({"type":"Polygon","coordinates":[[[139,35],[139.1,35],[139.1,35.1],[139,35]]]})", R"({"a":"b"})"));
  for (std::size_t n = 1; n < good.size(); n += 5) {
    test::write(dir / "cut.geojson", good.substr(0, n));
    static_cast<void>(read(dir / "cut.geojson").ok());
  }
  test::write(dir / "wild.geojson", feature_collection(feature(R"({"type":"Point","coordinates":[1e308,35]})") + "," + feature(R"({"type":"Point","coordinates":[139,35]})") + "," +
                                                       feature(R"({"type":"LineString","coordinates":[[139,95],[139,35]]})") + "," + feature(R"({"type":"LineString","coordinates":[[139,35],[139,35]]})")));
  auto wild = read(dir / "wild.geojson");
  ASSERT_TRUE(wild.ok()) << wild.error().text();
  EXPECT_EQ(wild->parts.size(), 1u);
  EXPECT_FALSE(wild->diagnostics.errors.empty());
  test::run("ogr2ogr " + quoted(dir / "a.gpkg") + " " + quoted(dir / "wild.geojson") + " && ogr2ogr -f FlatGeobuf " + quoted(dir / "a.fgb") + " " + quoted(dir / "wild.geojson"));
  for (const char* name : {"a.gpkg", "a.fgb"}) {
    const std::string whole = test::slurp(dir / name);
    for (std::size_t n = 0; n < whole.size(); n += std::max<std::size_t>(1, whole.size() / 25)) {
      test::write(dir / (std::string("cut_") + name), whole.substr(0, n));
      static_cast<void>(read(dir / (std::string("cut_") + name)).ok());
    }
  }
  io::VectorOptions o;
  o.layer = "wilt";
  test::write(dir / "two.geojson", good);
  EXPECT_FALSE(read(dir / "two.geojson", o).ok());
  o.layer.clear();
  o.max_features = 2;
  auto few = read(dir / "wild.geojson", o);
  ASSERT_TRUE(few.ok());
  EXPECT_EQ(few->features.size(), 2u);
}

TEST(VectorMeshes, DrapedPolygonKeepsItsAreaAndFollowsTheGround) {
  const auto dir = test::scratch("draped");
  // A square of 0.01 degrees with a square hole of 0.005; on a plane that rises 100 m a degree to the east.
  test::write(dir / "a.geojson", feature_collection(feature(R"({"type":"Polygon","coordinates":[[[139,35],[139.01,35],[139.01,35.01],[139,35.01],[139,35]],[[139.0025,35.0025],[139.0025,35.0075],[139.0075,35.0075],[139.0075,35.0025],[139.0025,35.0025]]]})")));
  auto d = read(dir / "a.geojson");
  ASSERT_TRUE(d.ok());
  Diagnostics diagnostics;
  io::VectorMeshOptions o;
  const auto m = io::build_vector_meshes(*d, [](double lon, double) { return 10 + 100 * (lon - 139); }, o, diagnostics);
  const auto a = areas(m);
  // On the GRS 80 ellipsoid at 35.005 N a degree of longitude is 91,282.6 m and one of latitude 110,941.4 m (radii of
  // curvature N and M by their formulas).
  const double phi = 35.005 * M_PI / 180, e2 = 0.00669438002290, w = std::sqrt(1 - e2 * std::sin(phi) * std::sin(phi));
  const double kx = 6378137 / w * std::cos(phi) * M_PI / 180, ky = 6378137 * (1 - e2) / (w * w * w) * M_PI / 180;
  EXPECT_NEAR(a.shadow, 0.75 * 0.0001 * kx * ky, 0.75 * 0.0001 * kx * ky * 2e-4);
  EXPECT_GT(a.shadow, 0);  // facing up
  EXPECT_LE(a.longest, 25.1);
  for (const auto& b : m.polygons)
    for (const auto& v : b.mesh.vertices) {
      const auto p = b.frame.to_geo({v.x, v.y, v.z});
      EXPECT_NEAR(p.height, 10 + 100 * (p.lon - 139) + o.lift, 0.01);
      EXPECT_EQ(v.feature, 0u);
    }
  ASSERT_EQ(m.anchors.size(), 1u);
  const auto& at = m.anchors[0].position;
  EXPECT_TRUE(at.lon > 139 && at.lon < 139.01 && at.lat > 35 && at.lat < 35.01);
  EXPECT_FALSE(at.lon > 139.0025 && at.lon < 139.0075 && at.lat > 35.0025 && at.lat < 35.0075) << "the anchor lies in the hole";
}

TEST(VectorMeshes, WithoutGroundNothingIsCutToFollowIt) {
  const auto dir = test::scratch("bare");
  // About 91 by 111 km.
  test::write(dir / "a.geojson", feature_collection(feature(R"({"type":"Polygon","coordinates":[[[139,35],[140,35],[140,36],[139,36],[139,35]]]})") + "," +
                                                    feature(R"({"type":"LineString","coordinates":[[139,35],[140,36]]})")));
  auto d = read(dir / "a.geojson");
  ASSERT_TRUE(d.ok()) << d.error().text();
  for (const io::GroundSampler& ground : {io::GroundSampler(), io::GroundSampler([](double, double) { return std::nan(""); })}) {
    Diagnostics diagnostics;
    const auto m = io::build_vector_meshes(*d, ground, {}, diagnostics);
    const auto a = areas(m);
    EXPECT_LT(a.triangles, 30'000u);
    EXPECT_LE(a.longest, 2000.5);  // yet round enough for the globe: a chord of 2 km sinks 8 cm
    // The area of a quadrilateral of the sphere, R2 dlon (sin n - sin s), within the flattening of the Earth.
    EXPECT_NEAR(a.surface / (6371008.8 * 6371008.8 * (M_PI / 180) * (std::sin(36 * M_PI / 180) - std::sin(35 * M_PI / 180))), 1, 4e-3);
    EXPECT_EQ(diagnostics.warnings.size(), 1u);  // one sentence, not a count of places
  }
  // Ground under a small part of it is followed as ever.
  Diagnostics diagnostics;
  const auto m = io::build_vector_meshes(*d, [](double lon, double lat) { return lon > 139.5 && lon < 139.52 && lat > 35.5 && lat < 35.52 ? 7.0 : std::nan(""); }, {}, diagnostics);
  EXPECT_GT(areas(m).triangles, 50'000u);
}

TEST(Vector, OsmWithNegativeAndUnsortedIdsAsEditorsWriteThem) {
  const auto dir = test::scratch("osm");
  test::write(dir / "a.osm", R"(<?xml version="1.0"?><osm version="0.6">
<node id="-7" lat="35.0" lon="139.0"><tag k="name" v="A"/></node><node id="-3" lat="35.1" lon="139.0"/><node id="-5" lat="35.1" lon="139.1"/>
<way id="-1"><nd ref="-7"/><nd ref="-3"/><nd ref="-5"/><tag k="highway" v="residential"/></way></osm>)");
  io::VectorOptions o;
  o.layer = "lines";
  auto d = read(dir / "a.osm", o);
  ASSERT_TRUE(d.ok()) << d.error().text();
  EXPECT_EQ(d->features.size(), 1u);
  EXPECT_TRUE(d->diagnostics.errors.empty());
  EXPECT_EQ(d->points.size(), 3u);
}

TEST(VectorMeshes, ExtrudedPolygonIsAClosedPrismFromItsLowestGround) {
  const auto dir = test::scratch("extruded");
  for (const char* ring : {"[[139,35],[139.001,35],[139.001,35.001],[139,35.001],[139,35]]", "[[139,35],[139,35.001],[139.001,35.001],[139.001,35],[139,35]]"}) {
    test::write(dir / "a.geojson", feature_collection(feature(std::string("{\"type\":\"Polygon\",\"coordinates\":[") + ring + "]}", R"({"h":"12.5"})") + "," +
                                                      feature(R"({"type":"Polygon","coordinates":[[[139.1,35],[139.101,35],[139.1,35.001],[139.1,35]]]})", R"({"h":-3})")));
    auto d = read(dir / "a.geojson");
    ASSERT_TRUE(d.ok());
    Diagnostics diagnostics;
    io::VectorMeshOptions o;
    o.extrude_attribute = "h";
    o.extrude_scale = 2;
    o.max_edge = 1000;
    const auto m = io::build_vector_meshes(*d, [](double lon, double) { return 5 + 1000 * (lon - 139); }, o, diagnostics);
    double volume = 0;
    float low = 1e9f, high = -1e9f;
    for (const auto& b : m.polygons)
      for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
        const auto at = [&](std::size_t k) { const auto& v = b.mesh.vertices[b.mesh.indices[i + k]]; return glm::dvec3(v.x, v.y, v.z); };
        if (b.mesh.vertices[b.mesh.indices[i]].feature != 0) continue;
        for (std::size_t k = 0; k < 3; ++k) {
          const auto p = b.frame.to_geo(at(k));
          low = std::min(low, static_cast<float>(p.height));
          high = std::max(high, static_cast<float>(p.height));
        }
        // Divergence theorem about the base: walls and roof, outside out, give the prism's volume (its base adds nothing).
        const glm::dvec3 base = b.frame.to_local(geo::GeoPoint{139, 35, 5});
        volume += glm::dot(at(0) - base, glm::cross(at(1) - base, at(2) - base)) / 6;
      }
    EXPECT_NEAR(low, 5, 0.01);
    EXPECT_NEAR(high, 30, 0.01);
    const double area = 91.288 * 110.941;  // m, of 0.001 degrees at 35.0005 N
    EXPECT_NEAR(volume, area * 25, area * 25 * 0.002) << ring;
    EXPECT_EQ(diagnostics.warnings.size(), 1u);  // the second has no usable height
    EXPECT_NEAR(m.anchors[0].position.height, 30, 1e-6);
  }
}

TEST(VectorMeshes, TheSameHoweverManyThreadsThereAre) {
  // 20,000 small houses over 25 km, some with a court, some without a height, between lines and points.
  io::VectorData d;
  d.name = "houses";
  std::uint64_t state = 7;
  const auto random = [&] { return static_cast<double>((state = state * 6364136223846793005u + 1442695040888963407u) >> 11) / 9007199254740992.0; };
  const auto part = [&](std::uint32_t f, io::ShapeKind kind, bool hole, const std::vector<std::array<double, 2>>& at) {
    d.parts.push_back({f, kind, hole, static_cast<std::uint32_t>(d.points.size()), static_cast<std::uint32_t>(at.size())});
    for (const auto& p : at) {
      d.points.push_back({p[0], p[1], 0});
      d.extent.add(p[0], p[1]);
    }
  };
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const auto f = d.features.add_feature(std::to_string(i), "house");
    const double x = 139 + 0.2 * random(), y = 35 + 0.2 * random(), w = 1e-4 + 1e-4 * random(), h = 1e-4 + 1e-4 * random();
    if (i % 500 == 0) part(f, io::ShapeKind::line, false, {{x, y}, {x + 40 * w, y + h}});
    if (i % 700 == 0) part(f, io::ShapeKind::point, false, {{x, y}});
    part(f, io::ShapeKind::polygon, false, {{x, y}, {x + w, y}, {x + w, y + h}, {x + w / 2, y + h / 2}, {x, y + h}});
    if (i % 9 == 0) part(f, io::ShapeKind::polygon, true, {{x + w / 8, y + h / 8}, {x + w / 4, y + h / 8}, {x + w / 8, y + h / 4}});
    if (i % 11 != 0) d.features.add_real(f, "h", 3 + 40 * random());
  }
  io::VectorMeshOptions o;
  o.extrude_attribute = "h";
  const auto height = [](double lon, double lat) { return lon < 139.01 ? std::nan("") : 100 * (lon - 139) + 50 * std::sin(900 * lat); };
  const auto same = [](const io::VectorMeshes& a, const io::VectorMeshes& b) {
    ASSERT_EQ(a.polygons.size(), b.polygons.size());
    for (std::size_t i = 0; i < a.polygons.size(); ++i) {
      const auto &m = a.polygons[i].mesh, &n = b.polygons[i].mesh;
      ASSERT_EQ(m.indices, n.indices);
      ASSERT_EQ(m.vertices.size(), n.vertices.size());
      ASSERT_EQ(std::memcmp(m.vertices.data(), n.vertices.data(), m.vertices.size() * sizeof(Vertex)), 0);
      ASSERT_EQ(a.polygons[i].min, b.polygons[i].min);
      ASSERT_EQ(a.polygons[i].max, b.polygons[i].max);
    }
    ASSERT_EQ(a.lines.size(), b.lines.size());
    for (std::size_t i = 0; i < a.lines.size(); ++i) ASSERT_EQ(a.lines[i].points, b.lines[i].points);
    ASSERT_EQ(a.anchors.size(), b.anchors.size());
    for (std::size_t i = 0; i < a.anchors.size(); ++i) {
      const auto &p = a.anchors[i].position, &q = b.anchors[i].position;
      ASSERT_EQ(a.anchors[i].feature, b.anchors[i].feature);
      ASSERT_EQ((std::array{p.lon, p.lat, p.height}), (std::array{q.lon, q.lat, q.height}));
    }
  };
  Diagnostics alone_says;
  const auto alone = io::build_vector_meshes(d, height, o, alone_says);
  EXPECT_GT(alone.polygons.size(), 100u);
  std::size_t walls = 0;
  for (const auto& b : alone.polygons) walls += b.mesh.indices.size();
  EXPECT_GT(walls, 20'000u * 3 * 11);
  for (const unsigned threads : {1u, 2u, 5u}) {
    JobSystem jobs(threads);
    std::atomic<int> samplers{0};
    Diagnostics says;
    // One sampler a thread: each counts for itself, and nobody else may be in it.
    const io::GroundSource source = [&]() -> io::GroundSampler {
      ++samplers;
      return [height, busy = std::make_shared<std::atomic<int>>(0)](double lon, double lat) {
        EXPECT_EQ(busy->fetch_add(1), 0);
        const double h = height(lon, lat);
        busy->fetch_sub(1);
        return h;
      };
    };
    same(alone, io::build_vector_meshes(d, source, o, says, jobs));
    EXPECT_GE(samplers.load(), 2);
    ASSERT_EQ(says.warnings.size(), alone_says.warnings.size());
    for (std::size_t i = 0; i < says.warnings.size(); ++i) EXPECT_EQ(says.warnings[i].text(), alone_says.warnings[i].text());
  }
}

TEST(VectorMeshes, LinesAreCutAndPointsStandOnTheGround) {
  const auto dir = test::scratch("lines");
  test::write(dir / "a.geojson", feature_collection(feature(R"({"type":"LineString","coordinates":[[139,35],[139.05,35]]})") + "," + feature(R"({"type":"Point","coordinates":[139.02,35.01]})")));
  auto d = read(dir / "a.geojson");
  ASSERT_TRUE(d.ok());
  Diagnostics diagnostics;
  io::VectorMeshOptions o;
  const auto m = io::build_vector_meshes(*d, [](double lon, double) { return lon > 139.04 ? std::nan("") : 50.0; }, o, diagnostics);
  double length = 0;
  std::size_t lines = 0;
  for (const auto& b : m.lines) {
    ASSERT_EQ(b.points.size(), b.features.size());
    ASSERT_EQ(b.starts.back(), b.points.size());
    for (std::size_t l = 0; l + 1 < b.starts.size(); ++l) {
      ++lines;
      for (std::uint32_t i = b.starts[l] + 1; i < b.starts[l + 1]; ++i) {
        const double step = glm::distance(b.points[i - 1], b.points[i]);
        EXPECT_LE(step, 25.3);
        length += step;
        EXPECT_LT(std::abs(b.points[i].x), 3000);
      }
    }
  }
  EXPECT_GT(lines, 1u);  // 4.56 km in tiles of 1 km
  EXPECT_NEAR(length, 0.05 * 91287.8, 1.0);
  ASSERT_EQ(m.anchors.size(), 2u);
  EXPECT_NEAR(m.anchors[0].position.height, 50 + o.lift, 1e-9);
  EXPECT_NEAR(m.anchors[1].position.lon, 139.025, 1e-6);  // the middle of the line
  EXPECT_FALSE(diagnostics.warnings.empty());             // where there is no ground
}

TEST(VectorMeshes, OwnHeightsAndDegenerateShapes) {
  const auto dir = test::scratch("own");
  test::write(dir / "a.geojson", feature_collection(feature(R"({"type":"Polygon","coordinates":[[[139,35,1],[139.001,35,1],[139.001,35.001,101],[139,35.001,101],[139,35,1]]]})") + "," +
                                                    feature(R"({"type":"Polygon","coordinates":[[[139,35,0],[139.001,35.001,0],[139.002,35.002,0],[139,35,0]]]})")));
  auto d = read(dir / "a.geojson");
  ASSERT_TRUE(d.ok());
  Diagnostics diagnostics;
  io::VectorMeshOptions o;
  o.drape = false;
  const auto m = io::build_vector_meshes(*d, {}, o, diagnostics);
  const auto a = areas(m);
  EXPECT_GE(a.triangles, 2u);
  EXPECT_NEAR(a.surface, 91.288 * std::hypot(110.941, 100.0), 30);
  const auto none = io::build_vector_meshes(io::VectorData{}, {}, o, diagnostics);
  EXPECT_TRUE(none.polygons.empty() && none.lines.empty() && none.anchors.empty());
}
