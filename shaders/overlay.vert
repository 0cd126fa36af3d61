#version 450
layout(push_constant) uniform Push { vec2 scale; };  // 2 / size
layout(location = 0) in vec2 in_position;
layout(location = 1) in vec2 in_uv;
layout(location = 2) in vec4 in_colour;
layout(location = 0) out vec2 uv;
layout(location = 1) out vec4 colour;
void main() {
  uv = in_uv;
  colour = in_colour;
  gl_Position = vec4(in_position * scale - 1.0, 0.0, 1.0);
}
