// KTX2 pictures from memory, whatever the bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "image/ktx2.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  constexpr int max_edge = 256;
  const auto picture = io::read_ktx2({reinterpret_cast<const std::byte*>(data), size}, "fuzz.ktx2", max_edge);
  if (!picture) {
    if (picture.error().message.empty() || picture.error().file.empty()) std::abort();
    return 0;
  }
  if (picture->width < 1 || picture->height < 1) std::abort();
  if (picture->rgba.size() != std::size_t{4} * static_cast<std::size_t>(picture->width) * static_cast<std::size_t>(picture->height)) std::abort();
  if (std::max(picture->width, picture->height) > max_edge && std::min(picture->width, picture->height) > 1) std::abort();
  return 0;
}
