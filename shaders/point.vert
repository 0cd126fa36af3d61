#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "draw.glsl"
// A point of a box, as a square of so many pixels. Its colour is shown as it is: neither sun nor air changes what it says.
#include "section.glsl"
layout(location = 0) in vec4 in_place;   // of the box; the fourth is not for here
layout(location = 1) in vec4 in_colour;
layout(location = 0) flat out vec4 colour;
layout(location = 1) flat out uvec2 feature_draw;

void main() {
  vec4 p = frame.view_proj * (draw_model * vec4(in_place.xyz, 1.0));
  gl_Position = biased(p, 2e-3);  // a little nearer than what it lies on; undone where it is picked
  gl_PointSize = draw_params.w;
  KEPT(draw_model * vec4(in_place.xyz, 1.0), false);
  colour = vec4(in_colour.rgb, draw_params.y);
  feature_draw = uvec2(gl_VertexIndex, gl_InstanceIndex);
}
