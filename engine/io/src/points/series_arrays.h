#pragma once
// What a NetCDF file of points holds, as it is read through GDAL.
#include <string>
#include <vector>

#include "tenbo/geo/instant.h"

namespace tenbo::io::points {

struct SeriesArrays {
  std::vector<double> lon, lat, height, velocity, coherence;  // one a point; height and coherence may be empty; NaN = unknown
  std::vector<std::string> id;         // may be empty
  std::vector<geo::Instant> dates;     // ascending
  std::vector<float> displacement;     // point by point
  std::string velocity_unit, displacement_unit;  // as written; may be empty
  std::vector<std::string> warnings;
  std::string reference, orbit, line_of_sight, source;
};

}  // namespace tenbo::io::points
