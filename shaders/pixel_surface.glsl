// Ground and water, whose triangles are large: every pixel has its own light. Include after surface.glsl. rgb as the screen
// shows it; a = the ambient share.
vec4 pixel_surface(vec3 albedo, vec3 position, vec3 n, bool water, vec2 pixel) {
  float eye_distance = length(position);
  vec3 toward_eye = -position / max(eye_distance, 1e-6);
  float facing = dot(n, frame.key_direction.xyz);
  float shown = facing > 0.0 ? key_light(shadow_at(position, n, facing, eye_distance, false), position, n) : 0.0;
  vec3 sky_light = ambient_light(n), key = frame.key_colour.rgb * (shown * max(facing, 0.0));
  vec3 light = albedo * (sky_light + key);
  float share = ambient_share(sky_light, key);
  if (water) {
    float f = clamp(dot(n, toward_eye), 0.0, 1.0);
    float fresnel = 0.02 + 0.55 * pow(1.0 - f, 5.0);
    vec3 mirrored = reflect(-toward_eye, vec3(0, 0, 1));
    // straight from the table is dear on a CPU device, and what is mirrored flatly is the sky low over the horizon
    light = mix(light, direct ? haze(vec3(mirrored.xy, 0.0)).rgb : sky(vec3(mirrored.xy, max(mirrored.z, 0.02))), fresnel);
    share = 0.0;
  }
  vec4 through = haze(position);
  return vec4(tone(mix(through.rgb, light, through.w)) + dither(pixel), max(share * through.w, 2.0 / 255.0));
}
