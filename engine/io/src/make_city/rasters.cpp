#include "rasters.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gdal/gdal_support.h"
#include "random.h"

namespace tenbo::io::make_city_detail {

PlanTable::PlanTable(const Plan& plan, JobSystem& jobs) {
  cell_ = 20 * plan.stretch;
  size_ = 324;
  west_ = south_ = -plan.half_size - 20 * plan.stretch;
  places_.resize(static_cast<std::size_t>(size_) * size_);
  hills_.resize(places_.size());
  jobs.parallel_for(size_, 8, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      for (int i = 0; i < size_; ++i) {
        const std::size_t at = j * size_ + i;
        places_[at] = plan.to_plan({west_ + i * cell_, south_ + static_cast<double>(j) * cell_});
        hills_[at] = plan.hilliness(places_[at]);
      }
    }
  });
}

Vec2 PlanTable::at(Vec2 world) const {
  const double x = std::clamp((world.x - west_) / cell_, 0.0, size_ - 1.001), y = std::clamp((world.y - south_) / cell_, 0.0, size_ - 1.001);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const Vec2* p = &places_[static_cast<std::size_t>(j) * size_ + i];
  return (p[0] * (1 - (x - i)) + p[1] * (x - i)) * (1 - (y - j)) + (p[size_] * (1 - (x - i)) + p[size_ + 1] * (x - i)) * (y - j);
}

double PlanTable::hill(Vec2 world) const {
  const double x = std::clamp((world.x - west_) / cell_, 0.0, size_ - 1.001), y = std::clamp((world.y - south_) / cell_, 0.0, size_ - 1.001);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const double* h = &hills_[static_cast<std::size_t>(j) * size_ + i];
  return lerp(lerp(h[0], h[1], x - i), lerp(h[size_], h[size_ + 1], x - i), y - j);
}

double Terrain::at(Vec2 world, double half_size) const {
  const double x = std::clamp((world.x + half_size) / cell - 0.5, 0.0, size - 1.001);
  const double y = std::clamp((half_size - world.y) / cell - 0.5, 0.0, size - 1.001);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const float* p = &heights[static_cast<std::size_t>(j) * size + i];
  return lerp(lerp(p[0], p[1], x - i), lerp(p[size], p[size + 1], x - i), y - j);
}

Terrain make_terrain(const Plan& plan, const PlanTable& table, JobSystem& jobs) {
  Terrain t;
  t.size = std::min(4096, static_cast<int>(std::lround(2 * plan.half_size / 5)));
  t.cell = 2 * plan.half_size / t.size;
  t.heights.resize(static_cast<std::size_t>(t.size) * t.size);
  jobs.parallel_for(t.size, 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      for (int i = 0; i < t.size; ++i) {
        const Vec2 w{-plan.half_size + (i + 0.5) * t.cell, plan.half_size - (static_cast<double>(j) + 0.5) * t.cell};
        t.heights[j * t.size + i] = static_cast<float>(std::round(plan.ground(w, table.at(w)) * 100) / 100);
      }
    }
  });
  return t;
}

std::string utc_text(std::int64_t ms) {
  // Civil date from days since 1970 (Howard Hinnant's algorithm, public domain).
  const std::int64_t seconds = ms / 1000, days = seconds / 86400 + 719468, era = days / 146097;
  const std::int64_t doe = days - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const std::int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", static_cast<int>(year), static_cast<int>(month),
                static_cast<int>(day), static_cast<int>(seconds / 3600 % 24), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  return text;
}

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

Status write_terrain(const Plan& plan, const Terrain& t, const std::filesystem::path& path) {
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

Status write_imagery(const Plan& plan, const Image& image, const std::filesystem::path& path) {
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

Status write_flood(const Plan& plan, const FloodForecast& flood, const std::filesystem::path& path) {
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

}  // namespace tenbo::io::make_city_detail
