#pragma once
// Pictures in and out.
#include <filesystem>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

// PNG, JPEG, TIFF, WebP, GIF, BMP through GDAL; larger pictures are halved until they fit max_edge. Refuses bombs
// (more than 1 Gpixel in the header). [worker]
Result<Image> read_image(const std::filesystem::path& path, int max_edge = 4096);
// As WebP with loss, of a quality of 1 to 100; with alpha where a pixel is not opaque. Deterministic bytes for the same pixels.
// Fails for pictures of more than 16,383 pixels a side, which the format does not have. [any]
Result<std::string> encode_webp(const Image& image, unsigned quality);
// Deterministic bytes for the same pixels; 8-bit RGB when opaque. Written atomically.
Status write_png(const std::filesystem::path& path, const Image& image);

}  // namespace tenbo::io
