#pragma once
#include <compare>
#include <cstdint>

namespace tenbo::scene {

// Names one thing in a World. After it is destroyed its index is used again with another generation, so that an old
// Entity is told from the one that took its place.
struct Entity {
  std::uint32_t index = UINT32_MAX;
  std::uint32_t generation = 0;
  explicit operator bool() const { return index != UINT32_MAX; }
  friend auto operator<=>(const Entity&, const Entity&) = default;
};

}  // namespace tenbo::scene
