#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "ao.glsl"
layout(location = 0) in vec2 uv;
layout(location = 0) out vec2 result;
void main() { result = occlusion_of(ivec2(gl_FragCoord.xy)); }
