#pragma once
// The sky of an hour: a small table of colours by direction, and the light that it and the sun give. Made on the CPU
// (single scattering in a spherical atmosphere) whenever the sun has moved, so that shaders only look it up.
#include <cstdint>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <vector>

namespace tenbo::render {

struct SkyLight {
  static constexpr int width = 32, height = 48;  // see shaders/frame.glsl, sky_uv()
  std::vector<std::uint16_t> table;  // width * height * 4 half floats: exposed linear radiance
  glm::vec3 key_direction{0, 0, 1};  // towards the sun, or the moon at night
  glm::vec3 key_colour{1};           // exposed irradiance / pi, facing it
  glm::vec4 ambient[3];              // per channel: dot(vec4(normal, 1), ambient) = irradiance / pi, exposed
  glm::vec3 haze[3];                 // colour just above the horizon: c0 + mu c1 + mu^2 c2, mu = cosine from the sun
  glm::vec3 disc{0};                 // colour of the sun's disc
  float day = 1;                     // 1 by day .. 0 at night
};

// sun_direction: view frame (east, north, up). night_theme: everything dimmer, for dark rooms.
SkyLight make_sky(glm::vec3 sun_direction, bool night_theme);

}  // namespace tenbo::render
