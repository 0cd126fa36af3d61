// b3dm, i3dm, pnts and cmpt from memory, whatever the bytes.
#include "tiles_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  auto models = io::decode_tile({reinterpret_cast<const std::byte*>(data), size}, "fuzz.b3dm", fuzz::no_files, fuzz::options());
  if (models) fuzz::check_meshes(std::move(*models), "fuzz.b3dm");
  else if (models.error().message.empty()) std::abort();
  return 0;
}
