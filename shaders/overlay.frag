#version 450
layout(constant_id = 0) const bool atlas = true;  // coverage in r, else a picture
layout(set = 0, binding = 0) uniform sampler2D picture;
layout(location = 0) in vec2 uv;
layout(location = 1) in vec4 colour;
layout(location = 0) out vec4 result;
void main() {
  vec4 t = texture(picture, uv);
  result = atlas ? vec4(colour.rgb, colour.a * t.r) : colour * t;
}
