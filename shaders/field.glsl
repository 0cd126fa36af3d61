// One slice of a field and the one after it. Cells without a known value are far below any number that means something.
layout(set = 1, binding = 1) uniform sampler2D values;
layout(set = 1, binding = 2) uniform sampler2D next_values;
const float unknown_below = -1.0e38;
