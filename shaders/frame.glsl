// What every scene shader shares; keep in step with engine/render/src/gpu_types.h.
layout(std140, set = 0, binding = 0) uniform Frame {
  mat4 view_proj;
  mat4 view;
  mat4 shadow[3];
  vec4 shadow_end;
  vec4 shadow_texel;
  vec4 key_direction;
  vec4 key_colour;
  vec4 ambient[3];
  vec4 disc;
  vec4 sun_flat;
  vec4 haze[3];
  vec4 projection;
  vec4 viewport;
  vec4 sample_info;
  vec4 selection;
  vec4 camera;
  vec4 haze_shown[3];
  vec4 shadow_jitter;
  vec4 section;
} frame;

layout(set = 0, binding = 1) uniform sampler2DArrayShadow shadow_map;
layout(set = 0, binding = 2) uniform sampler2D sky_table;

const uint feature_hidden = 1u, feature_selected = 2u, feature_hazard_unknown = 4u, feature_dimmed = 8u,
           feature_hatched = 16u, feature_own_alpha = 32u;

// A depth bias that grows with distance: reversed depth is near / z, so scaling it moves a surface nearer by that share.
vec4 biased(vec4 clip, float share) { return vec4(clip.xy, clip.z * (1.0 + share), clip.w); }

// Terrain is drawn so coarse that it may be some pixels off, and what lies on it follows it as it is. This lifts by as much (a place from the
// eye, m, z up), so that nothing coarse pierces it; on the screen it is that many pixels at most, and next to none from above. Within 2 km, where
// terrain is drawn as it is or nearly so, places stay what they are, and houses keep their walls.
vec4 lifted(vec4 p) { return p + vec4(0.0, 0.0, max(length(p.xyz) - 2000.0, 0.0) * frame.camera.w, 0.0); }

vec3 decode_normal(uint packed) {
  vec2 e = unpackSnorm2x16(packed);
  vec3 n = vec3(e, 1.0 - abs(e.x) - abs(e.y));
  float t = max(-n.z, 0.0);
  n.x += n.x >= 0.0 ? -t : t;
  n.y += n.y >= 0.0 ? -t : t;
  return normalize(n);
}

vec3 to_linear(vec3 c) { return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878); }

// Linear light to what the screen shows: a soft shoulder, then the sRGB curve (by square roots, within 1/255).
vec3 tone(vec3 c) {
  c = c * (1.0 + c * 0.22) / (1.0 + c * 0.34);
  c = clamp(c, 0.0, 1.0);
  vec3 a = sqrt(c), b = sqrt(a), d = sqrt(b);
  return clamp(0.662002687 * a + 0.684122060 * b - 0.323583601 * d - 0.0225411470 * c, 0.0, 1.0);
}

