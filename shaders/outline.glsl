// The outline of what is selected, from its mask `selected`; include after frame.glsl and the mask.
vec4 outline_at(ivec2 p) {
  float near_ring = 0.0, far_ring = 0.0;
  ivec2 last = ivec2(frame.viewport.xy) - 1;
  if (texelFetch(selected, p, 0).r > 0.5) return vec4(0.0);
  for (int i = 0; i < 12; ++i) {
    vec2 d = vec2(cos(float(i) * 0.5235988), sin(float(i) * 0.5235988));
    near_ring = max(near_ring, texelFetch(selected, clamp(p + ivec2(round(d * frame.camera.z)), ivec2(0), last), 0).r);
    near_ring = max(near_ring, texelFetch(selected, clamp(p + ivec2(round(d * frame.camera.z * 0.5)), ivec2(0), last), 0).r);
    far_ring = max(far_ring, texelFetch(selected, clamp(p + ivec2(round(d * (frame.camera.z + 1.5))), ivec2(0), last), 0).r);
  }
  return near_ring > 0.5 ? vec4(frame.selection.rgb, 1.0) : far_ring > 0.5 ? vec4(0.07, 0.08, 0.10, 1.0) : vec4(0.0);
}
