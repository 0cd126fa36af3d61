#include "raster/height_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdal/gdal_support.h"
#include "identify/first_bytes.h"
#include "raster/fgd_dem.h"
#include "raster/grid_place.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

namespace {

constexpr double max_full_pixels = 1e9;
constexpr std::size_t max_fgd_bytes = std::size_t{1} << 30;

Error about(Error e, const gdal::Input& input) {
  if (e.file.empty()) e.file = input.path.string();
  return e;
}

Result<HeightSource> open_fgd(const gdal::Input& input, Diagnostics& diagnostics) {
  auto head = gdal::read_head(input, 65536);
  if (!head) return head.error();
  Diagnostics own;
  auto header = parse_fgd_header(*head, own);
  for (auto& w : own.warnings) diagnostics.warn(about(std::move(w), input));
  if (!header) return about(header.error(), input);
  auto crs = geo::Crs::parse(header->crs);
  if (!crs) return about(crs.error(), input);
  HeightSource s;
  s.input = input;
  s.grid.width = header->width;
  s.grid.height = header->height;
  s.grid.geotransform = {header->west, (header->east - header->west) / header->width, 0,
                         header->north, 0, (header->south - header->north) / header->height};
  s.grid.crs = *crs;
  s.vertical = geo::VerticalKind::orthometric;  // T.P., as GSI defines the product
  s.read = [input, header = *header](int, int, const HeightSource::Sink& sink, Diagnostics& to) -> Status {
    auto text = gdal::read_all(input, max_fgd_bytes);
    if (!text) return text.error();
    Diagnostics found;
    auto values = parse_fgd_heights(*text, header, found);
    for (auto& w : found.warnings) to.warn(about(std::move(w), input));
    for (auto& e : found.errors) to.fail(about(std::move(e), input));
    if (!values) return about(values.error(), input);
    sink(0, header.height, values->data());
    return {};
  };
  return s;
}

// m for one unit of the band's values, from the words in use.
double unit_in_metres(std::string unit) {
  unit = lower_case(unit);
  if (unit == "ft" || unit == "foot" || unit == "feet") return 0.3048;
  if (unit == "us survey foot" || unit == "ft-us" || unit == "us-ft" || unit == "sfoot" || unit == "us_survey_foot") return 1200.0 / 3937.0;
  if (unit == "cm" || unit == "centimetre" || unit == "centimeter") return 0.01;
  if (unit == "dm") return 0.1;
  if (unit == "mm") return 0.001;
  if (unit == "km") return 1000;
  return 1;
}

// GDAL's values of a band as heights in metres; NaN where there are none.
struct HeightBand {
  double scale = 1, offset = 0;
  bool has_nodata = false;
  float nodata = 0;
  bool mask = false;

