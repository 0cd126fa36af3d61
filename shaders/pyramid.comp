#version 450
#extension GL_GOOGLE_include_directive : require
#include "gpu_scene.glsl"
// One level of the depth pyramid: of each four of the level below, the farthest (reversed depth: the least).
layout(local_size_x = 8, local_size_y = 8) in;
layout(push_constant) uniform Push { Words pyramid; uint from, to; uvec2 from_size; };  // from = ~0: the depth itself
layout(set = 1, binding = 0) uniform sampler2D depth_map;

void main() {
  uvec2 p = gl_GlobalInvocationID.xy, size = (from_size + 1u) / 2u;
  if (any(greaterThanEqual(p, size))) return;
  float farthest = 1e30;
  for (uint k = 0u; k < 4u; ++k) {
    uvec2 q = min(p * 2u + uvec2(k & 1u, k >> 1), from_size - 1u);
    farthest = min(farthest, from == ~0u ? texelFetch(depth_map, ivec2(q), 0).r
                                         : uintBitsToFloat(pyramid.w[from + q.y * from_size.x + q.x]));
  }
  pyramid.w[to + p.y * size.x + p.x] = floatBitsToUint(farthest);
}
