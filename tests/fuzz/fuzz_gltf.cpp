// glTF from memory, whatever the bytes: no crash, no hang, no memory beyond the budget; what comes out is consistent.
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
  auto model = io::read_gltf({reinterpret_cast<const std::byte*>(data), size}, "fuzz.glb", nothing, options);
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& p : model->primitives) {
    for (const auto i : p.indices)
      if (i >= p.positions.size()) std::abort();
    for (const auto n : {p.normals.size(), p.uvs.size(), p.colours.size(), p.features.size()})
      if (n != 0 && n != p.positions.size()) std::abort();
    if (p.material >= static_cast<std::int32_t>(model->materials.size()) ||
        p.properties >= static_cast<std::int32_t>(model->properties.size()))
      std::abort();
  }
  for (const auto& p : model->placements)
    if (p.primitive >= model->primitives.size()) std::abort();
  for (const auto& rows : model->properties)
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(rows->rows(), 20); ++i)
      rows->visit(i, [](std::string_view, const io::PropertyValue&) {});
  io::TileMeshOptions mesh;
  mesh.memory = options.memory;
  std::vector<io::Gltf> models;
  models.push_back(std::move(*model));
  const auto meshed = io::mesh_tile(std::move(models), "fuzz.glb", glm::dmat4(1), {}, mesh);
  if (!meshed) return 0;
  for (const auto& b : meshed->batches)
    for (const auto i : b.mesh.indices)
      if (i >= b.mesh.vertices.size()) std::abort();
  return 0;
}
