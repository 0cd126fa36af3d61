// FlatGeobuf and GeoPackage that we read ourselves: the same features, values, shapes and complaints as through GDAL, which reads the
// same bytes where they lie in an archive. Files by ogr2ogr; the layout of FlatGeobuf that is broken here is its specification's.
#include <gtest/gtest.h>

#include <cmath>

#include "gdal_tools.h"
#include "tenbo/io/vector.h"
#include "vector/flatgeobuf.h"
#include "vector/geopackage.h"
#include "vector/wkb.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

io::VectorData read(const fs::path& path) {
  Progress progress;
  auto data = io::read_vector(path, {}, progress, CancelToken());
  EXPECT_TRUE(data) << (data ? "" : data.error().text());
  return data ? std::move(*data) : io::VectorData();
}

// The same bytes in an archive, where nothing but GDAL reads them.
io::VectorData by_gdal(const fs::path& path) {
  const fs::path archive = path.string() + ".zip";
  fs::remove(archive);
  test::run("cd " + quoted(path.parent_path()) + " && python3 -m zipfile -c " + quoted(archive.filename()) + " " + quoted(path.filename()));
  return read(archive);
}

std::vector<std::string> told(const io::VectorData& d) {
  std::vector<std::string> out;
  for (const auto* list : {&d.diagnostics.warnings, &d.diagnostics.errors})
    for (const auto& e : *list) out.push_back(e.message + " | " + e.place + " | " + e.remedy);
  return out;
}

bool alike(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }  // what is broken may be no number

void expect_same(const io::VectorData& a, const io::VectorData& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.crs.id(), b.crs.id());
  EXPECT_EQ(a.vertical, b.vertical);
  EXPECT_EQ(a.has_z, b.has_z);
  EXPECT_EQ(told(a), told(b));
  ASSERT_EQ(a.features.size(), b.features.size());
  for (std::uint32_t f = 0; f < a.features.size(); ++f) {
    ASSERT_EQ(a.features.id(f), b.features.id(f));
    ASSERT_EQ(a.features.type(f), b.features.type(f));
    ASSERT_EQ(a.features.attributes(f), b.features.attributes(f)) << f;
    ASSERT_EQ(a.features.extent(f).west, b.features.extent(f).west) << f;
    ASSERT_EQ(a.features.extent(f).max_height, b.features.extent(f).max_height) << f;
  }
  ASSERT_EQ(a.parts.size(), b.parts.size());
  for (std::size_t i = 0; i < a.parts.size(); ++i) {
    ASSERT_EQ(a.parts[i].feature, b.parts[i].feature) << i;
    ASSERT_EQ(a.parts[i].kind, b.parts[i].kind) << i;
    ASSERT_EQ(a.parts[i].hole, b.parts[i].hole) << i;
    ASSERT_EQ(a.parts[i].first, b.parts[i].first) << i;
    ASSERT_EQ(a.parts[i].count, b.parts[i].count) << i;
  }
  ASSERT_EQ(a.points.size(), b.points.size());
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    ASSERT_TRUE(alike(a.points[i].lon, b.points[i].lon)) << i;
    ASSERT_TRUE(alike(a.points[i].lat, b.points[i].lat)) << i;
    ASSERT_TRUE(alike(a.points[i].height, b.points[i].height)) << i;
  }
}

std::string feature(int n, const std::string& properties, const std::string& geometry) {
  return R"({"type":"Feature","properties":{"gml_id":"bldg_)" + std::to_string(n) + "\"," + properties + R"(},"geometry":)" + geometry + "}\n";
}
std::string ring(double x, double y, double size, const char* z = "") {
  const auto at = [&](double u, double v) { return "[" + std::to_string(x + size * u) + "," + std::to_string(y + size * v) + z + "]"; };
  return "[" + at(0, 0) + "," + at(1, 0) + "," + at(1, 1) + "," + at(0, 1) + "," + at(0, 0) + "]";
}

