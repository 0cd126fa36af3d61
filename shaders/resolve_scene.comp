#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "sky.glsl"
#include "surface.glsl"
#include "pixel_surface.glsl"
#include "gpu_scene.glsl"
// The light of what visible.vert left in each pixel, as mesh.vert and mesh.frag give it, and the sky where nothing is.
layout(local_size_x = 8, local_size_y = 8) in;
layout(push_constant) uniform Push { Draws draws; };
layout(set = 1, binding = 0) uniform usampler2D visible;
layout(set = 1, binding = 1) uniform sampler2D depth_map;
layout(set = 1, binding = 4, rgba8) uniform writeonly image2D colour_out;

vec3 place(Words v, uint i) { return vec3(uintBitsToFloat(v.w[i]), uintBitsToFloat(v.w[i + 1u]), uintBitsToFloat(v.w[i + 2u])); }

// As mesh.vert has it: colours as the screen shows them, in shadow and in full light; a = the ambient share.
struct Light { vec4 dark, lit; };
Light light_at(vec3 n, vec3 position, vec3 albedo) {
  vec3 sky_light = ambient_light(n), key = frame.key_colour.rgb * max(dot(n, frame.key_direction.xyz), 0.0);
  vec4 through = haze(position);
  return Light(vec4(tone(mix(through.rgb, albedo * sky_light, through.w)), through.w),
               vec4(tone(mix(through.rgb, albedo * (sky_light + key), through.w)), ambient_share(sky_light, key) * through.w));
}

void write_lit(ivec2 p, vec2 pixel, vec3 position, vec3 n, vec3 normal, Light l, bool terrain) {
  vec4 place = shadow_at(position, n, dot(n, frame.key_direction.xyz), length(position), terrain);
  vec4 seen = mix(l.dark, l.lit, key_light(place, position, normal));
  imageStore(colour_out, p, vec4(seen.rgb + dither(pixel), max(seen.a, 2.0 / 255.0)));
}

