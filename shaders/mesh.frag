#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
layout(constant_id = 0) const int material = 0;  // 0 city, 1 terrain, 2 draped, 3 ground, 4 water body
layout(constant_id = 1) const bool textured = false;
layout(constant_id = 2) const bool blended = false;

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 uv_height;
layout(location = 3) flat in vec4 colour;
layout(location = 4) flat in vec4 hazard;
layout(location = 5) flat in uint flags;

layout(set = 1, binding = 1) uniform sampler2D picture;

// Blended: alpha is opacity. Opaque: alpha tells the post pass how much of the light is ambient (and so takes
// occlusion); 0 = exact colour, never touched.
layout(location = 0) out vec4 result;

vec3 terrain_tint(float height, float slope) {
  const vec3 low = vec3(0.752, 0.757, 0.718), mid = vec3(0.745, 0.733, 0.678), high = vec3(0.690, 0.662, 0.620),
             peak = vec3(0.86, 0.86, 0.85), rock = vec3(0.565, 0.545, 0.520);
  vec3 c = mix(low, mid, smoothstep(10.0, 250.0, height));
  c = mix(c, high, smoothstep(250.0, 1200.0, height));
  c = mix(c, peak, smoothstep(1600.0, 2800.0, height));
  return mix(c, rock, smoothstep(0.25, 0.75, slope) * 0.75);
}

void main() {
  if (material == 2) {  // draped: flat and exact
    vec4 c = colour;
    if (textured) c *= texture(picture, uv_height.xy);
    result = blended ? c : vec4(c.rgb, 0.0);
    return;
  }
  if (material == 0 && uv_height.z < hazard.a) {
    vec3 c = hazard.rgb;
    if ((flags & feature_hazard_unknown) != 0u)
      c = mod(gl_FragCoord.x + gl_FragCoord.y, 8.0) < 4.0 ? vec3(150.0 / 255.0) : vec3(190.0 / 255.0);
    result = vec4(c, blended ? colour.a : 0.0);
    return;
  }

  vec3 n = normalize(normal);
  float eye_distance = length(position);
  vec3 toward_eye = -position / max(eye_distance, 1e-6);
  if (material == 0 && dot(n, toward_eye) < 0.0) n = -n;  // models with reversed faces

  vec3 albedo = to_linear(colour.rgb);
  if (textured) {
    vec4 texel = texture(picture, uv_height.xy);  // encoded, filtered as stored
    if (material == 0) {
      if (texel.a < 0.5 && !blended) discard;
      albedo = to_linear(texel.rgb) * albedo * 1.15;
    } else {
      vec3 image = to_linear(texel.rgb);
      float grey = dot(image, vec3(0.2126, 0.7152, 0.0722));
      albedo = mix(vec3(grey), image, hazard.r) * 0.92 + 0.03;
    }
  } else if (material == 1) {
    albedo *= to_linear(terrain_tint(uv_height.z, 1.0 - clamp(n.z, 0.0, 1.0)));
  }
  if ((flags & feature_dimmed) != 0u) albedo = mix(vec3(dot(albedo, vec3(0.333))), vec3(0.36), 0.7);

  if (material == 0) {
    // Where a building is a few pixels, walls and roofs grow alike: a calm tone, not noise.
    float metres_per_px = eye_distance * 2.0 * frame.viewport.w / abs(frame.projection.y);
    n = normalize(mix(n, vec3(0, 0, 1), 0.65 * smoothstep(1.0, 7.0, metres_per_px)));
  }
  float facing = dot(n, frame.key_direction.xyz);
  float lit = facing > 0.0 ? key_light(position, n, facing, eye_distance) * facing : 0.0;
  vec3 sky_light = ambient_light(n);
  vec3 key = frame.key_colour.rgb * lit;
  vec3 light = albedo * (sky_light + key);
  float ambient_share = 1.0;
  if (material == 4) {
    float f = clamp(dot(n, toward_eye), 0.0, 1.0);
    float fresnel = 0.02 + 0.55 * pow(1.0 - f, 5.0);
    vec3 mirrored = reflect(-toward_eye, vec3(0, 0, 1));
    light = mix(light, sky(vec3(mirrored.xy, max(mirrored.z, 0.02))), fresnel);
    ambient_share = 0.0;
  } else {
    float a = dot(sky_light, vec3(0.3333)), k = dot(key, vec3(0.3333));
    ambient_share = (a + 0.25 * k) / max(a + k, 1e-5);  // a little of the sun too: crevices should read in full light
  }

  vec4 air = haze(position);
  result.rgb = tone(mix(air.rgb, light, air.w)) + dither(gl_FragCoord.xy);
  result.a = blended ? colour.a : max(ambient_share * air.w, 2.0 / 255.0);
}
