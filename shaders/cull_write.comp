#version 450
#extension GL_GOOGLE_include_directive : require
#include "gpu_scene.glsl"
// The draw commands: one for each run of neighbouring clusters, in order. One workgroup a draw.
layout(local_size_x = 64) in;
layout(push_constant) uniform Push { CullViews views; };

shared uint sums[64];
shared uint triangles;

#define V views.v[gl_WorkGroupID.z]

void main() {
  uint d = workgroup_draw(), t = gl_LocalInvocationID.x;
  if (d >= V.draw_count) return;
  uint slot = V.offsets.w[d];
  if (V.offsets.w[d + 1u] == slot) return;
  Draws draws = V.draws;
  Clusters clusters = draws.d[d].clusters;
  uint word = draws.d[d].word, words = (draws.d[d].cluster_count + 31u) / 32u;
  slot += draws.d[d].command - V.offsets.w[V.groups.g[draws.d[d].group].first_draw];
  Words bits = V.bits, commands = V.commands, infos = V.infos;
  if (t == 0u) triangles = 0u;
  for (uint base = 0u; base < words; base += 64u) {
    uint i = base + t, starts = 0u;
    if (i < words) {
      uint w = bits.w[word + i], carry = i > 0u ? bits.w[word + i - 1u] >> 31 : 0u;
      starts = w & ~(w << 1 | carry);
    }
    uint n = bitCount(starts);
    sums[t] = n;
    barrier();
    for (uint step = 1u; step < 64u; step *= 2u) {
      uint add = t >= step ? sums[t - step] : 0u;
      barrier();
      sums[t] += add;
      barrier();
    }
    uint at = slot + sums[t] - n;
    while (starts != 0u) {
      uint first = i * 32u + uint(findLSB(starts)), last = first;
      starts &= starts - 1u;
      while ((last + 1u) / 32u < words && (bits.w[word + (last + 1u) / 32u] >> (last + 1u) % 32u & 1u) != 0u) ++last;
      uint begin = clusters.c[first].first, indices = clusters.c[last].first + clusters.c[last].triangles * 3u - begin;
      commands.w[at * 5u] = indices;
      commands.w[at * 5u + 1u] = 1u;
      commands.w[at * 5u + 2u] = draws.d[d].first_index + begin;
      commands.w[at * 5u + 3u] = uint(draws.d[d].vertex_offset);
      commands.w[at * 5u + 4u] = at;
      infos.w[at * 2u] = d;
      infos.w[at * 2u + 1u] = begin / 3u;
      ++at;
      atomicAdd(triangles, indices / 3u);
    }
    slot += sums[63];
    barrier();
  }
  if (t == 0u) atomicAdd(V.stats.w[3], triangles);
}
