#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "ao.glsl"
layout(local_size_x = 8, local_size_y = 8) in;
layout(set = 1, binding = 4, rg16f) uniform writeonly image2D result;
void main() {
  ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (all(lessThan(p, imageSize(result)))) imageStore(result, p, vec4(occlusion_of(p), 0.0, 0.0));
}
