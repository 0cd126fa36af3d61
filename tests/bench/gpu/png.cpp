#include "png.h"

#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace tenbo::bench {

Status write_png(const Image& image, const std::string& path) {
  const auto failed = [&](const char* what) { return Error{ErrorCode::io, what, path, {}, "is there room, and may it be written?"}; };
  const auto w = static_cast<std::uint32_t>(image.width), h = static_cast<std::uint32_t>(image.height);
  const std::size_t row = std::size_t{w} * 3 + 1;
  std::vector<Bytef> raw(row * h);
  for (std::uint32_t y = 0; y < h; ++y) {
    Bytef* out = raw.data() + y * row;
    *out++ = 1;  // each byte as the difference from the pixel before
    const std::uint8_t* in = image.rgba.data() + std::size_t{y} * w * 4;
    for (std::uint32_t x = 0; x < w; ++x, in += 4)
      for (int k = 0; k < 3; ++k) *out++ = static_cast<Bytef>(in[k] - (x ? in[k - 4] : 0));
  }
  uLongf bytes = compressBound(static_cast<uLong>(raw.size()));
  std::vector<Bytef> packed(bytes);
  if (compress2(packed.data(), &bytes, raw.data(), static_cast<uLong>(raw.size()), 4) != Z_OK) return failed("cannot compress a picture");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
  if (!file) return failed("cannot be written");
  const auto put = [&](const void* data, std::size_t n) { return std::fwrite(data, 1, n, file.get()) == n; };
  const auto word = [](Bytef* to, std::uint32_t v) { for (int i = 0; i < 4; ++i) to[i] = static_cast<Bytef>(v >> (24 - 8 * i)); };
  const auto chunk = [&](const char* type, const Bytef* data, std::uint32_t n) {
    Bytef head[8], tail[4];
    word(head, n);
    std::memcpy(head + 4, type, 4);
    uLong crc = crc32(crc32(0, nullptr, 0), head + 4, 4);
    if (n) crc = crc32(crc, data, n);
    word(tail, static_cast<std::uint32_t>(crc));
    return put(head, 8) && (n == 0 || put(data, n)) && put(tail, 4);
  };
  Bytef header[13]{};
  word(header, w);
  word(header + 4, h);
  header[8] = 8, header[9] = 2;  // bits, RGB
  const bool done = put("\x89PNG\r\n\x1a\n", 8) && chunk("IHDR", header, 13) &&
                    chunk("IDAT", packed.data(), static_cast<std::uint32_t>(bytes)) && chunk("IEND", nullptr, 0);
  if (!done || std::fflush(file.get()) != 0) return failed("cannot be written");
  return {};
}

}  // namespace tenbo::bench
