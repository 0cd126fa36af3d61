#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "surface.glsl"
#include "pixel_surface.glsl"
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
      if (texel.a < 1.0) {  // the ground shows through
        vec3 ground = to_linear(colour.rgb) * to_linear(terrain_tint(uv_height.z, 1.0 - clamp(normalize(normal).z, 0.0, 1.0)));
        albedo = mix(ground, albedo, texel.a);
      }
    }
    if ((flags & feature_dimmed) != 0u) albedo = dimmed(albedo);
  }
  float light = key_light(shadow_place, position, normal);
  vec4 seen = mix(shade, lit, light);
  if (textured) seen.rgb = tone(albedo * seen.rgb * air.w + air.rgb);
  result.rgb = seen.rgb + dither(gl_FragCoord.xy);
  result.a = blended ? colour.a : direct ? 1.0 : max(seen.a, 2.0 / 255.0);
}

void surface_of_pixel() {
  vec3 albedo = to_linear(colour.rgb);
  if ((flags & feature_dimmed) != 0u) albedo = dimmed(albedo);
  vec4 seen = pixel_surface(albedo, position, normalize(normal), material == 4, gl_FragCoord.xy);
  result = vec4(seen.rgb, blended ? colour.a : direct ? 1.0 : seen.a);
}

void main() {
  if (material == 2) {  // draped: flat and exact
    vec4 c = colour;
    if (textured) c *= texture(picture, uv_height.xy);
    if ((flags & feature_hatched) != 0u) {
      if (mod(gl_FragCoord.x + gl_FragCoord.y, 14.0) < 6.0) c.a = min(1.0, c.a * 1.6);
      else c = vec4(blended ? c.rgb : mix(c.rgb, vec3(1.0), 0.6), c.a * 0.4);
    }
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
