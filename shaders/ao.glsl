// Ambient occlusion at half resolution from depth alone. Reversed depth is near / z, which is linear across the screen
// on any plane: two differences give the plane of the surface, and a sample's height over it follows without normals.
// Include after frame.glsl.
layout(set = 1, binding = 0) uniform sampler2D depth_map;
layout(constant_id = 0) const int rings = 1;  // wall: 2, twice the taps
// A sunflower's spiral: even cover at every radius.
const vec2 spiral[8] = vec2[](
  vec2(0.25000, 0.00000), vec2(-0.31929, 0.29250), vec2(0.04887, -0.55688), vec2(0.40244, 0.52492),
  vec2(-0.73854, -0.13064), vec2(0.69960, -0.44503), vec2(-0.23400, 0.87048), vec2(-0.44627, -0.85927));
float inverse_depth(ivec2 p) {
  return texelFetch(depth_map, clamp(p, ivec2(0), ivec2(frame.viewport.xy) - 1), 0).r / frame.projection.z;
}
float least(float a, float b) { return abs(a) < abs(b) ? a : b; }

// Occlusion left (1 = open), and inverse depth.
vec2 occlusion_of(ivec2 half_pixel) {
  ivec2 p = min(half_pixel * 2, ivec2(frame.viewport.xy) - 1);
  float w = inverse_depth(p);
  if (w <= 1e-6) return vec2(1.0, 0.0);  // sky, or a thousand kilometres away
  float wx = least(inverse_depth(p + ivec2(1, 0)) - w, w - inverse_depth(p - ivec2(1, 0)));
  float wy = least(inverse_depth(p + ivec2(0, 1)) - w, w - inverse_depth(p - ivec2(0, 1)));

  vec2 per_px = 2.0 * frame.viewport.zw / frame.projection.xy;  // tangent of one pixel
  vec2 t = (vec2(p) + 0.5 - 0.5 * frame.viewport.xy) * per_px;
  vec3 n = vec3(wx / per_px.x, wy / per_px.y, 0.0);             // plane: n . (x, y, z) = 1
  n.z = w - dot(n.xy, t);
  float inv_n = inversesqrt(max(dot(n, n), 1e-20));
  vec3 here = vec3(t, 1.0) / w;

  float focal = abs(0.5 * frame.viewport.y * frame.projection.y);  // px
  float radius_px = clamp(9.0 * focal * w, 5.0 * frame.viewport.y / 1080.0 + 1.0, 0.06 * frame.viewport.y);
  float radius = radius_px / (focal * w);                          // m
  float one_of_four = float((p.x >> 1 & 1) + 2 * (p.y >> 1 & 1));  // the composite averages 2 x 2
  radius_px *= 0.79 + 0.14 * one_of_four;
  float turn = one_of_four * 0.19634954 + frame.sample_info.z * 0.61803399;
  mat2 rotation = mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
  float sum = 0.0;
  for (int i = 0; i < 8 * rings; ++i) {
    vec2 tap = i < 8 ? spiral[i & 7] : vec2(spiral[i & 7].y, -spiral[i & 7].x) * 0.85;
    ivec2 o = ivec2(round(rotation * tap * radius_px));
    float ws = inverse_depth(p + o);
    vec2 ts = t + vec2(o) * per_px;
    float expected = w + dot(vec2(o), vec2(wx, wy));
    float zs = 1.0 / max(ws, 1e-7);
    float height = zs * (ws - expected) * inv_n;
    vec3 v = vec3(ts, 1.0) * zs - here;
    float d2 = dot(v, v);
    float near_enough = clamp(1.0 - d2 / (4.0 * radius * radius), 0.0, 1.0);
    sum += clamp(height * inversesqrt(max(d2, 1e-6)) - 0.06, 0.0, 1.0) * near_enough;
  }
  return vec2(clamp(1.0 - sum * (2.1 / float(8 * rings)), 0.0, 1.0), w);
}
