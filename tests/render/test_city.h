#pragma once
// A small made-up river city to judge pictures by, and helpers to look at them. Everything in one tile frame with its
// origin on the ground at the city's centre; heights are z.
#include <png.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>
#include <string>
#include <vector>

#include "tenbo/render/renderer.h"

namespace tenbo::render::test {

inline void save_png(const Image& image, const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(TENBO_BINARY_DIR) / "renders";
  std::filesystem::create_directories(folder);
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGBA;
  png_image_write_to_file(&png, (folder / (name + ".png")).c_str(), 0, image.rgba.data(), 0, nullptr);
}

struct Random {  // the same numbers everywhere
  std::uint32_t state = 12345;
  float next() { state = state * 1664525u + 1013904223u; return static_cast<float>(state >> 8) / 16777216.f; }
  float in(float a, float b) { return a + (b - a) * next(); }
};

inline void quad(MeshData& m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d, std::uint32_t feature) {
  const glm::vec3 n = glm::cross(b - a, d - a);
  const std::uint32_t packed = encode_normal(glm::normalize(n));
  const auto base = static_cast<std::uint32_t>(m.vertices.size());
  const glm::vec3 p[4]{a, b, c, d};
  const float uv[4][2]{{0, 1}, {1, 1}, {1, 0}, {0, 0}};
  for (int i = 0; i < 4; ++i) m.vertices.push_back({p[i].x, p[i].y, p[i].z, packed, uv[i][0], uv[i][1], feature});
  for (std::uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) m.indices.push_back(base + i);
}

// A box turned by `angle`; gable > 0 puts a ridge roof on it.
inline void building(MeshData& m, glm::vec2 centre, glm::vec2 half, float angle, float z0, float z1, float gable, std::uint32_t feature) {
  const glm::vec2 u(std::cos(angle), std::sin(angle)), v(-u.y, u.x);
  const auto at = [&](float x, float y, float z) { return glm::vec3(centre + u * (x * half.x) + v * (y * half.y), z); };
  const float s[5][2]{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};
  for (int i = 0; i < 4; ++i)
    quad(m, at(s[i][0], s[i][1], z0), at(s[i + 1][0], s[i + 1][1], z0), at(s[i + 1][0], s[i + 1][1], z1), at(s[i][0], s[i][1], z1), feature);
  if (gable <= 0) {
    quad(m, at(-1, -1, z1), at(1, -1, z1), at(1, 1, z1), at(-1, 1, z1), feature);
    return;
  }
  const glm::vec3 r0 = at(-1, 0, z1 + gable), r1 = at(1, 0, z1 + gable);
  quad(m, at(-1, -1, z1), at(1, -1, z1), r1, r0, feature);
  quad(m, at(1, 1, z1), at(-1, 1, z1), r0, r1, feature);
  quad(m, at(-1, 1, z1), at(-1, -1, z1), r0, r0, feature);
  quad(m, at(1, -1, z1), at(1, 1, z1), r1, r1, feature);
}

// Hills to the north, a river through the middle, the sea in the south.
inline float river_x(float y) { return 260 * std::sin(y / 900.f) + 90 * std::sin(y / 310.f); }
inline float ground(float x, float y) {
  const float hills = 420 * std::pow(std::max(0.f, (y - 900) / 4200.f), 1.5f) *
                      (1 + 0.35f * std::sin(x / 420.f + 1) * std::cos(y / 510.f) + 0.25f * std::sin(x / 170.f) * std::sin(y / 230.f));
  const float plain = 3.5f + 0.0016f * std::max(0.f, y + 1800) + 0.8f * std::sin(x / 310.f) * std::cos(y / 270.f);
  const float river = std::abs(x - river_x(y)), bank = std::clamp((river - 55) / 45, 0.f, 1.f);
  const float sea = std::clamp((y + 2100) / 200, 0.f, 1.f);
  return (plain + hills) * bank * sea - 6 * (1 - bank * sea);
}

struct TestCity {
  MeshData terrain, buildings, sea;
  std::vector<FeatureStyle> styles;
  std::vector<glm::vec3> centres;

