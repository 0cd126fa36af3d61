#pragma once
// Cells of the S2 hierarchy (a cube's faces on the sphere, each a quadtree along a Hilbert curve, quadratic projection), as
// bounding volumes of 3D Tiles use them. Latitudes of the sphere are those of the ellipsoid.
#include <cstdint>
#include <glm/vec2.hpp>
#include <optional>
#include <string_view>

namespace tenbo::io::tiles {

// A cell by its place: i and j count from 0 to 2^level - 1 on its face.
struct S2Cell {
  int face = 0, level = 0;
  std::uint32_t i = 0, j = 0;
};

inline constexpr int deepest_s2 = 30;

// The id that a token (hexadecimal without its trailing zeros) stands for; nothing where it is no cell's.
std::optional<std::uint64_t> s2_id(std::string_view token);
S2Cell s2_cell(std::uint64_t id);
std::uint64_t s2_id(const S2Cell& cell);
// A place in the cell, s along i and t along j from 0 to 1; longitude and latitude in degrees.
glm::dvec2 s2_point(const S2Cell& cell, double s, double t);

}  // namespace tenbo::io::tiles
