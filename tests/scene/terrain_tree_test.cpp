#include "tenbo/scene/terrain_tree.h"

#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <map>
#include <set>

namespace tenbo::scene {
namespace {

const geo::Extent city{139.6, 35.5, 139.9, 35.8, 0, 400};
const glm::dvec2 screen(1280, 720);

double area(const geo::Extent& e) { return (e.east - e.west) * (e.north - e.south); }

// The tiles do not overlap and their areas add up to the extent's.
void expect_covers(const TerrainTree& tree, const std::vector<TileId>& tiles, const geo::Extent& extent) {
  double sum = 0;
  std::set<TileId> all(tiles.begin(), tiles.end());
  EXPECT_EQ(all.size(), tiles.size());
  for (TileId id : tiles) {
    sum += area(tree.box(id));
    while (id.level > 0) {
      id = {id.level - 1, id.x / 2, id.y / 2};
      EXPECT_FALSE(all.count(id));
    }
  }
  EXPECT_NEAR(sum / area(extent), 1, 1e-9);
}

TEST(TerrainTree, FinestLevelMatchesTheData) {
  for (const double resolution : {0.5, 5.0, 10.0, 90.0, 1e6}) {
    const TerrainTree tree(city, resolution);
    const double finest = tree.cell_size(tree.levels() - 1);
    EXPECT_LE(finest, std::max(resolution, finest / 2) * 1.001);
    if (tree.levels() > 1) {
      EXPECT_GT(finest, resolution / 2.001);
    }
  }
  const geo::Extent strip{139, 35, 141, 35.1, 0, 0};
  const TerrainTree tree(strip, 10);
  EXPECT_GT(tree.roots().size(), 1u);  // tiles stay near to squares
  expect_covers(tree, tree.roots(), strip);
  EXPECT_EQ(tree.box({2, 3, 1}).east, tree.box({2, 4, 1}).west);  // to the last bit
  EXPECT_EQ(tree.box({0, 0, 0}).west, strip.west);
  EXPECT_EQ(tree.box({1, 2 * static_cast<int>(tree.roots().size()) - 1, 1}).east, strip.east);
}

TEST(TerrainTree, SurvivesOddExtents) {
  for (const geo::Extent e : {geo::Extent{}, geo::Extent{1, 1, 1, 1, 0, 0}, geo::Extent{-180, -90, 180, 90, 0, 9000},
                              geo::Extent{0, 89.9, 1, 90, 0, 0}, geo::Extent{139, 35, 139.0000001, 36, 0, 0}})
    for (const double resolution : {0.0, -1.0, std::nan(""), 1e-9, 30.0}) {
      const TerrainTree tree(e, resolution);
      EXPECT_GE(tree.levels(), 1);
      EXPECT_LE(tree.levels(), 24);
      const auto s = tree.select(Camera{}, screen, 2, [](const TileId&) { return true; });
      EXPECT_FALSE(s.draw.empty());
      EXPECT_LT(s.draw.size(), 5000u);
    }
}

TEST(TerrainTree, NearIsFineFarIsCoarse) {
  const TerrainTree tree(city, 5);
  Camera c = look_at({139.75, 35.65, 0}, 800, 0, -35);
  const auto all = tree.select(c, screen, 1.5, [](const TileId&) { return true; });
  EXPECT_TRUE(all.request.empty());
  expect_covers(tree, all.draw, city);
  int finest = 0, coarsest = 99;
  for (const TileId& id : all.draw) {
    finest = std::max(finest, id.level);
    coarsest = std::min(coarsest, id.level);
    // What is drawn in sight is as fine as asked for, unless there is no finer.
    if (id.level + 1 < tree.levels()) {
      const geo::Extent box = tree.box(id);
      const auto pixel = c.project(geo::to_ecef(box.centre()), screen);
      if (pixel && pixel->x > 0 && pixel->y > 0 && pixel->x < screen.x && pixel->y < screen.y) {
        const double distance = glm::distance(c.position(), geo::to_ecef(box.centre()));
        EXPECT_LE(tree.error(id.level) * screen.y / 2 / std::tan(18 * 3.14159265 / 180) / distance, 1.5);
      }
    }
  }
  EXPECT_EQ(finest, tree.levels() - 1);
  EXPECT_LE(coarsest, 3);
  c = look_at({139.75, 35.65, 0}, 3e6, 0, -60);
  const auto far = tree.select(c, screen, 1.5, [](const TileId&) { return true; });
  EXPECT_EQ(far.draw, tree.roots());
}

TEST(TerrainTree, NeverAHoleWhileTilesArrive) {
  const TerrainTree tree(city, 5);
  std::set<TileId> loaded;
  const auto is_loaded = [&](const TileId& id) { return loaded.count(id) != 0; };
  Camera c = look_at({139.75, 35.65, 0}, 800, 0, -35);
  auto s = tree.select(c, screen, 1.5, is_loaded);
  EXPECT_TRUE(s.draw.empty());
  EXPECT_EQ(s.request.size(), tree.roots().size());
  for (const auto& id : tree.roots()) loaded.insert(id);
  int steps = 0;
  // Tiles arrive one by one, in an order of their own, while the camera moves.
  for (; steps < 20000; ++steps) {
    if (steps < 60) c = look_at({139.75 + steps * 0.001, 35.65, 0}, 800 + steps * 40, steps * 3.0, -35);
    s = tree.select(c, screen, 1.5, is_loaded);
    for (const auto& id : s.draw) ASSERT_TRUE(loaded.count(id));
    if (steps % 7 == 0 || steps < 100) expect_covers(tree, s.draw, city);
    if (s.request.empty()) break;
    std::set<TileId> unique(s.request.begin(), s.request.end());
    ASSERT_EQ(unique.size(), s.request.size());
    loaded.insert(s.request[static_cast<std::size_t>(steps * 31) % s.request.size()]);
  }
  EXPECT_TRUE(s.request.empty());
  expect_covers(tree, s.draw, city);
  // What was loaded on the way does not change what is drawn in the end.
  EXPECT_EQ(s.draw, tree.select(c, screen, 1.5, [](const TileId&) { return true; }).draw);
}

TEST(TerrainTree, ChildrenStandInForALostParent) {
  const TerrainTree tree(city, 5);
  const Camera far = look_at({139.75, 35.65, 0}, 3e6, 0, -60);
  const auto s = tree.select(far, screen, 1.5, [](const TileId& id) { return id.level == 1; });
  EXPECT_EQ(s.request, tree.roots());
  expect_covers(tree, s.draw, city);
}

TEST(TerrainTree, TilesBetweenMayBeThrownAway) {
  const TerrainTree tree(city, 5);
  const Camera c = look_at({139.75, 35.65, 0}, 800, 0, -35);
  const auto all = tree.select(c, screen, 1.5, [](const TileId&) { return true; });
  std::set<TileId> kept(all.draw.begin(), all.draw.end());
  for (const auto& id : tree.roots()) kept.insert(id);
  auto s = tree.select(c, screen, 1.5, [&](const TileId& id) { return kept.count(id) != 0; });
  EXPECT_EQ(s.draw, all.draw);
  EXPECT_TRUE(s.request.empty());
  kept.erase(all.draw[all.draw.size() / 2]);  // one that is drawn goes as well: the ground stays whole, and it comes back
  for (int i = 0; i < 200; ++i) {
    s = tree.select(c, screen, 1.5, [&](const TileId& id) { return kept.count(id) != 0; });
    expect_covers(tree, s.draw, city);
    if (s.request.empty()) break;
    kept.insert(s.request.front());
  }
  EXPECT_EQ(s.draw, all.draw);
}

// --- one tile

double hills(double lon, double lat) { return 200 + 80 * std::sin(lon * 900) + 60 * std::cos(lat * 1100 + lon * 300); }

TEST(TerrainTile, VerticesLieOnTheGround) {
  const geo::Extent box{139.7, 35.6, 139.72, 35.62, 0, 0};
  const TerrainTile tile = build_terrain_tile(box, hills, 32);
  ASSERT_GE(tile.mesh.vertices.size(), 33u * 33u);
  for (std::size_t i = 0; i < 33 * 33; ++i) {
    const Vertex& v = tile.mesh.vertices[i];
    const geo::GeoPoint p = tile.frame.to_geo({v.x, v.y, v.z});
    ASSERT_NEAR(p.height, hills(p.lon, p.lat), 0.01);
    ASSERT_NEAR(v.u, (p.lon - box.west) / (box.east - box.west), 1e-5);
    ASSERT_NEAR(v.v, (box.north - p.lat) / (box.north - box.south), 1e-5);
    ASSERT_EQ(v.feature, no_feature);
  }
  double up_area = 0;
  for (std::size_t i = 0; i < 32 * 32 * 6; i += 3) {  // counter-clockwise from above
    const auto& a = tile.mesh.vertices[tile.mesh.indices[i]];
    const auto& b = tile.mesh.vertices[tile.mesh.indices[i + 1]];
    const auto& c = tile.mesh.vertices[tile.mesh.indices[i + 2]];
    const double twice = static_cast<double>(b.x - a.x) * (c.y - a.y) - static_cast<double>(b.y - a.y) * (c.x - a.x);
    ASSERT_GT(twice, 0);
    up_area += twice / 2;
  }
  const glm::dvec3 sw = tile.frame.to_local(geo::GeoPoint{box.west, box.south, tile.frame.anchor.height});
  const glm::dvec3 ne = tile.frame.to_local(geo::GeoPoint{box.east, box.north, tile.frame.anchor.height});
  EXPECT_NEAR(up_area / ((ne.x - sw.x) * (ne.y - sw.y)), 1, 0.01);
  EXPECT_LE(tile.box.min_height, tile.box.max_height);
  for (const Vertex& v : tile.mesh.vertices)
    EXPECT_TRUE(v.x >= tile.min.x && v.x <= tile.max.x && v.z >= tile.min.z && v.z <= tile.max.z);
}

TEST(TerrainTile, NormalsAreTheSurfacesAndAgreeAcrossBorders) {
  const auto slope = [](double lon, double) { return (lon - 139.7) * 50000; };
  const geo::Extent box{139.7, 35.6, 139.71, 35.61, 0, 0};
  const TerrainTile tile = build_terrain_tile(box, slope, 16);
  // The plane rises by this much for each metre east (radius of the parallel: Torge, Geodesy, eq. 4.15).
  const double s = std::sin(35.605 * 3.14159265358979 / 180);
  const double parallel = geo::wgs84_a / std::sqrt(1 - geo::wgs84_e2 * s * s) * std::sqrt(1 - s * s) * 3.14159265358979 / 180;
  const double rise = 50000 / parallel;
  const glm::vec3 n = decode_normal(tile.mesh.vertices[8 * 17 + 8].normal);
  EXPECT_NEAR(n.x, -rise / std::sqrt(1 + rise * rise), 1e-3);
  EXPECT_NEAR(n.y, 0, 1e-3);

  const geo::Extent west{139.7, 35.6, 139.71, 35.61, 0, 0}, east{139.71, 35.6, 139.72, 35.61, 0, 0};
  const TerrainTile a = build_terrain_tile(west, hills, 16), b = build_terrain_tile(east, hills, 16);
  for (int j = 0; j <= 16; ++j) {
    const auto& va = a.mesh.vertices[static_cast<std::size_t>(j * 17 + 16)];
    const auto& vb = b.mesh.vertices[static_cast<std::size_t>(j * 17)];
    EXPECT_LT(glm::distance(a.frame.to_world({va.x, va.y, va.z}), b.frame.to_world({vb.x, vb.y, vb.z})), 1e-3);
    const glm::dvec3 na = a.frame.axes * glm::dvec3(decode_normal(va.normal)), nb = b.frame.axes * glm::dvec3(decode_normal(vb.normal));
    EXPECT_GT(glm::dot(na, nb), 0.99999);
  }
}

// A coarse tile beside a finer one: along their common edge, the skirts of both reach past the surface of the other.
TEST(TerrainTile, SkirtsCloseTheGapBetweenLevels) {
  const geo::Extent coarse_box{139.70, 35.60, 139.72, 35.62, 0, 0};
  for (const int finer : {2, 4, 16}) {
    const double edge = 0.02 / finer;
    const geo::Extent fine_box{139.72, 35.60, 139.72 + edge, 35.60 + edge, 0, 0};
    const TerrainTile coarse = build_terrain_tile(coarse_box, hills, 48), fine = build_terrain_tile(fine_box, hills, 48);
    // Heights of upper edge and skirt's foot by latitude, as straight lines between vertices on the common meridian.
    const auto edge_of = [](const TerrainTile& t, float u) {
      std::map<double, std::pair<double, double>> by_lat;  // latitude -> foot, top
      for (const Vertex& v : t.mesh.vertices) {
        if (v.u != u) continue;
        const geo::GeoPoint top = t.frame.to_geo({v.x, v.y, v.z});
        const double lat = std::round((t.box.north - v.v * (t.box.north - t.box.south)) * 1e9) / 1e9;
        auto [it, fresh] = by_lat.try_emplace(lat, top.height, top.height);
        it->second = {std::min(it->second.first, top.height), std::max(it->second.second, top.height)};
      }
      return by_lat;
    };
    const auto c = edge_of(coarse, 1.f), f = edge_of(fine, 0.f);
    ASSERT_EQ(c.size(), 49u);
    ASSERT_EQ(f.size(), 49u);
    const auto at = [](const auto& line, double lat) {
      auto b = line.lower_bound(lat);
      if (b == line.begin()) return b->second;
      if (b == line.end()) return std::prev(b)->second;
      const auto a = std::prev(b);
      const double k = (lat - a->first) / (b->first - a->first);
      return std::pair{a->second.first + (b->second.first - a->second.first) * k, a->second.second + (b->second.second - a->second.second) * k};
    };
    double gap = 0;
    for (int i = 0; i <= 1000; ++i) {
      const double lat = 35.60 + edge * i / 1000;
      const auto [coarse_foot, coarse_top] = at(c, lat);
      const auto [fine_foot, fine_top] = at(f, lat);
      gap = std::max(gap, std::abs(coarse_top - fine_top));
      ASSERT_LE(coarse_foot, fine_top) << finer;
      ASSERT_LE(fine_foot, coarse_top) << finer;
    }
    EXPECT_GT(gap, 0.1);  // there was a gap to close
  }
}

TEST(TerrainTile, NodataIsAHoleAndTheDataEndsCleanly) {
  const geo::Extent box{139.7, 35.6, 139.72, 35.62, 0, 0};
  const auto island = [](double lon, double lat) {
    if (lon < 139.7 - 1e-12 || lat < 35.6 - 1e-12 || lon > 139.72 + 1e-12 || lat > 35.62 + 1e-12) return std::nan("");
    return lon > 139.7045 && lon < 139.7095 && lat > 35.6045 && lat < 35.6095 ? std::nan("") : 10.0;
  };
  const TerrainTile tile = build_terrain_tile(box, island, 20);
  for (const Vertex& v : tile.mesh.vertices) {
    EXPECT_TRUE(std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z));
    EXPECT_NEAR(tile.frame.to_geo({v.x, v.y, v.z}).height, 10, 0.01);  // no skirt hangs over the edge of the data
  }
  EXPECT_EQ(tile.mesh.vertices.size(), 21u * 21u - 5u * 5u);
  // 6 x 6 cells touch the hole; the four at its corners keep one triangle.
  EXPECT_EQ(tile.mesh.indices.size() / 3, (400u - 36u) * 2 + 4u);
  const TerrainTile nothing = build_terrain_tile(box, [](double, double) { return std::nan(""); });
  EXPECT_TRUE(nothing.mesh.vertices.empty());
  EXPECT_TRUE(nothing.mesh.indices.empty());
  const TerrainTile infinite = build_terrain_tile(box, [](double, double) { return INFINITY; });
  EXPECT_TRUE(infinite.mesh.indices.empty());
}

}  // namespace
}  // namespace tenbo::scene
