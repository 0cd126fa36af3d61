#pragma once
// The part of the world that a camera sees, for culling.
#include <array>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>

#include "tenbo/scene/camera.h"

namespace tenbo::scene {

// Four sides and the plane of the eye; open into the distance. ECEF.
class Frustum {
 public:
  Frustum(const Camera& camera, glm::dvec2 viewport);
  // False only where nothing of the sphere can be seen.
  bool sees(const glm::dvec3& centre, double radius) const;

 private:
  glm::dvec3 eye_;
  std::array<glm::dvec3, 5> inward_;  // unit normals of planes through the eye
};

}  // namespace tenbo::scene
