#pragma once
// What the dimensions of a NetCDF variable are (CF conventions): x, y, time, member, issue.
#include <optional>
#include <string>
#include <vector>

#include "raster/netcdf_file.h"

namespace tenbo::io::netcdf {

enum class Axis { none, x, y, t };

// What a coordinate array says of its axis (CF 4.1-4.4), then what its name suggests.
Axis axis_of(const GDALMDArray& a);

// nullopt: not a grid in x and y with coordinates.
std::optional<Layout> layout_of(const File& file, const GDALMDArray& variable);

// What a dimension is beside space and time: by its coordinate's standard_name, then by the names that models use.
void find_ensemble(const File& file, const GDALMDArray& variable, Layout& l);

// The names of `n` members by their coordinate; 1 to n where that has none, or two that are equal.
std::vector<std::string> member_names(const Array& of, std::size_t n);

}  // namespace tenbo::io::netcdf
