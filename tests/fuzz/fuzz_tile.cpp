// b3dm, i3dm, pnts and cmpt from memory, whatever the bytes.
#include <cstdint>
#include <cstdlib>

#include "tenbo/io/tiles.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  io::GltfOptions options;
  options.memory = std::uint64_t{64} << 20;
  const io::FetchResource nothing = [](const std::string& reference, std::uint64_t) -> Result<std::vector<std::byte>> {
    return Error{ErrorCode::not_found, "no files here", reference, "", ""};
  };
  auto models = io::decode_tile({reinterpret_cast<const std::byte*>(data), size}, "fuzz.b3dm", nothing, options);
  if (!models) {
    if (models.error().message.empty()) std::abort();
    return 0;
  }
  io::TileMeshOptions mesh;
  mesh.memory = options.memory;
  const auto meshed = io::mesh_tile(std::move(*models), "fuzz.b3dm", glm::dmat4(1), {}, mesh);
  if (!meshed) return 0;
  for (const auto& b : meshed->batches) {
    for (const auto i : b.mesh.indices)
      if (i >= b.mesh.vertices.size()) std::abort();
    for (const auto& v : b.mesh.vertices)
      if (v.feature != no_feature && v.feature >= meshed->features.size()) std::abort();
  }
  return 0;
}
