#include "tiles/s2.h"

#include <cmath>
#include <glm/vec3.hpp>

namespace tenbo::io::tiles {
namespace {

// The curve's four steps in a cell, as i * 2 + j, for its four orientations: bit 0 swaps the axes, bit 1 turns it round.
constexpr int place_of[4][4] = {{0, 1, 3, 2}, {0, 2, 3, 1}, {3, 2, 0, 1}, {3, 1, 0, 2}};
constexpr int turn_of[4] = {1, 0, 0, 3};  // how the orientation changes in each step's own cell

double on_cube(double s) { return s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) * (1 - s)) / 3; }

glm::dvec3 on_face(int face, double u, double v) {
  switch (face) {
    case 0: return {1, u, v};
    case 1: return {-u, 1, v};
    case 2: return {-u, -v, 1};
    case 3: return {-1, -v, -u};
    case 4: return {v, -1, -u};
    default: return {v, u, -1};
  }
}

}  // namespace

std::optional<std::uint64_t> s2_id(std::string_view token) {
  if (token.empty() || token.size() > 16) return std::nullopt;
  std::uint64_t id = 0;
  for (std::size_t k = 0; k < 16; ++k) {
    const char c = k < token.size() ? token[k] : '0';
    int digit = 0;
    if (c >= '0' && c <= '9') digit = c - '0';
    else if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    else return std::nullopt;
    id = id << 4 | static_cast<std::uint64_t>(digit);
  }
  // The lowest set bit ends the list of children, two bits each; the three highest bits are one of six faces.
  if (id == 0 || (id >> 61) > 5 || ((id & (~id + 1)) & 0x1555555555555555u) == 0) return std::nullopt;
  return id;
}

S2Cell s2_cell(std::uint64_t id) {
  S2Cell out;
  out.face = static_cast<int>(id >> 61);
  int end = 0;
  while (end < 60 && (id >> end & 1) == 0) ++end;
  out.level = deepest_s2 - end / 2;
  int orientation = out.face & 1;
  for (int l = 0; l < out.level; ++l) {
    const int step = static_cast<int>(id >> (59 - 2 * l) & 3);
    const int ij = place_of[orientation][step];
    out.i = out.i << 1 | static_cast<std::uint32_t>(ij >> 1);
    out.j = out.j << 1 | static_cast<std::uint32_t>(ij & 1);
    orientation ^= turn_of[step];
  }
  return out;
}

std::uint64_t s2_id(const S2Cell& cell) {
  std::uint64_t id = static_cast<std::uint64_t>(cell.face) << 61;
  int orientation = cell.face & 1;
  for (int l = 0; l < cell.level; ++l) {
    const int down = cell.level - 1 - l;
    const int ij = static_cast<int>((cell.i >> down & 1) << 1 | (cell.j >> down & 1));
    int step = 0;
    while (place_of[orientation][step] != ij) ++step;
    id |= static_cast<std::uint64_t>(step) << (59 - 2 * l);
    orientation ^= turn_of[step];
  }
  return id | std::uint64_t{1} << (60 - 2 * cell.level);
}

glm::dvec2 s2_point(const S2Cell& cell, double s, double t) {
  const double cells = std::ldexp(1.0, cell.level);
  const auto p = on_face(cell.face, on_cube((cell.i + s) / cells), on_cube((cell.j + t) / cells));
  constexpr double degrees = 180 / M_PI;
  return {std::atan2(p.y, p.x) * degrees, std::atan2(p.z, std::hypot(p.x, p.y)) * degrees};
}

}  // namespace tenbo::io::tiles
