#pragma once
// A point of a cloud as a small solid: the renderer draws triangles, and a solid looks the same from everywhere.
#include <array>
#include <cmath>
#include <cstdint>
#include <glm/vec3.hpp>
#include <vector>

namespace tenbo::io {

struct Marker {
  std::vector<glm::vec3> corners;  // of size 1 around 0
  std::vector<std::array<std::uint32_t, 3>> triangles;
};

// An octahedron; a tetrahedron, half as dear, where there are many.
inline const Marker& marker_for(std::size_t points) {
  static const Marker octahedron{
      {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}},
      {{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4}, {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}}};
  static const Marker tetrahedron{{{1, 1, 1}, {-1, -1, 1}, {-1, 1, -1}, {1, -1, -1}},
                                  {{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}}};
  return points <= 100'000 ? octahedron : tetrahedron;
}

// m: about a third of the distance between neighbours, if the points cover a surface as wide as their box.
inline float marker_size(const glm::dvec3& extent, std::size_t points) {
  const double area = std::max({extent.x * extent.y, extent.y * extent.z, extent.x * extent.z});
  const double spacing = area > 0 ? std::sqrt(area / static_cast<double>(points))
                                  : std::max({extent.x, extent.y, extent.z, 1.0}) / static_cast<double>(points);
  return static_cast<float>(std::clamp(spacing * 0.35, 0.005, 10.0));
}

}  // namespace tenbo::io
