#include "measure.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::shell {
namespace {

using geo::GeoPoint;

// PROJ's own tool: geodesic length, m (Karney's algorithm). NaN where the tool is absent.
double geod(const GeoPoint& a, const GeoPoint& b) {
  const std::string command = fmt::format("echo '{:.12f} {:.12f} {:.12f} {:.12f}' | geod +ellps=WGS84 -I +units=m -F %.6f 2>/dev/null", a.lat, a.lon, b.lat, b.lon);
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  char line[256] = "";
  if (!pipe || !std::fgets(line, sizeof line, pipe.get())) return NAN;
  const std::string text = line;  // azimuth, back azimuth, distance
  const auto tab = text.rfind('\t');
  return tab == std::string::npos ? NAN : std::strtod(text.c_str() + tab, nullptr);
}

TEST(Measure, DistancesAgreeWithProj) {
  if (std::isnan(geod({139, 35}, {140, 36}))) GTEST_SKIP() << "PROJ's `geod` (package proj-bin) is not installed";
  const std::pair<GeoPoint, GeoPoint> pairs[] = {
      {{139.767125, 35.681236}, {139.767135, 35.681236}}, {{139.7, 35.6}, {139.8, 35.7}}, {{139.7, 35.6}, {135.5, 34.7}},
      {{179.9, 10}, {-179.9, -10}}, {{0, 89.9}, {180, 89.9}}, {{0, 0}, {90, 0}}, {{-60, -33}, {141, 43}}};
  for (const auto& [a, b] : pairs) EXPECT_NEAR(geodesic_distance(a, b), geod(a, b), 0.001) << a.lon << " " << b.lon;
  EXPECT_EQ(geodesic_distance({139, 35}, {139, 35}), 0);
  EXPECT_NEAR(geodesic_distance({0, 0}, {180, 0}), M_PI * geo::mean_radius, 20'000) << "antipodes: no hang, a sane figure";
}

TEST(Measure, AreaOfASmallSquareIsThatOfThePlane) {
  // A square of 1000 m in a tangent plane; the ellipsoid differs from it by about (d / R)^2 = 2.5e-8.
  const auto frame = geo::LocalFrame::at({139.7, 35.7, 0});
  std::vector<GeoPoint> ring;
  for (const glm::dvec3 corner : {glm::dvec3(-500, -500, 0), glm::dvec3(500, -500, 0), glm::dvec3(500, 500, 0), glm::dvec3(-500, 500, 0)}) ring.push_back(frame.to_geo(corner));
  EXPECT_NEAR(polygon_area(ring), 1e6, 1.0);
  std::reverse(ring.begin(), ring.end());
  EXPECT_NEAR(polygon_area(ring), 1e6, 1.0) << "either way round";
}

TEST(Measure, AreaOfAnOctantIsAnEighthOfTheEarth) {
  // Surface of the WGS 84 ellipsoid: 510,065,621.724 km2 (NGA.STND.0036 / closed formula).
  EXPECT_NEAR(polygon_area({{0, 0}, {90, 0}, {90, 90}}), 510'065'621.724e6 / 8, 1e6);
}

TEST(Measure, FiguresOfALine) {
  const Measured m = measure({{139.7, 35.7, 10}, {139.7, 35.71, 40}});
  EXPECT_DOUBLE_EQ(m.vertical, 30);
  EXPECT_FALSE(m.area);
  EXPECT_NEAR(m.straight, std::hypot(m.horizontal, 30), 0.02);
  EXPECT_EQ(measure({{1, 2, 3}}).horizontal, 0);
  EXPECT_TRUE(measure({{139.7, 35.7}, {139.71, 35.7}, {139.7, 35.71}}).area);
}

TEST(Measure, ProfileFollowsTheGroundAndKeepsGaps) {
  const std::vector<GeoPoint> line{{139, 35}, {139.02, 35}, {139.02, 35.01}};
  const auto profile = terrain_profile(line, [](double lon, double) -> std::optional<double> {
    if (lon > 139.015) return std::nullopt;
    return lon * 1000;
  });
  ASSERT_GT(profile.size(), 150u);
  EXPECT_EQ(profile.front().along, 0);
  EXPECT_NEAR(profile.back().along, geodesic_distance(line[0], line[1]) + geodesic_distance(line[1], line[2]), 1e-6);
  EXPECT_NEAR(*profile.front().height, 139'000, 1e-6);
  EXPECT_FALSE(profile.back().height);
  for (std::size_t i = 1; i < profile.size(); ++i) EXPECT_GT(profile[i].along, profile[i - 1].along);
  EXPECT_TRUE(terrain_profile({{1, 1}}, [](double, double) { return std::nullopt; }).empty());
  EXPECT_TRUE(terrain_profile({{1, 1}, {1, 1}}, [](double, double) { return std::nullopt; }).empty());
}

TEST(Measure, BetweenEndsAndMiddle) {
  const GeoPoint a{139, 35, 10}, b{140, 36, 30}, m = between(a, b, 0.5);
  EXPECT_NEAR(between(a, b, 0).lon, 139, 1e-9);
  EXPECT_NEAR(between(a, b, 1).lat, 36, 1e-9);
  EXPECT_NEAR(m.height, 20, 1e-9);
  EXPECT_NEAR(geodesic_distance(a, m), geodesic_distance(m, b), 200);
}

}  // namespace
}  // namespace tenbo::shell
