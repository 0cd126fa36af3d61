#pragma once
// Draco: compressed meshes and point clouds to plain arrays. Its exceptions and statuses end here.
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "gltf/budget.h"

namespace tenbo::io {

struct DracoAttribute {
  int components = 0;
  std::vector<float> values;  // components a point; normalised integers as 0..1
};
struct DracoData {
  std::size_t points = 0;
  std::vector<std::uint32_t> indices;  // triangles; empty for point clouds
  std::map<std::uint32_t, DracoAttribute> attributes;
};
// The attributes of the given unique ids. Throws json::Bad.
DracoData decode_draco_bytes(std::span<const std::byte> bytes, const std::vector<std::uint32_t>& ids, bool mesh,
                             Budget& budget, const std::string& file, const std::string& place);

}  // namespace tenbo::io
