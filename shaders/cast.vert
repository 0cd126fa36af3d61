#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "gpu_scene.glsl"
// As shadow.vert, for what the GPU chose.
layout(push_constant) uniform Push { mat4 light; Draws draws; Words infos; };
layout(location = 0) in vec3 in_position;
layout(location = 3) in uint in_feature;
#include "hidden.glsl"

void main() {
  uint d = infos.w[gl_InstanceIndex * 2];
  gl_Position = light * (draws.d[d].model * vec4(in_position, 1.0));
  if (hidden(d, in_feature)) gl_Position = vec4(0.0, 0.0, -1.0, 1.0);
}
