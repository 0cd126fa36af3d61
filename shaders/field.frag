#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "field.glsl"
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 cell_depth;
layout(location = 0) out vec4 result;
const uint both = 0u, classes = 1u, surface = 2u;

void main() {
  ivec2 cells = field.cells;
  ivec2 cell = clamp(ivec2(floor(cell_depth.xy)), ivec2(0), cells - 1);
  float v = texelFetch(values, cell, 0).r;  // the class comes from this value alone
  float first = field.from[0][0];
  if (v <= unknown_below) {  // where that it is not known must not look like that nothing is there
    if ((field.mode & 512u) == 0u || mod(gl_FragCoord.x + gl_FragCoord.y, 14.0) >= 2.5) discard;
    result = vec4(vec3(0.408, 0.439, 0.478), 0.8 * field.opacity);
    return;
  }
  // Where members disagree: stripes over the class, and over dry ground.
  bool apart = (field.mode & 256u) != 0u && (floatBitsToUint(v) & 1u) != 0u;
  bool stripe = apart && mod(gl_FragCoord.x + gl_FragCoord.y, 11.0) < 2.5;
  if (v < first) {
    if (!stripe) discard;
    result = vec4(vec3(0.16, 0.19, 0.23), 0.75 * field.opacity);
    return;
  }
  uint packed = field.colour[0][0];
  for (int i = 1; i < 16; ++i)
    if (uint(i) < field.stops && v >= field.from[i >> 2][i & 3]) packed = field.colour[i >> 2][i & 3];
  vec4 official = unpackUnorm4x8(packed);
  if (official.a <= 0.0) discard;
  vec3 c = official.rgb;
  uint mode = field.mode & 255u;

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
        dry = dry || texelFetch(values, clamp(other, ivec2(0), cells - 1), 0).r < first;
        float d = (o[axis] < 0 ? inside[axis] : 1.0 - inside[axis]) / px[axis];
        if (dry) shore = min(shore, d);
      }
    }
    float down = toward_eye.z;
    vec3 mirrored = reflect(-toward_eye, vec3(0, 0, 1));
    mirrored.z = max(mirrored.z, 0.02);
    if (mode == surface) {
      vec3 albedo = mix(vec3(0.075, 0.090, 0.098), vec3(0.120, 0.180, 0.225), smoothstep(0.0, 1.2, cell_depth.z));
      vec3 light = albedo * (ambient_light(vec3(0, 0, 1)) + frame.key_colour.rgb * max(frame.key_direction.z, 0.0));
      float fresnel = 0.03 + 0.6 * pow(1.0 - clamp(down, 0.0, 1.0), 4.0);
      vec4 air = haze(position);
      c = tone(mix(air.rgb, mix(light, sky(mirrored), fresnel), air.w));
      c = mix(c, c * 0.72, 1.0 - smoothstep(1.0, 2.5, shore));
    } else {
      float grazing = 1.0 - smoothstep(0.12, 0.5, down);  // nothing at 30 degrees down and more: the colour is exact
      if (grazing > 0.0) c = mix(c, tone(sky(mirrored)), 0.38 * grazing);
      if (shore < 1.5) c = c * 0.62;
    }
  }
  if (stripe) c = vec3(0.16, 0.19, 0.23);
  result = vec4(c, official.a * field.opacity);
}