struct Kind {
  const char* driver;
  const char* extension;
  const char* options;
};
constexpr Kind kinds[] = {{"FlatGeobuf", ".fgb", ""}, {"FlatGeobuf", ".fgb", "-lco SPATIAL_INDEX=NO"}, {"GPKG", ".gpkg", ""}};

fs::path layer(const fs::path& dir, const Kind& kind, const std::string& features, const std::string& more = {}) {
  test::write(dir / "a.geojsonl", features);
  const fs::path out = dir / (std::string("houses") + kind.extension);
  for (const char* tail : {"", "-wal", "-shm"}) fs::remove(out.string() + tail);
  test::run(std::string("ogr2ogr -f ") + kind.driver + " " + kind.options + " " + more + " " + quoted(out) + " " + quoted(dir / "a.geojsonl") + " -nln houses");
  return out;
}

// How many features our own reader gives; nothing where it leaves the file to GDAL.
std::optional<std::uint64_t> of_our_own(io::PlainSource* source) {
  if (source == nullptr) return std::nullopt;
  std::uint64_t count = 0;
  for (io::PlainFeature f; source->next(f) == io::PlainSource::Got::feature;) ++count;
  return count;
}

constexpr int many = 3000, placed = many - 273;  // every eleventh has no place, and ogr2ogr leaves those out of a FlatGeobuf
std::string houses() {
  std::string out;
  for (int i = 0; i < many; ++i) {
    const std::string n = std::to_string(i);
    std::string properties = R"("name":"家 )" + n + R"(","usage":"4)" + std::to_string(i % 3) + R"(","year":)" + std::to_string(1900 + i % 120) + R"(,"code":)" + std::to_string(5'000'000'000 + i) +
                             R"(,"measuredHeight":)" + std::to_string(3 + i % 50 * 0.3) + R"(,"empty":"","burnable":)" + (i % 2 ? "true" : "false") + R"(,"tags":{"a":[)" + n + "]}";
    if (i % 7 == 0) properties = R"("name":null,"usage":"7")";
    const double x = 139 + i % 60 * 0.001, y = 35 + i / 60 * 0.001;
    std::string polygon = R"({"type":"Polygon","coordinates":[)" + ring(x, y, 0.0005) + (i % 5 == 0 ? "," + ring(x + 0.0001, y + 0.0001, 0.0002) : "") + "]}";
    if (i % 11 == 0) polygon = "null";
    out += feature(i, properties, polygon);
  }
  return out;
}

TEST(PlainVector, HousesAreTheSame) {
  const auto dir = test::scratch("plain_houses");
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(std::string(kind.driver) + kind.options);
    for (const std::string more : {"", "-t_srs EPSG:6677", "-nlt CONVERT_TO_LINEAR -nlt PROMOTE_TO_MULTI"}) {
      SCOPED_TRACE(more);
      const auto path = layer(dir, kind, houses(), more);
      const auto ours = read(path);
      ASSERT_EQ(ours.features.size(), static_cast<std::uint32_t>(kind.driver == std::string("FlatGeobuf") ? placed : many));
      expect_same(ours, by_gdal(path));
    }
  }
}

TEST(PlainVector, ShapesOfAllKindsAreTheSame) {
  const auto dir = test::scratch("plain_shapes");
  std::string text;
  for (int i = 0; i < 40; ++i) {
    const double x = 139 + i * 0.01;
    const char* z = i % 2 ? ",12.5" : "";
    text += feature(6 * i, R"("a":1)", R"({"type":"Point","coordinates":[)" + std::to_string(x) + ",35" + z + "]}");
    text += feature(6 * i + 1, R"("a":2)", R"({"type":"LineString","coordinates":)" + ring(x, 35, 0.001, z) + "}");
    text += feature(6 * i + 2, R"("a":3)", R"({"type":"MultiPolygon","coordinates":[[)" + ring(x, 35, 0.001, z) + "," + ring(x + 0.0002, 35.0002, 0.0003, z) + "],[" + ring(x, 36, 0.002, z) + "]]}");
    text += feature(6 * i + 3, R"("a":4)", R"({"type":"Polygon","coordinates":[)" + ring(x, 35.5, 0, z) + "," + ring(x, 35.5, 0.001, z) + "]}");  // a ring of one place
    text += feature(6 * i + 4, R"("a":5)", R"({"type":"Polygon","coordinates":[)" + ring(x, 35.5, 0.003, z) + "]}");
    if (i > 30) text += feature(6 * i + 5, R"("a":6)", R"({"type":"MultiLineString","coordinates":[)" + ring(x, 35, 0.001, z) + "]}");
  }
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(std::string(kind.driver) + kind.options);
    const auto path = layer(dir, kind, text);
    const auto ours = read(path);
    ASSERT_GT(ours.features.size(), 200u);
    expect_same(ours, by_gdal(path));
  }
}

