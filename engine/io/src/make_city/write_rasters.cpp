// The demo's rasters, written by GDAL.
#include "gdal/gdal_support.h"
#include "gdal/module.h"

namespace tenbo::io {

using namespace make_city_detail;

namespace {

struct Place { double west, north, cell; };  // world, m

Result<gdal::DatasetPtr> create(const Plan& plan, const std::filesystem::path& path, int width, int height, int bands,
                                GDALDataType type, const Place& place, const char* crs, const std::vector<std::string>& options,
                                const gdal::Messages& messages) {
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  CPLStringList list;
  for (const std::string& o : options) list.AddString(o.c_str());
  gdal::DatasetPtr dataset(driver ? driver->Create(path.c_str(), width, height, bands, type, list.List()) : nullptr);
  if (!dataset) return gdal::gdal_error(messages, ErrorCode::io, "cannot write", path, {}, "choose a folder that can be written");
  OGRSpatialReference srs;
  srs.SetFromUserInput(crs);
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  dataset->SetSpatialRef(&srs);
  const geo::GeoPoint corner = plan.to_geo({place.west, place.north}, 0);
  double transform[] = {corner.lon, place.cell * plan.degrees_per_metre_x(), 0, corner.lat, 0,
                        -place.cell * plan.degrees_per_metre_y()};
  dataset->SetGeoTransform(transform);
  return dataset;
}

Status finish(gdal::DatasetPtr dataset, bool written, const gdal::Messages& messages, const std::filesystem::path& path) {
  if (written) dataset->FlushCache();
  dataset.reset();
  if (!written || messages.any_error()) return gdal::gdal_error(messages, ErrorCode::io, "cannot write", path, {}, "is the disk full?");
  return {};
}

}  // namespace

Status gdal::write_terrain(const Plan& plan, const Terrain& t, const std::filesystem::path& path) {
  gdal::set_up();
  gdal::Messages messages;
  auto dataset = create(plan, path, t.size, t.size, 1, GDT_Float32, {-plan.half_size, plan.half_size, t.cell}, "EPSG:6697",
                        {"COMPRESS=DEFLATE", "PREDICTOR=3", "ZLEVEL=6", "TILED=YES"}, messages);
  if (!dataset) return std::move(dataset).error();
  GDALRasterBand* band = (*dataset)->GetRasterBand(1);
  band->SetUnitType("m");
  (*dataset)->SetMetadataItem("TENBO_SOURCE", "Tenbo make-city (fictional)");
  const bool ok = band->RasterIO(GF_Write, 0, 0, t.size, t.size, const_cast<float*>(t.heights.data()), t.size, t.size,
                                 GDT_Float32, 0, 0, nullptr) == CE_None;
  return finish(std::move(*dataset), ok, messages, path);
}

Status gdal::write_imagery(const Plan& plan, const Image& image, const std::filesystem::path& path) {
  gdal::set_up();
  gdal::Messages messages;
  auto dataset = create(plan, path, image.width, image.height, 3, GDT_Byte,
                        {-plan.half_size, plan.half_size, 2 * plan.half_size / image.width}, "EPSG:6668",
                        {"COMPRESS=JPEG", "JPEG_QUALITY=88", "PHOTOMETRIC=YCBCR", "TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512"},
                        messages);
  if (!dataset) return std::move(dataset).error();
  int bands[] = {1, 2, 3};
  bool ok = (*dataset)->RasterIO(GF_Write, 0, 0, image.width, image.height, const_cast<std::uint8_t*>(image.rgba.data()),
                                 image.width, image.height, GDT_Byte, 3, bands, 4, 4LL * image.width, 1, nullptr) == CE_None;
  (*dataset)->FlushCache();
  std::vector<int> levels;
  for (int level = 2; image.width / level > 256; level *= 2) levels.push_back(level);
  ok = ok && (*dataset)->BuildOverviews("AVERAGE", static_cast<int>(levels.size()), levels.data(), 0, nullptr, nullptr, nullptr) == CE_None;
  return finish(std::move(*dataset), ok, messages, path);
}

Status gdal::write_flood(const Plan& plan, const FloodForecast& flood, const std::filesystem::path& path) {
  gdal::set_up();
  gdal::Messages messages;
  auto dataset = create(plan, path, flood.width, flood.height, FloodForecast::steps, GDT_Float32, {flood.west, flood.north, flood.cell},
                        "EPSG:6668", {"COMPRESS=DEFLATE", "PREDICTOR=2", "ZLEVEL=6", "INTERLEAVE=BAND", "TILED=YES"}, messages);
  if (!dataset) return std::move(dataset).error();
  GDALDataset& d = **dataset;
  d.SetMetadataItem("TENBO_QUANTITY", "water depth");
  d.SetMetadataItem("TENBO_UNIT", "m");
  d.SetMetadataItem("TENBO_SOURCE", "展望川河川事務所（架空） / Tenbo River Office (fictional)");
  d.SetMetadataItem("TENBO_CERTAINTY", "simulated");
  d.SetMetadataItem("TENBO_ISSUE_TIME", utc_text(flood_issue_ms).c_str());
  d.SetMetadataItem("TENBO_NODATA", "dry");
  bool ok = true;
  std::vector<float> values;
  for (int step = 0; step < FloodForecast::steps && ok; ++step) {
    GDALRasterBand* band = d.GetRasterBand(step + 1);
    values = flood.depth[step];
    for (float& v : values) v = v > 0 ? v : -9999.0f;
    band->SetNoDataValue(-9999);
    band->SetUnitType("m");
    const std::string when = utc_text(flood_start_ms + static_cast<std::int64_t>(step) * flood.step_minutes * 60000);
    band->SetMetadataItem("TENBO_VALID_TIME", when.c_str());
    band->SetDescription(when.c_str());
    ok = band->RasterIO(GF_Write, 0, 0, flood.width, flood.height, values.data(), flood.width, flood.height, GDT_Float32, 0, 0,
                        nullptr) == CE_None;
  }
  return finish(std::move(*dataset), ok, messages, path);
}

}  // namespace tenbo::io
