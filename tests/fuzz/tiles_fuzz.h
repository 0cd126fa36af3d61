#pragma once
// What the fuzzers of glTF and of tiles share: small budgets, no files to refer to, and what must hold of meshes.
#include <cstdint>
#include <cstdlib>

#include "tenbo/io/tiles.h"

namespace tenbo::fuzz {

inline constexpr std::uint64_t memory = std::uint64_t{64} << 20;

inline io::GltfOptions options() {
  io::GltfOptions o;
  o.memory = memory;
  return o;
}

inline Result<std::vector<std::byte>> no_files(const std::string& reference, std::uint64_t) {
  return Error{ErrorCode::not_found, "no files here", reference, "", ""};
}

inline void check_meshes(std::vector<io::Gltf> models, const char* name) {
  io::TileMeshOptions mesh;
  mesh.memory = memory;
  const auto meshed = io::mesh_tile(std::move(models), name, glm::dmat4(1), {}, mesh);
  if (!meshed) return;
  for (const auto& b : meshed->batches) {
    for (const auto i : b.mesh.indices)
      if (i >= b.mesh.vertices.size()) std::abort();
    for (const auto& v : b.mesh.vertices)
      if (v.feature != no_feature && v.feature >= meshed->features.size()) std::abort();
  }
}

}  // namespace tenbo::fuzz