  explicit TestCity(int blocks = 26) {
    constexpr int n = 200;
    constexpr float reach = 6000;
    for (int j = 0; j <= n; ++j)
      for (int i = 0; i <= n; ++i) {
        const float x = -reach + 2 * reach * i / n, y = -reach + 2 * reach * j / n, e = 20;
        const glm::vec3 normal = glm::normalize(glm::vec3(ground(x - e, y) - ground(x + e, y), ground(x, y - e) - ground(x, y + e), 2 * e));
        terrain.vertices.push_back({x, y, ground(x, y), encode_normal(normal), float(i) / n, 1 - float(j) / n, no_feature});
      }
    for (std::uint32_t j = 0; j < n; ++j)
      for (std::uint32_t i = 0; i < n; ++i) {
        const std::uint32_t a = j * (n + 1) + i, b = a + 1, c = a + n + 1, d = c + 1;
        for (std::uint32_t k : {a, b, d, a, d, c}) terrain.indices.push_back(k);
      }
    quad(sea, {-reach, -reach, 0}, {reach, -reach, 0}, {reach, reach, 0}, {-reach, reach, 0}, no_feature);
    Random r;
    std::uint32_t feature = 0;
    for (int by = -blocks; by <= blocks; ++by)
      for (int bx = -blocks; bx <= blocks; ++bx)
        for (int k = 0; k < 9; ++k) {
          const float x = bx * 90.f + (k % 3 - 1) * 26 + r.in(-2, 2), y = by * 84.f + (k / 3 - 1) * 24 + r.in(-2, 2);
          const float wide = r.in(6, 11.5f), deep = r.in(6, 10.5f), draw = r.next(), tall = r.next(), turn = r.in(-0.03f, 0.03f);
          if (std::abs(x - river_x(y)) < 125 || y < -1850 || y > 2000 || draw < 0.06f) continue;
          const float centre = std::exp(-(x - 500) * (x - 500) / 5e5f - (y + 300) * (y + 300) / 4e5f);
          const float z = ground(x, y), height = 6 + 5 * tall + centre * (12 + 90 * tall * tall * tall * tall);
          const bool house = height < 12;
          building(buildings, {x, y}, {wide, deep}, turn, z - 1, z + height, house ? 2.6f : 0, feature++);
          centres.push_back({x, y, z + height});
          if (!house) building(buildings, {x + 1, y - 1}, {wide * 0.35f, deep * 0.3f}, turn, z + height, z + height + 3, 0, feature - 1);
        }
    styles.assign(feature, FeatureStyle{});
  }
};

// Looking from a point of the city frame; heading clockwise from north, pitch negative downwards, degrees.
struct Shot {
  glm::vec3 eye{0, -1500, 600};
  float heading = 0, pitch = -25;
  float sun_azimuth = 215, sun_elevation = 48;  // degrees
};

inline FrameView view_of(const Shot& s, glm::uvec2 size) {
  FrameView v;
  v.size = size;
  const float h = glm::radians(s.heading), p = glm::radians(s.pitch);
  const glm::vec3 forward(std::sin(h) * std::cos(p), std::cos(h) * std::cos(p), std::sin(p));
  v.view = glm::lookAt(glm::vec3(0), forward, glm::vec3(0, 0, 1));
  v.camera_height = std::max(1.7f, s.eye.z - ground(s.eye.x, s.eye.y));
  v.near_plane = 0.5f;
  const float a = glm::radians(s.sun_azimuth), e = glm::radians(s.sun_elevation);
  v.sun_direction = {std::sin(a) * std::cos(e), std::cos(a) * std::cos(e), std::sin(e)};
  return v;
}
inline glm::mat4 model_of(const Shot& s) { return glm::translate(glm::mat4(1), -s.eye); }

}  // namespace tenbo::render::test
