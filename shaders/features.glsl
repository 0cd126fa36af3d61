// The layer's feature table; keep in step with FeatureStyle in frame_view.h.
struct Style {
  uint colour;
  uint hazard;
  float hazard_height;
  uint flags;
};
layout(std430, set = 1, binding = 0) readonly buffer Styles { Style styles[]; };

Style style_of(Draw draw, uint feature) {
  uint i = feature - draw.feature_base;
  if ((draw.flags & draw_has_features) == 0u || feature == no_feature || i >= draw.feature_count)
    return Style(0u, 0u, 0.0, 0u);
  return styles[i];
}
const vec4 nowhere = vec4(0.0, 0.0, -1.0, 1.0);  // outside the clip volume: a triangle of these draws nothing
