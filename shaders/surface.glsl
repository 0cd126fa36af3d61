// Light on a matt surface, worked out for a vertex or for a pixel; include after frame.glsl.

vec3 terrain_tint(float height, float slope) {
  const vec3 low = vec3(0.752, 0.757, 0.718), mid = vec3(0.745, 0.733, 0.678), high = vec3(0.690, 0.662, 0.620),
             peak = vec3(0.86, 0.86, 0.85), rock = vec3(0.565, 0.545, 0.520);
  vec3 c = mix(low, mid, smoothstep(10.0, 250.0, height));
  c = mix(c, high, smoothstep(250.0, 1200.0, height));
  c = mix(c, peak, smoothstep(1600.0, 2800.0, height));
  return mix(c, rock, smoothstep(0.25, 0.75, slope) * 0.75);
}

vec3 dimmed(vec3 albedo) { return mix(vec3(dot(albedo, vec3(0.333))), vec3(0.36), 0.7); }

// The normal that light is worked out with. Faces that look away from the eye are turned: models have reversed ones.
// (Not those just past the silhouette of something round.) Where a building is a few pixels, walls and roofs grow
// alike: a calm tone, not noise.
vec3 city_normal(vec3 n, vec3 position, float eye_distance) {
  if (dot(n, position) > 0.1 * eye_distance) n = -n;
  float metres_per_px = eye_distance * 2.0 * frame.viewport.w / abs(frame.projection.y);
  return normalize(mix(n, vec3(0, 0, 1), 0.65 * smoothstep(1.0, 7.0, metres_per_px)));
}

// How much of the light is ambient, and so takes occlusion. A little of the sun too: crevices should read in full light.
float ambient_share(vec3 sky_light, vec3 key) {
  float a = dot(sky_light, vec3(0.3333)), k = dot(key, vec3(0.3333));
  return (a + 0.25 * k) / max(a + k, 1e-5);
}
