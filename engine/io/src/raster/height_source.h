#pragma once
// One file of heights: its place, known at once, and its rows, read when the mosaic asks.
#include <functional>

#include "gdal/inputs.h"
#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/raster.h"

namespace tenbo::io {

struct HeightSource {
  gdal::Input input;
  geo::GridGeometry grid;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  // Rows from the top, each once: first row, number of rows, values (m; NaN = no data).
  using Sink = std::function<void(int, int, const float*)>;
  // The rows from `first` up to `last`, which is not read; sources may give more.
  std::function<Status(int first, int last, const Sink&, Diagnostics&)> read;
};

// Reads the header alone. Rasters above 1 gigapixel are opened at a reduced size (with a warning).
Result<HeightSource> open_height_source(const gdal::Input& input, Diagnostics& diagnostics);

}  // namespace tenbo::io
