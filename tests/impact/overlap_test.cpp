// Expected areas are those of rectangles and triangles by the school's formulas.
#include "tenbo/impact/overlap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace tenbo::impact {
namespace {

// Cells of 0.1 degrees from 138 E, 35 N southwards, 10 x 10, without a CRS of its own: longitude and latitude.
geo::GridGeometry grid() {
  geo::GridGeometry g;
  g.width = g.height = 10;
  g.geotransform = {138, 0.1, 0, 35, 0, -0.1};
  return g;
}

void add_ring(Assets& a, std::uint32_t asset, std::initializer_list<LonLat> ring, bool hole = false) {
  a.add_part(asset, Shape::area, hole);
  for (const auto& p : ring) a.add_point(p.lon, p.lat);
  a.count = std::max(a.count, asset + 1);
}
void add_box(Assets& a, std::uint32_t asset, double w, double s, double e, double n, bool hole = false) {
  add_ring(a, asset, {{w, s}, {e, s}, {e, n}, {w, n}}, hole);
}

std::vector<std::pair<std::uint32_t, float>> pieces(const Overlaps& o, std::uint32_t asset) {
  std::vector<std::pair<std::uint32_t, float>> out;
  for (const auto& p : o.of(asset)) out.emplace_back(p.place, p.share);
  return out;
}

class Overlap : public ::testing::Test {
 protected:
  Overlaps cells(const Assets& a) {
    auto made = overlap_cells(a, grid(), jobs_);
    EXPECT_TRUE(made) << (made ? "" : made.error().text());
    return made ? std::move(*made) : Overlaps{};
  }
  JobSystem jobs_{2};
};

void expect_pieces(const Overlaps& o, std::uint32_t asset, const std::vector<std::pair<std::uint32_t, float>>& expected) {
  const auto found = pieces(o, asset);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].first, expected[i].first);
    EXPECT_NEAR(found[i].second, expected[i].second, 1e-6);
  }
}

TEST_F(Overlap, ABoxIsSharedOutByArea) {
  Assets a;
  add_box(a, 0, 138.02, 34.92, 138.04, 34.94);      // within cell 0
  add_box(a, 1, 138.07, 34.85, 138.17, 34.95);      // three tenths of its width west of 138.1, half of it north of 34.9
  const auto o = cells(a);
  expect_pieces(o, 0, {{0, 1.f}});
  expect_pieces(o, 1, {{0, .15f}, {1, .35f}, {10, .15f}, {11, .35f}});
}

TEST_F(Overlap, ATriangleHasHalfOfItsBox) {
  Assets a;
  // right angle at the south-west, legs of two cells: the cell at the corner is full (1 of 2), its neighbours are halves
  add_ring(a, 0, {{138.2, 34.2}, {138.4, 34.2}, {138.2, 34.4}});
  const auto o = cells(a);
  expect_pieces(o, 0, {{6 * 10 + 2, .25f}, {7 * 10 + 2, .5f}, {7 * 10 + 3, .25f}});
}

TEST_F(Overlap, HolesAreTakenOffAndRingsMayTurnEitherWay) {
  Assets a;
  add_box(a, 0, 138.0, 34.8, 138.2, 35.0);
  add_ring(a, 0, {{138.0, 34.9}, {138.0, 35.0}, {138.1, 35.0}, {138.1, 34.9}}, true);  // cell 0, turned the other way
  expect_pieces(cells(a), 0, {{1, 1 / 3.f}, {10, 1 / 3.f}, {11, 1 / 3.f}});
}

TEST_F(Overlap, AConcaveRingThatFallsApart) {
  Assets a;
  // a U over three cells of a row: two arms of a cell's width, joined below in the next row
  add_ring(a, 0, {{138.0, 34.8}, {138.3, 34.8}, {138.3, 35.0}, {138.2, 35.0}, {138.2, 34.9}, {138.1, 34.9}, {138.1, 35.0}, {138.0, 35.0}});
  expect_pieces(cells(a), 0, {{0, .2f}, {2, .2f}, {10, .2f}, {11, .2f}, {12, .2f}});
}

TEST_F(Overlap, WhatLiesOutsideIsInNoPiece) {
  Assets a;
  add_box(a, 0, 137.9, 34.95, 138.1, 35.05);  // a quarter within
  add_box(a, 1, 140, 34, 141, 35);
  const auto o = cells(a);
  expect_pieces(o, 0, {{0, .25f}});
  EXPECT_TRUE(o.of(1).empty());
  EXPECT_TRUE(o.unplaced.empty());
}

TEST_F(Overlap, LinesByLengthAndPointsByCell) {
  Assets a;
  a.add_part(0, Shape::line);
  a.add_point(138.05, 34.95);
  a.add_point(138.25, 34.95);
  a.add_part(1, Shape::point);
  a.add_point(138.91, 34.01);
  a.count = 2;
  const auto o = cells(a);
  expect_pieces(o, 0, {{0, .25f}, {1, .5f}, {2, .25f}});
  expect_pieces(o, 1, {{99, 1.f}});
}

