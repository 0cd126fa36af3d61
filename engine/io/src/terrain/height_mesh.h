#pragma once
// A quantized-mesh tile as a surface that can be asked for its height.
#include <cstdint>
#include <vector>

#include "tenbo/io/terrain.h"

namespace tenbo::io::terrain {

class HeightMesh {
 public:
  explicit HeightMesh(const QuantizedMesh& mesh);
  // u from the west, v from the south, 0 to 1; NaN where the mesh has a hole.
  double at(double u, double v) const;
  std::size_t bytes() const { return sizeof *this + (points_.size() * sizeof(Point)) + (triangles_.size() + starts_.size() + items_.size()) * 4; }
  // m, of the surface; low above high where there is none.
  double low() const { return lowest_; }
  double high() const { return highest_; }

 private:
  struct Point { std::uint16_t u, v, h; };
  std::vector<Point> points_;
  std::vector<std::uint32_t> triangles_;       // three points each
  std::vector<std::uint32_t> starts_, items_;  // triangles by square
  int edge_ = 1;                               // squares along an edge
  float low_ = 0, high_ = 0;                   // m, of h 0 and of the largest
  double lowest_ = 0, highest_ = 0;
};

}  // namespace tenbo::io::terrain
