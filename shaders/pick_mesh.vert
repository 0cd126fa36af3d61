#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "features.glsl"
#include "section.glsl"
layout(location = 0) in vec3 in_position;
layout(location = 3) in uint in_feature;
layout(location = 0) flat out uvec2 feature_draw;
void main() {
  feature_draw = uvec2(in_feature, gl_InstanceIndex);
  gl_Position = frame.view_proj * (draw_model * vec4(in_position, 1.0));
  KEPT(draw_model * vec4(in_position, 1.0), (draw_ids.z & 2u) != 0u);
  if (draw_ids.w == 1u) gl_Position = biased(gl_Position, 1.5e-3);  // draped
  if ((style_of(in_feature).flags & feature_hidden) != 0u) gl_Position = nowhere;
}
