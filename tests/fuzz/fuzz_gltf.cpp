// glTF from memory, whatever the bytes: no crash, no hang, no memory beyond the budget; what comes out is consistent.
#include "tiles_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  auto model = io::read_gltf({reinterpret_cast<const std::byte*>(data), size}, "fuzz.glb", fuzz::no_files, fuzz::options());
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
  std::vector<io::Gltf> models;
  models.push_back(std::move(*model));
  fuzz::check_meshes(std::move(models), "fuzz.glb");
  return 0;
}
