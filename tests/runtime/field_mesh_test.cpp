// The surface of a field on hills. The ground is a closed formula; the area of all triangles in the field's own coordinates is 1.
#include <gtest/gtest.h>

#include <cmath>

#include "../../engine/runtime/src/field_mesh.h"

namespace tenbo::runtime {
namespace {

constexpr double west = 138, north = 36, cell = 0.01;  // degrees: about 900 m by 1.1 km
constexpr int columns = 20, rows = 18;

geo::FieldInfo coarse() {
  geo::FieldInfo info;
  info.grid.geotransform = {west, cell, 0, north, 0, -cell};
  info.grid.width = columns;
  info.grid.height = rows;
  info.grid.crs = geo::Crs::parse("EPSG:6668").value();
  info.extent = {west, north - rows * cell, west + columns * cell, north, 0, 0};
  return info;
}
// Ridges 1.5 km apart and 300 m high.
double hills(double lon, double lat) { return 200 + 150 * std::sin(lon * 380) * std::cos(lat * 420); }

struct Corner { double lon, lat, height; };
Corner corner(const FieldMesh& m, std::uint32_t i) {
  const auto& v = m.mesh.vertices[i];
  const auto p = m.frame.to_geo({v.x, v.y, v.z});
  return {p.lon, p.lat, p.height};
}
double area(const FieldMesh& m) {
  double sum = 0;
  for (std::size_t i = 0; i + 2 < m.mesh.indices.size(); i += 3) {
    const auto &a = m.mesh.vertices[m.mesh.indices[i]], &b = m.mesh.vertices[m.mesh.indices[i + 1]], &c = m.mesh.vertices[m.mesh.indices[i + 2]];
    sum += std::abs((double{b.u} - a.u) * (double{c.v} - a.v) - (double{b.v} - a.v) * (double{c.u} - a.u)) / 2;
  }
  return sum;
}
// How far the middles of its triangles are from the ground: the root of the mean square, m.
double off(const FieldMesh& m) {
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i + 2 < m.mesh.indices.size(); i += 3) {
    const Corner a = corner(m, m.mesh.indices[i]), b = corner(m, m.mesh.indices[i + 1]), c = corner(m, m.mesh.indices[i + 2]);
    const double size = std::abs((b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon));
    const double d = (a.height + b.height + c.height) / 3 - hills((a.lon + b.lon + c.lon) / 3, (a.lat + b.lat + c.lat) / 3);
    sum += size * d * d;
    weight += size;
  }
  return std::sqrt(sum / weight);
}

TEST(FieldMesh, WaterStandsOnTheCornersOfCells) {
  const auto info = coarse();
  const auto m = build_field_mesh(info, hills);
  EXPECT_EQ(m.mesh.vertices.size(), static_cast<std::size_t>((columns + 1) * (rows + 1)));
  EXPECT_EQ(m.mesh.indices.size(), static_cast<std::size_t>(columns * rows * 6));
  EXPECT_NEAR(area(m), 1, 1e-5);
  EXPECT_GT(off(m), 30);
}

TEST(FieldMesh, WhatLiesOnTheGroundFollowsItWithinCells) {
  const auto info = coarse();
  FieldMeshOptions options;
  options.surface = FieldSurface::ground;
  const auto m = build_field_mesh(info, hills, options);
  EXPECT_NEAR(area(m), 1, 1e-5);
  EXPECT_LT(off(m), 3);  // of more than 30 before; the budget ends there
  EXPECT_LE(m.mesh.indices.size() / 6, options.most_refined);
  // The corners are where the field's own coordinates say, and at the height of the ground there.
  for (std::uint32_t i = 0; i < m.mesh.vertices.size(); i += 7) {
    const Corner p = corner(m, i);
    EXPECT_NEAR(p.lon, west + m.mesh.vertices[i].u * columns * cell, 1e-6);
    EXPECT_NEAR(p.lat, north - m.mesh.vertices[i].v * rows * cell, 1e-6);
    EXPECT_NEAR(p.height, hills(p.lon, p.lat), 0.1);
  }
  std::size_t indices = 0;
  for (const auto& b : m.blocks) {
    EXPECT_EQ(b.first_index, indices);
    indices += b.index_count;
    for (std::uint32_t k = b.first_index; k < b.first_index + b.index_count; ++k) {  // each block holds its own cells alone
      const auto& v = m.mesh.vertices[m.mesh.indices[k]];
      EXPECT_GE(v.u * columns, b.x0 - 1e-4);
      EXPECT_LE(v.u * columns, b.x1 + 1e-4);
      EXPECT_GE(v.v * rows, b.y0 - 1e-4);
      EXPECT_LE(v.v * rows, b.y1 + 1e-4);
    }
  }
  EXPECT_EQ(indices, m.mesh.indices.size());
}

TEST(FieldMesh, ABudgetIsKeptAndTheWorstIsRefinedFirst) {
  const auto info = coarse();
  FieldMeshOptions options;
  options.surface = FieldSurface::ground;
  double last = off(build_field_mesh(info, hills));
  for (const std::size_t most : {1'000u, 4'000u, 16'000u}) {
    options.most_refined = most;
    const auto m = build_field_mesh(info, hills, options);
    EXPECT_LE(m.mesh.indices.size() / 6, most);
    EXPECT_LT(off(m), last) << most;
    last = off(m);
  }
}

TEST(FieldMesh, PlainsAreNotRefinedAndUnknownGroundIsThatOfTheMiddle) {
  const auto info = coarse();
  FieldMeshOptions options;
  options.surface = FieldSurface::ground;
  const auto flat = build_field_mesh(info, [](double, double) { return 12.0; }, options);
  EXPECT_EQ(flat.mesh.indices.size(), static_cast<std::size_t>(columns * rows * 6));
  const auto none = build_field_mesh(info, [](double, double) { return NAN; }, options);
  EXPECT_EQ(none.mesh.indices.size(), flat.mesh.indices.size());
  EXPECT_NEAR(corner(none, 0).height, 0, 0.1);
}

TEST(FieldMesh, AProjectedGridIsRefinedInPlace) {
  auto info = coarse();
  info.grid.crs = geo::Crs::parse("EPSG:6676").value();  // Plane Rectangular VIII: its origin is 36 N, 138.5 E
  info.grid.geotransform = {-20'000, 1000, 0, 10'000, 0, -1000};
  info.extent = {138.2, 35.8, 138.6, 36.2, 0, 0};
  FieldMeshOptions options;
  options.surface = FieldSurface::ground;
  const auto m = build_field_mesh(info, hills, options);
  EXPECT_NEAR(area(m), 1, 1e-5);
  EXPECT_LT(off(m), 3);  // of more than 30 before; the budget ends there
}

}  // namespace
}  // namespace tenbo::runtime
