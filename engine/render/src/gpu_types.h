#pragma once
// What shaders read, byte for byte: keep in step with shaders/frame.glsl.
#include <cstdint>
#include <glm/mat4x4.hpp>
#include <glm/vec4.hpp>
#include <glm/gtc/type_precision.hpp>

namespace tenbo::render {

inline constexpr std::uint32_t max_cascades = 3;

struct FrameUniforms {          // std140
  glm::mat4 view_proj;          // view frame -> clip, jitter included
  glm::mat4 view;               // view frame -> eye
  glm::mat4 shadow[max_cascades];  // view frame -> shadow map (xy 0..1, z depth)
  glm::vec4 shadow_end;         // eye distance where each cascade ends; w = cascades
  glm::vec4 shadow_texel;       // m, of one texel of each cascade; w = 1 / resolution
  glm::vec4 key_direction;      // towards sun or moon; w = day
  glm::vec4 key_colour;         // w = 1 with the night theme
  glm::vec4 ambient[3];         // per channel, with vec4(normal, 1)
  glm::vec4 disc;               // rgb of the sun's disc
  glm::vec4 sun_flat;           // xy: horizontal direction of the sun; z: sun's elevation (sine)
  glm::vec4 haze[3];            // rgb: the haze's colour as c0 + mu c1 + mu^2 c2, mu = cosine of azimuth from the sun
  glm::vec4 projection;         // x scale, y scale, near plane, haze distance
  glm::vec4 viewport;           // px: w, h, 1/w, 1/h
  glm::vec4 sample_info;        // jitter px x, y; index; 1/samples
  glm::vec4 selection;          // rgb; w = 1 where anything is selected
  glm::vec4 camera;             // x = height m; y = how much baked shadows count; z = outline width px; w = m that what is draped is lifted by, a metre away
  glm::vec4 haze_shown[3];      // rgb: the haze's colour as the screen shows it, the same curve
  glm::vec4 shadow_jitter;      // xy: offset in the shadow map of this sample
  glm::vec4 section;            // SceneView::section
};

struct DrawRecord {             // vertex attributes, one instance each: shaders/draw.glsl
  glm::mat4 model;
  glm::vec4 colour;             // 0..1, encoded as given
  glm::vec4 params;             // origin height m, opacity, saturation, line width px
  std::uint32_t feature_base, feature_count, flags, extra;  // flags: vertex colours 1, whole 2, on the ground 4; extra: draped 1
};
static_assert(sizeof(DrawRecord) == 112);

// What GPU-driven drawing reads, std430: shaders/gpu_scene.glsl.
struct GpuDraw {
  glm::mat4 model;
  glm::vec4 colour;
  glm::vec4 params;             // origin height m, opacity, saturation, radius m
  std::uint64_t vertices, indices, features, clusters;  // addresses
  std::uint32_t feature_count, flags, cluster_count, first_index;
  std::int32_t vertex_offset;
  std::uint32_t word, group, command;
};
static_assert(sizeof(GpuDraw) == 160);
inline constexpr std::uint32_t draw_vertex_colours = 1, draw_in_scene = 2, draw_casts = 4, draw_closed = 8, draw_has_hidden = 16,
                               draw_has_table = 32, draw_uncut = 64, draw_material_shift = 8;  // flags

struct GpuGroup { std::uint32_t first_draw, draws, command, spare; };

enum class CullMode : std::uint32_t { first, second, shadow };
struct CullView {
  glm::mat4 clip;
  glm::vec4 toward_light;
  glm::uvec4 picture;           // px; px of the pyramid's first level
  std::uint64_t draws, groups, bits, runs, offsets, commands, infos, counts, pyramid, stats;
  CullMode mode;
  std::uint32_t wanted, frame, draw_count, group_count, levels;
  std::uint32_t level_at[18];
};
static_assert(sizeof(CullView) == 272);
struct CullStats { std::uint32_t tested, in_view, drawn, triangles; };

struct FieldRecord {            // std140, shaders/field.glsl
  float from[16];
  std::uint32_t colour[16];
  std::int32_t width, height;   // cells
  std::uint32_t stops, mode;    // WaterMode, and field_*hatched
  float blend, as_depth, opacity, lift;
};
static_assert(sizeof(FieldRecord) == 160);
inline constexpr std::uint32_t field_hatched = 256, field_unknown_hatched = 512;

// NaN does not survive every driver: an unknown cell is this value on the GPU.
inline constexpr float unknown_cell = -3.0e38f;

}  // namespace tenbo::render
