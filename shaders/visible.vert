#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "gpu_scene.glsl"
// Which triangle is seen where: light is worked out once a pixel, afterwards (resolve.comp).
layout(push_constant) uniform Push { Draws draws; Words infos; };
#include "section.glsl"
layout(location = 0) in vec3 in_position;
layout(location = 3) in uint in_feature;
layout(location = 0) flat out uvec2 draw_triangle;
#include "hidden.glsl"

void main() {
  uint d = infos.w[gl_InstanceIndex * 2];
  draw_triangle = uvec2(d, infos.w[gl_InstanceIndex * 2 + 1]);
  gl_Position = frame.view_proj * (draws.d[d].model * vec4(in_position, 1.0));
  KEPT(draws.d[d].model * vec4(in_position, 1.0), (draws.d[d].flags & draw_uncut) != 0u);
  if (hidden(d, in_feature)) gl_Position = vec4(0.0, 0.0, -1.0, 1.0);
}
