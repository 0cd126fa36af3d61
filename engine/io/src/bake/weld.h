#pragma once
// The surface of a feature as one mesh whose triangles share their corners.
#include <glm/vec3.hpp>
#include <utility>
#include <vector>

#include "records.h"

namespace tenbo::io::bake {

struct Welded {
  std::vector<glm::vec3> points;
  std::vector<std::uint32_t> indices;
};

// Keeps its tables from feature to feature. Corners within 4 mm are one.
class Welder {
 public:
  void weld(const FeatureSet& set, const Record& r, Welded& out);

 private:
  std::vector<std::pair<std::uint64_t, std::uint32_t>> table_;
  std::vector<std::uint32_t> place_;
};

}  // namespace tenbo::io::bake
