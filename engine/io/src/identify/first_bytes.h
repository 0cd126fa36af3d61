#pragma once
// What a file is, by how it begins.
#include <string_view>

namespace tenbo::io {

bool looks_like_netcdf(std::string_view head);
// True where the text begins as an FGD DEM does (a few KiB are enough).
bool looks_like_fgd_dem(std::string_view head);

}  // namespace tenbo::io