TEST(PlainVector, ValuesThatAreNotOfTheirColumnAreGdals) {
  const auto dir = test::scratch("plain_values");
  const auto path = layer(dir, kinds[2], houses());
  test::run("ogrinfo " + quoted(path) + R"( -sql "UPDATE houses SET year = 'about 1950' WHERE fid = 100")");
  test::run("ogrinfo " + quoted(path) + R"( -sql "UPDATE houses SET measuredHeight = 7 WHERE fid = 99")");
  test::run("ogrinfo " + quoted(path) + R"( -sql "UPDATE houses SET geom = X'4750' WHERE fid = 2000")");
  expect_same(read(path), by_gdal(path));
}

TEST(PlainVector, WhatIsBrokenIsTheSame) {
  const auto dir = test::scratch("plain_broken");
  for (const Kind& kind : {kinds[0], kinds[1]}) {
    const auto path = layer(dir, kind, houses());
    const std::string whole = test::slurp(path);
    for (const double at : {0.5, 0.6173, 0.75, 0.9}) {
      std::string bytes = whole;
      for (std::size_t i = 0; i < 64; ++i) bytes[static_cast<std::size_t>(at * static_cast<double>(bytes.size())) + i] = static_cast<char>(0xEE);
      test::write(path, bytes);
      expect_same(read(path), by_gdal(path));
    }
    test::write(path, whole.substr(0, whole.size() * 4 / 5));
    const auto ours = read(path);
    EXPECT_FALSE(ours.diagnostics.errors.empty());
    expect_same(ours, by_gdal(path));
  }
}

TEST(PlainVector, WhoReadsWhat) {
  const auto dir = test::scratch("plain_who");
  const auto fgb = layer(dir, kinds[0], houses());
  EXPECT_EQ(of_our_own(io::flatgeobuf::open(fgb, 9, placed).get()), placed);
  EXPECT_EQ(of_our_own(io::flatgeobuf::open(fgb, 8, placed).get()), std::nullopt);  // not the columns that GDAL sees
  EXPECT_EQ(of_our_own(io::flatgeobuf::open(dir / "none.fgb", 9, placed).get()), std::nullopt);
  const auto package = layer(dir, kinds[2], houses());
  using io::geopackage::ColumnType;
  const std::vector<io::geopackage::Column> columns{{"name", ColumnType::text, 0}, {"year", ColumnType::integer32, 0}, {"burnable", ColumnType::boolean, 0}};
  EXPECT_EQ(of_our_own(io::geopackage::open(package, {"houses", "fid", "geom", columns}).get()), many);
  EXPECT_EQ(of_our_own(io::geopackage::open(package, {"houses", "year", "geom", columns}).get()), std::nullopt);  // no key
  EXPECT_EQ(of_our_own(io::geopackage::open(package, {"mansions", "fid", "geom", columns}).get()), std::nullopt);
  EXPECT_EQ(of_our_own(io::geopackage::open(fgb, {"houses", "fid", "geom", columns}).get()), std::nullopt);
  const std::vector<io::geopackage::Column> narrow{{"name", ColumnType::text, 5}};  // "家 1000" does not fit
  EXPECT_LT(of_our_own(io::geopackage::open(package, {"houses", "fid", "geom", narrow}).get()), many);
}

