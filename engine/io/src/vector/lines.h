#pragma once
// Lines, cut so that they follow the ground, in the tiles that they begin in.
#include <unordered_map>
#include <vector>

#include "city/mesher.h"
#include "vector/shapes.h"

namespace tenbo::io::vector {

class LineMesher {
 public:
  // `edge`: m, of the longest segment; infinite where the data's own heights count (`own_z`).
  LineMesher(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options, bool own_z, double edge, double tile_size, const city::TileGrid& grid)
      : d_(data), ground_(ground), o_(options), own_z_(own_z), edge_(edge), tile_size_(tile_size), grid_(grid) {}
  void add(const ShapePart& part);
  std::vector<LineBatch> take();
  std::uint64_t no_ground = 0;

 private:
  struct Target {
    std::uint32_t batch;
    city::LocalProjector project;
  };
  Target& target(const geo::GeoPoint& p);

  const VectorData& d_;
  const GroundSampler& ground_;
  const VectorMeshOptions& o_;
  bool own_z_;
  double edge_, tile_size_;
  const city::TileGrid& grid_;
  std::vector<LineBatch> lines_;
  std::unordered_map<std::uint64_t, Target> targets_;
};

}  // namespace tenbo::io::vector
