#pragma once
// The values of a TIFF structure that EXIF names, as far as they lie within it.
#include "tenbo/io/photo_meta.h"

namespace tenbo::io {

void parse_exif(std::span<const std::byte> tiff, const std::string& file, PhotoMeta& out, Diagnostics& notes);
void parse_photo_xmp(std::string_view xml, const std::string& file, PhotoMeta& out, Diagnostics& notes);

// All parts of a JPEG that say something of it.
void parse_photo_parts(std::span<const std::byte> jpeg, const std::string& file, PhotoMeta& out, Diagnostics& notes);

}  // namespace tenbo::io
