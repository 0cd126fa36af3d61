#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
layout(constant_id = 1) const bool textured = false;
layout(constant_id = 2) const bool blended = false;
layout(constant_id = 3) const int table_use = 2;
layout(location = 0) in vec4 seen;
layout(location = 1) in vec4 air;
layout(location = 2) in vec2 uv;
layout(location = 3) flat in vec4 hazard;
layout(location = 4) in float above;
layout(set = 1, binding = 1) uniform sampler2D picture;
layout(location = 0) out vec4 result;

void main() {
  vec4 c = seen;
  if (textured) {
    vec4 texel = texture(picture, uv);
    if (texel.a < 0.5 && !blended) discard;
    vec3 albedo = to_linear(texel.rgb);
    if (table_use > 0) albedo = mix(vec3(0.7 * 0.36 + 0.3 * dot(albedo, vec3(0.333))), albedo, air.w);  // dimmed
    c.rgb = tone(albedo * seen.rgb + air.rgb);
  }
  if (table_use == 2) {
    vec3 exact = hazard.a < 0.5 ? hazard.rgb
               : mod(gl_FragCoord.x + gl_FragCoord.y, 8.0) < 4.0 ? vec3(150.0 / 255.0) : vec3(190.0 / 255.0);
    if (above < 0.0) c.rgb = exact;
  }
  result = vec4(c.rgb, blended ? c.a : 1.0);
}
