#pragma once
// Draws an overlay list on the CPU the way a GPU does: triangles at pixel centres with the top-left rule, linear
// filtering of the glyph atlas, straight alpha over what is there, in the picture's own (sRGB) numbers.
#include <png.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/render/glyphs.h"

namespace tenbo::test {

// The atlas as the GPU would hold it: built up from the dirty rows alone.
struct Atlas {
  int size = 0;
  std::vector<std::uint8_t> pixels;
  void update(render::GlyphCache& glyphs) {
    if (size != glyphs.atlas_size()) {
      size = glyphs.atlas_size();
      pixels.assign(static_cast<std::size_t>(size) * size, 0);
    }
    int y0 = 0, y1 = 0;
    std::span<const std::uint8_t> rows;
    while (glyphs.take_dirty(y0, y1, rows)) std::copy(rows.begin(), rows.end(), pixels.begin() + static_cast<std::ptrdiff_t>(y0) * size);
  }
  float sample(float u, float v) const {
    const float x = u * static_cast<float>(size) - 0.5f, y = v * static_cast<float>(size) - 0.5f;
    const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
    const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
    const auto at = [&](int i, int j) {
      return static_cast<float>(pixels[static_cast<std::size_t>(std::clamp(j, 0, size - 1)) * size + std::clamp(i, 0, size - 1)]) / 255.f;
    };
    return (at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) + (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy;
  }
};

inline void draw_overlay(const render::OverlayList& list, const Atlas& atlas, Image& image) {
  for (const auto& command : list.commands)
    for (std::uint32_t i = 0; i + 2 < command.index_count; i += 3) {
      render::OverlayVertex v[3];
      for (int k = 0; k < 3; ++k) v[k] = list.vertices[command.vertex_offset + list.indices[command.first_index + i + static_cast<std::uint32_t>(k)]];
      const auto edge = [](const render::OverlayVertex& a, const render::OverlayVertex& b, double x, double y) {
        return (static_cast<double>(b.x) - a.x) * (y - a.y) - (static_cast<double>(b.y) - a.y) * (x - a.x);
      };
      double area = edge(v[0], v[1], v[2].x, v[2].y);
      if (area == 0) continue;
      if (area < 0) std::swap(v[1], v[2]), area = -area;
      const auto counts = [](const render::OverlayVertex& a, const render::OverlayVertex& b) {  // top or left edge
        return (a.y == b.y && b.x > a.x) || b.y < a.y;
      };
      const float low_x = std::max({std::min({v[0].x, v[1].x, v[2].x}), command.clip.x, 0.f});
      const float low_y = std::max({std::min({v[0].y, v[1].y, v[2].y}), command.clip.y, 0.f});
      const float high_x = std::min({std::max({v[0].x, v[1].x, v[2].x}), command.clip.z, static_cast<float>(image.width)});
      const float high_y = std::min({std::max({v[0].y, v[1].y, v[2].y}), command.clip.w, static_cast<float>(image.height)});
      for (int y = static_cast<int>(std::floor(low_y)); y < static_cast<int>(std::ceil(high_y)); ++y)
        for (int x = static_cast<int>(std::floor(low_x)); x < static_cast<int>(std::ceil(high_x)); ++x) {
          const double px = x + 0.5, py = y + 0.5;
          if (px < command.clip.x || py < command.clip.y || px >= command.clip.z || py >= command.clip.w) continue;
          const double w[3] = {edge(v[1], v[2], px, py), edge(v[2], v[0], px, py), edge(v[0], v[1], px, py)};
          bool covered = true;
          for (int k = 0; k < 3; ++k)
            covered = covered && (w[k] > 0 || (w[k] == 0 && counts(v[(k + 1) % 3], v[(k + 2) % 3])));
          if (!covered) continue;
          float u = 0, t = 0, colour[4] = {};
          for (int k = 0; k < 3; ++k) {
            const auto share = static_cast<float>(w[k] / area);
            u += share * v[k].u;
            t += share * v[k].v;
            for (int ch = 0; ch < 4; ++ch) colour[ch] += share * static_cast<float>(v[k].rgba >> (8 * ch) & 255u);
          }
          const float alpha = colour[3] / 255 * atlas.sample(u, t);
          std::uint8_t* out = image.pixel(x, y);
          for (int ch = 0; ch < 3; ++ch)
            out[ch] = static_cast<std::uint8_t>(std::lround(colour[ch] * alpha + static_cast<float>(out[ch]) * (1 - alpha)));
          out[3] = 255;
        }
    }
}

// A mid-tone sky, ground and a few blocks, so that the HUD is judged over something.
inline Image backdrop(int width, int height) {
  Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 4)};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float f = static_cast<float>(y) / static_cast<float>(height);
      const bool block = f > 0.35f && (x / 46 * 7 + y / 34 * 13) % 5 < 2 && x % 46 < 34 && y % 34 < 24;
      const float tone = f < 0.3f ? 190 - 60 * f : block ? 224 - 40 * f : 150 - 20 * f;
      std::uint8_t* p = image.pixel(x, y);
      p[0] = static_cast<std::uint8_t>(tone * (f < 0.3f ? 0.86f : 0.98f));
      p[1] = static_cast<std::uint8_t>(tone * (f < 0.3f ? 0.94f : 0.97f));
      p[2] = static_cast<std::uint8_t>(tone * (f < 0.3f ? 1.1f : 0.92f));
      p[3] = 255;
    }
  return image;
}

inline void save_png(const std::filesystem::path& path, const Image& image) {
  std::filesystem::create_directories(path.parent_path());
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGBA;
  png_image_write_to_file(&png, path.c_str(), 0, image.rgba.data(), 0, nullptr);
}

}  // namespace tenbo::test
