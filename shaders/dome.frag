#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
layout(location = 0) in vec4 seen;
layout(location = 1) in vec3 towards;
layout(location = 0) out vec4 result;

void main() {
  vec3 sun = vec3(frame.sun_flat.xy * sqrt(max(0.0, 1.0 - frame.sun_flat.z * frame.sun_flat.z)), frame.sun_flat.z);
  float mu = dot(towards, sun) * inversesqrt(dot(towards, towards));
  vec3 c = seen.rgb + frame.disc.rgb * (smoothstep(0.99994, 0.99998, mu) * 8.0) * step(0.0, towards.z);
  result = vec4(c + dither(gl_FragCoord.xy), 1.0);
}
