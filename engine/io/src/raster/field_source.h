#pragma once
// The parts of a field before they are put in order of time: steps, each with its loader and what is known of its time.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gdal/inputs.h"
#include "raster/field_times.h"
#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/field.h"
#include "tenbo/io/raster.h"

namespace tenbo::io {

using SliceLoader = std::function<Result<std::shared_ptr<const geo::FieldSlice>>()>;

struct FieldStep {
  std::optional<LooseTime> time;
  SliceLoader load;
  std::string place;  // "band 3", for messages
  std::size_t member = 0, issue = 0;  // into FieldSource's
};

// One file's worth of a field.
struct FieldSource {
  gdal::Input input;
  geo::GridGeometry grid;
  std::vector<FieldStep> steps;
  std::string quantity, unit, source, certainty;
  std::optional<LooseTime> issue_time;
  std::vector<std::string> members;  // of a file that holds several; else empty
  std::vector<LooseTime> issues;     // the same
};

inline constexpr double max_field_cells = 128e6;  // of one step

// keep_open: false in long series, where the open files would run out; each step then opens its file again.
Result<FieldSource> open_raster_field(const gdal::Input& input, const FieldOptions& options, bool keep_open, Diagnostics& diagnostics);
Result<FieldSource> open_netcdf_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics);
// GRIB2 that begins with runs of levels (template 5.200); options.variable: "0-1-8", or as a message names it.
Result<FieldSource> open_grib2_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics);
// A ShakeMap's grid.xml; options.variable: "PGA"; MMI where none is named.
Result<FieldSource> open_shakemap_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics);
bool looks_like_shakemap(std::string_view head);

// Rows from the top (north up) where the grid has them from the bottom; true where it was turned.
bool turn_north_up(geo::GridGeometry& grid);
// The file's CRS, else the .prj beside it, else the option.
Status complete_crs(geo::GridGeometry& grid, const gdal::Input& input, const FieldOptions& options);

}  // namespace tenbo::io
