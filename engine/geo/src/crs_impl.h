#pragma once
#include "tenbo/geo/crs.h"

namespace tenbo::geo {

struct Crs::Impl {
  std::string name, id, definition;
  std::string horizontal;  // what is transformed: WKT2 of the 2D part (of the 3D whole for a geocentric CRS)
  std::string vertical_name;
  bool geographic = false, geocentric = false, north_first = false;
  VerticalKind vertical = VerticalKind::unknown;
  double linear_unit = 1;    // m
  double vertical_unit = 1;  // m
  bool depth = false;        // the vertical axis points down
};

}  // namespace tenbo::geo
