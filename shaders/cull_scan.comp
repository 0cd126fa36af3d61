#version 450
#extension GL_GOOGLE_include_directive : require
#include "gpu_scene.glsl"
// Where each draw's commands begin: sums of the counts before it. One workgroup a list.
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { CullViews views; };
layout(buffer_reference, std430, buffer_reference_align = 4) coherent buffer SharedWords { uint w[]; };

shared uint sums[256];

#define V views.v[gl_WorkGroupID.z]

void main() {
  uint t = gl_LocalInvocationID.x, count = V.draw_count, before = 0u;
  Words runs = V.runs;
  SharedWords offsets = SharedWords(V.offsets);
  for (uint base = 0u; base < count; base += 1024u) {
    uint first = base + t * 4u, n[4], sum = 0u;
    for (uint i = 0u; i < 4u; ++i) {
      n[i] = sum;
      if (first + i < count) sum += runs.w[first + i];
    }
    sums[t] = sum;
    barrier();
    for (uint step = 1u; step < 256u; step *= 2u) {
      uint add = t >= step ? sums[t - step] : 0u;
      barrier();
      sums[t] += add;
      barrier();
    }
    for (uint i = 0u; i < 4u; ++i)
      if (first + i < count) offsets.w[first + i] = before + sums[t] - sum + n[i];
    before += sums[255];
    barrier();
  }
  if (t == 0u) offsets.w[count] = before;
  memoryBarrierBuffer();
  barrier();
  for (uint g = t; g < V.group_count; g += 256u) {
    Group group = V.groups.g[g];
    V.counts.w[g] = offsets.w[group.first_draw + group.draws] - offsets.w[group.first_draw];
  }
}
