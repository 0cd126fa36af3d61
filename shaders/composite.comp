#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "composite.glsl"
layout(local_size_x = 8, local_size_y = 8) in;
layout(set = 1, binding = 4, rgba8) uniform writeonly image2D result;
void main() {
  ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (all(lessThan(p, ivec2(frame.viewport.xy)))) imageStore(result, p, composed(p));
}
