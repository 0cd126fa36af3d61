// Fields from GDAL's classic rasters: GeoTIFF, ASC, GRIB ... Each band is a step.
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "gdal/gdal_support.h"
#include "raster/field_source.h"
#include "raster/grid_place.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

namespace {

// A dataset that workers take turns with. It stays open, so that a file replaced meanwhile (renamed over) still gives the
// steps it had; in long series it is opened anew for each step, and a file that changed is told by its stamp.
struct SharedDataset {
  std::mutex mutex;
  gdal::DatasetPtr dataset;  // null: opened anew
  FileStamp stamp;
};

Result<std::shared_ptr<const geo::FieldSlice>> load_band(SharedDataset& shared, int band_number, const gdal::Input& input,
                                                         bool turned) {
  const std::lock_guard lock(shared.mutex);
  gdal::DatasetPtr again;
  if (!shared.dataset) {
    if (!(file_stamp(input.path) == shared.stamp))
      return gdal::error_of(ErrorCode::mismatch, "the file changed since the field was opened", input.path, "", "open the layer again");
    auto opened = gdal::open_raster(input.path, input.name);
    if (!opened) return opened.error();
    again = std::move(*opened);
  }
  gdal::Messages messages;
  GDALRasterBand* band = (again ? again : shared.dataset)->GetRasterBand(band_number);
  if (!band) return gdal::error_of(ErrorCode::mismatch, "the band is gone", input.path, "band " + std::to_string(band_number));
  const int width = band->GetXSize(), height = band->GetYSize();
  auto slice = std::make_shared<geo::FieldSlice>();
  slice->values.resize(static_cast<std::size_t>(width) * height);
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  int has = 0;
  const double nodata = band->GetNoDataValue(&has);
  const bool has_nodata = has && !std::isnan(nodata);
  const double scale_declared = band->GetScale(&has);
  const double scale = has && std::isfinite(scale_declared) && scale_declared != 0 ? scale_declared : 1;
  const double offset_declared = band->GetOffset(&has);
  const double offset = has && std::isfinite(offset_declared) ? offset_declared : 0;
  const int flags = band->GetMaskFlags();
  const bool use_mask = !(flags & GMF_ALL_VALID) && !(flags & GMF_NODATA);
  // Read as double: a nodata value of a wide type is compared before it is rounded.
  const int strip = std::clamp(4'000'000 / std::max(width, 1), 1, height);
  std::vector<double> rows(static_cast<std::size_t>(strip) * width);
  std::vector<std::uint8_t> mask(use_mask ? rows.size() : 0);
  for (int row = 0; row < height; row += strip) {
    const int n = std::min(strip, height - row);
    if (band->RasterIO(GF_Read, 0, row, width, n, rows.data(), width, n, GDT_Float64, 0, 0, nullptr) != CE_None ||
        (use_mask && band->GetMaskBand()->RasterIO(GF_Read, 0, row, width, n, mask.data(), width, n, GDT_Byte, 0, 0, nullptr) != CE_None))
      return gdal::gdal_error(messages, ErrorCode::malformed, "the values cannot be read", input.path,
                              "band " + std::to_string(band_number));
    for (int r = 0; r < n; ++r) {
      const int to = turned ? height - 1 - (row + r) : row + r;
      float* out = slice->values.data() + static_cast<std::size_t>(to) * width;
      const std::size_t at = static_cast<std::size_t>(r) * width;
      for (int c = 0; c < width; ++c) {
        const double raw = rows[at + static_cast<std::size_t>(c)];
        const bool none = (has_nodata && (raw == nodata || static_cast<float>(raw) == static_cast<float>(nodata))) ||
                          !(std::abs(raw) < 1e30) || (use_mask && !mask[at + static_cast<std::size_t>(c)]) ||
                          (!has_nodata && raw == -9999);
        out[c] = none ? nan : static_cast<float>(raw * scale + offset);
      }
    }
  }
  return std::shared_ptr<const geo::FieldSlice>(std::move(slice));
}

std::string first_of(std::initializer_list<std::string> texts) {
  for (const auto& t : texts)
    if (!t.empty()) return t;
  return {};
}

std::optional<LooseTime> epoch_seconds(const std::string& text) {
  char* end = nullptr;
  const double s = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || !(std::abs(s) < 2.5e11)) return std::nullopt;
  return LooseTime{{std::llround(s * 1000)}, false};
}

}  // namespace

