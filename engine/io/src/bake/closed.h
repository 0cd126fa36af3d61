#pragma once
// Whether triangles enclose something, with all their faces outwards: then those that look away from the eye need not be
// drawn.
#include <cstdint>
#include <glm/vec3.hpp>
#include <span>

namespace tenbo::io::bake {

// Each edge is met as often in one direction as in the other, and the volume is positive. Points are welded.
bool closed_outward(std::span<const glm::vec3> points, std::span<const std::uint32_t> triangles);

}  // namespace tenbo::io::bake
