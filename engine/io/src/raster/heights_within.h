#pragma once
// Heights of many files, opened piece by piece: a bake goes over a country in squares.
#include <memory>
#include <vector>

#include "gdal/names.h"
#include "tenbo/io/raster.h"

namespace tenbo::io {

// A file of heights, by its header.
struct HeightFile {
  gdal::Input input;
  geo::Extent extent;
  double resolution = 0;  // m
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  std::string vertical_name;
};

}  // namespace tenbo::io

namespace tenbo::io::gdal {

// In the order of open_elevation(): the finest first. Files that cannot be read are errors of their own. [worker]
Result<std::vector<HeightFile>> survey_heights(const std::vector<std::filesystem::path>& paths, Diagnostics& diagnostics);
// As open_elevation() of these files, with what lies in `within` (and a few pixels around) alone in memory. [worker]
Result<std::shared_ptr<const Elevation>> open_heights_within(const std::vector<Input>& inputs, const geo::HeightPolicy& heights, const geo::Extent& within);

}  // namespace tenbo::io::gdal
