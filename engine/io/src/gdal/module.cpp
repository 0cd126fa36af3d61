// The module's one door.
#include "gdal/module.h"

#include "gdal/inputs.h"

namespace tenbo::io::gdal {

Result<std::vector<Input>> members(const std::filesystem::path& archive) {
  return expand({archive}, [](const std::filesystem::path&) { return true; });
}

}  // namespace tenbo::io::gdal

extern "C" __attribute__((visibility("default"))) const tenbo::io::gdal::Functions* tenbo_gdal_functions() {
  using namespace tenbo::io;
  static const gdal::Functions functions{.set_raster_cache = gdal::set_raster_cache,
                                         .kind_of = gdal::kind_of,
                                         .members = gdal::members,
                                         .read_head = gdal::read_head,
                                         .unpack = gdal::unpack,
                                         .open_elevation = gdal::open_elevation,
                                         .survey_heights = gdal::survey_heights,
                                         .open_heights_within = gdal::open_heights_within,
                                         .open_imagery = gdal::open_imagery,
                                         .open_field = gdal::open_field,
                                         .open_forecast = gdal::open_forecast,
                                         .read_vector = gdal::read_vector,
                                         .read_vector_chunks = gdal::read_vector_chunks,
                                         .count_features = gdal::count_features,
                                         .attributes_of = gdal::attributes_of,
                                         .read_series = gdal::read_series,
                                         .read_image = gdal::read_image,
                                         .read_image_memory = gdal::read_image_memory,
                                         .picture_place = gdal::picture_place,
                                         .open_zip_tiles = gdal::open_zip_tiles,
                                         .write_terrain = gdal::write_terrain,
                                         .write_imagery = gdal::write_imagery,
                                         .write_flood = gdal::write_flood,
                                         .write_geopackage = gdal::write_geopackage};
  return &functions;
}
