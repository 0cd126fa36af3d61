#include "tenbo/geo/ellipsoid.h"

#include <gtest/gtest.h>

#include <glm/geometric.hpp>
#include <random>

#include "tool.h"

namespace tenbo::geo {
namespace {

TEST(Ellipsoid, EcefAgreesWithCs2cs) {
  if (!test::have_tool("cs2cs")) GTEST_SKIP() << "cs2cs (proj-bin) is not installed";
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<GeoPoint> points{{0, 0, 0}, {0, 90, 0}, {0, -90, 100}, {180, 0, 0}, {139.6917, 35.6895, 40}, {-179.999, 89.9999, -50}};
  for (int i = 0; i < 1000; ++i) points.push_back({unit(random) * 360 - 180, unit(random) * 180 - 90, unit(random) * 20000 - 1000});
  std::string input;
  for (const auto& p : points) {
    char line[128];
    std::snprintf(line, sizeof line, "%.17g %.17g %.17g\n", p.lat, p.lon, p.height);
    input += line;
  }
  const auto expected = test::numbers(test::run_tool("cs2cs -f %.9f EPSG:4979 EPSG:4978", input));
  ASSERT_EQ(expected.size(), points.size());
  for (std::size_t i = 0; i < points.size(); ++i)
    EXPECT_LT(glm::distance(to_ecef(points[i]), {expected[i][0], expected[i][1], expected[i][2]}), 1e-7);
}

TEST(Ellipsoid, FromEcefUndoesToEcef) {
  for (double height : {-10000.0, -100.0, 0.0, 3776.0, 100e3, 1000e3, 10000e3})
    for (double lat = -90; lat <= 90; lat += 0.37)
      for (const double lon : {-179.9, -90.0, 0.0, 12.345, 139.7}) {
        const GeoPoint back = from_ecef(to_ecef({lon, lat, height}));
        ASSERT_NEAR(back.lat, lat, 1e-11) << lat << " " << height;
        ASSERT_NEAR(back.height, height, 1e-6);
        if (std::abs(lat) < 89.99) {
          ASSERT_NEAR(back.lon, lon, 1e-11);
        }
      }
  for (const double tiny : {1e-3, 1e-7, 1e-10}) {  // close to the pole and the equator
    EXPECT_NEAR(from_ecef(to_ecef({10, 90 - tiny, 50})).lat, 90 - tiny, 1e-11);
    EXPECT_NEAR(from_ecef(to_ecef({10, tiny, 50})).lat, tiny, 1e-11);
  }
  EXPECT_NEAR(from_ecef({0, 0, 6356752.314245179 + 5}).height, 5, 1e-6);  // on the axis itself
  EXPECT_EQ(from_ecef({0, 0, -7e6}).lat, -90);
  const GeoPoint centre = from_ecef({0, 0, 0});
  EXPECT_TRUE(std::isfinite(centre.lat) && std::isfinite(centre.height));
}

TEST(LocalFrame, IsEastNorthUp) {
  const GeoPoint anchor{139.7, 35.6, 25};
  const LocalFrame frame = LocalFrame::at(anchor);
  EXPECT_LT(glm::length(frame.to_local(anchor)), 1e-9);
  EXPECT_NEAR(frame.to_local(GeoPoint{139.7, 35.6, 125}).z, 100, 1e-8);
  // One metre along the meridian and the parallel: radii of curvature (Torge, Geodesy, eq. 4.13 and 4.15).
  const double s = std::sin(35.6 * 3.14159265358979323846 / 180), w = std::sqrt(1 - wgs84_e2 * s * s);
  const double meridian = wgs84_a * (1 - wgs84_e2) / (w * w * w) + 25, normal = wgs84_a / w + 25;
  const double radian = 180 / 3.14159265358979323846;
  const glm::dvec3 north = frame.to_local(GeoPoint{139.7, 35.6 + 1 / meridian * radian, 25});
  EXPECT_NEAR(north.y, 1, 1e-6);
  EXPECT_NEAR(north.x, 0, 1e-9);
  const glm::dvec3 east = frame.to_local(GeoPoint{139.7 + 1 / (normal * std::sqrt(1 - s * s)) * radian, 35.6, 25});
  EXPECT_NEAR(east.x, 1, 1e-6);
  EXPECT_NEAR(east.y, 0, 1e-6);
  const glm::dvec3 somewhere(1234.5, -987.6, 54.3);
  EXPECT_LT(glm::distance(frame.to_local(frame.to_geo(somewhere)), somewhere), 1e-6);
  EXPECT_LT(glm::distance(frame.to_local(frame.to_world(somewhere)), somewhere), 1e-8);
}

}  // namespace
}  // namespace tenbo::geo
