#pragma once
// What `io` asks of GDAL. GDAL stands behind a module of its own (tenbo_gdal.so), which is loaded when it is first
// needed: it brings eighty libraries with it, which take a program longer to link at its start than a city model takes to
// read (docs/adr/0009-gdal-in-a-module.md). Functions of this namespace but gdal/names.h are the module's own: `io` calls
// them through functions() alone.
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "gdal/names.h"
#include "image/picture_place.h"
#include "make_city/rasters.h"
#include "points/series_arrays.h"
#include "raster/heights_within.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/image.h"
#include "tenbo/io/raster.h"
#include "tenbo/io/tiles.h"
#include "tenbo/io/vector.h"
#include "tenbo/io/write_vector.h"

namespace tenbo::io::gdal {

void set_raster_cache(std::uint64_t bytes);

using Found = Result<std::vector<Identified>>;
Found kind_of(const std::filesystem::path& path);  // a raster's or a vector's; unsupported where it is neither
Result<std::vector<Input>> members(const std::filesystem::path& archive);
Result<std::string> read_head(const Input& input, std::size_t bytes);
// Archives whose files refer to each other (CityGML with textures and code lists, models with buffers) are unpacked once,
// into the user's cache, and read from there. The folder that the archive's content lies in; the archive's only folder
// where it has but one. An archive that has not changed since is not unpacked again. Nothing is written outside of that
// folder, whatever the archive's names say. [worker]
Result<std::filesystem::path> unpack(const std::filesystem::path& archive);

Result<std::shared_ptr<const Elevation>> open_elevation(const std::vector<std::filesystem::path>& paths,
                                                        const geo::HeightPolicy& heights, Progress& progress,
                                                        geo::VerticalKind declared);
Result<std::shared_ptr<const Imagery>> open_imagery(const std::filesystem::path& path, const RemoteOptions& remote);
Result<OpenedField> open_field(const std::vector<std::filesystem::path>& paths, const FieldOptions& options);
Result<OpenedForecast> open_forecast(const std::vector<std::filesystem::path>& paths, const FieldOptions& options);
Result<VectorData> read_vector(const std::filesystem::path& path, const VectorOptions& options, Progress& progress, CancelToken cancel);
Status read_vector_chunks(const std::filesystem::path& path, const VectorOptions& options, std::uint32_t chunk, Progress& progress,
                          CancelToken cancel, const std::function<Status(VectorData&&)>& take);
Result<std::uint64_t> count_features(const std::filesystem::path& path, const std::string& layer);
// What a layer's attributes are called, also those that no feature has.
Result<std::vector<std::string>> attributes_of(const std::filesystem::path& path, const std::string& layer);
Result<points::SeriesArrays> read_series(const std::filesystem::path& path);  // of points, from NetCDF
Result<Image> read_image(const std::filesystem::path& path, int max_edge);
Result<Image> read_image_memory(std::span<const std::byte> bytes, const std::filesystem::path& name, int max_edge);
Result<PicturePlace> picture_place(const std::filesystem::path& path, bool prefer_world_file);
// A file, or an address that is read in parts; entry: as open_tile_source.
Result<std::shared_ptr<const TileSource>> open_zip_tiles(const std::filesystem::path& path, std::string& entry, const RemoteOptions& remote);

Status write_terrain(const make_city_detail::Plan& plan, const make_city_detail::Terrain& terrain, const std::filesystem::path& path);
Status write_imagery(const make_city_detail::Plan& plan, const Image& image, const std::filesystem::path& path);
Status write_flood(const make_city_detail::Plan& plan, const make_city_detail::FloodForecast& flood, const std::filesystem::path& path);
Status write_geopackage(const std::filesystem::path& path, const std::string& layer, const VectorData& data);

struct Functions {
  std::size_t size = sizeof(Functions);  // the module and the program were built together
  decltype(&gdal::set_raster_cache) set_raster_cache;
  decltype(&gdal::kind_of) kind_of;
  decltype(&gdal::members) members;
  decltype(&gdal::read_head) read_head;
  decltype(&gdal::unpack) unpack;
  decltype(&gdal::open_elevation) open_elevation;
  decltype(&gdal::survey_heights) survey_heights;
  decltype(&gdal::open_heights_within) open_heights_within;
  decltype(&gdal::open_imagery) open_imagery;
  decltype(&gdal::open_field) open_field;
  decltype(&gdal::open_forecast) open_forecast;
  decltype(&gdal::read_vector) read_vector;
  decltype(&gdal::read_vector_chunks) read_vector_chunks;
  decltype(&gdal::count_features) count_features;
  decltype(&gdal::attributes_of) attributes_of;
  decltype(&gdal::read_series) read_series;
  decltype(&gdal::read_image) read_image;
  decltype(&gdal::read_image_memory) read_image_memory;
  decltype(&gdal::picture_place) picture_place;
  decltype(&gdal::open_zip_tiles) open_zip_tiles;
  decltype(&gdal::write_terrain) write_terrain;
  decltype(&gdal::write_imagery) write_imagery;
  decltype(&gdal::write_flood) write_flood;
  decltype(&gdal::write_geopackage) write_geopackage;
};

// The module's, loaded on the first call and kept until the program ends. [any]
Result<const Functions*> functions();

}  // namespace tenbo::io::gdal
