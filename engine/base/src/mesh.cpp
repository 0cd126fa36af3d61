#include "tenbo/base/mesh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>

namespace tenbo {
namespace {
float sign_not_zero(float v) { return v >= 0.f ? 1.f : -1.f; }
std::uint32_t snorm16(float v) {
  return static_cast<std::uint16_t>(static_cast<std::int16_t>(std::lround(std::clamp(v, -1.f, 1.f) * 32767.f)));
}

// Ways that a face can look: up, walls and then slopes by the compass, down.
constexpr int compass = 16, way_up = 0, way_walls = 1, way_slopes = 1 + compass, way_down = 1 + 2 * compass, ways = way_down + 1;

int way_of(const glm::vec3& n) {
  if (n.z > 0.85f) return way_up;
  if (n.z < -0.85f) return way_down;
  const float turn = std::atan2(n.y, n.x) / 6.2831853f + 1;  // 0.5 to 1.5
  return (std::abs(n.z) < 0.2f ? way_walls : way_slopes) + static_cast<int>(std::lround(turn * compass)) % compass;
}

glm::vec3 axis_of(int way) {
  if (way == way_up) return {0, 0, 1};
  if (way == way_down) return {0, 0, -1};
  const float turn = static_cast<float>((way - way_walls) % compass) * 6.2831853f / compass;
  return {std::cos(turn), std::sin(turn), 0};
}
}  // namespace

void group_by_facing(MeshData& mesh) {
  const std::size_t triangles = mesh.indices.size() / 3;
  std::vector<std::uint8_t> way(triangles);
  std::array<std::uint32_t, ways + 1> starts{};
  std::array<float, ways> least;  // cosine of the largest angle from the axis
  least.fill(1);
  for (std::size_t t = 0; t < triangles; ++t) {
    const auto at = [&](std::size_t k) {
      const Vertex& v = mesh.vertices[mesh.indices[t * 3 + k]];
      return glm::vec3(v.x, v.y, v.z);
    };
    const glm::vec3 a = at(0), normal = glm::cross(at(1) - a, at(2) - a);
    const float length = glm::length(normal);
    const glm::vec3 n = length > 0 ? normal / length : glm::vec3(0, 0, 1);
    way[t] = static_cast<std::uint8_t>(way_of(n));
    if (length > 0) least[way[t]] = std::min(least[way[t]], glm::dot(n, axis_of(way[t])));
    starts[way[t] + 1] += 3;
  }
  mesh.groups.clear();
  for (int w = 0; w < ways; ++w) {
    if (starts[w + 1] > 0)
      mesh.groups.push_back({starts[w], starts[w + 1], axis_of(w), std::acos(std::clamp(least[w], -1.f, 1.f)) + 0.002f});
    starts[w + 1] += starts[w];
  }
  std::vector<std::uint32_t> indices(mesh.indices.size()), place(mesh.vertices.size(), no_feature);
  for (std::size_t t = 0; t < triangles; ++t)
    for (std::size_t k = 0; k < 3; ++k) indices[starts[way[t]]++] = mesh.indices[t * 3 + k];
  std::vector<Vertex> vertices;  // in the order in which they are used, so that a group's are together
  vertices.reserve(mesh.vertices.size());
  for (std::uint32_t& i : indices) {
    if (place[i] == no_feature) {
      place[i] = static_cast<std::uint32_t>(vertices.size());
      vertices.push_back(mesh.vertices[i]);
    }
    i = place[i];
  }
  mesh.vertices = std::move(vertices);
  mesh.indices = std::move(indices);
}

bool looks_away(const FacingGroup& group, glm::vec3 centre, float radius, glm::vec3 eye) {
  const glm::vec3 to_eye = eye - centre;
  const float distance = glm::length(to_eye);
  if (!(distance > radius)) return false;
  // The way to the eye from anywhere in the sphere is within asin(radius / distance) of the one from its centre.
  const float angle = std::acos(std::clamp(glm::dot(group.axis, to_eye) / distance, -1.f, 1.f));
  return angle - group.spread - std::asin(radius / distance) > 1.5707964f;
}

std::uint32_t encode_normal(glm::vec3 n) {
  const float sum = std::abs(n.x) + std::abs(n.y) + std::abs(n.z);
  if (!(sum > 0.f)) return encode_normal({0.f, 0.f, 1.f});
  float x = n.x / sum, y = n.y / sum;
  if (n.z < 0.f) {
    const float ox = x;
    x = (1.f - std::abs(y)) * sign_not_zero(ox);
    y = (1.f - std::abs(ox)) * sign_not_zero(y);
  }
  return snorm16(x) | snorm16(y) << 16;
}

glm::vec3 decode_normal(std::uint32_t packed) {
  const float x = static_cast<float>(static_cast<std::int16_t>(packed & 0xFFFF)) / 32767.f;
  const float y = static_cast<float>(static_cast<std::int16_t>(packed >> 16)) / 32767.f;
  glm::vec3 n(x, y, 1.f - std::abs(x) - std::abs(y));
  if (n.z < 0.f) {
    const float ox = n.x;
    n.x = (1.f - std::abs(n.y)) * sign_not_zero(ox);
    n.y = (1.f - std::abs(ox)) * sign_not_zero(n.y);
  }
  return glm::normalize(n);
}

}  // namespace tenbo
