// The one full-screen pass after the scene: smooths edges, lays occlusion on ambient light, draws thin darker lines on
// near edges and the outline of the selection. A pixel whose alpha is 0 is an exact colour and leaves as it came.
// Include after frame.glsl.
layout(set = 1, binding = 0) uniform sampler2D scene;       // rgb encoded, a = ambient share
layout(set = 1, binding = 1) uniform sampler2D depth_map;
layout(set = 1, binding = 2) uniform sampler2D occlusion;   // half resolution
layout(set = 1, binding = 3) uniform sampler2D selected;    // r = 1 on selected features
#include "outline.glsl"
layout(constant_id = 0) const bool outline = false;
layout(constant_id = 1) const bool smooth_edges = true;

float luma(vec3 c) { return dot(c, vec3(0.299, 0.587, 0.114)); }

// Where the picture steps sharply, mix along the step.
vec3 smoothed(vec3 centre, ivec2 p) {
  vec2 px = frame.viewport.zw;
  vec2 at = (vec2(p) + 0.5) * px;
  float m = luma(centre);
  float nw = luma(texture(scene, at + vec2(-0.5, -0.5) * px).rgb), ne = luma(texture(scene, at + vec2(0.5, -0.5) * px).rgb);
  float sw = luma(texture(scene, at + vec2(-0.5, 0.5) * px).rgb), se = luma(texture(scene, at + vec2(0.5, 0.5) * px).rgb);
  float lo = min(m, min(min(nw, ne), min(sw, se))), hi = max(m, max(max(nw, ne), max(sw, se)));
  if (hi - lo < max(0.04, hi * 0.08)) return centre;
  vec2 along = vec2(sw + se - nw - ne, nw + sw - ne - se);
  float scale = 1.0 / (min(abs(along.x), abs(along.y)) + max(0.125 * (nw + ne + sw + se) * 0.25, 1.0 / 128.0));
  along = clamp(along * scale, -6.0, 6.0) * px;
  vec3 near_mix = 0.5 * (texture(scene, at - along / 6.0).rgb + texture(scene, at + along / 6.0).rgb);
  vec3 wide = 0.5 * near_mix + 0.25 * (texture(scene, at - along * 0.5).rgb + texture(scene, at + along * 0.5).rgb);
  float l = luma(wide);
  return l < lo || l > hi ? near_mix : wide;
}

// One fetch between four texels averages the occlusion's 2 x 2 pattern; across a step of depth only like counts.
float occlusion_at(ivec2 p, float w, bool step_here) {
  ivec2 base = (p - 1) >> 1;
  if (!step_here) return textureLod(occlusion, (vec2(base) + 1.0) / vec2(textureSize(occlusion, 0)), 0.0).r;
  ivec2 last = textureSize(occlusion, 0) - 1;
  float sum = 0.0, weight = 1e-4;
  for (int i = 0; i < 4; ++i) {
    vec2 o = texelFetch(occlusion, clamp(base + ivec2(i & 1, i >> 1), ivec2(0), last), 0).rg;
    float k = 1.0 / (1e-3 + abs(o.g - w) / max(w, 1e-7));
    sum += o.r * k;
    weight += k;
  }
  return sum / weight;
}

// How far inverse depth bends away from a plane here, across and along, in pixels of slope: positive on ridges and
// silhouettes, negative where something nearer begins. `fold`: that bend as a part of the slope itself: ground that is seen
// at a grazing angle is steep all over and bends a little at every fold, a silhouette or a corner is all bend.
vec2 bend(ivec2 p, float d, out vec2 fold) {
  ivec2 last = ivec2(frame.viewport.xy) - 1;
  float e = texelFetch(depth_map, ivec2(min(p.x + 1, last.x), p.y), 0).r, v = texelFetch(depth_map, ivec2(max(p.x - 1, 0), p.y), 0).r;
  float n = texelFetch(depth_map, ivec2(p.x, max(p.y - 1, 0)), 0).r, s = texelFetch(depth_map, ivec2(p.x, min(p.y + 1, last.y)), 0).r;
  vec2 inner = vec2(p.x > 0 && p.x < last.x, p.y > 0 && p.y < last.y);  // the picture's own border is no edge
  vec2 b = inner * (2.0 * d - vec2(e + v, n + s));
  fold = b / max(abs(vec2(e - v, n - s)), 1e-12);
  return b / max(d, 1e-9) * abs(0.5 * frame.viewport.y * frame.projection.y);
}

vec4 composed(ivec2 p) {
  vec4 c = texelFetch(scene, p, 0);
  if (c.a > 0.0) {
    float d = texelFetch(depth_map, p, 0).r, w = d / frame.projection.z;
    vec2 fold, b = bend(p, d, fold);
    float sharpest = max(abs(b.x), abs(b.y));
    if (smooth_edges && sharpest > 0.3) c.rgb = smoothed(c.rgb, p);  // steps of colour on a plane are soft already
    if (c.a > 1.5 / 255.0) {
      c.rgb *= mix(1.0, occlusion_at(p, w, sharpest > 2.0), c.a);
      float fade = clamp(1.6 - 0.0012 / max(w, 1e-7), 0.0, 1.0);  // full to 500 m, none beyond 1300 m
      vec2 line = smoothstep(0.25, 1.6, b) * smoothstep(0.35, 0.7, fold);
      c.rgb *= 1.0 - 0.34 * fade * max(line.x, line.y);
    }
  }
  if (outline) {
    vec4 ring = outline_at(p);
    c.rgb = mix(c.rgb, ring.rgb, ring.a);
  }
  return vec4(c.rgb, 1.0) * frame.sample_info.w;
}
