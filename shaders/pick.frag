#version 450
layout(location = 0) flat in uvec2 feature_draw;
layout(location = 0) out uvec2 result;  // feature; draw + 1, 0 = nothing
void main() { result = uvec2(feature_draw.x, feature_draw.y + 1u); }
