// Outlines that cost a plain ear clipping the square of their length.
#include <gtest/gtest.h>

#include <cmath>

#include "city/triangulate.h"

namespace tenbo::io::city {
namespace {

// A base of 1800 x 100 m with `teeth` upright teeth of 900 m, each as wide as the gap beside it: its area is 180,000 + 900 * 900 m2.
std::vector<glm::dvec3> comb(int teeth) {
  std::vector<glm::dvec3> p;
  for (int i = 0; i < teeth; ++i) {
    const double x = 1800.0 * i / teeth, width = 900.0 / teeth;
    for (const auto& [dx, y] : {std::pair(0.0, 100.0), std::pair(0.0, 1000.0), std::pair(width, 1000.0), std::pair(width, 100.0)}) p.emplace_back(x + dx, y, 0);
  }
  p.insert(p.end(), {{1800, 100, 0}, {1800, 0, 0}, {0, 0, 0}});
  return p;
}

TEST(Triangulate, ACombOfManyTeethKeepsItsArea) {
  const auto points = comb(10'000);
  std::vector<std::uint32_t> triangles;
  glm::dvec3 normal;
  const std::uint32_t starts[] = {0, static_cast<std::uint32_t>(points.size())};
  ASSERT_EQ(Triangulator().run(points, starts, triangles, normal), Triangulation::done);
  double area = 0;
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const auto &a = points[triangles[i]], &b = points[triangles[i + 1]], &c = points[triangles[i + 2]];
    area += std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
  }
  EXPECT_NEAR(area, 180'000 + 900 * 900, 1e-3);
}

}  // namespace
}  // namespace tenbo::io::city
