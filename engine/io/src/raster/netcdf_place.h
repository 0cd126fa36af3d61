#pragma once
// Where the cells of a NetCDF variable lie: the grid by its coordinates, and their coordinate system.
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "raster/netcdf_file.h"
#include "tenbo/geo/crs.h"

namespace tenbo::io::netcdf {

// How wide the cell around a lone centre is, as its bounds say (CF 7.1); 0: they say nothing.
double lone_width(const File& file, const GDALMDArray& centres);

// Evenly spaced centres -> first centre and step; nullopt where they are not even.
std::optional<std::pair<double, double>> even(const std::vector<double>& v, double other_step);

// Two-dimensional coordinates of a regular, perhaps turned grid -> geotransform. Cells without coordinates do not count.
bool fit_affine(const std::vector<double>& x, const std::vector<double>& y, int width, int height, std::array<double, 6>& g);

struct CrsFound {
  geo::Crs crs;
  std::string assumption;  // empty where the file declares it
};
CrsFound crs_of_variable(const File& file, const GDALMDArray& variable, const Layout& layout, const std::vector<double>& xs, const std::vector<double>& ys);

}  // namespace tenbo::io::netcdf
