#include "tenbo/base/mesh.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

namespace tenbo {
namespace {
float sign_not_zero(float v) { return v >= 0.f ? 1.f : -1.f; }
std::uint32_t snorm16(float v) {
  return static_cast<std::uint16_t>(static_cast<std::int16_t>(std::lround(std::clamp(v, -1.f, 1.f) * 32767.f)));
}
}  // namespace

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
