#pragma once
// The classic NetCDF formats (magic "CDF" and 1, 2 or 5; the NetCDF User Guide's "File Format Specifications"): is all there that the header
// says? The library itself takes what lies beyond the end for zeros, and zero is no word for unknown.
#include <filesystem>

#include "tenbo/base/result.h"

namespace tenbo::io::gdal {

// Well for any other file: HDF5 says so itself. Fails where the file ends before its header or the last value of a variable does.
Status check_classic_netcdf(const std::filesystem::path& path);

}  // namespace tenbo::io::gdal
