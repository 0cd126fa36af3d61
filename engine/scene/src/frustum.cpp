#include "tenbo/scene/frustum.h"

#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

namespace tenbo::scene {

Frustum::Frustum(const Camera& camera, glm::dvec2 viewport) : eye_(camera.position()) {
  const glm::dmat3 axes = camera.orientation();
  const double y = camera.fov / 2 * std::numbers::pi / 180;
  const double x = std::atan(std::tan(y) * (viewport.y > 0 ? viewport.x / viewport.y : 1));
  inward_ = {axes * glm::dvec3(std::cos(x), 0, -std::sin(x)), axes * glm::dvec3(-std::cos(x), 0, -std::sin(x)),
             axes * glm::dvec3(0, std::cos(y), -std::sin(y)), axes * glm::dvec3(0, -std::cos(y), -std::sin(y)), -axes[2]};
}

bool Frustum::sees(const glm::dvec3& centre, double radius) const {
  for (const glm::dvec3& normal : inward_)
    if (glm::dot(centre - eye_, normal) < -radius) return false;
  return true;
}

}  // namespace tenbo::scene
