#include "image/picture_place.h"

#include "gdal/gdal_support.h"
#include "gdal/module.h"

namespace tenbo::io {

Result<PicturePlace> gdal::picture_place(const std::filesystem::path& path, bool prefer_world_file) {
  auto opened = gdal::open_raster(path);
  if (!opened) return opened.error();
  PicturePlace out;
  out.width = (*opened)->GetRasterXSize();
  out.height = (*opened)->GetRasterYSize();
  const gdal::Messages quiet;
  const auto beside = [&] {
    return GDALReadWorldFile(path.c_str(), nullptr, out.place.data()) != 0 || GDALReadWorldFile(path.c_str(), ".wld", out.place.data()) != 0;
  };
  const auto inside = [&] { return (*opened)->GetGeoTransform(out.place.data()) == CE_None; };
  out.placed = prefer_world_file ? beside() || inside() : inside() || beside();
  return out;
}

}  // namespace tenbo::io
