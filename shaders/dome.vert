#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "sky.glsl"
// The sky as a dome around the camera, infinitely far: 64 x 40 quads, close together about the horizon. Colours come from
// the vertices: on a CPU device the sky's table is dear for each pixel.
layout(location = 0) out vec4 seen;
layout(location = 1) out vec3 towards;

void main() {
  int quad = gl_VertexIndex / 6;
  ivec2 corner = ivec2[6](ivec2(0, 0), ivec2(1, 0), ivec2(1, 1), ivec2(1, 1), ivec2(0, 1), ivec2(0, 0))[gl_VertexIndex % 6];
  vec2 at = vec2(quad % 64 + corner.x, quad / 64 + corner.y);
  float around = at.x * 0.09817477, t = at.y / 20.0 - 1.0, up = 1.5707963 * t * t * t;
  vec3 d = vec3(cos(up) * cos(around), cos(up) * sin(around), sin(up));
  towards = d;
  seen = vec4(tone(sky_and_plain(d)), 1.0);
  gl_Position = frame.view_proj * vec4(d, 0.0);
}
