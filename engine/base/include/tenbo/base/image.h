#pragma once
// A picture on the CPU: 8-bit RGBA, sRGB-encoded, straight alpha, rows top to bottom, no padding.
#include <cstdint>
#include <vector>

namespace tenbo {

struct Image {
  int width = 0;   // pixels
  int height = 0;  // pixels
  std::vector<std::uint8_t> rgba;  // width * height * 4

  std::uint8_t* pixel(int x, int y) { return &rgba[(static_cast<std::size_t>(y) * width + x) * 4]; }
  const std::uint8_t* pixel(int x, int y) const { return &rgba[(static_cast<std::size_t>(y) * width + x) * 4]; }
};

struct Rgba8 {
  std::uint8_t r = 255, g = 255, b = 255, a = 255;
  friend bool operator==(const Rgba8&, const Rgba8&) = default;
  std::uint32_t packed() const { return r | g << 8 | b << 16 | static_cast<std::uint32_t>(a) << 24; }
};

}  // namespace tenbo
