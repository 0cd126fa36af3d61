// Colours of what stands for a feature from afar: walls and roofs have their own, by area, worked out by hand here.
#include <gtest/gtest.h>

#include "bake/looks.h"

namespace tenbo::io::bake {
namespace {

constexpr std::uint32_t packed(std::uint32_t r, std::uint32_t g, std::uint32_t b) { return 0xFF000000u | b << 16 | g << 8 | r; }

class FarColours : public ::testing::Test {
 protected:
  void SetUp() override { set.records.emplace_back(); }
  // A rectangle of one material, its corners counter-clockwise as seen from where it looks.
  void face(std::uint32_t colour, std::initializer_list<glm::vec3> corners) {
    Piece p;
    p.material = set.material({.colour = colour});
    p.first_corner = static_cast<std::uint32_t>(set.corners.size());
    p.corners = 4;
    p.first_index = static_cast<std::uint32_t>(set.indices.size());
    p.indices = 6;
    for (const auto& c : corners) set.corners.push_back({c.x, c.y, c.z, 0});
    for (const std::uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) set.indices.push_back(i);
    set.pieces.push_back(p);
    ++set.records.back().pieces;
  }
  std::pair<std::uint32_t, std::uint32_t> colours() {
    Looks looks(set, cache, 0);
    return far_colours(set, set.records.back(), looks);
  }
  FeatureSet set;
  ColourCache cache;
};

TEST_F(FarColours, WallsAndRoofsHaveTheirOwn) {
  face(packed(200, 180, 150), {{0, 0, 0}, {10, 0, 0}, {10, 0, 5}, {0, 0, 5}});     // a wall of 50 m2
  face(packed(80, 90, 100), {{0, 0, 5}, {10, 0, 5}, {10, 6, 5}, {0, 6, 5}});       // a roof of 60 m2
  face(packed(40, 50, 20), {{0, 6, 5}, {10, 6, 5}, {10, 8, 5}, {0, 8, 5}});        // and of 20 m2
  face(packed(255, 0, 0), {{0, 0, 0}, {0, 8, 0}, {10, 8, 0}, {10, 0, 0}});         // a floor, that nobody sees
  EXPECT_EQ(colours(), std::pair(packed(200, 180, 150), packed(70, 80, 80)));      // (60 * 80 + 20 * 40) / 80, ...
}

TEST_F(FarColours, WhereThereIsOneSideAlone) {
  face(packed(10, 20, 30), {{0, 0, 0}, {10, 0, 0}, {10, 0, 5}, {0, 0, 5}});
  EXPECT_EQ(colours(), std::pair(packed(10, 20, 30), packed(10, 20, 30)));
  face(packed(30, 20, 10), {{0, 0, 5}, {10, 0, 5}, {10, 0, 10}, {0, 0, 10}});  // as large
  EXPECT_EQ(colours(), std::pair(packed(20, 20, 20), packed(20, 20, 20)));
}

}  // namespace
}  // namespace tenbo::io::bake
