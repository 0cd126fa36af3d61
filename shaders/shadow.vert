#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "features.glsl"
layout(push_constant) uniform Push { mat4 light; };
layout(location = 0) in vec3 in_position;
layout(location = 3) in uint in_feature;
void main() {
  gl_Position = light * (draw_model * vec4(in_position, 1.0));
  if ((style_of(in_feature).flags & feature_hidden) != 0u) gl_Position = nowhere;
}