void main() {
  ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, ivec2(frame.viewport.xy)))) return;
  uvec2 id = texelFetch(visible, p, 0).xy;
  float depth = texelFetch(depth_map, p, 0).r;
  vec2 pixel = vec2(p) + 0.5;
  vec2 ndc = (pixel * 2.0 * frame.viewport.zw - 1.0 - frame.sample_info.xy * 2.0 * frame.viewport.zw) / frame.projection.xy;
  vec3 ray = vec3(ndc, -1.0) * mat3(frame.view);  // view frame; eye distance 1 along the axis
  if (id.x == 0u) {
    if (depth > 0.0) return;  // drawn directly
    vec3 d = normalize(ray);
    vec3 sun = vec3(frame.sun_flat.xy * sqrt(max(0.0, 1.0 - frame.sun_flat.z * frame.sun_flat.z)), frame.sun_flat.z);
    vec3 c = sky_and_plain(d) + frame.disc.rgb * (smoothstep(0.99994, 0.99998, dot(d, sun)) * 8.0) * step(0.0, d.z);
    imageStore(colour_out, p, vec4(tone(c) + dither(pixel), 1.0 / 255.0));
    return;
  }
  uint draw = id.x - 1u;
  vec3 position = ray * (frame.projection.z / depth);
  mat4 model = draws.d[draw].model;
  Words vertices = draws.d[draw].vertices, indices = draws.d[draw].indices;
  uint flags = draws.d[draw].flags, material = flags >> draw_material_shift;
  vec4 params = draws.d[draw].params;
  uint i0 = indices.w[id.y * 3u] * 7u, i1 = indices.w[id.y * 3u + 1u] * 7u, i2 = indices.w[id.y * 3u + 2u] * 7u;
  vec3 a = place(vertices, i0), b = place(vertices, i1), c = place(vertices, i2);

  // Where in the triangle, from the point that depth gives.
  vec3 ab = mat3(model) * (b - a), ac = mat3(model) * (c - a), q = position - (model * vec4(a, 1.0)).xyz;
  float bb = dot(ab, ab), bc = dot(ab, ac), cc = dot(ac, ac), qb = dot(q, ab), qc = dot(q, ac), area = bb * cc - bc * bc;
  vec2 part = area > 0.0 ? clamp(vec2(cc * qb - bc * qc, bb * qc - bc * qb) / area, 0.0, 1.0) : vec2(0.0);
  vec3 share = vec3(max(0.0, 1.0 - part.x - part.y), part);
  uint n0 = vertices.w[i0 + 3u], n1 = vertices.w[i1 + 3u], n2 = vertices.w[i2 + 3u];
  vec3 normal = decode_normal(n0);
  if (n1 != n0 || n2 != n0) normal = normal * share.x + decode_normal(n1) * share.y + decode_normal(n2) * share.z;
  normal = normalize(mat3(model) * normal);

  uint feature = vertices.w[i0 + 6u];
  uvec4 style = uvec4(0u);
  if ((flags & draw_has_table) != 0u && feature < draws.d[draw].feature_count) {
    Words f = draws.d[draw].features;
    style = uvec4(f.w[feature * 4u], f.w[feature * 4u + 1u], f.w[feature * 4u + 2u], f.w[feature * 4u + 3u]);
  }
  vec3 at = a * share.x + b * share.y + c * share.z;
  float up = params.w + at.z, along = dot(at.xy, at.xy);
  float height = params.x + at.z + along / (sqrt(up * up + along) + up);
  if (material == 0u) {
    vec4 hazard = unpackUnorm4x8(style.y);
    bool unknown = (style.w & feature_hazard_unknown) != 0u;
    if ((hazard.a > 0.0 || unknown) && height < uintBitsToFloat(style.z)) {
      if (unknown) hazard.rgb = vec3(mod(pixel.x + pixel.y, 8.0) < 4.0 ? 150.0 / 255.0 : 190.0 / 255.0);
      imageStore(colour_out, p, vec4(hazard.rgb, 0.0));
      return;
    }
  }
  vec4 own = unpackUnorm4x8(style.x);
  vec3 encoded = draws.d[draw].colour.rgb;
  if ((flags & draw_vertex_colours) != 0u) {
    uint packed = uint(uintBitsToFloat(vertices.w[i0 + 4u]));
    encoded = vec3(packed & 255u, packed >> 8 & 255u, packed >> 16 & 255u) / 255.0;
  }
  vec3 albedo = to_linear(own.a > 0.0 ? own.rgb : encoded);
  bool dim = (style.w & feature_dimmed) != 0u;

  if (material > 2u) {
    if (dim) albedo = dimmed(albedo);
    imageStore(colour_out, p, pixel_surface(albedo, position, normal, material == 4u, pixel));
    return;
  }
  vec3 n;
  if (material == 0u) {  // faces are flat: a pixel comes to what its vertices do
    n = city_normal(normal, position, length(position));
    Light l = light_at(n, position, dim ? dimmed(albedo) : albedo);
    write_lit(p, pixel, position, n, normal, l, false);
    return;
  }
  Light sum = Light(vec4(0.0), vec4(0.0));
  uint at_vertex[3] = uint[](i0, i1, i2);
  for (int k = 0; k < 3; ++k) {
    vec3 v = place(vertices, at_vertex[k]);
    n = normalize(mat3(model) * decode_normal(vertices.w[at_vertex[k] + 3u]));
    float over = params.w + v.z, flat2 = dot(v.xy, v.xy);
    vec3 tinted = albedo * to_linear(terrain_tint(params.x + v.z + flat2 / (sqrt(over * over + flat2) + over), 1.0 - clamp(n.z, 0.0, 1.0)));
    Light l = light_at(n, (model * vec4(v, 1.0)).xyz, dim ? dimmed(tinted) : tinted);
    sum.dark += l.dark * share[k];
    sum.lit += l.lit * share[k];
  }
  write_lit(p, pixel, position, normal, normal, sum, true);
}
