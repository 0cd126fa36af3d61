#pragma once
// The faces of a building at LOD2, with their pictures.
#include <vector>

#include "buildings.h"
#include "gml_text.h"

namespace tenbo::io::make_city_detail {

enum class Face : std::uint8_t { ground, wall, roof, ceiling };

struct Surface {
  Face face = Face::wall;
  std::vector<Vec3> points;   // seen from outside counter-clockwise, not closed
  int texture = texture_none;
  std::vector<Vec2> uv;       // one a point
};

std::vector<Vec3> lift(const Building& b, const std::vector<Vec2>& footprint, double z);
std::vector<Surface> prism_surfaces(const Building& b);            // Form::box
std::vector<Surface> gable_surfaces(const Building& b);            // Form::gable
std::vector<Surface> loft_surfaces(const Building& b, const Loft& loft);

}  // namespace tenbo::io::make_city_detail
