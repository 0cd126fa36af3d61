#include "closed.h"

#include <glm/geometric.hpp>

#include "tenbo/base/hash.h"

namespace tenbo::io::bake {

bool closed_outward(std::span<const glm::vec3> points, std::span<const std::uint32_t> triangles) {
  if (triangles.size() < 12) return false;
  std::uint64_t unpaired = 0;  // edges less the same edges turned, by their hashes: 0 where each has its other
  double volume = 0;  // six times; from the first point, for floats far from the origin
  const glm::dvec3 origin(points[triangles[0]]);
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const std::uint32_t t[3]{triangles[i], triangles[i + 1], triangles[i + 2]};
    for (int k = 0; k < 3; ++k) {
      const std::uint64_t from = t[k], to = t[(k + 1) % 3];
      unpaired += mix(from << 32 | to) - mix(to << 32 | from);
    }
    volume += glm::dot(glm::dvec3(points[t[0]]) - origin,
                       glm::cross(glm::dvec3(points[t[1]]) - origin, glm::dvec3(points[t[2]]) - origin));
  }
  return unpaired == 0 && volume > 0;
}

}  // namespace tenbo::io::bake
