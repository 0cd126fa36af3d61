// What one draw brings, as attributes that stay the same over its instance; keep in step with DrawRecord in
// gpu_types.h. Attributes, not a storage buffer: on a CPU device that is several times cheaper for every vertex.
layout(location = 4) in mat4 draw_model;
layout(location = 8) in vec4 draw_colour;
layout(location = 9) in vec4 draw_params;  // origin height, opacity, saturation; line width, or radius of the Earth
layout(location = 10) in uvec4 draw_ids;   // first feature, features, flags (1: vertex colours, 2: whole, 4: on the ground), extra
