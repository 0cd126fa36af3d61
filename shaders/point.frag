#version 450
layout(constant_id = 0) const int round_point = 0;
layout(constant_id = 2) const bool blended = false;
layout(constant_id = 5) const bool direct = false;
layout(location = 0) flat in vec4 colour;
layout(location = 0) out vec4 result;
void main() {
  if (round_point != 0) {
    vec2 d = gl_PointCoord - 0.5;
    if (dot(d, d) > 0.25) discard;
  }
  // In the scene alpha is the share of ambient light, of which an exact colour has none.
  result = vec4(colour.rgb, blended ? colour.a : direct ? 1.0 : 0.0);
}
