// What lies on the far side of the scene's section plane is clipped away. Vertex programs come twice, with SECTION and without, so that
// nothing is paid for it while a scene has none.
#ifdef SECTION
out gl_PerVertex {
  vec4 gl_Position;
  float gl_PointSize;
  float gl_ClipDistance[1];
};
float kept_side(vec3 p) { return dot(frame.section.xyz, p) + frame.section.w; }  // m, of a place in the view frame
#define KEPT(p, whole) gl_ClipDistance[0] = (whole) ? 1.0 : kept_side((p).xyz)
#else
#define KEPT(p, whole)
#endif
