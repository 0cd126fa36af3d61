#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "field.glsl"
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 cell_depth;
layout(location = 2) flat in uint field_index;
layout(location = 0) out vec4 result;
const uint both = 0u, classes = 1u, surface = 2u;

void main() {
  uint f = field_index;
  ivec2 cells = fields[f].cells;
  ivec2 cell = clamp(ivec2(floor(cell_depth.xy)), ivec2(0), cells - 1);
  float v = texelFetch(values, cell, 0).r;  // the class comes from this value alone
  if (v <= unknown_below || v < fields[f].from[0]) discard;
  uint stop = 0u;
  for (uint i = 1u; i < fields[f].stops; ++i)
    if (v >= fields[f].from[i]) stop = i;
  vec4 official = unpackUnorm4x8(fields[f].colour[stop]);
  if (official.a <= 0.0) discard;
  vec3 c = official.rgb;
  uint mode = fields[f].mode;

  if (mode != classes) {
    float eye_distance = max(length(position), 1e-6);
    vec3 toward_eye = -position / eye_distance;
    // Distance to the nearest side of the cell that has no water behind it, in pixels; a line only where cells are large.
    vec2 px = max(fwidth(cell_depth.xy), vec2(1e-6));
    vec2 inside = cell_depth.xy - vec2(cell);
    float shore = 1e9;
    if (max(px.x, px.y) < 0.25) {
      for (int i = 0; i < 4; ++i) {
        int axis = i >> 1;
        ivec2 o = ivec2(0);
        o[axis] = (i & 1) == 0 ? -1 : 1;
        ivec2 other = cell + o;
        bool dry = any(lessThan(other, ivec2(0))) || any(greaterThanEqual(other, cells));
        dry = dry || texelFetch(values, clamp(other, ivec2(0), cells - 1), 0).r < fields[f].from[0];
        float d = (o[axis] < 0 ? inside[axis] : 1.0 - inside[axis]) / px[axis];
        if (dry) shore = min(shore, d);
      }
    }
    float down = toward_eye.z;
    vec3 mirrored = reflect(-toward_eye, vec3(0, 0, 1));
    vec3 reflected = sky(vec3(mirrored.xy, max(mirrored.z, 0.02)));
    if (mode == surface) {
      vec3 albedo = mix(vec3(0.075, 0.090, 0.098), vec3(0.120, 0.180, 0.225), smoothstep(0.0, 1.2, cell_depth.z));
      vec3 light = albedo * (ambient_light(vec3(0, 0, 1)) + frame.key_colour.rgb * max(frame.key_direction.z, 0.0));
      float fresnel = 0.03 + 0.6 * pow(1.0 - clamp(down, 0.0, 1.0), 4.0);
      vec4 air = haze(position);
      c = tone(mix(air.rgb, mix(light, reflected, fresnel), air.w));
      c = mix(c, c * 0.72, 1.0 - smoothstep(1.0, 2.5, shore));
    } else {
      float grazing = 1.0 - smoothstep(0.12, 0.5, down);  // nothing at 30 degrees down and more: the colour is exact
      c = mix(c, tone(reflected), 0.38 * grazing);
      if (shore < 1.5) c = c * 0.62;
    }
  }
  result = vec4(c, official.a * fields[f].opacity);
}
