#include "clusters.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>
#include <limits>
#include <span>

namespace tenbo::render {
namespace {

glm::vec3 place(const Vertex& v) { return {v.x, v.y, v.z}; }

glm::vec4 cone_of(std::span<const glm::vec3> normals) {
  glm::vec3 sum(0);
  for (const glm::vec3& n : normals) sum += n;
  const float length = glm::length(sum);
  if (normals.empty() || !(length > 1e-3f)) return {0, 0, 0, 2};
  const glm::vec3 axis = sum / length;
  float least = 1;
  for (const glm::vec3& n : normals) least = std::min(least, glm::dot(axis, n));
  if (!(least > 0.1f)) return {0, 0, 0, 2};
  return glm::vec4(axis, std::sqrt(std::max(0.f, 1 - least * least)) + 1e-3f);
}

}  // namespace

std::vector<Cluster> make_clusters(const MeshData& mesh) {
  std::vector<Cluster> out;
  const std::size_t step = std::size_t{cluster_triangles} * 3;
  out.reserve((mesh.indices.size() + step - 1) / step);
  std::vector<glm::vec3> normals;
  for (std::size_t first = 0; first < mesh.indices.size(); first += step) {
    const std::size_t end = std::min(first + step, mesh.indices.size());
    Cluster c;
    c.first = static_cast<std::uint32_t>(first);
    c.triangles = static_cast<std::uint32_t>((end - first) / 3);
    c.min = glm::vec3(std::numeric_limits<float>::max());
    c.max = -c.min;
    normals.clear();
    for (std::size_t i = first; i < end; i += 3) {
      const glm::vec3 a = place(mesh.vertices[mesh.indices[i]]), b = place(mesh.vertices[mesh.indices[i + 1]]),
                      d = place(mesh.vertices[mesh.indices[i + 2]]);
      for (const glm::vec3& p : {a, b, d}) c.min = glm::min(c.min, p), c.max = glm::max(c.max, p);
      const glm::vec3 n = glm::cross(b - a, d - a);
      const float length = glm::length(n);
      if (length > 0) normals.push_back(n / length);  // what has no area is never drawn
    }
    if (!(glm::all(glm::lessThanEqual(c.min, c.max)) && std::isfinite(glm::dot(c.max - c.min, glm::vec3(1))))) {
      c.min = glm::vec3(-1e9f);  // a vertex that is nowhere: never culled
      c.max = glm::vec3(1e9f);
    }
    c.cone = cone_of(normals);
    out.push_back(c);
  }
  return out;
}

}  // namespace tenbo::render
