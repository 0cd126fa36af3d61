// Baked light: what stands before a wall takes of its sky and its sun, and the same bytes four and eight ways at a time.
#include <gtest/gtest.h>

#include <random>

#include "bake/light.h"
#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io::bake {
namespace {

// Upright boxes at 35 degrees north, each a feature.
gltf_write::GlbTile tile_of(const std::vector<std::array<float, 5>>& boxes) {  // west, south, width, depth, height; m
  gltf_write::GlbTile tile;
  const auto frame = geo::LocalFrame::at({138, 35, 0});
  tile.origin = frame.origin;
  tile.axes = frame.axes;
  tile.rows = static_cast<std::uint32_t>(boxes.size());
  tile.materials.push_back({{200, 200, 200, 255}, -1, true});
  auto& p = tile.primitives.emplace_back();
  p.material = 0;
  for (std::uint32_t row = 0; row < boxes.size(); ++row) {
    const auto& [x, y, w, d, h] = boxes[row];
    const glm::vec2 c[]{{x, y}, {x + w, y}, {x + w, y + d}, {x, y + d}};
    const auto face = [&](std::initializer_list<glm::vec3> corners, glm::vec3 normal) {
      const auto first = static_cast<std::uint32_t>(p.vertices.size());
      for (const auto& at : corners) p.vertices.push_back({at, normal, row});
      p.indices.insert(p.indices.end(), {first, first + 1, first + 2, first, first + 2, first + 3});
    };
    const glm::vec3 sides[]{{0, -1, 0}, {1, 0, 0}, {0, 1, 0}, {-1, 0, 0}};
    for (int i = 0; i < 4; ++i) {
      const glm::vec2 a = c[i], b = c[(i + 1) % 4];
      face({{a, 0}, {b, 0}, {b, h}, {a, h}}, sides[i]);
    }
    face({{c[0], h}, {c[1], h}, {c[2], h}, {c[3], h}}, {0, 0, 1});
  }
  return tile;
}

TEST(BakedLight, AWallSeesLessBeforeATallerOneAndNoSunInItsShadow) {
  // The second house is 8 m south of the first one: it stands between its southern wall and the sun, which is about 50 degrees high.
  auto alone = tile_of({{0, 0, 10, 10, 6}, {300, 300, 10, 10, 6}}), shaded = tile_of({{0, 0, 10, 10, 6}, {-30, -18, 70, 10, 60}});
  light_tile(alone, LightDetail::corners);
  light_tile(shaded, LightDetail::corners);
  const auto& free = alone.primitives[0].vertices[0];
  const auto& dark = shaded.primitives[0].vertices[0];
  EXPECT_EQ(free.sun, 255);
  EXPECT_EQ(dark.sun, 0);
  EXPECT_LT(dark.open + 40, free.open);
  const auto& north = shaded.primitives[0].vertices[8];  // looks the other way
  EXPECT_EQ(north.open, alone.primitives[0].vertices[8].open);
}

TEST(BakedLight, IsTheSameFourAndEightWaysAtATime) {
  std::mt19937 random(7);
  std::vector<std::array<float, 5>> boxes;
  const auto number = [&](float most) { return static_cast<float>(random() % 10'000) / 10'000 * most; };
  for (int i = 0; i < 800; ++i) boxes.push_back({number(700), number(500), 4 + number(20), 4 + number(20), 3 + number(50)});
  for (const auto detail : {LightDetail::corners, LightDetail::faces}) {
    auto four = tile_of(boxes), eight = tile_of(boxes);
    light_tile(four, detail, false);
    light_tile(eight, detail, true);
    std::size_t differ = 0, lit = 0;
    for (std::size_t i = 0; i < four.primitives[0].vertices.size(); ++i) {
      const auto &a = four.primitives[0].vertices[i], &b = eight.primitives[0].vertices[i];
      differ += a.open != b.open || a.sun != b.sun;
      lit += a.open < 250 && a.open > 110;
    }
    EXPECT_EQ(differ, 0u);
    EXPECT_GT(lit, 1000u);
  }
}

}  // namespace
}  // namespace tenbo::io::bake
