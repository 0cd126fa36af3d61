#include "closed.h"

#include <algorithm>
#include <glm/geometric.hpp>
#include <vector>

namespace tenbo::io::bake {

bool closed_outward(std::span<const glm::vec3> points, std::span<const std::uint32_t> triangles) {
  if (triangles.size() < 12) return false;
  std::vector<std::uint64_t> edges;  // from << 32 | to
  edges.reserve(triangles.size());
  double volume = 0;  // six times; from the first point, for floats far from the origin
  const glm::dvec3 origin(points[triangles[0]]);
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const std::uint32_t t[3]{triangles[i], triangles[i + 1], triangles[i + 2]};
    for (int k = 0; k < 3; ++k) edges.push_back(std::uint64_t{t[k]} << 32 | t[(k + 1) % 3]);
    volume += glm::dot(glm::dvec3(points[t[0]]) - origin,
                       glm::cross(glm::dvec3(points[t[1]]) - origin, glm::dvec3(points[t[2]]) - origin));
  }
  if (!(volume > 0)) return false;
  std::vector<std::uint64_t> turned(edges.size());
  std::transform(edges.begin(), edges.end(), turned.begin(), [](std::uint64_t e) { return e << 32 | e >> 32; });
  std::sort(edges.begin(), edges.end());
  std::sort(turned.begin(), turned.end());
  return edges == turned;
}

}  // namespace tenbo::io::bake
