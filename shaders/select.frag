#version 450
layout(location = 0) out float result;
void main() { result = 1.0; }
