#include <array>
#include <atomic>
#include <string>

#include "gdal/module.h"
#include "image/ktx2.h"
#include "message/table.h"
#include "tenbo/base/url.h"
#include "tenbo/base/file.h"
#include "tenbo/base/library.h"
#include "tenbo/io/raster_cache.h"

namespace tenbo::io {

namespace {

// As GDAL's own: once in a program. The module learns of it when it is loaded.
std::atomic<std::uint64_t> raster_cache{most_raster_cache};
std::atomic<const gdal::Functions*> in_use{nullptr};

}  // namespace

void set_raster_cache(std::uint64_t bytes) {
  raster_cache = bytes;
  if (const auto* gdal = in_use.load()) gdal->set_raster_cache(bytes);
}

namespace gdal {

Result<const Functions*> functions() {
  static const auto loaded = [] () -> Result<const Functions*> {  // as GDAL itself: once in a program
    const auto path = executable_dir() / "tenbo_gdal.so";
    auto entry = load_symbol(path, "tenbo_gdal_functions");
    if (!entry) return entry.error();
    const auto* const found = reinterpret_cast<const Functions* (*)()>(*entry)();
    if (found->size != sizeof(Functions))
      return Error{ErrorCode::mismatch, "was built for another version of this program", path.string(), "", "build the whole of Tenbo again"};
    in_use = found;
    found->set_raster_cache(raster_cache);
    return found;
  }();
  return loaded;
}

}  // namespace gdal

Result<std::shared_ptr<const Elevation>> open_elevation(const std::vector<std::filesystem::path>& paths, const geo::HeightPolicy& heights,
                                                        Progress& progress, geo::VerticalKind declared) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->open_elevation(paths, heights, progress, declared) : gdal.error();
}

Result<OpenedField> open_field(const std::vector<std::filesystem::path>& paths, const FieldOptions& options) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->open_field(paths, options) : gdal.error();
}

Result<OpenedForecast> open_forecast(const std::vector<std::filesystem::path>& paths, const FieldOptions& options) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->open_forecast(paths, options) : gdal.error();
}

Result<VectorData> read_vector(const std::filesystem::path& path, const VectorOptions& options, Progress& progress, CancelToken cancel) {
  std::array<char, 4096> head{};
  const auto read = read_file_part(path, 0, head);
  if (read && message::looks_like_message({head.data(), *read})) return message::read_message_table(path);
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->read_vector(path, options, progress, std::move(cancel)) : gdal.error();
}

Status read_vector_chunks(const std::filesystem::path& path, const VectorOptions& options, std::uint32_t chunk, Progress& progress,
                          CancelToken cancel, const std::function<Status(VectorData&&)>& take) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->read_vector_chunks(path, options, chunk, progress, std::move(cancel), take) : Status(gdal.error());
}

Result<std::uint64_t> count_features(const std::filesystem::path& path, const std::string& layer) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->count_features(path, layer) : gdal.error();
}

Result<Image> read_image(const std::filesystem::path& path, int max_edge) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->read_image(path, max_edge) : gdal.error();
}

Result<Image> read_image_memory(std::span<const std::byte> bytes, const std::filesystem::path& name, int max_edge) {
  if (is_ktx2(bytes)) return read_ktx2(bytes, shown(name), max_edge);
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->read_image_memory(bytes, name, max_edge) : gdal.error();
}

Result<PicturePlace> picture_place(const std::filesystem::path& path, bool prefer_world_file) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->picture_place(path, prefer_world_file) : gdal.error();
}

Status write_geopackage(const std::filesystem::path& path, const std::string& layer, const VectorData& data) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->write_geopackage(path, layer, data) : Status(gdal.error());
}

namespace make_city_detail {

Status write_terrain(const Plan& plan, const Terrain& terrain, const std::filesystem::path& path) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->write_terrain(plan, terrain, path) : Status(gdal.error());
}

Status write_imagery(const Plan& plan, const Image& image, const std::filesystem::path& path) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->write_imagery(plan, image, path) : Status(gdal.error());
}

Status write_flood(const Plan& plan, const FloodForecast& flood, const std::filesystem::path& path) {
  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->write_flood(plan, flood, path) : Status(gdal.error());
}

}  // namespace make_city_detail

}  // namespace tenbo::io
