#pragma once
// The numbers of one frame: projection, light, and where the shadow maps look.
#include <array>
#include <glm/mat4x4.hpp>
#include <vector>

#include "gpu_types.h"
#include "sky.h"
#include "tenbo/render/frame_view.h"

namespace tenbo::render {

// Where a shadow map lies, in a frame that stays put in the world: equal places hold equal maps.
struct ShadowPlace {
  glm::vec3 towards{0, 0, 1};      // the light
  float size = 0;                  // m, a side
  std::int64_t x = 0, y = 0;       // texels from the view's anchor to the map's corner
  float z0 = 0, z1 = 0;            // m from the anchor towards the light
  bool operator==(const ShadowPlace&) const = default;
};

struct Cascade {
  ShadowPlace place;
  glm::mat4 light{1};              // view frame -> clip of the shadow map
  float end = 0;                   // m from the eye
  float texel = 0;                 // m
};

// Reversed depth, infinite far plane: device depth = near / distance. `jitter` in pixels.
glm::mat4 projection_matrix(const FrameView& view, glm::vec2 jitter = {0, 0});
// The same for a square of `side` pixels around `pixel` alone.
glm::mat4 pick_projection(const FrameView& view, glm::uvec2 pixel, std::uint32_t side);

// One cascade alone (a CPU device) lies where it stays for a while as the camera moves, so that it can be kept.
std::vector<Cascade> fit_cascades(const FrameView& view, const SkyLight& sky, std::uint32_t count, std::uint32_t resolution);

// Sub-pixel offset of a sample, -0.5..0.5 px; the same sequence always.
glm::vec2 sample_jitter(std::uint32_t index, std::uint32_t samples);

FrameUniforms frame_uniforms(const FrameView& view, const SkyLight& sky, const std::vector<Cascade>& cascades,
                             std::uint32_t shadow_resolution, std::uint32_t sample);

// Six planes are five here (no far plane): a box of which all corners are outside one plane is not seen.
bool box_visible(const glm::mat4& clip_from_box, glm::vec3 min, glm::vec3 max);
bool box_casts(const glm::mat4& light_from_box, glm::vec3 min, glm::vec3 max);

}  // namespace tenbo::render
