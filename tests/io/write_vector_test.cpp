// GeoPackages that are written, read back by GDAL's own tools.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gdal_tools.h"
#include "tenbo/io/write_vector.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

std::uint32_t add(io::VectorData& d, const char* id, io::ShapeKind kind, const std::vector<geo::GeoPoint>& points, bool hole = false, bool same = false) {
  const auto f = same ? d.features.size() - 1 : d.features.add_feature(id, "mark");
  d.parts.push_back({f, kind, hole, static_cast<std::uint32_t>(d.points.size()), static_cast<std::uint32_t>(points.size())});
  d.points.insert(d.points.end(), points.begin(), points.end());
  return f;
}

io::VectorData marks() {
  io::VectorData d;
  auto f = add(d, "a", io::ShapeKind::point, {{139.75, 35.5, 0}});
  d.features.add_text(f, "note", "通行止め");
  d.features.add_integer(f, "count", 12345678901);
  d.features.add_boolean(f, "open", false);
  d.features.add_real(f, "depth", 0.5);
  f = add(d, "b", io::ShapeKind::line, {{139, 35, 0}, {139.5, 35, 0}, {139.5, 35.25, 0}});
  d.features.add_text(f, "fid", "a name that GeoPackage has for itself");
  d.features.add_integer(f, "depth", 2);
  d.features.add_integer(f, "mixed", 3);
  f = add(d, "c", io::ShapeKind::polygon, {{140, 36, 0}, {141, 36, 0}, {141, 37, 0}, {140, 37, 0}});
  add(d, "c", io::ShapeKind::polygon, {{140.25, 36.25, 0}, {140.5, 36.25, 0}, {140.5, 36.5, 0}, {140.25, 36.5, 0}}, true, true);
  d.features.add_text(f, "mixed", "three");
  d.features.add_feature("nowhere", "mark");
  return d;
}

// Features by id, as ogr2ogr writes them.
std::map<std::string, nlohmann::json> features(const fs::path& file) {
  const auto all = nlohmann::json::parse(test::run("ogr2ogr -f GeoJSON /vsistdout/ " + quoted(file)));
  std::map<std::string, nlohmann::json> out;
  for (const auto& f : all.at("features")) out[f.at("properties").at("id")] = f;
  return out;
}

TEST(WriteGeopackage, IsReadByOthers) {
  const auto dir = test::scratch("write_geopackage");
  const auto file = dir / "marks.gpkg";
  ASSERT_TRUE(io::write_geopackage(file, "marks", marks()));
  const auto info = test::run("ogrinfo -al -so " + quoted(file));
  EXPECT_NE(info.find("Layer name: marks"), std::string::npos) << info;
  EXPECT_NE(info.find("Feature Count: 4"), std::string::npos) << info;
  EXPECT_NE(info.find("4326"), std::string::npos) << info;
  EXPECT_NE(info.find("count: Integer64"), std::string::npos) << info;
  EXPECT_NE(info.find("open: Integer(Boolean)"), std::string::npos) << info;
  EXPECT_NE(info.find("depth: Real"), std::string::npos) << info;
  EXPECT_NE(info.find("mixed: String"), std::string::npos) << info;
  auto by_id = features(file);
  ASSERT_EQ(by_id.size(), 4u);
  const auto &a = by_id["a"], &b = by_id["b"], &c = by_id["c"];
  EXPECT_EQ(a["geometry"], nlohmann::json::parse(R"({"type":"Point","coordinates":[139.75,35.5]})"));
  EXPECT_EQ(a["properties"]["note"], "通行止め");
  EXPECT_EQ(a["properties"]["count"], 12345678901);
  EXPECT_EQ(a["properties"]["open"], false);
  EXPECT_EQ(a["properties"]["depth"], 0.5);
  EXPECT_TRUE(a["properties"]["mixed"].is_null()) << "what is missing is not zero";
  EXPECT_EQ(b["geometry"], nlohmann::json::parse(R"({"type":"LineString","coordinates":[[139.0,35.0],[139.5,35.0],[139.5,35.25]]})"));
  EXPECT_EQ(b["properties"]["depth"], 2.0);
  EXPECT_EQ(b["properties"]["fid_2"], "a name that GeoPackage has for itself");
  EXPECT_EQ(b["properties"]["mixed"], "3");
  EXPECT_EQ(c["geometry"]["type"], "Polygon");
  ASSERT_EQ(c["geometry"]["coordinates"].size(), 2u) << "a hole is no second area";
  EXPECT_EQ(c["properties"]["mixed"], "three");
  EXPECT_TRUE(by_id["nowhere"]["geometry"].is_null());

  // and by our own reader
  Progress progress;
  const auto back = io::read_vector(file, {}, progress, {});
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->features.size(), 4u);
  EXPECT_EQ(back->parts.size(), 4u);
}

TEST(WriteGeopackage, TakesThePlaceOfTheOldOneAsAWhole) {
  const auto dir = test::scratch("write_geopackage_again");
  const auto file = dir / "marks.gpkg";
  ASSERT_TRUE(io::write_geopackage(file, "marks", marks()));
  io::VectorData one;
  add(one, "only", io::ShapeKind::point, {{1, 2, 0}});
  ASSERT_TRUE(io::write_geopackage(file, "marks", one));
  EXPECT_EQ(features(file).size(), 1u);
  std::size_t files = 0;
  for (const auto& e : fs::directory_iterator(dir)) files += e.is_regular_file();
  EXPECT_EQ(files, 1u) << "nothing is left beside it";
}

TEST(WriteGeopackage, SaysWhereItCannot) {
  const auto dir = test::scratch("write_geopackage_fails");
  const auto s = io::write_geopackage(dir / "no" / "such" / "marks.gpkg", "marks", marks());
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().code, ErrorCode::io);
  EXPECT_NE(s.error().text().find("marks.gpkg"), std::string::npos);
}

}  // namespace