Result<FieldSource> open_raster_field(const gdal::Input& input, const FieldOptions& options, bool keep_open, Diagnostics& diagnostics) {
  auto opened = gdal::open_raster(input.path, input.name);
  if (!opened) return opened.error();
  auto shared = std::make_shared<SharedDataset>();
  shared->stamp = file_stamp(input.path);
  shared->dataset = std::move(*opened);
  GDALDataset& dataset = *shared->dataset;
  gdal::Messages messages;
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), input.path, std::move(place), std::move(remedy));
  };
  if (dataset.GetRasterCount() < 1)
    return error(ErrorCode::unsupported, "the file has no raster in it");
  FieldSource f;
  f.input = input;
  f.grid.width = dataset.GetRasterXSize();
  f.grid.height = dataset.GetRasterYSize();
  const double cells = static_cast<double>(f.grid.width) * f.grid.height;
  if (cells > max_field_cells)
    return error(ErrorCode::out_of_budget, "a step of " + std::to_string(f.grid.width) + " x " + std::to_string(f.grid.height) +
                 " cells is more than memory is kept for", "header", "cut it out or make it coarser: gdal_translate -projwin or -outsize");
  auto grid = place_of(dataset, input.path);
  if (!grid && !options.crs.empty()) {  // perhaps the CRS alone is missing
    if (dataset.GetGeoTransform(f.grid.geotransform.data()) != CE_None) return grid.error();
    if (auto status = complete_crs(f.grid, input, options); !status) return status.error();
  } else if (!grid) {
    return grid.error();
  } else {
    f.grid = std::move(*grid);
  }
  const bool turned = turn_north_up(f.grid);

  std::optional<CfTime> cf;  // of a NetCDF file that gdal_translate turned into a GeoTIFF
  const std::string cf_units = gdal::metadata(dataset, "time#units");
  if (!cf_units.empty()) {
    auto parsed = CfTime::parse(cf_units, gdal::metadata(dataset, "time#calendar"));
    if (parsed) cf = *parsed;
    else if (options.start.empty()) {
      Error e = parsed.error();
      e.file = input.path.string();
      return e;
    }
  }
  const std::string wanted = options.variable;
  std::string element;
  std::size_t other_elements = 0;
  for (int i = 1; i <= dataset.GetRasterCount(); ++i) {
    GDALRasterBand* band = dataset.GetRasterBand(i);
    if (band->GetColorInterpretation() == GCI_AlphaBand && dataset.GetRasterCount() > 1) continue;
    if (GDALDataTypeIsComplex(band->GetRasterDataType())) return error(ErrorCode::unsupported, "complex numbers are not a field", "band " + std::to_string(i));
    // A GRIB file holds several quantities and levels: the one asked for, else the first.
    const std::string own = gdal::metadata(*band, "GRIB_ELEMENT"), level = gdal::metadata(*band, "GRIB_SHORT_NAME");
    const std::string description = to_valid_utf8(band->GetDescription());
    if (!own.empty()) {
      if (!wanted.empty() && wanted != own && wanted != own + "/" + level) { ++other_elements; continue; }
      if (element.empty()) element = own + "/" + level;
      if (element != own + "/" + level) { ++other_elements; continue; }
    }
    FieldStep step;
    step.place = "band " + std::to_string(i);
    const std::string stated = first_of({gdal::metadata(*band, "TENBO_VALID_TIME"), gdal::metadata(*band, "VALID_TIME")});
    if (!stated.empty()) {
      step.time = parse_loose_time(stated);
      if (!step.time) return error(ErrorCode::malformed, "\"" + stated + "\" is not a time", step.place, "write ISO 8601 with an offset: 2026-11-21T09:00:00+09:00");
    } else if (const auto grib = gdal::metadata(*band, "GRIB_VALID_TIME"); !grib.empty()) {
      step.time = epoch_seconds(grib);
    } else if (const auto value = gdal::metadata(*band, "NETCDF_DIM_time"); !value.empty() && cf) {
      if (const auto at = cf->at(std::strtod(value.c_str(), nullptr))) step.time = LooseTime{*at, false};
    } else {
      step.time = parse_loose_time(description);
      if (!step.time && description.size() > 10) {  // "depth 2026-11-21T09:00:00+09:00"
        const auto blank = description.find_last_of(" \t=");
        if (blank != std::string::npos) step.time = parse_loose_time(std::string_view(description).substr(blank + 1));
      }
    }
    step.load = [shared, i, input, turned] { return load_band(*shared, i, input, turned); };
    if (f.unit.empty()) f.unit = first_of({to_valid_utf8(band->GetUnitType()), gdal::metadata(*band, "units"), gdal::metadata(*band, "GRIB_UNIT")});
    if (f.quantity.empty())
      f.quantity = first_of({gdal::metadata(*band, "TENBO_QUANTITY"), gdal::metadata(*band, "long_name"),
                             gdal::metadata(*band, "GRIB_COMMENT"), gdal::metadata(*band, "standard_name")});
    if (const auto grib = gdal::metadata(*band, "GRIB_REF_TIME"); !grib.empty() && !f.issue_time) f.issue_time = epoch_seconds(grib);
    f.steps.push_back(std::move(step));
  }
  if (f.steps.empty()) return error(ErrorCode::not_found, "no band of the element \"" + wanted + "\"");
  if (other_elements) diagnostics.warn(error(ErrorCode::unsupported, std::to_string(other_elements) + " bands of other quantities or levels are left out; \"" +
                                             element + "\" is read", "", "name another as the layer's sublayer"));
  f.unit = first_of({gdal::metadata(dataset, "TENBO_UNIT"), f.unit});
  if (f.unit.size() > 2 && f.unit.front() == '[' && f.unit.back() == ']') f.unit = f.unit.substr(1, f.unit.size() - 2);
  f.quantity = first_of({gdal::metadata(dataset, "TENBO_QUANTITY"), f.quantity});
  f.source = first_of({gdal::metadata(dataset, "TENBO_SOURCE"), gdal::metadata(dataset, "NC_GLOBAL#source"), gdal::metadata(dataset, "NC_GLOBAL#institution")});
  f.certainty = gdal::metadata(dataset, "TENBO_CERTAINTY");
  if (const auto issued = gdal::metadata(dataset, "TENBO_ISSUE_TIME"); !issued.empty()) {
    f.issue_time = parse_loose_time(issued);
    if (!f.issue_time) diagnostics.warn(error(ErrorCode::malformed, "TENBO_ISSUE_TIME \"" + issued + "\" is not a time", "metadata"));
  }
  if (!keep_open) shared->dataset.reset();
  return f;
}

}  // namespace tenbo::io
