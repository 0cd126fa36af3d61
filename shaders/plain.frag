#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
layout(constant_id = 0) const int material = 3;
layout(constant_id = 2) const bool blended = false;
layout(location = 0) in vec3 position;
layout(location = 1) in vec4 seen;
layout(location = 0) out vec4 result;

void main() {
  vec3 c = seen.rgb;
  if (material == 4) {
    // as haze_shown, but for a level surface: where the ways to it and over it differ, there is hardly any haze
    float d2 = dot(position, position), r = inversesqrt(max(d2, 1e-6)), mu = dot(position.xy, frame.sun_flat.xy) * r;
    vec3 haze = frame.haze_shown[0].rgb + mu * (frame.haze_shown[1].rgb + mu * frame.haze_shown[2].rgb);
    // what is mirrored flatly is the sky low over the horizon, and that is the haze's colour
    float f = clamp(1.0 + position.z * r, 0.0, 1.0), f2 = f * f;
    c = mix(haze, c, exp2(-d2 * r / frame.projection.w) * (0.98 - 0.55 * f2 * f2 * f));
  }
  result = vec4(c + dither(gl_FragCoord.xy), blended ? seen.a : 1.0);
}
