// Tiles of heightmap-1.0 from memory, whatever the bytes.
#include <cstdint>
#include <cstdlib>

#include "terrain/height_mesh.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const auto mesh = io::read_heightmap({reinterpret_cast<const std::byte*>(data), size}, "fuzz.terrain");
  if (!mesh) {
    if (mesh.error().message.empty()) std::abort();
    return 0;
  }
  const io::terrain::HeightMesh surface(*mesh);
  if (!(surface.low() >= -1000.11 && surface.high() <= 12107.2 && surface.low() <= surface.high())) std::abort();
  for (const double u : {0.0, 0.3, 1.0}) {
    const double h = surface.at(u, 1 - u / 2);
    if (!(h >= surface.low() - 0.01 && h <= surface.high() + 0.01)) std::abort();  // no holes
  }
  return 0;
}
