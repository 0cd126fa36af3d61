#pragma once
// Triangles on the CPU in the layout the GPU takes. Positions are float metres in a local east-north-up frame whose
// double origin the owner keeps (geo::LocalFrame).
#include <array>
#include <cstdint>
#include <glm/vec3.hpp>
#include <vector>

namespace tenbo {

inline constexpr std::uint32_t no_feature = 0xFFFFFFFFu;

struct Vertex {
  float x, y, z;          // m; x east, y north, z up, in the tile's frame
  std::uint32_t normal;   // octahedral, two snorm16: x in the low half (encode_normal). With baked light the lowest four
                          // bits of each half are that (with_light), and the normal has 12 bits
  float u, v;             // texture coordinates, v down from the picture's top
  std::uint32_t feature;  // index into the layer's feature table; no_feature = none
};
static_assert(sizeof(Vertex) == 28);

// Triangles that follow each other and look the same way: where all of a closed solid's group looks away from the eye,
// nothing of it is seen, and it need not be drawn.
struct FacingGroup {
  std::uint32_t first_index = 0, index_count = 0;
  glm::vec3 axis{0, 0, 1};  // unit
  float spread = 3.1415927f;  // radians: how far from the axis any of their normals is
};

struct MeshData {
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;  // triangles, counter-clockwise seen from outside
  std::vector<FacingGroup> groups;     // none, or all triangles in their order (group_by_facing)
};

// Brings triangles that look the same way together, with their vertices: roofs, walls by the compass, slopes, floors.
// What is drawn stays the same.
void group_by_facing(MeshData& mesh);
// Does all of a group within a sphere look away from a point? Never true where some of it may not.
bool looks_away(const FacingGroup& group, glm::vec3 sphere_centre, float sphere_radius, glm::vec3 eye);

// unit vector <-> two snorm16 (Cigolle et al. 2014, "A survey of efficient representations for independent unit vectors")
std::uint32_t encode_normal(glm::vec3 unit);
glm::vec3 decode_normal(std::uint32_t packed);
// open: how much of the sky a point sees, sun: how much of the sun; both 0 to 255.
inline std::uint32_t with_light(std::uint32_t normal, std::uint8_t open, std::uint8_t sun) {
  const auto four = [](std::uint8_t v) { return (v * 15u + 127u) / 255u; };
  return (normal & 0xFFF0FFF0u) | four(open) | four(sun) << 16;
}

}  // namespace tenbo
