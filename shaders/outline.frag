#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
// The outline of the selection over a finished picture.
layout(set = 1, binding = 0) uniform sampler2D selected;  // r = 1 on selected features
#include "outline.glsl"
layout(location = 0) out vec4 result;
void main() { result = outline_at(ivec2(gl_FragCoord.xy)); }
