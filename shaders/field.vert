#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "field.glsl"
layout(location = 0) in vec3 in_position;  // z = ground
layout(location = 2) in vec2 in_uv;        // cell coordinates / cells
layout(location = 0) out vec3 position;
layout(location = 1) out vec3 cell_depth;  // cell coordinates, water depth m
layout(location = 2) flat out uint field_index;

void main() {
  ivec2 cells = fields[draw_ids.w].cells;
  ivec2 corner = ivec2(round(in_uv * vec2(cells)));
  float sum = 0.0, wet = 0.0;
  for (int i = 0; i < 4; ++i) {  // the cells that meet at this corner
    ivec2 c = corner - ivec2(i & 1, i >> 1);
    if (any(lessThan(c, ivec2(0))) || any(greaterThanEqual(c, cells))) continue;
    float v = texelFetch(values, c, 0).r;
    if (v <= unknown_below) continue;
    float n = texelFetch(next_values, c, 0).r;
    v = mix(max(v, 0.0), n <= unknown_below ? max(v, 0.0) : max(n, 0.0), fields[draw_ids.w].blend);
    if (v > 0.0) { sum += v; wet += 1.0; }
  }
  float depth = wet > 0.0 ? sum / wet : 0.0;
  float raise = fields[draw_ids.w].as_depth > 0.5 ? depth : fields[draw_ids.w].lift;
  vec4 p = draw_model * vec4(in_position + vec3(0, 0, raise), 1.0);
  position = p.xyz;
  cell_depth = vec3(in_uv * vec2(cells), depth);
  field_index = draw_ids.w;
  gl_Position = biased(frame.view_proj * p, 1.0e-3);
}
