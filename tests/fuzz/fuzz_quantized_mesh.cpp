// quantized-mesh tiles from memory, whatever the bytes; what is read is written again and stays the same.
#include <cstdint>
#include <cstdlib>

#include "tenbo/io/terrain.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const auto mesh = io::read_quantized_mesh({reinterpret_cast<const std::byte*>(data), size}, "fuzz.terrain");
  if (!mesh) {
    if (mesh.error().message.empty()) std::abort();
    return 0;
  }
  const std::size_t count = mesh->u.size();
  if (mesh->v.size() != count || mesh->h.size() != count || (!mesh->normals.empty() && mesh->normals.size() != count)) std::abort();
  for (const auto* list : {&mesh->indices, &mesh->west, &mesh->south, &mesh->east, &mesh->north})
    for (const auto i : *list)
      if (i >= count) std::abort();
  const std::string written = io::write_quantized_mesh(*mesh);
  const auto again = io::read_quantized_mesh({reinterpret_cast<const std::byte*>(written.data()), written.size()}, "again.terrain");
  if (!again || again->indices != mesh->indices || again->u != mesh->u || again->metadata != mesh->metadata) std::abort();
  return 0;
}
