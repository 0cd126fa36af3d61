#include <cpl_vsi.h>

#include <algorithm>
#include <atomic>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "image/image_memory.h"
#include "image/pixels.h"
#include "tenbo/io/image.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

Result<Image> read_opened(GDALDataset& dataset, const fs::path& path, int max_edge) {
  int width = dataset.GetRasterXSize(), height = dataset.GetRasterYSize();
  if (static_cast<double>(width) * height > 1e9)
    return gdal::error_of(ErrorCode::out_of_budget, "the picture claims " + std::to_string(width) + " x " + std::to_string(height) +
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

}  // namespace

Result<Image> gdal::read_image(const fs::path& path, int max_edge) {
  auto opened = gdal::open_raster(path);
  if (!opened) return opened.error();
  return read_opened(**opened, path, max_edge);
}

Result<Image> gdal::read_image_memory(std::span<const std::byte> bytes, const fs::path& name, int max_edge) {
  gdal::set_up();
  if (bytes.empty()) return gdal::error_of(ErrorCode::malformed, "the picture is empty", name);
  static std::atomic<std::uint64_t> serial{0};  // names of GDAL's in-memory files are the program's
  const std::string file = "/vsimem/tenbo_picture_" + std::to_string(serial++);
  auto* data = const_cast<GByte*>(reinterpret_cast<const GByte*>(bytes.data()));
  VSILFILE* handle = VSIFileFromMemBuffer(file.c_str(), data, bytes.size(), FALSE);
  if (!handle) return gdal::error_of(ErrorCode::internal, "no memory file", name);
  VSIFCloseL(handle);
  Result<Image> image = Image();
  {
    auto opened = gdal::open_raster(name, file);
    // The header against the bytes there are: a few kilobytes cannot hold a gigapixel.
    if (!opened) image = opened.error();
    else if (static_cast<double>((*opened)->GetRasterXSize()) * (*opened)->GetRasterYSize() > static_cast<double>(bytes.size()) * 10'000 + 1e6)
      image = gdal::error_of(ErrorCode::out_of_budget, "the picture claims more pixels than its bytes can hold", name, "header");
    else image = read_opened(**opened, name, max_edge);
  }
  VSIUnlink(file.c_str());
  return image;
}

}  // namespace tenbo::io
