#include <algorithm>

#include "gdal/gdal_support.h"
#include "image/pixels.h"
#include "tenbo/io/image.h"

namespace tenbo::io {

Result<Image> read_image(const std::filesystem::path& path, int max_edge) {
  gdal::set_up();
  auto opened = gdal::open_raster(path);
  if (!opened) return opened.error();
  GDALDataset& dataset = **opened;
  int width = dataset.GetRasterXSize(), height = dataset.GetRasterYSize();
  if (static_cast<double>(width) * height > 1e9)
    return gdal::error_of(ErrorCode::out_of_budget,
                          "the picture claims " + std::to_string(width) + " x " + std::to_string(height) +
                              " pixels; at most 1 gigapixel is read", path, "header");
  gdal::Messages messages;
  auto recipe = make_recipe(dataset, path);
  if (!recipe) return recipe.error();
  max_edge = std::max(max_edge, 1);
  while (width > max_edge || height > max_edge) {
    width = std::max(1, (width + 1) / 2);
    height = std::max(1, (height + 1) / 2);
  }
  return read_pixels(dataset, *recipe, path, 0, 0, dataset.GetRasterXSize(), dataset.GetRasterYSize(), width, height);
}

}  // namespace tenbo::io