TEST(PlainVector, PolygonsThatShareTheirPointsEndlesslyAreRefused) {
  // Feature { geometry { parts: 1000 times the same polygon of 3 points } }, by hand.
  std::string b;
  const auto u32 = [&](std::uint32_t v) { b.append(reinterpret_cast<const char*>(&v), 4); };
  const auto u16 = [&](std::uint16_t v) { b.append(reinterpret_cast<const char*>(&v), 2); };
  constexpr std::uint32_t copies = 1000;
  u32(10);                                                              // to the feature
  u16(6), u16(8), u16(4);                                               // 4: its list of fields: a table of 8 bytes, geometry at 4
  u32(6), u32(24);                                                      // 10: the feature; to the geometry at 38
  u16(20), u16(8), u16(0), u16(0), u16(0), u16(0), u16(0), u16(0), u16(0), u16(4);  // 18: parts, field 7, at 4
  u32(20), u32(4);                                                      // 38: the geometry; to its parts at 46
  u32(copies);
  for (std::uint32_t i = 0; i < copies; ++i) u32((copies - i) * 4 + 8);  // to the polygon, after its list of 8 bytes
  u16(8), u16(8), u16(0), u16(4);                                       // xy, field 1, at 4
  u32(8), u32(4), u32(6);
  for (const double v : {139.0, 35.0, 139.1, 35.0, 139.1, 35.1}) b.append(reinterpret_cast<const char*>(&v), 8);
  io::flatgeobuf::Header header;
  header.geometry = io::flatgeobuf::GeometryType::polygons;
  io::PlainFeature f;
  const auto parse = [&] { return io::flatgeobuf::read_feature({reinterpret_cast<const unsigned char*>(b.data()), b.size()}, header, f); };
  EXPECT_FALSE(parse());
  const std::uint32_t ten = 10;
  std::memcpy(b.data() + 46, &ten, 4);
  ASSERT_TRUE(parse());
  ASSERT_EQ(f.parts.size(), 10u);
  EXPECT_EQ(io::plain_load<double>(f.parts[9].xy + 40), 35.1);
}

TEST(PlainVector, AnEmptyListOfHeightsIsNone) {
  // Feature { geometry { xy: 3 points, z: [] } }, by hand: the list is there, with nothing in it.
  std::string b;
  const auto u32 = [&](std::uint32_t v) { b.append(reinterpret_cast<const char*>(&v), 4); };
  const auto u16 = [&](std::uint16_t v) { b.append(reinterpret_cast<const char*>(&v), 2); };
  u32(10);                                    // to the feature
  u16(6), u16(8), u16(4);                     // 4: its list of fields: a table of 8 bytes, geometry at 4
  u32(6), u32(14);                            // 10: the feature; to the geometry at 28
  u16(10), u16(12), u16(0), u16(4), u16(8);   // 18: its list: a table of 12 bytes, xy at 4, z at 8
  u32(10), u32(8), u32(56);                   // 28: the geometry; to its xy at 40, its z at 92
  u32(6);
  for (const double v : {139.0, 35.0, 139.1, 35.0, 139.1, 35.1}) b.append(reinterpret_cast<const char*>(&v), 8);
  u32(0);
  const std::vector<unsigned char> bytes(b.begin(), b.end());  // of just that size, so that a sanitizer sees what is read past it
  io::flatgeobuf::Header header;
  header.geometry = io::flatgeobuf::GeometryType::polygon;
  io::PlainFeature f;
  ASSERT_TRUE(io::flatgeobuf::read_feature(bytes, header, f));
  ASSERT_EQ(f.parts.size(), 1u);
  EXPECT_EQ(f.parts[0].count, 3u);
  EXPECT_EQ(f.parts[0].z, nullptr);
  header.has_z = true;  // the file says that there are heights
  EXPECT_FALSE(io::flatgeobuf::read_feature(bytes, header, f));
}

}  // namespace
