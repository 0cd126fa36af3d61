#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "composite.glsl"
layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 result;
void main() { result = composed(ivec2(gl_FragCoord.xy)); }
