#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "features.glsl"
layout(constant_id = 0) const int material = 0;  // Material of frame_view.h

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

void main() {
  Style style = style_of(in_feature);
  vec4 p = draw_model * vec4(in_position, 1.0);
  position = p.xyz;
  normal = mat3(draw_model) * decode_normal(in_normal);
  float height = draw_params.x + in_position.z + dot(in_position.xy, in_position.xy) / (2.0 * 6371009.0);
  uv_height = vec3(in_uv, height);
  vec4 own = unpackUnorm4x8(style.colour);
  colour = vec4(own.a > 0.0 ? own.rgb : draw_colour.rgb, draw_params.y * (own.a > 0.0 ? 1.0 : draw_colour.a));
  vec4 hz = unpackUnorm4x8(style.hazard);
  bool unknown = (style.flags & feature_hazard_unknown) != 0u;
  hazard = vec4(hz.rgb, hz.a > 0.0 || unknown ? style.hazard_height : -3.0e38);
  if (material != 0) hazard.r = draw_params.z;
  flags = style.flags;
  gl_Position = frame.view_proj * p;
  if (material == 2) gl_Position = biased(gl_Position, 1.5e-3);
  if ((style.flags & feature_hidden) != 0u) gl_Position = nowhere;
}
