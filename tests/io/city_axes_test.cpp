// In which order city models write their axes. The places are known from how the files are made; of the real file, from
// its own address (Washington, D.C.).
#include <gtest/gtest.h>

#include "city_support.h"
#include "gdal_tools.h"
#include "tenbo/io/vector.h"

using namespace tenbo;
using namespace tenbo::test;

namespace {

// A flat square of a thousandth of a degree with one corner at `first`, `second`, as the file writes them.
std::string flat(double first, double second, const std::string& srs, const std::string& corners = {}) {
  const auto p = [&](double a, double b) { return std::to_string(first + a) + " " + std::to_string(second + b) + " 5 "; };
  const std::string list = p(0, 0) + p(0.001, 0) + p(0.001, 0.001) + p(0, 0.001) + p(0, 0);
  const std::string low = corners.empty() ? p(0, 0) : corners, high = corners.empty() ? p(0.001, 0.001) : corners;
  return city(building("<bldg:lod2MultiSurface>" + surfaces({"<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" + list + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"}) +
                       "</bldg:lod2MultiSurface>"),
              "<gml:boundedBy><gml:Envelope srsName=\"" + srs + "\" srsDimension=\"3\"><gml:lowerCorner>" + low + "</gml:lowerCorner><gml:upperCorner>" + high +
                  "</gml:upperCorner></gml:Envelope></gml:boundedBy>");
}
void expect_at(const Result<io::CityModel>& model, double lon, double lat) {
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_NEAR(model->extent.west, lon, 1e-9);
  EXPECT_NEAR(model->extent.south, lat, 1e-9);
  EXPECT_NEAR(model->extent.east, lon + 0.001, 1e-9);
  EXPECT_NEAR(model->extent.north, lat + 0.001, 1e-9);
}
io::CityOptions exchanged(bool yes) {
  io::CityOptions o;
  o.exchange_axes = yes;
  return o;
}

}  // namespace

TEST(city_axes, longitudes_in_the_place_of_latitudes_are_certain_beyond_90) {
  for (const char* srs : {"EPSG:6697", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/6668", "EPSG:4979"}) {
    const auto model = read(flat(139.7, 35.68, srs));
    expect_at(model, 139.7, 35.68);
    ASSERT_EQ(model->diagnostics.warnings.size(), 1u);
    EXPECT_TRUE(has(model->diagnostics.warnings, "beyond 90"));
    EXPECT_TRUE(has(model->diagnostics.warnings, "test.gml"));
    EXPECT_TRUE(has(model->diagnostics.warnings, "line 7"));
    EXPECT_TRUE(has(model->diagnostics.warnings, "exchange_axes"));
    expect_at(read(flat(35.68, 139.7, srs)), 139.7, 35.68);
  }
  expect_at(read(flat(139.7, 35.68, "EPSG:6697", "0 0 0")), 139.7, 35.68);  // an empty envelope says nothing
}

TEST(city_axes, what_may_be_right_is_not_touched) {
  // Berlin by the standard; exchanged it would be in the Arabian Sea, and nobody can tell
  expect_at(read(flat(52.5, 13.4, "EPSG:4326")), 13.4, 52.5);
  expect_at(read(flat(13.4, 52.5, "EPSG:4326")), 52.5, 13.4);
  EXPECT_TRUE(read(flat(13.4, 52.5, "EPSG:4326"))->diagnostics.warnings.empty());
  // longitude first by the CRS itself
  expect_at(read(flat(139.7, 35.68, "http://www.opengis.net/def/crs/OGC/1.3/CRS84")), 139.7, 35.68);
  // the envelope has the right order, the coordinates have not: not certain, so what cannot be is left out
  const auto mixed = read(flat(139.7, 35.68, "EPSG:6697", "35.68 139.7 0"));
  ASSERT_TRUE(mixed);
  EXPECT_TRUE(mixed->extent.empty());
  EXPECT_TRUE(has(mixed->diagnostics.warnings, "exchange_axes"));
}

TEST(city_axes, near_a_pole_is_asked_about) {
  const auto south = read(flat(-77.005, 38.889, "EPSG:4979"));
  expect_at(south, 38.889, -77.005);
  ASSERT_EQ(south->diagnostics.warnings.size(), 1u);
  EXPECT_TRUE(has(south->diagnostics.warnings, "77.004 S, 38.889 E") || has(south->diagnostics.warnings, "77.005 S, 38.889 E") || has(south->diagnostics.warnings, "77.004 S, 38.890 E"))
      << south->diagnostics.warnings[0].text();
  EXPECT_TRUE(has(south->diagnostics.warnings, "line 7"));
  EXPECT_TRUE(has(south->diagnostics.warnings, "exchange_axes"));
  EXPECT_FALSE(read(flat(77.2, 28.6, "EPSG:4326"))->diagnostics.warnings.empty());  // Delhi, exchanged
  EXPECT_TRUE(read(flat(69.65, 18.95, "EPSG:4326"))->diagnostics.warnings.empty());  // Tromsø
  // who says so has the last word, both ways
  const auto moved = read(flat(-77.005, 38.889, "EPSG:4979"), exchanged(true));
  expect_at(moved, -77.005, 38.889);
  EXPECT_TRUE(moved->diagnostics.warnings.empty());
  const auto kept = read(flat(-77.005, 38.889, "EPSG:4979"), exchanged(false));
  expect_at(kept, 38.889, -77.005);
  EXPECT_TRUE(kept->diagnostics.warnings.empty());
}

TEST(city_axes, any_crs_can_be_exchanged_by_word) {
  // Japan Plane Rectangular IX has northing first; this file has easting first. Its origin is 36 N, 139 50' E.
  const auto model = read(city(building("<bldg:lod2MultiSurface>" + surfaces({"<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>0 -1000 0 100 -1000 0 100 -900 0 0 -900 0 0 -1000 0"
                                        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"}) + "</bldg:lod2MultiSurface>"), envelope("EPSG:6677")), exchanged(true));
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_NEAR(model->extent.west, 139 + 50 / 60.0, 1e-9);
  EXPECT_LT(model->extent.north, 36);
  EXPECT_NEAR(area(*model), 100 * 100, 3);  // the grid's scale there is 0.9999
}

TEST(city_axes, each_file_of_a_folder_for_itself) {
  const auto dir = scratch("city_axes");
  write(dir / "a.gml", flat(35.68, 139.7, "EPSG:6697"));
  write(dir / "b.gml", flat(139.7, 35.68, "EPSG:6697"));
  JobSystem jobs(2);
  Progress progress;
  const auto model = io::read_city(dir, {}, jobs, progress, CancelToken());
  expect_at(model, 139.7, 35.68);
  ASSERT_EQ(model->diagnostics.warnings.size(), 1u);
  EXPECT_TRUE(has(model->diagnostics.warnings, "b.gml"));
}

TEST(city_axes, the_real_file_in_washington) {
  const std::filesystem::path file = std::filesystem::path(TENBO_SHARED_DATA) / "citygml-world-a/ogc-building/JeffersonBuilding_CityGML3.0_LOD1_with_xAL3_CommonTypes.gml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no shared data here";
  JobSystem jobs(2);
  Progress progress;
  const auto model = io::read_city(file, {}, jobs, progress, CancelToken());
  ASSERT_TRUE(model);
  EXPECT_TRUE(has(model->diagnostics.warnings, "exchanged?"));
  const auto moved = io::read_city(file, exchanged(true), jobs, progress, CancelToken());
  ASSERT_TRUE(moved);
  EXPECT_NEAR(moved->extent.centre().lon, -77.0047, 0.001);  // the Library of Congress
  EXPECT_NEAR(moved->extent.centre().lat, 38.8887, 0.001);
}

TEST(VectorAxes, AreExchangedByWord) {
  const auto dir = scratch("vector_axes");
  write(dir / "a.geojson", R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[35.68,139.7]}}]})");
  Progress progress;
  const auto wrong = io::read_vector(dir / "a.geojson", {}, progress, CancelToken());
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().text().find("exchange_axes"), std::string::npos) << wrong.error().text();
  io::VectorOptions options;
  options.exchange_axes = true;
  const auto right = io::read_vector(dir / "a.geojson", options, progress, CancelToken());
  ASSERT_TRUE(right.ok()) << right.error().text();
  EXPECT_DOUBLE_EQ(right->extent.west, 139.7);
  EXPECT_DOUBLE_EQ(right->extent.south, 35.68);
}
