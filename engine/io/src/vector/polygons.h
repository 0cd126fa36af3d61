#pragma once
// Polygons that keep their shape: extruded from their lowest ground, or at their own heights. One mesher a worker.
#include <vector>

#include "city/triangulate.h"
#include "vector/shapes.h"
#include "vector/tile_meshes.h"

namespace tenbo::io::vector {

struct Counts {
  std::uint64_t no_height = 0, no_area = 0, no_ground = 0;
  void operator+=(const Counts& c) {
    no_height += c.no_height;
    no_area += c.no_area;
    no_ground += c.no_ground;
  }
};

// What is told of each polygon.
enum class Made : std::uint8_t { standing, nothing, to_drape };

class PolygonMesher {
 public:
  // `ground` may be empty. `own_z`: the data's own heights count.
  PolygonMesher(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options, bool own_z, const city::TileGrid& grid)
      : d_(data), ground_(ground), o_(options), own_z_(own_z), tiles_(grid) {}
  // `top`: the height of what was extruded, m.
  Made add(const Polygon& polygon, double& top);
  std::vector<TileMesh> take() { return tiles_.take(); }
  Counts counts;

 private:
  double extruded(const Polygon& polygon, double metres, const Plane& plane);
  void own(std::uint32_t feature);

  const VectorData& d_;
  const GroundSampler& ground_;
  const VectorMeshOptions& o_;
  bool own_z_;
  TileMeshes tiles_;
  city::Triangulator triangulator_;
  Rings rings_;
  std::vector<std::uint32_t> triangles_;
  std::vector<glm::dvec3> flat_;
};

// How high a feature is extruded, m; NaN where that cannot be used.
double extrusion(const VectorData& data, std::uint32_t feature, const VectorMeshOptions& options);

}  // namespace tenbo::io::vector