  void clean(float* v, std::size_t n, const std::uint8_t* mask_values) const {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    const float a = static_cast<float>(scale), b = static_cast<float>(offset);
    for (std::size_t i = 0; i < n; ++i) {
      const float raw = v[i];
      const bool none = (has_nodata && raw == nodata) || !(std::abs(raw) < 1e30f) || (mask_values && !mask_values[i]) ||
                        raw == -9999.0f || raw == -32768.0f || raw == -99999.0f;  // undeclared, but meant
      v[i] = none ? nan : raw * a + b;
    }
  }
};

Result<HeightSource> open_gdal(const gdal::Input& input, Diagnostics& diagnostics) {
  auto opened = gdal::open_raster(input.path, input.name);
  if (!opened) return opened.error();
  gdal::Messages messages;
  GDALDataset& dataset = **opened;
  if (dataset.GetRasterCount() < 1)
    return gdal::error_of(ErrorCode::unsupported, "the file has no single raster in it", input.path, "",
                          "extract the variable first: gdal_translate NETCDF:FILE:VARIABLE OUT.tif");
  GDALRasterBand* band = dataset.GetRasterBand(1);
  if (GDALDataTypeIsComplex(band->GetRasterDataType()))
    return gdal::error_of(ErrorCode::unsupported, "complex numbers are not heights", input.path, "band 1");
  if (dataset.GetRasterCount() > 1)
    diagnostics.warn(gdal::error_of(ErrorCode::unsupported, "the file has " + std::to_string(dataset.GetRasterCount()) +
                                    " bands; heights are taken from the first", input.path));
  auto grid = place_of(dataset, input.path);
  if (!grid) return grid.error();
  HeightSource s;
  s.input = input;
  s.grid = std::move(*grid);
  s.vertical = s.grid.crs.vertical();
  HeightBand b;
  int has = 0;
  b.nodata = static_cast<float>(band->GetNoDataValue(&has));
  b.has_nodata = has && !std::isnan(b.nodata);
  const double scale = band->GetScale(&has);
  if (has && std::isfinite(scale) && scale != 0) b.scale = scale;
  const double offset = band->GetOffset(&has);
  if (has && std::isfinite(offset)) b.offset = offset;
  const double unit = s.vertical != geo::VerticalKind::unknown && s.grid.crs.vertical_unit() > 0 && s.grid.crs.vertical_unit() != 1
                          ? s.grid.crs.vertical_unit() : unit_in_metres(band->GetUnitType());
  b.scale *= unit;
  b.offset *= unit;
  const int flags = band->GetMaskFlags();
  b.mask = !(flags & GMF_ALL_VALID) && !(flags & GMF_NODATA);
  const int full_width = s.grid.width, full_height = s.grid.height;
  const double pixels = static_cast<double>(full_width) * full_height;
  if (pixels > max_full_pixels) {
    const int factor = static_cast<int>(std::ceil(std::sqrt(pixels / max_full_pixels)));
    s.grid.width = std::max(1, full_width / factor);
    s.grid.height = std::max(1, full_height / factor);
    const double fx = static_cast<double>(full_width) / s.grid.width, fy = static_cast<double>(full_height) / s.grid.height;
    s.grid.geotransform[1] *= fx; s.grid.geotransform[4] *= fx;
    s.grid.geotransform[2] *= fy; s.grid.geotransform[5] *= fy;
    diagnostics.warn(gdal::error_of(ErrorCode::out_of_budget, std::to_string(full_width) + " x " + std::to_string(full_height) +
                                    " pixels are read at 1/" + std::to_string(factor), input.path));
  }
  const int width = s.grid.width, height = s.grid.height;
  s.read = [input, b, width, height, full_width, full_height](int first, int last, const HeightSource::Sink& sink, Diagnostics& to) -> Status {
    auto again = gdal::open_raster(input.path, input.name);
    if (!again) return again.error();
    gdal::Messages said;
    GDALRasterBand* source = (*again)->GetRasterBand(1);
    if (!source || (*again)->GetRasterXSize() != full_width || (*again)->GetRasterYSize() != full_height)
      return gdal::error_of(ErrorCode::mismatch, "the file changed while it was read", input.path);
    const int strip = std::clamp(static_cast<int>(4'000'000 / std::max(width, 1)), 1, height);
    std::vector<float> rows(static_cast<std::size_t>(strip) * width);
    std::vector<std::uint8_t> mask(b.mask ? rows.size() : 0);
    GDALRasterIOExtraArg extra;
    INIT_RASTERIO_EXTRA_ARG(extra);
    if (width != full_width) extra.eResampleAlg = GRIORA_Average;
    std::uint64_t lost = 0;
    for (int row = first; row < last; row += strip) {
      const int n = std::min(strip, last - row);
      const int y0 = static_cast<int>(static_cast<std::int64_t>(row) * full_height / height);
      const int y1 = static_cast<int>(static_cast<std::int64_t>(row + n) * full_height / height);
      const auto get = [&](GDALRasterBand* from, int y, int wanted, int buffer_rows, void* data, GDALDataType type) {
        return from->RasterIO(GF_Read, 0, y, full_width, wanted, data, width, buffer_rows, type, 0, 0, &extra) == CE_None;
      };
      if (!get(source, y0, y1 - y0, n, rows.data(), GDT_Float32)) {
        // A damaged strip costs itself: its rows one by one, what fails is without data.
        for (int i = 0; i < n; ++i) {
          float* at = rows.data() + static_cast<std::size_t>(i) * width;
          if (width == full_width && lost < 64 && get(source, y0 + i, 1, 1, at, GDT_Float32)) continue;
          std::fill(at, at + width, std::numeric_limits<float>::quiet_NaN());
          ++lost;
        }
      }
      if (b.mask && !get(source->GetMaskBand(), y0, y1 - y0, n, mask.data(), GDT_Byte)) std::fill(mask.begin(), mask.end(), 255);
      b.clean(rows.data(), static_cast<std::size_t>(n) * width, b.mask ? mask.data() : nullptr);
      sink(row, n, rows.data());
    }
    if (lost > 0 && lost == static_cast<std::uint64_t>(last - first))
      return gdal::gdal_error(said, ErrorCode::malformed, "none of the pixels can be read", input.path);
    if (lost)
      to.fail(gdal::gdal_error(said, ErrorCode::malformed, std::to_string(lost) + " of " + std::to_string(height) +
                               " rows cannot be read; they have no data", input.path));
    return {};
  };
  return s;
}

}  // namespace

Result<HeightSource> open_height_source(const gdal::Input& input, Diagnostics& diagnostics) {
  auto head = gdal::read_head(input, 8192);
  if (!head) return head.error();
  if (head->empty()) return gdal::error_of(ErrorCode::malformed, "the file is empty", input.path);
  if (looks_like_fgd_dem(*head)) return open_fgd(input, diagnostics);
  return open_gdal(input, diagnostics);
}

}  // namespace tenbo::io
