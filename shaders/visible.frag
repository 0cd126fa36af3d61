#version 450
layout(location = 0) flat in uvec2 draw_triangle;
layout(location = 0) out uvec2 result;  // draw + 1, 0 = nothing; triangle of its mesh
void main() { result = uvec2(draw_triangle.x + 1u, draw_triangle.y + uint(gl_PrimitiveID)); }
