#version 450
layout(location = 0) in vec2 along_across;
layout(location = 1) flat in vec2 length_half;
layout(location = 2) flat in vec4 colour;
layout(location = 4) flat in uint dashed;
layout(location = 0) out vec4 result;
void main() {
  vec2 d = vec2(along_across.x - clamp(along_across.x, 0.0, length_half.x), along_across.y);
  float cover = clamp(length_half.y + 0.5 - length(d), 0.0, 1.0);
  if (dashed != 0u && mod(dashed == 1u ? gl_FragCoord.x : gl_FragCoord.y, 16.0) >= 9.0) cover *= 0.15;  // hatched, as a line can be
  if (cover <= 0.0) discard;
  result = vec4(colour.rgb, colour.a * cover);
}
