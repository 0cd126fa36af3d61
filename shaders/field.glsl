// One slice of a field and the one after it: r = the cell's value, g = the water's depth (m) at the cell's north-western
// corner (unknown where no cell there is known), which is why there is one more column and row than cells. Cells without a known value are far below any
// number that means something.
layout(set = 1, binding = 1) uniform sampler2D values;
layout(set = 1, binding = 2) uniform sampler2D next_values;
// Keep in step with FieldRecord in engine/render/src/gpu_types.h. A uniform buffer, read at constant places: on a CPU
// device that is one load for all pixels.
layout(std140, set = 1, binding = 4) uniform FieldRecord {
  vec4 from[4];     // where each class begins, 16 at most
  uvec4 colour[4];
  ivec2 cells;
  uint stops, mode;
  float blend, as_depth, opacity, lift;
} field;
const float unknown_below = -1.0e38;
