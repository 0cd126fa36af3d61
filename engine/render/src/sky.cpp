#include "sky.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/exponential.hpp>
#include <glm/geometric.hpp>
#include <glm/gtc/packing.hpp>

namespace tenbo::render {
namespace {

using glm::vec3;

// The air: metres and 1/m. Rayleigh and ozone for 680, 550, 440 nm; a clear day's aerosols.
constexpr float planet = 6'360'000, top = 6'440'000, eye_height = 300;
constexpr float rayleigh_scale = 8000, mie_scale = 1200, mie_g = 0.76f;
const vec3 rayleigh_beta(5.8e-6f, 13.5e-6f, 33.1e-6f), ozone_beta(0.65e-6f, 1.88e-6f, 0.085e-6f);
constexpr float mie_beta = 5e-6f;
constexpr float sun_power = 20;
constexpr float pi = 3.14159265f;

struct Air { float rayleigh = 0, mie = 0, ozone = 0; };  // metres of sea-level air (or of peak ozone)

Air air_at(float height) {
  return {std::exp(-height / rayleigh_scale), std::exp(-height / mie_scale),
          std::max(0.f, 1 - std::abs(height - 25'000) / 15'000)};
}
vec3 extinction(const Air& a) {
  return glm::exp(-(rayleigh_beta * a.rayleigh + vec3(mie_beta * 1.1f * a.mie) + ozone_beta * a.ozone));
}
float to_sphere(vec3 p, vec3 d, float radius) {  // distance to leaving the sphere
  const float b = glm::dot(p, d), c = glm::dot(p, p) - radius * radius;
  return -b + std::sqrt(std::max(0.f, b * b - c));
}
// Light that reaches p from the sun; black in the planet's shadow.
vec3 sunlight(vec3 p, vec3 sun) {
  const float b = glm::dot(p, sun), c2 = glm::dot(p, p) - b * b;
  // A soft edge of the planet's shadow, some kilometres wide: the sun is not a point and the air bends light.
  const float clearance = b < 0 ? std::sqrt(std::max(0.f, c2)) - planet : 1e6f;
  const float lit = glm::smoothstep(-2000.f, 4000.f, clearance);
  if (lit <= 0) return vec3(0);
  constexpr int steps = 8;
  const float step = to_sphere(p, sun, top) / steps;
  Air sum;
  for (int i = 0; i < steps; ++i) {
    const Air a = air_at(std::max(0.f, glm::length(p + sun * (step * (i + 0.5f))) - planet));
    sum.rayleigh += a.rayleigh * step, sum.mie += a.mie * step, sum.ozone += a.ozone * step;
  }
  return extinction(sum) * lit;
}

float luminance(vec3 c) { return glm::dot(c, vec3(0.2126f, 0.7152f, 0.0722f)); }

vec3 sky_radiance(vec3 dir, vec3 sun) {
  const vec3 eye(0, 0, planet + eye_height);
  const float mu = glm::dot(dir, sun);
  const float rayleigh_phase = 3 / (16 * pi) * (1 + mu * mu);
  const float g2 = mie_g * mie_g;
  const float mie_phase = 3 / (8 * pi) * (1 - g2) * (1 + mu * mu) / ((2 + g2) * std::pow(1 + g2 - 2 * mie_g * mu, 1.5f));
  constexpr int steps = 20;
  const float length = to_sphere(eye, dir, top);
  Air sum;
  vec3 light(0);
  float before = 0;
  for (int i = 0; i < steps; ++i) {  // steps grow with distance
    const float f = float(i + 1) / steps, end = length * f * f, step = end - before;
    const vec3 p = eye + dir * (before + step * 0.5f);
    before = end;
    const Air a = air_at(std::max(0.f, glm::length(p) - planet));
    sum.rayleigh += a.rayleigh * step, sum.mie += a.mie * step, sum.ozone += a.ozone * step;
    const vec3 s = sunlight(p, sun);
    const vec3 once = s * (rayleigh_beta * (a.rayleigh * rayleigh_phase) + vec3(mie_beta * a.mie * mie_phase));
    // What is scattered more than once comes from everywhere and fills the shadowless parts: a third of isotropic.
    // It has come by higher, clearer air, so it is bluer than the straight beam.
    const vec3 again = vec3(0.78f, 0.95f, 1.20f) * (luminance(s) * 1.1f / (4 * pi)) *
                       (rayleigh_beta * a.rayleigh + vec3(mie_beta * a.mie));
    light += extinction(sum) * (once + again) * step;
  }
  return light * sun_power;
}

vec3 direction_of(int x, int y, vec3 sun_flat) {  // inverse of sky_uv() in shaders/frame.glsl
  const float s = std::clamp((x + 0.0f) / (SkyLight::width - 1), 0.f, 1.f);  // sin(half the azimuth from the sun)
  const float v = float(y) / (SkyLight::height - 1);
  const float z = v * v, r = std::sqrt(std::max(0.f, 1 - z * z));
  const float c = 1 - 2 * s * s, n = std::sqrt(std::max(0.f, 1 - c * c));
  return vec3(sun_flat.x * c - sun_flat.y * n, sun_flat.y * c + sun_flat.x * n, 0.f) * r + vec3(0, 0, z);
}

}  // namespace

SkyLight make_sky(vec3 sun, bool night_theme) {
  SkyLight out;
  sun = glm::dot(sun, sun) > 0 ? glm::normalize(sun) : vec3(0, 0, 1);
  vec3 flat(sun.x, sun.y, 0);
  flat = glm::dot(flat, flat) > 1e-8f ? glm::normalize(flat) : vec3(1, 0, 0);
  constexpr int w = SkyLight::width, h = SkyLight::height;

  std::vector<vec3> sky(w * h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) sky[y * w + x] = sky_radiance(direction_of(x, y, flat), sun);

  // What a table texel shows: exposed, with a shoulder of its own so that a bright rim keeps its hue.
  const auto shown = [](vec3 c) { return c / (1 + 0.9f * std::max(0.f, luminance(c) - 0.45f)); };

  const float elevation = std::asin(std::clamp(sun.z, -1.f, 1.f)) * 180 / pi;  // degrees
  const vec3 eye(0, 0, planet + eye_height);
  const vec3 sun_colour = sunlight(eye, sun) * sun_power * glm::smoothstep(-1.5f, 2.f, elevation);
  const float day = glm::smoothstep(-9.f, 3.f, elevation), night = 1 - glm::smoothstep(-10.f, -2.f, elevation);

  // Irradiance of the sky alone on level ground sets the exposure together with the sun.
  vec3 level(0);
  float weight = 0;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const float z = direction_of(x, y, flat).z, v = float(y) / (h - 1);
      const float s = float(x) / (w - 1), area = 2 * v / std::sqrt(std::max(0.05f, 1 - s * s));
      level += sky[y * w + x] * (z * area), weight += area;
    }
  level *= 2.f / weight;  // irradiance / pi
  const float reference = luminance(level) + luminance(sun_colour) / pi * std::max(sun.z, 0.5f);
  const float brightness = glm::mix(0.16f, 1.f, glm::smoothstep(-8.f, 12.f, elevation));
  float exposure = brightness * 1.4f / std::max(reference, 2e-3f);
  // A bright rim of the sky at dusk must not burn out: it sets the limit then.
  std::vector<float> tones;
  for (const vec3& c : sky) tones.push_back(luminance(c));
  std::nth_element(tones.begin(), tones.begin() + w * h * 9 / 10, tones.end());
  exposure = std::min(exposure, 0.85f / std::max(tones[w * h * 9 / 10], 1e-6f));
  const float theme = night_theme ? 0.32f : 1.f;
  exposure *= theme;

