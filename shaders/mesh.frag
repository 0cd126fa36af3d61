#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "surface.glsl"
layout(constant_id = 0) const int material = 0;  // 0 city, 1 terrain, 2 draped, 3 ground, 4 water body
layout(constant_id = 1) const bool textured = false;
layout(constant_id = 2) const bool blended = false;

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 uv_height;
layout(location = 3) flat in vec4 colour;
layout(location = 4) flat in vec4 hazard;
layout(location = 5) flat in uint flags;
layout(location = 6) in vec4 shade;
layout(location = 7) in vec4 lit;
layout(location = 8) in vec4 air;
layout(location = 9) in vec4 shadow_place;

layout(set = 1, binding = 1) uniform sampler2D picture;

// Blended or direct: alpha is opacity. Else: alpha tells the post pass how much of the light is ambient (and so takes
// occlusion); 0 = exact colour, never touched.
layout(location = 0) out vec4 result;

// City and terrain: the vertices brought the light, what is left is the shadow and the texture.
void surface_of_vertices() {
  vec3 albedo;
  if (textured) {
    vec4 texel = texture(picture, uv_height.xy);  // encoded, filtered as stored
    if (material == 0) {
      if (texel.a < 0.5 && !blended) discard;
      albedo = to_linear(texel.rgb) * to_linear(colour.rgb) * 1.15;
    } else {
      vec3 image = to_linear(texel.rgb);
      float grey = dot(image, vec3(0.2126, 0.7152, 0.0722));
      albedo = mix(vec3(grey), image, hazard.r) * 0.92 + 0.03;
    }
    if ((flags & feature_dimmed) != 0u) albedo = dimmed(albedo);
  }
  float light = key_light(shadow_place, position, normal);
  vec4 seen = mix(shade, lit, light);
  if (textured) seen.rgb = tone(albedo * seen.rgb * air.w + air.rgb);
  result.rgb = seen.rgb + dither(gl_FragCoord.xy);
  result.a = blended ? colour.a : direct ? 1.0 : max(seen.a, 2.0 / 255.0);
}

// The ground's and the water's triangles are large: every pixel has its own light.
void surface_of_pixel() {
  vec3 n = normalize(normal);
  float eye_distance = length(position);
  vec3 toward_eye = -position / max(eye_distance, 1e-6);
  vec3 albedo = to_linear(colour.rgb);
  if ((flags & feature_dimmed) != 0u) albedo = dimmed(albedo);
  float facing = dot(n, frame.key_direction.xyz);
  float shown = facing > 0.0 ? key_light(shadow_at(position, n, facing, eye_distance), position, normal) : 0.0;
  vec3 sky_light = ambient_light(n), key = frame.key_colour.rgb * (shown * max(facing, 0.0));
  vec3 light = albedo * (sky_light + key);
  float share = ambient_share(sky_light, key);
  if (material == 4) {
    float f = clamp(dot(n, toward_eye), 0.0, 1.0);
    float fresnel = 0.02 + 0.55 * pow(1.0 - f, 5.0);
    vec3 mirrored = reflect(-toward_eye, vec3(0, 0, 1));
    // straight from the table is dear on a CPU device, and what is mirrored flatly is the sky low over the horizon
    light = mix(light, direct ? haze(vec3(mirrored.xy, 0.0)).rgb : sky(vec3(mirrored.xy, max(mirrored.z, 0.02))), fresnel);
    share = 0.0;
  }
  vec4 through = haze(position);
  result.rgb = tone(mix(through.rgb, light, through.w)) + dither(gl_FragCoord.xy);
  result.a = blended ? colour.a : direct ? 1.0 : max(share * through.w, 2.0 / 255.0);
}

void main() {
  if (material == 2) {  // draped: flat and exact
    vec4 c = colour;
    if (textured) c *= texture(picture, uv_height.xy);
    result = blended ? c : vec4(c.rgb, direct ? 1.0 : 0.0);
    return;
  }
  if (material == 0 && uv_height.z < hazard.a) {
    vec3 c = hazard.rgb;
    if ((flags & feature_hazard_unknown) != 0u)
      c = mod(gl_FragCoord.x + gl_FragCoord.y, 8.0) < 4.0 ? vec3(150.0 / 255.0) : vec3(190.0 / 255.0);
    result = vec4(c, blended ? colour.a : direct ? 1.0 : 0.0);
    return;
  }
  if (material < 2) surface_of_vertices();
  else surface_of_pixel();
}
