#include "tenbo/base/mesh.h"

#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>

#include "tenbo/base/handle.h"

namespace tenbo {
namespace {

// Cigolle et al. 2014, table 1: oct32 has a mean error of 0.00021 degrees; a hundredth of a degree is a generous bound.
TEST(Mesh, NormalsSurviveEncoding) {
  double worst = 0;
  for (int i = 0; i < 2000; ++i) {
    const double z = 1 - (2.0 * i + 1) / 2000, angle = i * 2.39996322972865332;  // Fibonacci sphere
    const double r = std::sqrt(1 - z * z);
    const glm::vec3 n(r * std::cos(angle), r * std::sin(angle), z);
    worst = std::max(worst, std::acos(std::min(1.0, static_cast<double>(glm::dot(n, decode_normal(encode_normal(n)))))));
  }
  EXPECT_LT(worst * 180 / M_PI, 0.05);  // float acos near 1 alone costs 0.03
  EXPECT_GT(decode_normal(encode_normal({0, 0, 0})).z, 0.99f);  // no direction: up
}

TEST(SlotMap, TellsStaleHandles) {
  SlotMap<int> map;
  const auto a = map.insert(1);
  EXPECT_EQ(*map.get(a), 1);
  EXPECT_EQ(map.remove(a), 1);
  EXPECT_EQ(map.get(a), nullptr);
  const auto b = map.insert(2);
  EXPECT_EQ(b.index, a.index);
  EXPECT_EQ(map.get(a), nullptr);
  EXPECT_EQ(*map.get(b), 2);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_FALSE(map.remove(a).has_value());
}

}  // namespace
}  // namespace tenbo
