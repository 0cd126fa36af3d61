#include "tenbo/geo/raster.h"

#include <cmath>

namespace tenbo::geo {

void GridGeometry::pixel_to_crs(double column, double row, double& x, double& y) const {
  const auto& g = geotransform;
  x = g[0] + column * g[1] + row * g[2];
  y = g[3] + column * g[4] + row * g[5];
}

bool GridGeometry::crs_to_pixel(double x, double y, double& column, double& row) const {
  const auto& g = geotransform;
  if (g[2] == 0 && g[4] == 0) {
    if (g[1] == 0 || g[5] == 0) return false;
    // In the form offset + x * factor, not (x - g0) / g1: points on a pixel's edge then fall to the same side as in
    // GDAL's own inverse, and a probed value is the one gdallocationinfo prints.
    column = -g[0] / g[1] + x * (1 / g[1]);
    row = -g[3] / g[5] + y * (1 / g[5]);
    return std::isfinite(column) && std::isfinite(row);
  }
  const double determinant = g[1] * g[5] - g[2] * g[4];
  const double magnitude = std::max(std::max(std::abs(g[1]), std::abs(g[2])), std::max(std::abs(g[4]), std::abs(g[5])));
  if (!(std::abs(determinant) > 1e-10 * magnitude * magnitude)) return false;
  const double inverse = 1 / determinant;
  column = (g[2] * g[3] - g[0] * g[5]) * inverse + x * (g[5] * inverse) + y * (-g[2] * inverse);
  row = (-g[1] * g[3] + g[0] * g[4]) * inverse + x * (-g[4] * inverse) + y * (g[1] * inverse);
  return std::isfinite(column) && std::isfinite(row);
}

}  // namespace tenbo::geo
