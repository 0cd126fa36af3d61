#pragma once
// A mesh cut into clusters: runs of its triangles, in their order, that are culled as one. Keep in step with
// shaders/gpu_scene.glsl.
#include <cstdint>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <vector>

#include "tenbo/base/mesh.h"

namespace tenbo::render {

inline constexpr std::uint32_t cluster_triangles = 128;  // at most

struct Cluster {
  glm::vec3 min{0};                  // m, tile frame
  std::uint32_t first = 0;           // index, from the mesh's first
  glm::vec3 max{0};
  std::uint32_t triangles = 0;
  // All its faces look along xyz within an angle of which w is the sine; w = 2: no such direction is of use.
  glm::vec4 cone{0, 0, 0, 2};
  std::uint32_t seen[2]{0, 0};       // number of the frame, even or odd, that last drew it; written by the GPU
  std::uint32_t spare[2]{0, 0};
};
static_assert(sizeof(Cluster) == 64);

std::vector<Cluster> make_clusters(const MeshData& mesh);

}  // namespace tenbo::render
