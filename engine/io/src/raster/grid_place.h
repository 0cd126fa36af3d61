#pragma once
// Where a grid lies on Earth, and the checks that it does lie somewhere.
#include <array>
#include <filesystem>
#include <string>

#include "gdal/gdal_support.h"
#include "tenbo/geo/extent.h"
#include "tenbo/geo/raster.h"

namespace tenbo::io {

// The CRS of a .prj file beside the data ("flood.prj" or "flood.nc.prj"); not valid where there is none.
geo::Crs sidecar_crs(const std::filesystem::path& path);
// Geotransform and CRS of a dataset (or of a .prj file beside it). Fails with a remedy where one is missing, singular or not finite.
Result<geo::GridGeometry> place_of(GDALDataset& dataset, const std::filesystem::path& path);
Status check_place(const geo::GridGeometry& grid, const std::filesystem::path& path);
// The outline in longitude and latitude (edges cut in 20), and the size of the middle pixel in metres.
geo::Extent outline(const geo::GridGeometry& grid, const geo::Transformer& to_geographic);
double pixel_size(const geo::GridGeometry& grid, const geo::Transformer& to_geographic);

}  // namespace tenbo::io
