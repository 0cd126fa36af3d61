#pragma once
// Turning any raster's bands into 8-bit RGBA: grey, palette, RGB(A), CMYK, 16-bit and float.
#include <array>
#include <cstdint>
#include <vector>

#include "gdal/gdal_support.h"
#include "tenbo/base/image.h"

namespace tenbo::io {

// How a dataset's bands become RGBA. Made once a dataset; pixels are then read through it.
struct PixelRecipe {
  enum class Kind { grey, rgb, palette, cmyk } kind = Kind::grey;
  std::array<int, 4> bands{0, 0, 0, 0};  // 1-based: grey/palette in [0]; RGB; CMYK
  int alpha_band = 0;                    // 0 = none
  bool use_mask = false;                 // per-dataset mask or nodata
  bool scaled = false;                   // not 8 bits: value -> (value - low) / (high - low)
  std::array<double, 4> low{0, 0, 0, 0}, high{255, 255, 255, 255};
  double alpha_high = 255;
  std::vector<std::array<std::uint8_t, 4>> palette;
};

// Reads a reduced copy where the range of values has to be known. Fails for complex data.
Result<PixelRecipe> make_recipe(GDALDataset& dataset, const std::filesystem::path& path);

// The window of the dataset, resampled (mean; nearest for palettes) into `width` x `height` pixels.
Result<Image> read_pixels(GDALDataset& dataset, const PixelRecipe& recipe, const std::filesystem::path& path, int x, int y,
                          int window_width, int window_height, int width, int height);

}  // namespace tenbo::io
