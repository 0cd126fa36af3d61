#version 450
layout(constant_id = 0) const int round_point = 0;
layout(location = 1) flat in uvec2 feature_draw;
layout(location = 0) out uvec2 result;  // the point's number; draw + 1, 0 = nothing
void main() {
  if (round_point != 0) {
    vec2 d = gl_PointCoord - 0.5;
    if (dot(d, d) > 0.25) discard;
  }
  result = uvec2(feature_draw.x, feature_draw.y + 1u);
}
