#include "frame_data.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <limits>

namespace tenbo::render {
namespace {

float halton(std::uint32_t i, std::uint32_t base) {
  float f = 1, r = 0;
  for (; i; i /= base) f /= static_cast<float>(base), r += f * static_cast<float>(i % base);
  return r;
}

glm::vec3 sun_of(const FrameView& v) {
  return glm::dot(v.sun_direction, v.sun_direction) > 0 ? glm::normalize(v.sun_direction) : glm::vec3(0, 0, 1);
}

// Linear light to what the screen shows: tone() of shaders/frame.glsl.
glm::vec3 shown(glm::vec3 c) {
  for (int i = 0; i < 3; ++i) {
    const float t = std::clamp(c[i] * (1 + c[i] * 0.22f) / (1 + c[i] * 0.34f), 0.f, 1.f);
    c[i] = t <= 0.0031308f ? 12.92f * t : 1.055f * std::pow(t, 1 / 2.4f) - 0.055f;
  }
  return c;
}

}  // namespace

glm::mat4 projection_matrix(const FrameView& view, glm::vec2 jitter) {
  const float f = 1 / std::tan(view.fov_y / 2), w = static_cast<float>(view.size.x), h = static_cast<float>(view.size.y);
  glm::mat4 p(0);
  p[0][0] = f * h / w;
  p[1][1] = -f;                    // Vulkan's y points down
  p[2][0] = -2 * jitter.x / w;
  p[2][1] = -2 * jitter.y / h;
  p[2][3] = -1;
  p[3][2] = view.near_plane;
  return p;
}

glm::mat4 pick_projection(const FrameView& view, glm::uvec2 pixel, std::uint32_t side) {
  const double f = 1 / std::tan(double(view.fov_y) / 2), w = view.size.x, h = view.size.y;
  const double sx = w / side, sy = h / side;
  const double cx = (pixel.x + 0.5) / w * 2 - 1, cy = (pixel.y + 0.5) / h * 2 - 1;  // centre of the square
  glm::mat4 p(0);
  p[0][0] = static_cast<float>(f * h / w * sx);
  p[1][1] = static_cast<float>(-f * sy);
  p[2][0] = static_cast<float>(cx * sx);  // x_clip - cx w, with w = -z
  p[2][1] = static_cast<float>(cy * sy);
  p[2][3] = -1;
  p[3][2] = view.near_plane;
  return p;
}

glm::vec2 sample_jitter(std::uint32_t index, std::uint32_t samples) {
  return samples <= 1 ? glm::vec2(0) : glm::vec2(halton(index + 1, 2) - 0.5f, halton(index + 1, 3) - 0.5f);
}

std::vector<Cascade> fit_cascades(const FrameView& view, const SkyLight& sky, std::uint32_t count, std::uint32_t resolution) {
  if (glm::vec3(view.section) != glm::vec3(0)) return {};  // what is cut away lets the light in
  if (glm::dot(sky.key_colour, glm::vec3(1)) < 1e-3f || sky.key_direction.z < 0.01f || count == 0) return {};
  // What is seen of the ground: rays through the picture, down to the ground or to the range.
  const float height = std::max(view.camera_height, 2.f);
  const float range = std::min(std::max(700.f, 3.5f * height), 60'000.f);
  const float tan_y = std::tan(view.fov_y / 2), tan_x = tan_y * static_cast<float>(view.size.x) / static_cast<float>(view.size.y);
  const glm::mat3 from_eye = glm::transpose(glm::mat3(view.view));
  struct Ray { glm::vec3 d; float t; };
  std::vector<Ray> rays;
  float nearest = range, farthest = 1;
  for (float y : {-1.f, -0.5f, 0.f, 0.5f, 1.f})
    for (float x : {-1.f, 0.f, 1.f}) {
      const glm::vec3 d = from_eye * glm::vec3(x * tan_x, y * tan_y, -1.f);  // eye distance 1 a unit of t
      const float t = d.z < -1e-4f ? std::min(height / -d.z, range) : range;
      rays.push_back({d, t});
      nearest = std::min(nearest, t);
      farthest = std::max(farthest, t);
    }
  nearest = std::clamp(nearest * 0.7f, 1.f, farthest * 0.5f);

  const glm::vec3 z = sky.key_direction;
  const glm::vec3 x = glm::normalize(std::abs(z.z) > 0.999f ? glm::vec3(1, 0, 0) : glm::cross(glm::vec3(0, 0, 1), z));
  const glm::vec3 y = glm::cross(z, x);
  const float tall = std::min(120.f, 0.6f * height);  // what stands on the ground, as far as the fit cares
  std::vector<Cascade> out;
  float begin = height < 150 ? 0 : nearest;
  for (std::uint32_t i = 0; i < count; ++i) {
    const float share = static_cast<float>(i + 1) / static_cast<float>(count);
    const float end = i + 1 == count ? farthest : nearest * std::pow(farthest / nearest, share * share * 0.4f + share * 0.6f);
    glm::vec3 lo(std::numeric_limits<float>::max()), hi(-std::numeric_limits<float>::max());
    const auto each_point = [&](auto&& use) {
      for (const Ray& r : rays)
        for (float t : {std::min(begin, r.t), std::min(end, r.t)})
          for (float up : {0.f, tall}) {
            const glm::vec3 p = r.d * t + glm::vec3(0, 0, up);
            use(glm::vec3(glm::dot(p, x), glm::dot(p, y), glm::dot(p, z)));
          }
    };
    each_point([&](const glm::vec3& l) { lo = glm::min(lo, l), hi = glm::max(hi, l); });
    const float a = glm::dot(view.anchor, x), b = glm::dot(view.anchor, y), depth = glm::dot(view.anchor, z);
    const float depth_margin = 0.1f * (hi.z - lo.z) + 300;  // hills and valleys off the plane of the fit
    // Extents in steps of an eighth of an octave and corners on whole texels from the anchor: a moving camera then
    // moves the map by whole texels, and shadows' edges do not crawl.
    const auto stepped = [](float e) { return std::exp2(std::ceil(std::log2(std::max(e, 8.f)) * 8) / 8); };
    ShadowPlace place{z, 0, 0, 0, lo.z - depth_margin - depth, hi.z + depth_margin - depth};
    float step = 1;  // texels
    if (count > 1) {
      place.size = stepped(std::max(hi.x - lo.x, hi.y - lo.y) * 1.02f);
    } else {
      // A circle around what is seen does not change as the camera turns; the map moves in sixteenths of its size.
      const glm::vec2 middle = glm::vec2(lo + hi) / 2.f;
      float radius = 0;
      each_point([&](const glm::vec3& l) { radius = std::max(radius, glm::distance(glm::vec2(l), middle)); });
      step = static_cast<float>(resolution / 16);
      place.size = stepped(radius * 2 * 17 / 16);
      const float coarse = std::exp2(std::ceil(std::log2((place.z1 - place.z0) / 8)));
      place.z0 = std::floor(place.z0 / coarse) * coarse;
      place.z1 = std::ceil(place.z1 / coarse) * coarse;
    }
    const float texel = place.size / static_cast<float>(resolution);
    const auto snapped = [&](float low, float high, float from) {
      const float corner = (low + high - place.size) / 2 + (step - 1) / 2 * texel;
      return static_cast<std::int64_t>(std::floor((corner - from) / (texel * step))) * static_cast<std::int64_t>(step);
    };
    place.x = snapped(lo.x, hi.x, a);
    place.y = snapped(lo.y, hi.y, b);
    const float x0 = static_cast<float>(place.x) * texel + a, y0 = static_cast<float>(place.y) * texel + b;
    const float z0 = place.z0 + depth, z1 = place.z1 + depth, size = place.size;
    Cascade c;
    c.place = place;
    c.end = end * (i + 1 == count ? 1.02f : 1.f);
    c.texel = texel;
    for (int k = 0; k < 3; ++k) {
      c.light[k][0] = x[k] * 2 / size;
      c.light[k][1] = y[k] * 2 / size;
      c.light[k][2] = -z[k] / (z1 - z0);
      c.light[k][3] = 0;
    }
    c.light[3] = glm::vec4(-2 * x0 / size - 1, -2 * y0 / size - 1, z1 / (z1 - z0), 1);
    out.push_back(c);
    begin = end;
  }
  // Rays are longer towards the corners than the eye distance t counts.
  for (Cascade& c : out) c.end *= std::sqrt(1 + tan_x * tan_x * 0.5f + tan_y * tan_y * 0.5f);
  return out;
}

FrameUniforms frame_uniforms(const FrameView& view, const SkyLight& sky, const std::vector<Cascade>& cascades,
                             std::uint32_t shadow_resolution, std::uint32_t sample) {
  FrameUniforms u{};
  const std::uint32_t samples = std::max(1u, view.accumulate);
  const glm::vec2 jitter = sample_jitter(sample, samples);
  const glm::mat4 p = projection_matrix(view, jitter);
  u.view_proj = p * view.view;
  u.view = view.view;
  const glm::mat4 half(glm::vec4(0.5f, 0, 0, 0), glm::vec4(0, 0.5f, 0, 0), glm::vec4(0, 0, 1, 0), glm::vec4(0.5f, 0.5f, 0, 1));
  for (std::size_t i = 0; i < cascades.size(); ++i) {
    u.shadow[i] = half * cascades[i].light;
    const auto k = static_cast<glm::length_t>(i);
    u.shadow_end[k] = cascades[i].end;
    u.shadow_texel[k] = cascades[i].texel;
  }
  u.shadow_end.w = static_cast<float>(cascades.size());
  u.shadow_texel.w = 1.f / static_cast<float>(shadow_resolution);
  u.key_direction = glm::vec4(sky.key_direction, sky.day);
  u.key_colour = glm::vec4(sky.key_colour, view.night_theme ? 1.f : 0.f);
  for (int i = 0; i < 3; ++i) u.ambient[i] = sky.ambient[i];
  u.disc = glm::vec4(sky.disc, 0);
  const glm::vec3 sun = sun_of(view);
  const float flat = std::sqrt(sun.x * sun.x + sun.y * sun.y);
  u.sun_flat = flat > 1e-4f ? glm::vec4(sun.x / flat, sun.y / flat, sun.z, 0) : glm::vec4(1, 0, sun.z, 0);
  for (int i = 0; i < 3; ++i) u.haze[i] = glm::vec4(sky.haze[i], 0);
  const glm::vec3 from = shown(sky.haze[0] - sky.haze[1] + sky.haze[2]), middle = shown(sky.haze[0]),
                  towards = shown(sky.haze[0] + sky.haze[1] + sky.haze[2]);
  u.haze_shown[0] = glm::vec4(middle, 0);
  u.haze_shown[1] = glm::vec4((towards - from) * 0.5f, 0);
  u.haze_shown[2] = glm::vec4((towards + from) * 0.5f - middle, 0);
  u.projection = glm::vec4(p[0][0], p[1][1], view.near_plane, std::max(view.haze_distance, 1.f));
  const float w = static_cast<float>(view.size.x), h = static_cast<float>(view.size.y);
  u.viewport = glm::vec4(w, h, 1 / w, 1 / h);
  u.sample_info = glm::vec4(jitter, static_cast<float>(sample), 1.f / static_cast<float>(samples));
  const Rgba8 s = view.selection_colour;
  u.selection = glm::vec4(s.r, s.g, s.b, 255) / 255.f;
  u.camera = glm::vec4(view.camera_height, view.baked_sun, std::max(2.f, h / 360.f), view.ground_error * 2 / (std::abs(p[1][1]) * h));
  const glm::vec2 around = samples > 1 ? sample_jitter(sample, samples) * 3.f / static_cast<float>(shadow_resolution) : glm::vec2(0);
  u.shadow_jitter = glm::vec4(around, 0, 0);
  u.section = view.section;
  return u;
}

bool box_visible(const glm::mat4& m, glm::vec3 lo, glm::vec3 hi) {
  int out[5]{};
  for (int i = 0; i < 8; ++i) {
    const glm::vec4 c = m * glm::vec4(i & 1 ? hi.x : lo.x, i & 2 ? hi.y : lo.y, i & 4 ? hi.z : lo.z, 1);
    out[0] += c.x < -c.w;
    out[1] += c.x > c.w;
    out[2] += c.y < -c.w;
    out[3] += c.y > c.w;
    out[4] += c.z > c.w;  // before the near plane
  }
  return std::none_of(out, out + 5, [](int n) { return n == 8; });
}

bool box_casts(const glm::mat4& m, glm::vec3 lo, glm::vec3 hi) {
  int out[5]{};
  for (int i = 0; i < 8; ++i) {
    const glm::vec4 c = m * glm::vec4(i & 1 ? hi.x : lo.x, i & 2 ? hi.y : lo.y, i & 4 ? hi.z : lo.z, 1);
    out[0] += c.x < -1;
    out[1] += c.x > 1;
    out[2] += c.y < -1;
    out[3] += c.y > 1;
    out[4] += c.z > 1;  // beyond everything that could receive
  }
  return std::none_of(out, out + 5, [](int n) { return n == 8; });
}

}  // namespace tenbo::render
