// What is seen where nothing stands, but for the sun's disc; include after frame.glsl.
vec3 sky_and_plain(vec3 d) {
  vec3 c = sky(d);
  if (d.z < 0.0) {  // beyond the data: a quiet plain under the same haze
    float left = exp2(-frame.camera.x / max(-d.z, 1e-4) / frame.projection.w);
    vec3 plain = (ambient_light(vec3(0, 0, 1)) + frame.key_colour.rgb * max(frame.key_direction.z, 0.0)) * vec3(0.40, 0.42, 0.44);
    c = mix(haze(d).rgb, plain, left);
  }
  return c;
}
