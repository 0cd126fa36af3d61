// What city models cover of the ground. Expected areas: of the squares that the files are written from, and a shoelace sum over the posLists.
#include "tenbo/io/city_areas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <unistd.h>


namespace tenbo::io {
namespace {
namespace fs = std::filesystem;

class CityAreas : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("tenbo-areas-" + std::to_string(::getpid()));
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  // Squares of `step` degrees from 139 E 36 N on, each two triangles at a level of its own.
  static std::string surface(const std::string& id, const std::vector<std::pair<int, int>>& cells, double step = 1e-4) {
    std::string out = "<core:cityObjectMember><wtr:WaterBody gml:id=\"" + id + "\"><wtr:lod1MultiSurface><gml:MultiSurface>";
    double z = 3;
    for (const auto& [x, y] : cells) {
      const auto at = [&](int dx, int dy) {
        char text[80];
        std::snprintf(text, sizeof text, "%.10f %.10f %.2f ", 36 + (y + dy) * step, 139 + (x + dx) * step, z);
        return std::string(text);
      };
      for (const auto& ring : {at(0, 0) + at(1, 0) + at(1, 1) + at(0, 0), at(0, 0) + at(1, 1) + at(0, 1) + at(0, 0)})
        out += "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" + ring + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>";
      z += 0.1;
    }
    return out + "</gml:MultiSurface></wtr:lod1MultiSurface></wtr:WaterBody></core:cityObjectMember>";
  }
  VectorData read(const std::string& members) {
    std::ofstream(dir_ / "a.gml") << R"(<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:gml="http://www.opengis.net/gml" xmlns:wtr="http://www.opengis.net/citygml/waterbody/2.0">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>36 139 0</gml:lowerCorner><gml:upperCorner>36.1 139.1 0</gml:upperCorner></gml:Envelope></gml:boundedBy>)"
                                  << members << "</core:CityModel>";
    Progress progress;
    auto made = read_city_areas(dir_ / "a.gml", {}, jobs_, progress, {});
    EXPECT_TRUE(made) << made.error().text();
    return std::move(*made);
  }
  static double square_degrees(const VectorData& d, std::uint32_t feature) {
    double sum = 0;
    for (const auto& p : d.parts) {
      if (p.feature != feature) continue;
      double twice = 0;
      for (std::uint32_t i = 0, j = p.count - 1; i < p.count; j = i++) {
        const auto &a = d.points[p.first + j], &b = d.points[p.first + i];
        twice += (a.lon - 139) * (b.lat - 36) - (b.lon - 139) * (a.lat - 36);
      }
      EXPECT_EQ(twice < 0, p.hole) << "holes run the other way";
      sum += twice / 2;
    }
    return sum;
  }
  fs::path dir_;
  JobSystem jobs_{2};
};

TEST_F(CityAreas, TrianglesOfASurfaceAreOneOutlineAcrossTilesAndLevels) {
  std::vector<std::pair<int, int>> cells;
  for (int x = 0; x < 100; ++x)  // 900 m: over two tiles of 500 m
    for (int y = 0; y < 3; ++y) cells.emplace_back(x, y);
  const auto d = read(surface("strip", cells));
  ASSERT_EQ(d.parts.size(), 1u);
  EXPECT_EQ(d.parts[0].count, 4u) << "corners on straight edges are left out";
  EXPECT_NEAR(square_degrees(d, 0), 300e-8, 300e-8 * 1e-5);
  EXPECT_NEAR(d.extent.east, 139.01, 1e-8);
  EXPECT_NEAR(d.extent.north, 36.0003, 1e-8);
}

TEST_F(CityAreas, HolesAndWhatOnlyTouches) {
  std::vector<std::pair<int, int>> ring;
  for (int x = 0; x < 3; ++x)
    for (int y = 0; y < 3; ++y)
      if (x != 1 || y != 1) ring.emplace_back(x, y);
  ring.emplace_back(3, 3);  // touches the ring's corner
  const auto d = read(surface("ring", ring) + surface("other", {{0, 0}}) + surface("nothing", {}));
  ASSERT_EQ(d.features.size(), 3u);
  ASSERT_EQ(d.parts.size(), 4u);
  int holes = 0;
  for (const auto& p : d.parts) holes += p.hole;
  EXPECT_EQ(holes, 1);
  const auto hole = std::find_if(d.parts.begin(), d.parts.end(), [](const auto& p) { return p.hole; });
  EXPECT_NEAR(d.points[(hole - 1)->first].lat, 36.0000, 3.1e-4) << "after the ring that it is in";
  EXPECT_NEAR(square_degrees(d, 0), 9e-8, 1e-12);
  EXPECT_NEAR(square_degrees(d, 1), 1e-8, 1e-12);
}

// A real surface of a city: 981 triangles of its inland floods, by a shoelace sum over the file's own numbers.
TEST_F(CityAreas, ARealSurfaceKeepsItsArea) {
  const fs::path file = fs::path(TENBO_SHARED_DATA) / "plateau-flow-v4/ifld/11100_saitama-shi_city_2024_citygml_1_op_ifld/udx/ifld/11_1/533955_ifld_6697_op.gml";
  if (!fs::exists(file)) GTEST_SKIP() << "the city's water is not here: " << file;
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  double expected = 0;
  int triangles = 0;
  for (std::size_t at = text.find("<gml:posList"); at != std::string::npos; at = text.find("<gml:posList", at + 1)) {
    const char* p = text.data() + text.find('>', at) + 1;
    std::vector<double> n;
    for (char* end = nullptr; *p && *p != '<'; p = end) {
      const double v = std::strtod(p, &end);
      if (end == p) break;
      n.push_back(v);
    }
    double twice = 0;
    for (std::size_t i = 0; i + 5 < n.size(); i += 3) twice += (n[i + 1] - 139.6) * (n[i + 3] - 35.8) - (n[i + 4] - 139.6) * (n[i] - 35.8);
    expected += std::abs(twice) / 2;
    ++triangles;
  }
  ASSERT_EQ(triangles, 981);
  Progress progress;
  auto d = read_city_areas(file, {}, jobs_, progress, {});
  ASSERT_TRUE(d) << d.error().text();
  ASSERT_EQ(d->features.size(), 1u);
  double sum = 0;
  for (const auto& p : d->parts) {
    double twice = 0;
    for (std::uint32_t i = 0, j = p.count - 1; i < p.count; j = i++) {
      const auto &a = d->points[p.first + j], &b = d->points[p.first + i];
      twice += (a.lon - 139.6) * (b.lat - 35.8) - (b.lon - 139.6) * (a.lat - 35.8);
    }
    sum += twice / 2;
  }
  EXPECT_NEAR(sum, expected, expected * 1e-4);
  EXPECT_LT(d->points.size(), 3u * 981);
  EXPECT_EQ(geo::to_text(d->features.value(0, "uro:InlandFloodingRiskAttribute/rankOrg_code")), "1");
}

}  // namespace
}  // namespace tenbo::io