TEST_F(Overlap, NoPlaceIsNeitherInsideNorOutside) {
  Assets a;
  add_box(a, 0, 138.02, 34.92, NAN, 34.94);
  add_ring(a, 1, {{138.1, 34.1}, {138.1, 34.1}, {138.1, 34.1}});  // no area
  a.count = 3;                                                    // and one that has nothing at all
  EXPECT_EQ(cells(a).unplaced, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST_F(Overlap, AGridFrom0To360) {
  auto g = grid();
  g.geotransform = {0, 1, 0, 90, 0, -1};
  g.width = 360;
  g.height = 180;
  Assets a;
  add_box(a, 0, -70.75, -33.25, -70.25, -32.75);  // Santiago: column 289, rows 122 and 123
  auto o = overlap_cells(a, g, jobs_);
  ASSERT_TRUE(o);
  expect_pieces(*o, 0, {{122 * 360 + 289, .5f}, {123 * 360 + 289, .5f}});
}

// Zone 8 of Japan's plane rectangular system: x is the northing in the authority's order, GDAL's grids have the easting first.
TEST_F(Overlap, AProjectedGrid) {
  auto g = grid();
  g.crs = *geo::Crs::parse("EPSG:6676");
  g.geotransform = {-5000, 1000, 0, 5000, 0, -1000};
  auto way = geo::Transformer::to_geographic(g.crs, geo::AxisOrder::xy);
  ASSERT_TRUE(way);
  std::vector<geo::GeoPoint> ring{{900, 900, 0}, {1100, 900, 0}, {1100, 1300, 0}, {900, 1300, 0}};
  way->transform(ring);
  Assets a;
  add_ring(a, 0, {{ring[0].lon, ring[0].lat}, {ring[1].lon, ring[1].lat}, {ring[2].lon, ring[2].lat}, {ring[3].lon, ring[3].lat}});
  auto o = overlap_cells(a, g, jobs_);
  ASSERT_TRUE(o);
  expect_pieces(*o, 0, {{35, .375f}, {36, .375f}, {45, .125f}, {46, .125f}});
}

TEST_F(Overlap, ATransformThatCannotBeInverted) {
  auto g = grid();
  g.geotransform = {138, 0, 0, 35, 0, 0};
  const auto o = overlap_cells({}, g, jobs_);
  ASSERT_FALSE(o);
  EXPECT_EQ(o.error().code, ErrorCode::malformed);
}

TEST_F(Overlap, TheSameWhateverTheThreads) {
  Assets a;
  std::mt19937 random(1);
  std::uniform_real_distribution<double> lon(137.9, 139.1), lat(33.9, 35.1), size(0.001, 0.3);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const double w = lon(random), s = lat(random);
    add_box(a, i, w, s, w + size(random), s + size(random));
  }
  JobSystem one(1);
  const auto x = cells(a);
  const auto y = *overlap_cells(a, grid(), one);
  ASSERT_EQ(x.starts, y.starts);
  for (std::size_t i = 0; i < x.pieces.size(); ++i) {
    ASSERT_EQ(x.pieces[i].place, y.pieces[i].place);
    ASSERT_EQ(x.pieces[i].share, y.pieces[i].share);
  }
}

// Zones that are the grid's own cells give the same pieces as the grid: two ways to the same areas.
TEST_F(Overlap, ZonesAndCellsAgree) {
  Assets zones;
  for (std::uint32_t r = 0; r < 10; ++r)
    for (std::uint32_t c = 0; c < 10; ++c) add_box(zones, r * 10 + c, 138 + c * .1, 35 - (r + 1) * .1, 138 + (c + 1) * .1, 35 - r * .1);
  Assets a;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> lon(138, 139), lat(34, 35), away(-.15, .15);
  for (std::uint32_t i = 0; i < 400; ++i) {
    const double x = lon(random), y = lat(random);
    add_ring(a, i, {{x, y}, {x + away(random), y + away(random)}, {x + away(random), y + away(random)}});
  }
  for (std::uint32_t i = 400; i < 500; ++i) {
    a.add_part(i, Shape::line);
    const double x = lon(random), y = lat(random);
    a.add_point(x, y);
    a.add_point(x + away(random), y + away(random));
    a.count = i + 1;
  }
  const auto by_cell = cells(a), by_zone = overlap_zones(a, zones, jobs_);
  ASSERT_EQ(by_zone.assets(), 500u);
  for (std::uint32_t i = 0; i < 500; ++i) {
    std::vector<double> x(100), y(100);
    for (const auto& p : by_cell.of(i)) x[p.place] = p.share;
    for (const auto& p : by_zone.of(i)) y[p.place] = p.share;
    // lines are straight in pixels, and measured with one latitude's width: equal where cells are square in degrees
    for (std::size_t k = 0; k < 100; ++k) ASSERT_NEAR(x[k], y[k], 1e-5) << "asset " << i << " cell " << k;
  }
}

TEST_F(Overlap, AZoneWithAHoleAndAConcaveOne) {
  Assets zones;
  add_box(zones, 0, 138, 34, 139, 35);
  add_box(zones, 0, 138.4, 34.4, 138.6, 34.6, true);
  add_ring(zones, 1, {{138.0, 34.8}, {138.3, 34.8}, {138.3, 35.0}, {138.2, 35.0}, {138.2, 34.9}, {138.1, 34.9}, {138.1, 35.0}, {138.0, 35.0}});
  Assets a;
  add_box(a, 0, 138.3, 34.45, 138.5, 34.55);   // half of it in the hole
  add_box(a, 1, 138.05, 34.9, 138.15, 35.0);   // half of it in the west arm of the U
  add_box(a, 2, 138.11, 34.91, 138.19, 34.99); // between the arms
  a.add_part(3, Shape::point);
  a.add_point(138.5, 34.5);
  a.count = 4;
  const auto o = overlap_zones(a, zones, jobs_);
  expect_pieces(o, 0, {{0, .5f}});
  expect_pieces(o, 1, {{0, 1.f}, {1, .5f}});
  expect_pieces(o, 2, {{0, 1.f}});
  EXPECT_TRUE(o.of(3).empty());
}

}  // namespace
}  // namespace tenbo::impact
