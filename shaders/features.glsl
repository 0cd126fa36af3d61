// The layer's feature table; keep in step with FeatureStyle in frame_view.h.
struct Style {
  uint colour;
  uint hazard;
  float hazard_height;
  uint flags;
};
layout(std430, set = 1, binding = 0) readonly buffer Styles { Style styles[]; };
layout(constant_id = 3) const int table_use = 2;  // 0 no table, 1 no hazard in it, 2 all of it

const uint no_feature = 0xFFFFFFFFu;
Style style_of(uint feature) {
  if (table_use == 0) return Style(0u, 0u, 0.0, 0u);
  uint i = feature - draw_ids.x;
  if (feature == no_feature || i >= draw_ids.y) return Style(0u, 0u, 0.0, 0u);
  if (table_use == 1) return Style(styles[i].colour, 0u, 0.0, styles[i].flags);
  return styles[i];
}
const vec4 nowhere = vec4(0.0, 0.0, -1.0, 1.0);  // outside the clip volume: a triangle of these draws nothing
