#pragma once
// Vectors on their way out, for other programs.
#include <filesystem>
#include <string>

#include "tenbo/io/vector.h"

namespace tenbo::io {

// A GeoPackage with one layer of everything in `data`: longitude and latitude (EPSG:4326; with heights where has_z), a column for
// each attribute (integers, reals, booleans and texts as they are; an attribute with values of several types as text), the
// feature's id in "id". Features without a place are kept, without geometry; missing values are null. Takes the place of what was
// there once it is whole: nobody ever reads a half. [worker]
Status write_geopackage(const std::filesystem::path& path, const std::string& layer, const VectorData& data);

}  // namespace tenbo::io