  // Night: a deep blue dome and a moon opposite the sun, both a matter of taste rather than of physics.
  const auto night_sky = [&](vec3 d) { return glm::mix(vec3(0.030f, 0.045f, 0.085f), vec3(0.006f, 0.010f, 0.026f),
                                                       std::sqrt(std::max(0.f, d.z))) * (night * theme); };
  const vec3 moon = glm::normalize(vec3(-flat.x, -flat.y, 0.9f));
  const vec3 moon_colour = vec3(0.085f, 0.105f, 0.150f) * (1 - glm::smoothstep(-7.f, -3.f, elevation)) * theme;
  // The low sun is kept from burning out: its hue says the hour, its strength must not bleach the hazard's colours.
  vec3 sun_exposed = sun_colour * exposure / pi;
  sun_exposed = glm::mix(sun_exposed, vec3(luminance(sun_exposed)), 0.2f);
  sun_exposed *= std::min(1.f, 0.95f / std::max(luminance(sun_exposed), 1e-4f));
  const bool by_moon = luminance(moon_colour) > luminance(sun_exposed);
  out.key_direction = by_moon ? moon : sun;
  out.key_colour = by_moon ? moon_colour : sun_exposed;
  out.disc = sun_colour * exposure * 2.f;
  out.day = day;

  out.table.resize(w * h * 4);
  vec3 mean(0), moments[3] = {vec3(0), vec3(0), vec3(0)};
  float total = 0;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const vec3 d = direction_of(x, y, flat);
      const vec3 c = shown(sky[y * w + x] * exposure) + night_sky(d);
      for (int i = 0; i < 3; ++i) out.table[(y * w + x) * 4 + i] = glm::packHalf1x16(std::min(c[i], 1000.f));
      out.table[(y * w + x) * 4 + 3] = glm::packHalf1x16(1.f);
      const float v = float(y) / (h - 1), s = float(x) / (w - 1);
      const float area = 2 * v / std::sqrt(std::max(0.05f, 1 - s * s));
      // Both sides of the sun's meridian: the part across it cancels.
      const vec3 along = flat * glm::dot(d, flat) + vec3(0, 0, d.z);
      mean += c * area, total += area;
      for (int i = 0; i < 3; ++i) moments[i] += along * (c[i] * area);
    }
  // The lower half of the sphere is ground that the sky and the key light shine on.
  mean /= 2 * total;
  for (auto& m : moments) m *= 3 / (2 * total);
  const vec3 ground = vec3(0.30f, 0.28f, 0.25f) * (level * exposure + out.key_colour * std::max(0.f, out.key_direction.z) * 0.8f);
  mean += ground * 0.5f;
  for (int i = 0; i < 3; ++i) {
    moments[i].z -= ground[i] * 0.75f;
    out.ambient[i] = glm::vec4(moments[i] * (2.f / 3), mean[i]);
  }
  // A softer, less blue fill than the bare sky gives: clay wants to look like clay in the shade too.
  const glm::vec4 grey = out.ambient[0] * 0.2126f + out.ambient[1] * 0.7152f + out.ambient[2] * 0.0722f;
  for (auto& a : out.ambient) a = glm::mix(a, grey, 0.6f) * 1.6f;

  // The haze's curve through the colours towards the sun, across it and away from it, low over the horizon.
  const auto low = [&](int x) {
    const int y = 9;  // 2 degrees up
    return shown(sky[y * w + x] * exposure) + night_sky(direction_of(x, y, flat));
  };
  const vec3 toward = glm::mix(low(1), low(w / 3), 0.5f), across = low(int(0.70710678f * (w - 1))), away = low(w - 1);
  out.haze[0] = across;
  out.haze[1] = (toward - away) * 0.5f;
  out.haze[2] = (toward + away) * 0.5f - across;
  return out;
}

}  // namespace tenbo::render
