// What GPU-driven drawing keeps in buffers; keep in step with engine/render/src/{clusters,gpu_types}.h.
#extension GL_EXT_buffer_reference : require
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Words { uint w[]; };

struct Cluster {
  vec3 lo;
  uint first;       // index, from the mesh's first
  vec3 hi;
  uint triangles;
  vec4 cone;        // its faces look along xyz within an angle whose sine is w
  uint seen[2];     // the even or odd frame that last drew it
  uint spare[2];
};
layout(buffer_reference, std430, buffer_reference_align = 16) buffer Clusters { Cluster c[]; };

struct GpuDraw {
  mat4 model;
  vec4 colour;
  vec4 params;      // origin height, opacity, saturation, radius of the Earth
  Words vertices;   // seven words each, Vertex in base/mesh.h
  Words indices;
  Words features;   // FeatureStyle, four words each
  Clusters clusters;
  uint feature_count;
  uint flags;
  uint cluster_count;
  uint first_index; // in its page
  int vertex_offset;
  uint word;        // where its clusters' bits begin
  uint group;
  uint command;     // the first that its group has
};
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Draws { GpuDraw d[]; };
const uint draw_vertex_colours = 1u, draw_in_scene = 2u, draw_casts = 4u, draw_closed = 8u, draw_has_hidden = 16u,
           draw_has_table = 32u, draw_uncut = 64u, draw_material_shift = 8u;

struct Group { uint first_draw, draws, command, spare; };
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Groups { Group g[]; };

// One list of what is to be drawn: of the scene, of one cascade.
struct CullView {
  mat4 clip;
  vec4 toward_light; // xyz, of a cascade
  uvec4 picture;     // px; px of the pyramid's first level
  Draws draws;
  Groups groups;
  Words bits;        // of each cluster: drawn or not
  Words runs;        // of such clusters, one count a draw
  Words offsets;     // the sums of those before; one more than draws
  Words commands;    // five words each
  Words infos;       // for each command: draw, its first triangle in the mesh
  Words counts;      // of commands, one a group
  Words pyramid;     // floats
  Words stats;       // tested, in view, drawn, triangles
  uint mode;         // CullMode
  uint wanted;       // flags of draws
  uint frame;        // its number; 0 = what was seen before does not count
  uint draw_count;
  uint group_count;
  uint levels;
  uint level_at[18];
};
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer CullViews { CullView v[]; };
const uint cull_first = 0u, cull_second = 1u, cull_shadow = 2u;

#define workgroup_draw() (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x)
