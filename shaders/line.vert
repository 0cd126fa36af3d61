#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
#include "features.glsl"
// Each segment becomes a capsule on the screen: six vertices that read the segment themselves.
#include "section.glsl"
struct Segment { vec3 a; uint feature; vec3 b; uint spare; };
layout(std430, set = 1, binding = 3) readonly buffer Segments { Segment segments[]; };
layout(location = 0) out vec2 along_across;     // px
layout(location = 1) flat out vec2 length_half; // px: of the segment; half the width
layout(location = 2) flat out vec4 colour;
layout(location = 3) flat out uvec2 feature_draw;
layout(location = 4) flat out uint dashed;      // 0; 1, 2: along x, along y of the screen, so that dashes go on from one short segment to the next

void main() {
  Segment s = segments[gl_VertexIndex / 6];
  int corner = int[6](0, 1, 2, 2, 1, 3)[gl_VertexIndex % 6];
  Style style = style_of(s.feature);
  vec4 own = unpackUnorm4x8(style.colour);
  colour = vec4(own.a > 0.0 ? own.rgb : draw_colour.rgb, draw_params.y * (own.a > 0.0 ? 1.0 : draw_colour.a));
  if ((style.flags & feature_selected) != 0u) colour = vec4(frame.selection.rgb, 1.0);
  feature_draw = uvec2(s.feature, gl_InstanceIndex);

  vec4 a = draw_model * vec4(s.a, 1.0), b = draw_model * vec4(s.b, 1.0);
  if (draw_ids.w == 1u) a = lifted(a), b = lifted(b);  // draped
  a = frame.view_proj * a;
  b = frame.view_proj * b;
  float near = frame.projection.z;
  dashed = 0u;
  length_half = vec2(0.0);
  along_across = vec2(0.0);
  gl_Position = nowhere;
#ifdef SECTION
  gl_ClipDistance[0] = -1.0;
  vec2 kept = vec2(kept_side((draw_model * vec4(s.a, 1.0)).xyz), kept_side((draw_model * vec4(s.b, 1.0)).xyz));
  if (a.w < near && b.w >= near) kept.x = mix(kept.x, kept.y, (near - a.w) / (b.w - a.w));
  else if (b.w < near && a.w >= near) kept.y = mix(kept.y, kept.x, (near - b.w) / (a.w - b.w));
#endif
  if ((style.flags & feature_hidden) != 0u || (a.w < near && b.w < near)) return;
  if (a.w < near) a = mix(a, b, (near - a.w) / (b.w - a.w));  // w is the distance before the eye
  else if (b.w < near) b = mix(b, a, (near - b.w) / (a.w - b.w));
  vec3 pa = a.xyz / a.w, pb = b.xyz / b.w;
  vec2 px = 0.5 * frame.viewport.xy;
  vec2 d = (pb.xy - pa.xy) * px;
  float len = length(d);
  d = len > 1e-4 ? d / len : vec2(1.0, 0.0);
  if ((style.flags & (feature_hatched | feature_selected)) == feature_hatched) dashed = abs(d.x) >= abs(d.y) ? 1u : 2u;
  float half_width = 0.5 * draw_params.w, reach = half_width + 1.0;
  bool at_b = (corner & 1) == 1;
  float side = (corner & 2) == 2 ? 1.0 : -1.0;
  along_across = vec2(at_b ? len + reach : -reach, side * reach);
  length_half = vec2(len, half_width);
  vec2 offset = (d * (at_b ? reach : -reach) + vec2(-d.y, d.x) * (side * reach)) / px;
  vec3 p = at_b ? pb : pa;
#ifdef SECTION
  gl_ClipDistance[0] = at_b ? kept.y / b.w : kept.x / a.w;  // divided by the distance it is straight on the screen, as the capsule is
#endif
  gl_Position = vec4(p.xy + offset, min(p.z * 1.002, 1.0), 1.0);  // a little nearer than what it lies on
}
