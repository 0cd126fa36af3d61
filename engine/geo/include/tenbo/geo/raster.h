#pragma once
// A grid of numbers with its place on Earth. NaN = no data, always.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tenbo/geo/crs.h"

namespace tenbo::geo {

// Pixel (column, row; upper left corner of the first pixel is 0,0) to CRS coordinates in x,y order, as GDAL has it:
// x = g[0] + column g[1] + row g[2];  y = g[3] + column g[4] + row g[5].
struct GridGeometry {
  int width = 0, height = 0;
  std::array<double, 6> geotransform{0, 1, 0, 0, 0, 1};
  Crs crs;

  void pixel_to_crs(double column, double row, double& x, double& y) const;
  bool crs_to_pixel(double x, double y, double& column, double& row) const;  // false where the transform is singular
};

struct Raster {
  GridGeometry grid;
  std::vector<float> values;  // width * height, row by row from the top
  std::string unit;           // as the file says; may be empty

  float at(int column, int row) const { return values[static_cast<std::size_t>(row) * grid.width + column]; }
};

}  // namespace tenbo::geo
