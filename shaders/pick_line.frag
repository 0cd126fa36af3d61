#version 450
layout(location = 0) in vec2 along_across;
layout(location = 1) flat in vec2 length_half;
layout(location = 3) flat in uvec2 feature_draw;
layout(location = 0) out uvec2 result;
void main() {
  vec2 d = vec2(along_across.x - clamp(along_across.x, 0.0, length_half.x), along_across.y);
  if (length(d) > max(length_half.y, 0.75)) discard;
  result = uvec2(feature_draw.x, feature_draw.y + 1u);
}
