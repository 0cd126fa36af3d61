#version 450
#extension GL_GOOGLE_include_directive : require
#include "gpu_scene.glsl"
// Which clusters are drawn, one workgroup a draw, one layer of workgroups a list. Bits and counts alone: cull_scan and
// cull_write make commands of them that keep the draws' order, so that the same input draws the same picture.
layout(local_size_x = 64) in;
layout(push_constant) uniform Push { CullViews views; };

shared uint found[2];
shared uint in_view_count;

#define V views.v[gl_WorkGroupID.z]

// Behind what has been drawn: nothing of the box is nearer than the farthest of its pixels. Depth is reversed.
bool occluded(vec2 lo, vec2 hi, float nearest) {
  uvec4 picture = V.picture;
  vec2 size = vec2(picture.xy);
  uvec2 a = uvec2(clamp((lo * 0.5 + 0.5) * size - 0.5, vec2(0.0), size - 1.0));
  uvec2 b = uvec2(clamp((hi * 0.5 + 0.5) * size + 0.5, vec2(0.0), size - 1.0));
  uint extent = max(b.x - a.x, b.y - a.y) + 1u;
  uint level = uint(max(findMSB(extent - 1u), 0));  // a texel there is 2^(level + 1) px, at least `extent`
  level = min(level, V.levels - 1u);
  uint width = (picture.z + (1u << level) - 1u) >> level, at = V.level_at[level];
  a >>= level + 1u;
  b >>= level + 1u;
  Words pyramid = V.pyramid;
  float farthest = 1e30;
  for (uint y = a.y; y <= b.y; ++y)
    for (uint x = a.x; x <= b.x; ++x) farthest = min(farthest, uintBitsToFloat(pyramid.w[at + y * width + x]));
  return nearest * 1.00001 < farthest;
}

bool kept(mat4 clip, Clusters clusters, uint i, mat4 model, bool closed) {
  vec3 lo = clusters.c[i].lo, extent = clusters.c[i].hi - lo;
  uint mode = V.mode;
  if (closed) {
    vec4 cone = clusters.c[i].cone;
    vec3 axis = mat3(model) * cone.xyz;
    if (mode == cull_shadow) {
      if (dot(axis, V.toward_light.xyz) < -cone.w) return false;
    } else {
      vec3 centre = (model * vec4(lo + extent * 0.5, 1.0)).xyz;
      if (dot(centre, axis) > cone.w * length(centre) + length(extent) * 0.5) return false;
    }
  }
  vec4 corner = clip * vec4(lo, 1.0);
  vec4 x = clip[0] * extent.x, y = clip[1] * extent.y, z = clip[2] * extent.z;
  uint outside = 31u;
  bool whole = true;
  vec2 low = vec2(1e30), high = vec2(-1e30);
  float nearest = 0.0;
  for (uint k = 0u; k < 8u; ++k) {
    vec4 c = corner;
    if ((k & 1u) != 0u) c += x;
    if ((k & 2u) != 0u) c += y;
    if ((k & 4u) != 0u) c += z;
    outside &= uint(c.x < -c.w) | uint(c.x > c.w) << 1 | uint(c.y < -c.w) << 2 | uint(c.y > c.w) << 3 | uint(c.z > c.w) << 4;
    whole = whole && c.z <= c.w;  // not across the near plane
    vec3 n = c.xyz / c.w;
    low = min(low, n.xy);
    high = max(high, n.xy);
    nearest = max(nearest, n.z);
  }
  if (outside != 0u) return false;
  if (mode == cull_shadow) return true;
  uint frame = V.frame;
  bool before = frame == 0u || clusters.c[i].seen[(frame & 1u) ^ 1u] == frame - 1u;
  if (mode == cull_first) {
    if (frame == 0u) atomicAdd(in_view_count, 1u);
    return before;
  }
  atomicAdd(in_view_count, 1u);
  if (whole && occluded(low, high, nearest)) return false;
  clusters.c[i].seen[frame & 1u] = frame;
  return !before;
}

void main() {
  uint d = workgroup_draw(), t = gl_LocalInvocationID.x;
  if (d >= V.draw_count) return;
  Draws draws = V.draws;
  if ((draws.d[d].flags & V.wanted) == 0u) {
    if (t == 0u) V.runs.w[d] = 0u;
    return;
  }
  mat4 model = draws.d[d].model, clip = V.clip * model;
  Clusters clusters = draws.d[d].clusters;
  uint count = draws.d[d].cluster_count, word = draws.d[d].word;
  bool closed = (draws.d[d].flags & draw_closed) != 0u;
  uint runs = 0u, carry = 0u, drawn = 0u;
  if (t == 0u) in_view_count = 0u;
  for (uint base = 0u; base < count; base += 64u) {
    if (t < 2u) found[t] = 0u;
    barrier();
    if (base + t < count && kept(clip, clusters, base + t, model, closed)) atomicOr(found[t >> 5], 1u << (t & 31u));
    barrier();
    if (t == 0u)
      for (uint i = 0u; i < 2u; ++i) {
        uint w = found[i];
        V.bits.w[word + base / 32u + i] = w;
        runs += bitCount(w & ~(w << 1 | carry));
        drawn += bitCount(w);
        carry = w >> 31;
      }
    barrier();
  }
  if (t != 0u) return;
  V.runs.w[d] = runs;
  Words stats = V.stats;
  if (V.mode != cull_second) atomicAdd(stats.w[0], count);
  atomicAdd(stats.w[1], in_view_count);
  atomicAdd(stats.w[2], drawn);
}
