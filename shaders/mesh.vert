#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "surface.glsl"
#include "draw.glsl"
#include "features.glsl"
// City and terrain are lit here: their faces are flat or their vertices close, so that a pixel would come to the same
// (shadows and textures excepted), and on a CPU device a vertex costs a fraction of its pixels.
layout(constant_id = 0) const int material = 0;  // Material of frame_view.h
layout(constant_id = 1) const bool textured = false;

#include "section.glsl"
layout(location = 0) in vec3 in_position;
layout(location = 1) in uint in_normal;
layout(location = 2) in vec2 in_uv;
layout(location = 3) in uint in_feature;

layout(location = 0) out vec3 position;
layout(location = 1) out vec3 normal;
layout(location = 2) out vec3 uv_height;         // u, v, height in the scene's datum
layout(location = 3) flat out vec4 colour;       // encoded; alpha = opacity
layout(location = 4) flat out vec4 hazard;       // encoded rgb, exact; a = height below which it shows. Imagery: r = saturation
layout(location = 5) flat out uint flags;
// Without a texture: encoded colours as seen through the air, in shadow and in full light. With one: linear light on a
// white surface. Alpha: how much of it is ambient.
layout(location = 6) out vec4 shade;
layout(location = 7) out vec4 lit;
layout(location = 8) out vec4 air;               // with a texture: light of the air, and the share that comes through
layout(location = 9) out vec4 shadow_place;      // in the shadow map; w = how much of the shadow shows, 0 = none
const bool vertex_lit = material < 2;

void main() {
  Style style = style_of(in_feature);
  vec4 p = draw_model * vec4(in_position, 1.0);
  position = p.xyz;
  normal = mat3(draw_model) * decode_normal(in_normal);
  // Above the sphere of radius draw_params.w, without the difference of two large numbers; tiles may be continents.
  float up = draw_params.w + in_position.z, along = dot(in_position.xy, in_position.xy);
  float height = draw_params.x + in_position.z + along / (sqrt(up * up + along) + up);
  uv_height = vec3(in_uv, height);
  vec4 own = unpackUnorm4x8(style.colour);
  vec3 common_colour = draw_colour.rgb;
  if (!textured && (draw_ids.z & 1u) != 0u) {
    uint packed = uint(in_uv.x);  // whole numbers below 2^24 are exact
    common_colour = vec3(packed & 255u, packed >> 8 & 255u, packed >> 16 & 255u) / 255.0;
  }
  colour = vec4(own.a > 0.0 ? own.rgb : common_colour, draw_params.y * (own.a > 0.0 ? 1.0 : draw_colour.a));
  if (material == 2 && (style.flags & feature_own_alpha) != 0u) colour.a *= own.a;
  vec4 hz = unpackUnorm4x8(style.hazard);
  bool unknown = (style.flags & feature_hazard_unknown) != 0u;
  hazard = vec4(hz.rgb, hz.a > 0.0 || unknown ? style.hazard_height : -3.0e38f);
  if (material != 0) hazard.r = draw_params.z;
  flags = style.flags;
  gl_Position = frame.view_proj * (material == 2 && (draw_ids.z & 4u) != 0u ? lifted(p) : p);
  if (material == 2) gl_Position = biased(gl_Position, 1.5e-3);
  KEPT(p, (draw_ids.z & 2u) != 0u);
  if ((style.flags & feature_hidden) != 0u) gl_Position = nowhere;

  if (!vertex_lit) return;
  air = vec4(0.0);
  float eye_distance = length(position);
  vec3 n = material == 0 ? city_normal(normal, position, eye_distance) : normal;
  float facing = dot(n, frame.key_direction.xyz);
  vec3 sky_light = ambient_light(n), key = frame.key_colour.rgb * max(facing, 0.0);
  shadow_place = shadow_at(position, n, facing, eye_distance, material == 1);
  vec4 through = haze(position);
  shade.a = through.w;
  lit.a = ambient_share(sky_light, key) * through.w;
  if (textured) {
    shade.rgb = sky_light;
    lit.rgb = sky_light + key;
    air = vec4(through.rgb * (1.0 - through.w), through.w);
    return;
  }
  vec3 albedo = to_linear(colour.rgb);
  if (material == 1) albedo *= to_linear(terrain_tint(height, 1.0 - clamp(n.z, 0.0, 1.0)));
  if ((flags & feature_dimmed) != 0u) albedo = dimmed(albedo);
  shade.rgb = tone(mix(through.rgb, albedo * sky_light, through.w));
  lit.rgb = tone(mix(through.rgb, albedo * (sky_light + key), through.w));
}
