#pragma once
// ShakeMap's grid.xml: shaking on a grid in longitude and latitude.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/instant.h"
#include "tenbo/geo/quantity.h"

namespace tenbo::io {

struct ShakeMapField {
  std::string name, unit;      // "PGA", "%g"
  std::vector<float> values;   // width * height, from the north-west; NaN = none
};
struct ShakeMap {
  std::string event_id, status, origin;  // status: RELEASED, REVIEWED; origin: the network
  std::string kind;                      // ACTUAL, SCENARIO
  std::optional<int> version;
  std::optional<geo::Instant> event_time, processed;
  double lon = 0, lat = 0;
  geo::Quantity magnitude, depth;  // km
  std::string description;
  int width = 0, height = 0;
  std::array<double, 6> geotransform{};  // cell corner to degrees; grid points are centres of cells
  std::vector<ShakeMapField> fields;     // without longitude and latitude
  Diagnostics diagnostics;
};
Result<ShakeMap> read_shakemap(std::string_view xml, const std::string& label);

}  // namespace tenbo::io
