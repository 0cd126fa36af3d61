#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "sky.glsl"
layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 result;

void main() {
  vec2 ndc = (uv * 2.0 - 1.0 - frame.sample_info.xy * 2.0 * frame.viewport.zw) / frame.projection.xy;
  vec3 d = normalize(transpose(mat3(frame.view)) * vec3(ndc.x, ndc.y, -1.0));
  vec3 c = sky_and_plain(d);
  vec3 sun = vec3(frame.sun_flat.xy * sqrt(max(0.0, 1.0 - frame.sun_flat.z * frame.sun_flat.z)), frame.sun_flat.z);
  float mu = dot(d, sun);
  c += frame.disc.rgb * (smoothstep(0.99994, 0.99998, mu) * 8.0) * step(0.0, d.z);
  result = vec4(tone(c) + dither(gl_FragCoord.xy), 1.0 / 255.0);
}
