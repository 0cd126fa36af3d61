// 3DTILES_bounding_volume_S2: cells as volumes, and implicit tiling of them. Expected: ids, places on the faces and corners by
// Google's S2 library (Debian's libs2 0.10.0); ECEF by geo::to_ecef, which its own tests check against PROJ.
#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>

#include "gdal_tools.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/tiles.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

std::string volume(const std::string& token, double low = 0, double high = 1000) {
  return R"("boundingVolume":{"extensions":{"3DTILES_bounding_volume_S2":{"token":")" + token + R"(","minimumHeight":)" + std::to_string(low) + R"(,"maximumHeight":)" +
         std::to_string(high) + "}}}";
}
Result<io::TileTree> tree(const std::string& root, const std::string& subtree = {}) {
  const fs::path folder = test::scratch("tile_s2");
  if (!subtree.empty()) test::write(folder / "0.0.0", subtree);
  test::write(folder / "tileset.json", R"({"asset":{"version":"1.1"},"geometricError":9,"extensionsUsed":["3DTILES_bounding_volume_S2"],"extensionsRequired":["3DTILES_bounding_volume_S2"],"root":{"refine":"ADD","geometricError":4,)" +
                                           root + "}}");
  std::string entry;
  auto source = io::open_tile_source(folder, entry);
  return io::read_tile_tree(**source, entry);
}

struct Known {
  const char* token;
  std::uint64_t id;
  double corners[4][2];  // degrees east, north
};
const Known known[] = {
    {"89c6c7", 9927841231398764544u, {{-75.247906060764, 40.010391157255}, {-75.247906060764, 39.929989706041}, {-75.154538076071, 39.917849427861}, {-75.154538076071, 39.998244825934}}},
    {"2ef", 3382203320155242496u, {{100.619655276155, -16.266726490119}, {106.534837857345, -15.886262361666}, {106.534837857345, -10.189892646180}, {100.619655276155, -10.441798171726}}},
    {"6018a5c4", 6924466688314310656u, {{139.916188582338, 36.094482938033}, {139.916188582338, 36.085331106307}, {139.926438377281, 36.089436399787}, {139.926438377281, 36.098588653019}}},
    {"b", 12682136550675316736u, {{-135.000000000000, -35.264389682755}, {135.000000000000, -35.264389682755}, {45.000000000000, -35.264389682755}, {-45.000000000000, -35.264389682755}}},
};

}  // namespace

TEST(TileS2, CellsLieWhereTheyLie) {
  for (const auto& k : known) {
    const auto t = tree(volume(k.token, -100, 900));
    ASSERT_TRUE(t.ok()) << t.error().text();
    EXPECT_TRUE(t->on_earth);
    const auto& s2 = std::get<io::TileS2>(t->tiles[0].volume);
    EXPECT_EQ(s2.cell, k.id) << k.token;
    const auto sphere = io::sphere_around(s2);
    const auto box = io::box_around(s2);
    double across = 0;
    for (const auto& a : k.corners) {
      for (const double h : {-100.0, 900.0}) {
        const auto p = geo::to_ecef({a[0], a[1], h});
        EXPECT_LE(glm::length(p - sphere.centre), sphere.radius) << k.token;
        if (!box) continue;
        for (int axis = 0; axis < 3; ++axis) {
          const double half = glm::length(box->half_axes[axis]);
          EXPECT_LE(std::abs(glm::dot(p - box->centre, box->half_axes[axis] / half)), half) << k.token << " axis " << axis;
        }
      }
      for (const auto& b : k.corners) across = std::max(across, glm::length(geo::to_ecef({a[0], a[1], 900}) - geo::to_ecef({b[0], b[1], 900})));
    }
    // No wider than it needs to be; a face bulges more than its corners lie apart.
    if (box) {
      EXPECT_LE(sphere.radius, across * 0.65 + 1000) << k.token;
      EXPECT_LE(glm::length(box->half_axes[0]), across * 0.6) << k.token;
    }
  }
  EXPECT_FALSE(io::box_around({known[3].id, 0, 1}));  // a whole face is no box
}

TEST(TileS2, ImplicitTilesFollowTheFacesPlaces) {
  const char* all = R"({"tileAvailability":{"constant":1},"contentAvailability":[{"constant":0}],"childSubtreeAvailability":{"constant":0}})";
  const std::string implicit = R"(,"implicitTiling":{"subdivisionScheme":"QUADTREE","subtreeLevels":3,"availableLevels":3,"subtrees":{"uri":"{level}.{x}.{y}"}})";
  const auto cell_at = [](const io::TileTree& t, std::size_t level_start, std::uint32_t x, std::uint32_t y) {
    std::uint32_t morton = 0;
    for (int b = 0; b < 2; ++b) morton |= (x >> b & 1) << (2 * b) | (y >> b & 1) << (2 * b + 1);
    return std::get<io::TileS2>(t.tiles[level_start + morton].volume);
  };
  const auto id = [](const char* token) {
    std::string digits = token;
    digits.resize(16, '0');
    return std::stoull(digits, nullptr, 16);
  };
  auto t = tree(volume("6018a5c4") + implicit, all);
  ASSERT_TRUE(t.ok()) << t.error().text();
  ASSERT_EQ(t->tiles.size(), 21u);
  EXPECT_EQ(cell_at(*t, 5, 1, 2).cell, id("6018a5c3c"));
  EXPECT_EQ(cell_at(*t, 5, 3, 0).cell, id("6018a5c7c"));
  t = tree(volume("1") + implicit, all);
  ASSERT_TRUE(t.ok());
  EXPECT_EQ(cell_at(*t, 5, 1, 2).cell, id("0f"));
  t = tree(volume("b") + implicit, all);  // an odd face, whose curve goes the other way
  ASSERT_TRUE(t.ok());
  EXPECT_EQ(cell_at(*t, 5, 3, 0).cell, id("ab"));
  EXPECT_EQ(cell_at(*t, 5, 1, 2).cell, id("bb"));

  // An octree cuts the heights too: at level 2 a quarter each.
  std::string octree = implicit;
  octree.replace(octree.find("QUADTREE"), 8, "OCTREE");
  t = tree(volume("1", 0, 1000) + octree, all);
  ASSERT_TRUE(t.ok()) << t.error().text();
  ASSERT_EQ(t->tiles.size(), 73u);
  const auto& last = std::get<io::TileS2>(t->tiles.back().volume);  // x = y = z = 3
  EXPECT_EQ(last.min_height, 750);
  EXPECT_EQ(last.max_height, 1000);

  EXPECT_FALSE(tree(volume("0000000000000001") + implicit, all).ok());  // a leaf cell has no children
}
