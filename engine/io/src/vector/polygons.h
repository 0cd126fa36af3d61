#pragma once
// Polygons that keep their shape: extruded from their lowest ground, or at their own heights. One mesher a worker.
#include <vector>

#include "city/triangulate.h"
#include "vector/shapes.h"
#include "vector/tile_meshes.h"

namespace tenbo::io::vector {

inline constexpr double max_polygon_triangles = 3e5;  // of one

struct Counts {
  std::uint64_t no_height = 0, no_area = 0, no_ground = 0;
  void operator+=(const Counts& c) {
    no_height += c.no_height;
    no_area += c.no_area;
    no_ground += c.no_ground;
  }
};

class PolygonMesher {
 public:
  // Of one tile. `ground` may be empty. own_z: the data's own heights count. corners: of all polygons that it will be given.
  PolygonMesher(const VectorData& data, const GroundSampler& ground, bool own_z, const city::LocalProjector& project, std::size_t corners, bool extruded);
  // Walls and a roof, `metres` above its lowest ground. Its top, m; NaN where there is nothing to be filled.
  double extrude(const Polygon& polygon, double metres);
  void lay(const Polygon& polygon);  // at its own heights
  MeshData mesh;
  Counts counts;

 private:
  // Cuts rings_ and triangles_ where edges are so long that they would sink below the Earth's curve; the edge that they were cut to, m, or 0.
  double follow_curve();

  const VectorData& d_;
  const GroundSampler& ground_;
  bool own_z_;
  city::LocalProjector project_;
  city::Triangulator triangulator_;
  Rings rings_;
  std::vector<std::uint32_t> triangles_, finer_;
  std::vector<glm::dvec3> flat_;
  std::vector<geo::GeoPoint> foot_;      // of a wall, between two corners
  std::vector<glm::dvec3> low_, high_;   // of the corners of rings_, at the foot and at the roof
};

// How high a feature is extruded, m; NaN where that cannot be used.
double extrusion(const VectorData& data, std::uint32_t feature, const VectorMeshOptions& options);

}  // namespace tenbo::io::vector
