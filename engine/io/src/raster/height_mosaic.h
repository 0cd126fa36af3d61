#pragma once
// Grids of heights in memory: tiles of the same lattice become one grid, stored in chunks so that gaps cost nothing.
#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "raster/height_source.h"
#include "raster/transformer_pool.h"
#include "tenbo/base/jobs.h"
#include "tenbo/geo/extent.h"

namespace tenbo::io {

class HeightGrid {
 public:
  static constexpr int chunk = 256;  // cells on a side
  HeightGrid(geo::GridGeometry grid, geo::VerticalKind vertical);
  const geo::GridGeometry& grid() const { return grid_; }
  geo::VerticalKind vertical() const { return vertical_; }

  // Building, one thread. The first valid value of a cell stays.
  void set(int column, int row, float value);
  // Cell values; NaN outside and where there is nothing.
  float at(int column, int row) const {
    const float* c = chunks_[static_cast<std::size_t>(row / chunk) * chunks_x_ + static_cast<std::size_t>(column / chunk)].get();
    return c ? c[(row % chunk) * chunk + column % chunk] : no_data;
  }
  // At pixel coordinates (0,0 = the upper left corner of the first pixel): bilinear between pixel centres. A place is
  // without data where its own cell is; neighbours without data do not count.
  float sample(double column, double row) const;
  // The value of the pixel itself.
  float nearest(double column, double row) const {
    if (!(column >= 0 && row >= 0 && column <= grid_.width && row <= grid_.height)) return no_data;  // NaN too
    return at(std::min(static_cast<int>(column), grid_.width - 1), std::min(static_cast<int>(row), grid_.height - 1));
  }
  float min() const { return min_; }
  float max() const { return max_; }

 private:
  static constexpr float no_data = __builtin_nanf("");
  geo::GridGeometry grid_;
  geo::VerticalKind vertical_;
  std::size_t chunks_x_ = 0;
  std::vector<std::unique_ptr<float[]>> chunks_;
  float min_ = __builtin_inff(), max_ = -__builtin_inff();
};

// Joins sources that share CRS, datum and lattice; grids that together are larger than max_pixels are reduced by whole
// factors (mean of what is valid), with a warning. A source that cannot be read is an error of its own.
// `windows`: of each source the columns and rows that are wanted, the latter not included; empty: all.
struct PixelWindow { int column0, row0, column1, row1; };
Result<std::vector<HeightGrid>> build_mosaic(const std::vector<HeightSource>& sources, double max_pixels, Progress& progress,
                                             Diagnostics& diagnostics, const std::vector<PixelWindow>& windows = {});

}  // namespace tenbo::io
