#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "field.glsl"
#include "section.glsl"
layout(location = 0) in vec3 in_position;  // z = ground
layout(location = 2) in vec2 in_uv;        // cell coordinates / cells
layout(location = 0) out vec3 position;
layout(location = 1) out vec3 cell_depth;  // cell coordinates, water depth m

void main() {
  ivec2 corner = ivec2(round(in_uv * vec2(field.cells)));
  float depth = max(texelFetch(values, corner, 0).g, 0.0);
  if (field.blend > 0.0) {
    float next = texelFetch(next_values, corner, 0).g;
    if (next > unknown_below) depth = mix(depth, next, field.blend);
  }
  float raise = field.as_depth > 0.5 ? depth : field.lift;
  vec4 p = draw_model * vec4(in_position + vec3(0, 0, raise), 1.0);
  position = p.xyz;
  cell_depth = vec3(in_uv * vec2(field.cells), depth);
  gl_Position = biased(frame.view_proj * (field.as_depth > 0.5 ? p : lifted(p)), 1.0e-3);  // water stands at its height
  KEPT(p, false);
}
