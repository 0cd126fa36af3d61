// Whether a feature of a draw is hidden; include after `draws`.
bool hidden(uint d, uint feature) {
  return (draws.d[d].flags & draw_has_hidden) != 0u && feature < draws.d[d].feature_count &&
         (draws.d[d].features.w[feature * 4u + 3u] & feature_hidden) != 0u;
}
