#version 450
layout(set = 0, binding = 0) uniform sampler2D sum;  // of all samples
layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 result;
void main() { result = vec4(texelFetch(sum, ivec2(gl_FragCoord.xy), 0).rgb, 1.0); }
