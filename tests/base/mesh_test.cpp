#include "tenbo/base/mesh.h"

#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>
#include <random>
#include <set>

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

// Five-sided towers, turned and tilted at random: which triangles look away from an eye is worked out one by one.
TEST(Mesh, GroupsLeaveOutOnlyWhatLooksAway) {
  MeshData mesh;
  std::mt19937 random(7);
  std::uniform_real_distribution<float> unit(-1, 1);
  for (std::uint32_t tower = 0; tower < 200; ++tower) {
    const float turn = unit(random) * 3, tilt = unit(random) * 0.3f, height = 8 + 6 * unit(random);
    const glm::vec2 at(unit(random) * 100, unit(random) * 100);
    const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
    for (int i = 0; i < 5; ++i)
      for (const float z : {0.f, height}) {
        const float a = turn + static_cast<float>(i) * 6.2831853f / 5;
        mesh.vertices.push_back({at.x + 5 * std::cos(a) + tilt * z, at.y + 5 * std::sin(a), z, 0, 0, 0, tower});
      }
    for (std::uint32_t i = 0; i < 5; ++i) {
      const std::uint32_t a = base + i * 2, b = base + (i + 1) % 5 * 2;
      mesh.indices.insert(mesh.indices.end(), {a, b, b + 1, a, b + 1, a + 1});
      if (i > 1) mesh.indices.insert(mesh.indices.end(), {base + 1, base + (i - 1) * 2 + 1, base + i * 2 + 1});
    }
  }
  const auto triangles_of = [](const MeshData& m) {  // as places, in an order of their own
    std::multiset<std::vector<float>> out;
    for (std::size_t i = 0; i < m.indices.size(); i += 3) {
      std::vector<float> t;
      for (std::size_t k = 0; k < 3; ++k) {
        const Vertex& v = m.vertices[m.indices[i + k]];
        t.insert(t.end(), {v.x, v.y, v.z, static_cast<float>(v.feature)});
      }
      out.insert(t);
    }
    return out;
  };
  const auto before = triangles_of(mesh);
  group_by_facing(mesh);
  EXPECT_EQ(triangles_of(mesh), before);

  std::size_t left_out = 0, hidden = 0;
  for (int e = 0; e < 100; ++e) {
    const glm::vec3 eye(unit(random) * 3000, unit(random) * 3000, 900 + 800 * unit(random));
    std::uint32_t next = 0;
    for (const FacingGroup& g : mesh.groups) {
      EXPECT_EQ(g.first_index, next);
      next += g.index_count;
      const bool away = looks_away(g, {0, 0, 5}, 160, eye);
      for (std::uint32_t i = g.first_index; i < next; i += 3) {
        const auto p = [&](std::uint32_t k) {
          const Vertex& v = mesh.vertices[mesh.indices[i + k]];
          return glm::dvec3(v.x, v.y, v.z);
        };
        const bool seen = glm::dot(glm::cross(p(1) - p(0), p(2) - p(0)), glm::dvec3(eye) - p(0)) > 0;
        EXPECT_FALSE(away && seen);
        left_out += away;
        hidden += !seen;
      }
    }
    EXPECT_EQ(next, mesh.indices.size());
  }
  EXPECT_GT(left_out, hidden / 2);  // and most of what looks away is left out
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
