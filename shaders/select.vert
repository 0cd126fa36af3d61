#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "features.glsl"
#include "section.glsl"
layout(location = 0) in vec3 in_position;
layout(location = 3) in uint in_feature;
void main() {  // only what is selected
  uint flags = style_of(in_feature).flags;
  gl_Position = frame.view_proj * (draw_model * vec4(in_position, 1.0));
  KEPT(draw_model * vec4(in_position, 1.0), (draw_ids.z & 2u) != 0u);
  if ((flags & feature_selected) == 0u || (flags & feature_hidden) != 0u) gl_Position = nowhere;
}
