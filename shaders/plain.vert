#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "surface.glsl"
layout(push_constant) uniform Draw {  // as in draw.glsl
  mat4 draw_model;
  vec4 draw_colour;
  vec4 draw_params;
  uvec4 draw_ids;
};
#include "features.glsl"
// Ground and water bodies, drawn straight and without shadows. Their light is worked out here, and for the ground, which is
// a fine grid, the air before it too; the triangles of water are large, and have it worked out for each pixel.
layout(constant_id = 0) const int material = 3;  // 3 ground, 4 water body

#include "section.glsl"
layout(location = 0) in vec3 in_position;
layout(location = 1) in uint in_normal;
layout(location = 2) in vec2 in_uv;
layout(location = 3) in uint in_feature;

layout(location = 0) out vec3 position;
layout(location = 1) out vec4 seen;  // encoded; alpha = opacity

void main() {
  Style style = style_of(in_feature);
  vec4 p = draw_model * vec4(in_position, 1.0);
  position = p.xyz;
  gl_Position = frame.view_proj * p;
  KEPT(p, (draw_ids.z & 2u) != 0u);
  if ((style.flags & feature_hidden) != 0u) gl_Position = nowhere;
  vec4 own = unpackUnorm4x8(style.colour);
  vec3 common_colour = draw_colour.rgb;
  if ((draw_ids.z & 1u) != 0u) {
    uint packed = uint(in_uv.x);
    common_colour = vec3(packed & 255u, packed >> 8 & 255u, packed >> 16 & 255u) / 255.0;
  }
  vec3 albedo = to_linear(own.a > 0.0 ? own.rgb : common_colour);
  if ((style.flags & feature_dimmed) != 0u) albedo = dimmed(albedo);
  vec3 n = mat3(draw_model) * decode_normal(in_normal);
  vec3 light = ambient_light(n) + frame.key_colour.rgb * max(dot(n, frame.key_direction.xyz), 0.0);
  vec3 c = tone(albedo * light);
  if (material == 3) {
    vec4 through = haze_shown(p.xyz);
    c = mix(through.rgb, c, through.w);
  }
  seen = vec4(c, draw_params.y * (own.a > 0.0 ? 1.0 : draw_colour.a));
}