// Breaks up banding of smooth tones by half a step of 8 bits; the same for the same pixel always.
float dither(vec2 p) { return (fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0; }

vec2 sky_uv(vec3 d) {
  float r = inversesqrt(max(dot(d.xy, d.xy), 1e-8));
  float s = sqrt(clamp(0.5 - 0.5 * dot(d.xy, frame.sun_flat.xy) * r, 0.0, 1.0));
  float v = sqrt(clamp(d.z, 0.0, 1.0));
  return (vec2(s, v) * vec2(31.0, 47.0) + 0.5) / vec2(32.0, 48.0);
}
vec3 sky(vec3 d) { return textureLod(sky_table, sky_uv(d), 0.0).rgb; }

// Light that the air puts before a surface: the colour of the sky low in that direction, as a curve through the cosine
// of the angle from the sun (a fetch for every pixel of a city costs too much on a CPU). w = the share that is left.
vec4 haze(vec3 position) {
  float distance2 = dot(position, position);
  float left = exp2(-sqrt(distance2) / frame.projection.w);
  float mu = dot(position.xy, frame.sun_flat.xy) * inversesqrt(max(dot(position.xy, position.xy), 1e-6));
  return vec4(frame.haze[0].rgb + mu * (frame.haze[1].rgb + mu * frame.haze[2].rgb), left);
}

// The same as the screen shows it.
vec4 haze_shown(vec3 position) {
  float flat2 = dot(position.xy, position.xy);
  float left = exp2(-sqrt(flat2 + position.z * position.z) / frame.projection.w);
  float mu = dot(position.xy, frame.sun_flat.xy) * inversesqrt(max(flat2, 1e-6));
  return vec4(frame.haze_shown[0].rgb + mu * (frame.haze_shown[1].rgb + mu * frame.haze_shown[2].rgb), left);
}

// Drawn straight into the final picture: alpha is opacity. Else alpha tells the post pass how much of the light is ambient.
layout(constant_id = 5) const bool direct = false;
// false: what is drawn looks up no shadow.
layout(constant_id = 6) const bool shadows = true;

// false: one cascade and one tap, for a CPU device (indexing by cascade alone costs a fetch for every number there).
layout(constant_id = 4) const bool soft_shadows = true;

float shadow_tap(vec3 p, float layer) { return texture(shadow_map, vec4(p.xy, layer, p.z)); }

// Terrain is lit by normals that are smooth, and casts its shadow by faces that are flat: under a low sun faces that look away from it lie
// among lit ones. What it looks up stands off by about as much as faces lie under the smooth surface, more where the sun grazes: up to a
// pixel and a half (faces are so wide that they are off by 1.5 to 3 pixels at most). m
float stand_off(bool terrain, float slope, float eye_distance) {
  return terrain ? 1.5 * slope * eye_distance * 2.0 * frame.viewport.w / abs(frame.projection.y) : 0.0;
}

// Where a surface finds its shadow; `n` in the view frame, `facing` its cosine from the sun. w: how much of the shadow
// shows, 0 = none needs to be looked up. xyz: place in the only map there is, or (soft) unused but for x = facing, y = 1 of terrain.
vec4 shadow_at(vec3 position, vec3 n, float facing, float eye_distance, bool terrain) {
  int last = int(frame.shadow_end.w) - 1;
  if (!shadows || last < 0 || (facing <= 0.0 && !terrain)) return vec4(0.0);  // a city's faces are flat: all of one looks away
  float end = frame.shadow_end[soft_shadows ? last : 0];
  // Between a corner in the light and one that looks away the place is still a place, and the shadow fades.
  float fade = facing > 0.0 ? clamp((end - eye_distance) / (0.15 * end), 0.0, 1.0) : 0.0;
  if (soft_shadows) return vec4(facing, terrain ? 1.0 : 0.0, 0.0, fade);
  float slope = sqrt(max(0.0, 1.0 - facing * facing));
  vec3 p = position + n * (frame.shadow_texel[0] * (0.6 + 1.6 * slope) + stand_off(terrain, slope, eye_distance));
  return vec4((frame.shadow[0] * vec4(p, 1.0)).xyz + vec3(frame.shadow_jitter.xy, 0.0), fade);
}

// 1 = in the light. Beyond the last cascade everything is.
float key_light(vec4 place, vec3 position, vec3 normal) {
  if (!shadows || place.w <= 0.0) return 1.0;
  if (!soft_shadows) {
    if (any(lessThan(place.xy, vec2(0.0))) || any(greaterThan(place.xy, vec2(1.0)))) return 1.0;
    return mix(1.0, shadow_tap(place.xyz, 0.0), place.w);
  }
  float eye_distance = length(position);
  int layer = 0, last = int(frame.shadow_end.w) - 1;
  while (layer < last && eye_distance > frame.shadow_end[layer]) ++layer;
  float slope = sqrt(max(0.0, 1.0 - place.x * place.x));
  vec3 n = normalize(normal);
  if (dot(n, frame.key_direction.xyz) < 0.0) n = -n;
  vec3 s = (frame.shadow[layer] * vec4(position + n * (frame.shadow_texel[layer] * (0.6 + 1.6 * slope) + stand_off(place.y > 0.5, slope, eye_distance)), 1.0)).xyz;
  if (any(lessThan(s.xy, vec2(0.0))) || any(greaterThan(s.xy, vec2(1.0)))) return 1.0;
  float t = frame.shadow_texel.w * 0.75;
  float sum = shadow_tap(s + vec3(-t, -0.4 * t, 0), layer) + shadow_tap(s + vec3(0.4 * t, -t, 0), layer) +
              shadow_tap(s + vec3(t, 0.4 * t, 0), layer) + shadow_tap(s + vec3(-0.4 * t, t, 0), layer);
  return mix(1.0, sum * 0.25, place.w);
}

vec3 ambient_light(vec3 n) {
  vec4 m = vec4(n, 1.0);
  return max(vec3(dot(frame.ambient[0], m), dot(frame.ambient[1], m), dot(frame.ambient[2], m)), vec3(0.0));
}
