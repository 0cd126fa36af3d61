#pragma once
// Polygons that follow the ground. One after the other: how finely depends on what went before.
#include <vector>

#include "vector/polygons.h"

namespace tenbo::io::vector {

inline constexpr double max_triangles = 2e6;  // of all draped polygons together

class Draper {
 public:
  // `edge`: m, as fine as it gets.
  Draper(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options, double edge, const city::TileGrid& grid)
      : d_(data), ground_(ground), o_(options), edge_(edge), coarsest_(edge), tiles_(grid) {}
  void add(const Polygon& polygon);
  double coarsest() const { return draped_ > 0 ? coarsest_ : 0; }  // m, of the edges that came of it
  std::vector<TileMesh> take() { return tiles_.take(); }
  Counts counts;

 private:
  double edge_of();
  void emit(std::uint32_t feature, const std::vector<std::uint32_t>& triangles);

  const VectorData& d_;
  const GroundSampler& ground_;
  const VectorMeshOptions& o_;
  double edge_, coarsest_;
  double draped_ = 0;  // triangles so far
  TileMeshes tiles_;
  city::Triangulator triangulator_;
  Rings rings_;
  std::vector<std::uint32_t> triangles_;
  std::vector<glm::dvec3> flat_;
};

}  // namespace tenbo::io::vector
