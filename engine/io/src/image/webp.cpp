#include <webp/encode.h>

#include <memory>

#include "tenbo/io/image.h"

namespace tenbo::io {

Result<std::string> encode_webp(const Image& image, unsigned quality) {
  const int width = image.width, height = image.height;
  if (width < 1 || height < 1 || width > WEBP_MAX_DIMENSION || height > WEBP_MAX_DIMENSION)
    return Error{ErrorCode::unsupported, "WebP has no pictures of " + std::to_string(width) + " x " + std::to_string(height) + " pixels", "", "", ""};
  bool opaque = true;
  for (std::size_t i = 3; i < image.rgba.size() && opaque; i += 4) opaque = image.rgba[i] == 255;
  std::uint8_t* bytes = nullptr;
  // without alpha the encoder is told that there is none: RGBA would cost a plane of 255s
  std::size_t size = 0;
  if (opaque) {
    std::string rgb(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, '\0');
    for (std::size_t i = 0, o = 0; i < image.rgba.size(); i += 4, o += 3)
      for (std::size_t k = 0; k < 3; ++k) rgb[o + k] = static_cast<char>(image.rgba[i + k]);
    size = WebPEncodeRGB(reinterpret_cast<const std::uint8_t*>(rgb.data()), width, height, width * 3, static_cast<float>(quality), &bytes);
  } else {
    size = WebPEncodeRGBA(image.rgba.data(), width, height, width * 4, static_cast<float>(quality), &bytes);
  }
  const std::unique_ptr<std::uint8_t, decltype([](std::uint8_t* p) { WebPFree(p); })> owner(bytes);
  if (size == 0) return Error{ErrorCode::internal, "the picture could not be written as WebP", "", "", ""};
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace tenbo::io
