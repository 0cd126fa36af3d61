#include "textures.h"

#include <algorithm>
#include <cmath>

#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

struct Style {
  const char* name;
  TextureScale scale;
  double wall[3], glass[3];      // colours 0..255
  double left, right, sill, head;  // the window in its bay and storey, 0..1
};

constexpr Style styles[texture_count] = {
    {"wall_house.png", {3.2, 2.8, 4, 2}, {214, 204, 186}, {92, 104, 112}, 0.26, 0.72, 0.34, 0.78},
    {"wall_flats.png", {3.4, 2.95, 4, 4}, {222, 216, 206}, {86, 100, 112}, 0.12, 0.86, 0.16, 0.8},
    {"wall_office.png", {3.6, 3.6, 4, 4}, {196, 194, 190}, {78, 98, 116}, 0.1, 0.9, 0.3, 0.84},
    {"wall_glass.png", {3.0, 3.6, 4, 4}, {150, 162, 172}, {98, 126, 150}, 0.03, 0.97, 0.05, 0.95},
    {"wall_shop.png", {4.2, 3.6, 4, 2}, {206, 192, 172}, {70, 82, 92}, 0.08, 0.92, 0.08, 0.7},
    {"wall_school.png", {4.0, 3.6, 4, 4}, {228, 220, 200}, {84, 104, 116}, 0.06, 0.94, 0.32, 0.82},
    {"wall_plaster.png", {4.0, 4.0, 2, 2}, {236, 233, 226}, {120, 124, 124}, 0.38, 0.62, 0.3, 0.74},
    {"wall_stone.png", {4.0, 4.0, 2, 2}, {146, 142, 134}, {146, 142, 134}, 2, 2, 2, 2},
    {"wall_shed.png", {5.0, 5.0, 2, 2}, {176, 184, 186}, {120, 134, 142}, 0.1, 0.9, 0.74, 0.88},
    {"roof_tiles.png", {4.0, 4.0, 1, 1}, {104, 100, 104}, {0, 0, 0}, 2, 2, 2, 2},
    {"roof_slate.png", {4.0, 4.0, 1, 1}, {82, 94, 104}, {0, 0, 0}, 2, 2, 2, 2},
    {"roof_gravel.png", {8.0, 8.0, 1, 1}, {172, 170, 164}, {0, 0, 0}, 2, 2, 2, 2},
    {"roof_metal.png", {6.0, 6.0, 1, 1}, {148, 162, 166}, {0, 0, 0}, 2, 2, 2, 2},
};

// Noise that joins itself at the picture's edges: `cells` to the edge.
double tiled(double x, double y, int cells, std::uint64_t seed) {
  const double fx = x * cells, fy = y * cells, tx = fx - std::floor(fx), ty = fy - std::floor(fy);
  const auto at = [&](int i, int j) {
    return lattice((static_cast<int>(std::floor(fx)) + i) % cells, (static_cast<int>(std::floor(fy)) + j) % cells, seed);
  };
  return lerp(lerp(at(0, 0), at(1, 0), tx), lerp(at(0, 1), at(1, 1), tx), ty);
}

}  // namespace

TextureScale texture_scale(int texture) { return styles[texture].scale; }
const char* texture_name(int texture) { return styles[texture].name; }

Image paint_texture(int texture, std::uint64_t seed) {
  const Style& s = styles[texture];
  const bool is_roof = texture >= tex_tiles;
  const int size = is_roof || texture == tex_stone ? 256 : 512;
  Image image{size, size, {}};
  image.rgba.resize(static_cast<std::size_t>(size) * size * 4);
  const std::uint64_t own = mix(seed, 0x7E87u + texture);
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) {
      const double x = (column + 0.5) / size, y = 1 - (row + 0.5) / size;  // y up
      const double bx = x * s.scale.bays, by = y * s.scale.storeys;
      const double fx = bx - std::floor(bx), fy = by - std::floor(by);
      double shade = 1 + 0.06 * (tiled(x, y, 8, own) - 0.5) + 0.05 * (tiled(x, y, 64, own + 1) - 0.5);
      double c[3] = {s.wall[0], s.wall[1], s.wall[2]};
      if (is_roof) {
        const double courses = y * (texture == tex_metal ? 1 : 12), seams = x * (texture == tex_metal ? 10 : 14);
        const double course = courses - std::floor(courses), seam = seams - std::floor(seams);
        if (texture == tex_gravel) shade += 0.1 * (tiled(x, y, 128, own + 2) - 0.5) - (std::min(fx, fy) < 0.02 ? 0.1 : 0);
        else if (texture == tex_metal) shade += seam < 0.12 ? 0.1 : seam < 0.22 ? -0.12 : 0;
        else shade += (course < 0.16 ? -0.22 : 0.06 * course) + (seam < 0.12 ? -0.08 : 0);
      } else if (texture == tex_stone) {
        const double rows = y * 10, line = std::floor(rows), stones = x * 8 + 0.5 * std::fmod(line, 2);
        const double edge = std::min({rows - line, stones - std::floor(stones)});
        shade += 0.2 * (lattice(static_cast<int>(std::floor(stones)) % 8, static_cast<int>(line), own) - 0.5) - (edge < 0.08 ? 0.3 : 0);
      } else {
        const bool window = fx > s.left && fx < s.right && fy > s.sill && fy < s.head;
        const double frame = 0.018;
        if (window) {
          const double lit = lattice(static_cast<int>(bx), static_cast<int>(by), own + 5);
          const bool bar = std::abs(fx - (s.left + s.right) / 2) < frame || fx < s.left + frame || fx > s.right - frame ||
                           fy < s.sill + frame || fy > s.head - frame;
          const double sky = 0.82 + 0.3 * (fy - s.sill) / (s.head - s.sill) + 0.22 * (lit - 0.5);
          for (int k = 0; k < 3; ++k) c[k] = bar ? s.wall[k] * 0.72 : s.glass[k] * sky;
        } else {
          if (fy < 0.035) shade -= 0.13;                                           // floor line
          if (texture == tex_flats && fy > 0.03 && fy < 0.3 && fx > 0.05 && fx < 0.95) shade += 0.05;  // balcony
          if (texture == tex_shed && std::fmod(x * 80, 1.0) < 0.25) shade -= 0.09;  // corrugation
          if (texture == tex_shop && fy > 0.76 && fy < 0.92) {                      // signs
            const double hue = lattice(static_cast<int>(bx), static_cast<int>(by), own + 9);
            c[0] = lerp(120, 190, hue), c[1] = lerp(112, 120, hue), c[2] = lerp(128, 96, hue);
          }
        }
      }
      std::uint8_t* out = image.pixel(column, row);
      for (int k = 0; k < 3; ++k) out[k] = static_cast<std::uint8_t>(std::clamp(c[k] * shade, 0.0, 255.0));
      out[3] = 255;
    }
  }
  return image;
}

}  // namespace tenbo::io::make_city_detail
