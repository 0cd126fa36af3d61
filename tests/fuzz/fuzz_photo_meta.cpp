// Photographs with their EXIF and XMP, as they come from strangers' cameras.
#include "tenbo/io/photo_meta.h"
#include "tenbo/io/photos.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  tenbo::Diagnostics notes;
  if (const auto m = tenbo::io::parse_photo_meta(bytes, "fuzz.jpg", notes)) {
    (void)tenbo::io::camera_axes(*m);
    (void)tenbo::io::photo_field(*m);
    if (m->orientation < 1 || m->orientation > 8 || m->lat > 90 || m->lat < -90) __builtin_trap();
  }
  (void)tenbo::io::looks_like_placed_photo(bytes);
  return 0;
}
