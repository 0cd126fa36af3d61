#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
layout(constant_id = 0) const int material = 3;
layout(constant_id = 2) const bool blended = false;
layout(location = 0) in vec3 position;
layout(location = 1) in vec4 seen;
layout(location = 0) out vec4 result;

void main() {
  vec4 through = haze_shown(position);
  vec3 c = seen.rgb;
  if (material == 4) {  // what is mirrored flatly is the sky low over the horizon, and that is the haze's colour
    float f = clamp(1.0 + position.z * inversesqrt(max(dot(position, position), 1e-6)), 0.0, 1.0), f2 = f * f;
    c = mix(c, through.rgb, 0.02 + 0.55 * f2 * f2 * f);
  }
  result = vec4(mix(through.rgb, c, through.w) + dither(gl_FragCoord.xy), blended ? seen.a : 1.0);
}
