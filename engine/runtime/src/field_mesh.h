#pragma once
// The surface that a field is drawn on.
#include <cstddef>
#include <vector>

#include "tenbo/base/mesh.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/geo/field.h"
#include "tenbo/io/vector.h"
#include "tenbo/render/frame_view.h"

namespace tenbo::runtime {

struct FieldMesh {
  geo::LocalFrame frame;
  MeshData mesh;            // z = ground; u,v = cell coordinates / grid size
  std::vector<render::FieldBlock> blocks;
  glm::vec3 min{0}, max{0};
};

// Water stands on (columns+1) x (rows+1) corners of the field's cells. What lies on the ground (rain, ash, intensity) has them too, and
// finer ones where its cells are so large that hills would come through. The class is looked up per fragment, so that the mesh never
// changes it.
enum class FieldSurface { water, ground };

struct FieldMeshOptions {
  FieldSurface surface = FieldSurface::water;
  std::size_t most_corners = 1'200'000;  // every n-th of the cells' where there are more
  std::size_t most_refined = 300'000;    // quads that there may be once what follows the ground is refined
};

// Where the ground is not known, the surface lies as high as in the field's middle. [worker]
FieldMesh build_field_mesh(const geo::FieldInfo& info, const io::GroundSampler& ground, const FieldMeshOptions& options = {});

}  // namespace tenbo::runtime
