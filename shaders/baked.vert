#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "surface.glsl"
layout(push_constant) uniform Draw {  // as in draw.glsl; one for all its vertices, which on a CPU device is cheaper still
  mat4 draw_model;
  vec4 draw_colour;
  vec4 draw_params;
  uvec4 draw_ids;
};
#include "features.glsl"
// City whose vertices carry their ambient occlusion and sun: all light is worked out here, and what a pixel has left to
// do is next to nothing. For the CPU device, where each varying costs every triangle and every pixel.
layout(constant_id = 1) const bool textured = false;
layout(constant_id = 2) const bool blended = false;

#include "section.glsl"
layout(location = 0) in vec3 in_position;
layout(location = 1) in uint in_normal;          // low 4 bits of its halves: ambient light and sun that are left
layout(location = 2) in vec2 in_uv;
layout(location = 3) in uint in_feature;

layout(location = 0) out vec4 seen;              // encoded as seen through the air; with a texture its light, linear
layout(location = 1) out vec4 air;               // with a texture: light of the air; saturation
layout(location = 2) out vec2 uv;                // with a texture
layout(location = 3) flat out vec4 hazard;       // encoded rgb, exact; a = 1: unknown
layout(location = 4) out float above;            // m over the height below which the hazard shows

void main() {
  Style style = style_of(in_feature);
  vec4 p = draw_model * vec4(in_position, 1.0);
  vec4 own = unpackUnorm4x8(style.colour);
  vec3 common_colour = draw_colour.rgb;
  if (!textured && (draw_ids.z & 1u) != 0u) {
    uint packed = uint(in_uv.x);  // whole numbers below 2^24 are exact
    common_colour = vec3(packed & 255u, packed >> 8 & 255u, packed >> 16 & 255u) / 255.0;
  }
  vec3 albedo = to_linear(own.a > 0.0 ? own.rgb : common_colour);
  float opacity = draw_params.y * (own.a > 0.0 ? 1.0 : draw_colour.a);
  bool dim = (style.flags & feature_dimmed) != 0u;
  gl_Position = frame.view_proj * p;
  KEPT(p, (draw_ids.z & 2u) != 0u);
  if ((style.flags & feature_hidden) != 0u) gl_Position = nowhere;

  float eye_distance = length(p.xyz);
  vec3 n = city_normal(mat3(draw_model) * decode_normal(in_normal), p.xyz, eye_distance);
  float facing = max(dot(n, frame.key_direction.xyz), 0.0);
  float open = float(in_normal & 15u) / 15.0, sun = float(in_normal >> 16 & 15u) / 15.0;
  vec3 sky_light = ambient_light(n), key = frame.key_colour.rgb * (facing * mix(1.0, sun, frame.camera.y));
  vec4 through = haze(p.xyz);
  float occlusion = mix(1.0, open, ambient_share(sky_light, key) * through.w);
  if (textured) {
    occlusion *= occlusion;  // of encoded values
    seen = vec4((sky_light + key) * albedo * (1.15 * through.w * occlusion), opacity);
    air = vec4(through.rgb * ((1.0 - through.w) * occlusion), dim ? 0.3 : 1.0);
    uv = in_uv;
  } else {
    if (dim) albedo = dimmed(albedo);
    seen = vec4(tone(mix(through.rgb, albedo * (sky_light + key), through.w)) * occlusion, opacity);
  }
  if (table_use == 2) {
    float up = draw_params.w + in_position.z, along = dot(in_position.xy, in_position.xy);
    float height = draw_params.x + in_position.z + along / (sqrt(up * up + along) + up);
    vec4 hz = unpackUnorm4x8(style.hazard);
    bool unknown = (style.flags & feature_hazard_unknown) != 0u;
    hazard = vec4(hz.rgb, unknown ? 1.0 : 0.0);
    above = height - (hz.a > 0.0 || unknown ? style.hazard_height : -3.0e38);
  }
}
