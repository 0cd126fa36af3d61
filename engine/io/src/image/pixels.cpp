#include "image/pixels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

// The range that holds all but the darkest and brightest hundredth, from at most 256 x 256 samples: deterministic.
std::pair<double, double> value_range(GDALRasterBand& band) {
  const int w = std::min(band.GetXSize(), 256), h = std::min(band.GetYSize(), 256);
  std::vector<float> sample(static_cast<std::size_t>(w) * h);
  if (band.RasterIO(GF_Read, 0, 0, band.GetXSize(), band.GetYSize(), sample.data(), w, h, GDT_Float32, 0, 0, nullptr) != CE_None)
    return {0, 255};
  int has_nodata = 0;
  const double nodata = band.GetNoDataValue(&has_nodata);
  std::erase_if(sample, [&](float v) { return !std::isfinite(v) || (has_nodata && v == static_cast<float>(nodata)); });
  if (sample.empty()) return {0, 255};
  std::sort(sample.begin(), sample.end());
  const double low = sample[sample.size() / 100], high = sample[sample.size() - 1 - sample.size() / 100];
  return {low, high};
}

}  // namespace

Result<PixelRecipe> make_recipe(GDALDataset& dataset, const fs::path& path) {
  PixelRecipe r;
  const int count = dataset.GetRasterCount();
  if (count < 1) return gdal::error_of(ErrorCode::unsupported, "the file has no picture in it", path);
  for (int i = 1; i <= count; ++i)
    if (GDALDataTypeIsComplex(dataset.GetRasterBand(i)->GetRasterDataType()))
      return gdal::error_of(ErrorCode::unsupported, "complex numbers are not a picture", path, "band " + std::to_string(i));
  std::array<int, 4> rgb{0, 0, 0, 0}, cmyk{0, 0, 0, 0};
  for (int i = 1; i <= count; ++i) switch (dataset.GetRasterBand(i)->GetColorInterpretation()) {
      case GCI_RedBand: if (!rgb[0]) rgb[0] = i; break;
      case GCI_GreenBand: if (!rgb[1]) rgb[1] = i; break;
      case GCI_BlueBand: if (!rgb[2]) rgb[2] = i; break;
      case GCI_AlphaBand: if (!r.alpha_band) r.alpha_band = i; break;
      case GCI_CyanBand: cmyk[0] = i; break;
      case GCI_MagentaBand: cmyk[1] = i; break;
      case GCI_YellowBand: cmyk[2] = i; break;
      case GCI_BlackBand: cmyk[3] = i; break;
      default: break;
    }
  GDALRasterBand* first = dataset.GetRasterBand(1);
  const GDALColorTable* table = first->GetColorTable();
  if (cmyk[0] && cmyk[1] && cmyk[2] && cmyk[3]) {
    r.kind = PixelRecipe::Kind::cmyk;
    r.bands = cmyk;
  } else if (rgb[0] && rgb[1] && rgb[2]) {
    r.kind = PixelRecipe::Kind::rgb;
    r.bands = rgb;
  } else if (table) {
    r.kind = PixelRecipe::Kind::palette;
    r.bands[0] = 1;
    for (int i = 0; i < std::min(table->GetColorEntryCount(), 65536); ++i) {
      GDALColorEntry e;
      table->GetColorEntryAsRGB(i, &e);
      const auto byte = [](short v) { return static_cast<std::uint8_t>(std::clamp<int>(v, 0, 255)); };
      r.palette.push_back({byte(e.c1), byte(e.c2), byte(e.c3), byte(e.c4)});
    }
  } else if (count - (r.alpha_band ? 1 : 0) >= 3) {
    r.kind = PixelRecipe::Kind::rgb;  // undeclared: the first three
    int next = 0;
    for (int i = 1; i <= count && next < 3; ++i)
      if (i != r.alpha_band) r.bands[static_cast<std::size_t>(next++)] = i;
  } else {
    r.bands[0] = r.alpha_band == 1 && count > 1 ? 2 : 1;
  }
  if (r.alpha_band == r.bands[0]) r.alpha_band = 0;
  const int flags = dataset.GetRasterBand(r.bands[0])->GetMaskFlags();
  r.use_mask = !r.alpha_band && !(flags & GMF_ALL_VALID);
  // More than 8 bits: stretched over the values there are, the same stretch for all three colours.
  if (r.kind != PixelRecipe::Kind::palette && first->GetRasterDataType() != GDT_Byte) {
    const int used = r.kind == PixelRecipe::Kind::grey ? 1 : r.kind == PixelRecipe::Kind::rgb ? 3 : 4;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (int i = 0; i < used; ++i) {
      const auto [a, b] = value_range(*dataset.GetRasterBand(r.bands[static_cast<std::size_t>(i)]));
      low = std::min(low, a);
      high = std::max(high, b);
    }
    const bool integer = GDALDataTypeIsInteger(first->GetRasterDataType());
    if (integer && low >= 0 && high <= 255) { low = 0; high = 255; }        // 8-bit values in a wider type
    else if (!integer && low >= 0 && high <= 1) { low = 0; high = 1; }      // fractions
    if (!(high > low)) high = low + 1;
    r.scaled = true;
    r.low.fill(low);
    r.high.fill(high);
    if (r.alpha_band) r.alpha_high = first->GetRasterDataType() == GDT_UInt16 ? 65535 : high > 0 ? high : 255;
  }
  return r;
}

Result<Image> read_pixels(GDALDataset& dataset, const PixelRecipe& r, const fs::path& path, int x, int y, int window_width,
                          int window_height, int width, int height) {
  Image image;
  image.width = width;
  image.height = height;
  const std::size_t pixels = static_cast<std::size_t>(width) * height;
  image.rgba.assign(pixels * 4, 255);
  gdal::Messages messages;
  GDALRasterIOExtraArg extra;
  INIT_RASTERIO_EXTRA_ARG(extra);
  const bool reduced = width < window_width || height < window_height;
  extra.eResampleAlg = reduced && r.kind != PixelRecipe::Kind::palette ? GRIORA_Average : GRIORA_NearestNeighbour;
  const auto read = [&](GDALRasterBand* band, void* to, GDALDataType type) {
    return band->RasterIO(GF_Read, x, y, window_width, window_height, to, width, height, type, 0, 0, &extra) == CE_None;
  };
  const auto failed = [&] { return gdal::gdal_error(messages, ErrorCode::malformed, "the pixels cannot be read", path); };
  if (r.kind == PixelRecipe::Kind::palette) {
    std::vector<std::uint16_t> index(pixels);
    if (!read(dataset.GetRasterBand(r.bands[0]), index.data(), GDT_UInt16)) return failed();
    for (std::size_t i = 0; i < pixels; ++i) {
      std::array<std::uint8_t, 4> c{0, 0, 0, 0};
      if (index[i] < r.palette.size()) c = r.palette[index[i]];
      std::copy(c.begin(), c.end(), &image.rgba[i * 4]);
    }
  } else {
    const int used = r.kind == PixelRecipe::Kind::grey ? 1 : r.kind == PixelRecipe::Kind::rgb ? 3 : 4;
    std::vector<float> wide;
    std::vector<std::uint8_t> plane(pixels);
    for (int c = 0; c < used; ++c) {
      const auto ci = static_cast<std::size_t>(c);
      GDALRasterBand* band = dataset.GetRasterBand(r.bands[ci]);
      if (!r.scaled) {
        if (!read(band, plane.data(), GDT_Byte)) return failed();
      } else {
        wide.resize(pixels);
        if (!read(band, wide.data(), GDT_Float32)) return failed();
        const double scale = 255.0 / (r.high[ci] - r.low[ci]);
        for (std::size_t i = 0; i < pixels; ++i) {
          const double v = (wide[i] - r.low[ci]) * scale;
          plane[i] = std::isfinite(v) ? static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0, 255.0))) : 0;
          if (std::isnan(wide[i])) image.rgba[i * 4 + 3] = 0;
        }
      }
      if (r.kind == PixelRecipe::Kind::grey) {
        for (std::size_t i = 0; i < pixels; ++i) image.rgba[i * 4] = image.rgba[i * 4 + 1] = image.rgba[i * 4 + 2] = plane[i];
      } else if (r.kind == PixelRecipe::Kind::rgb) {
        for (std::size_t i = 0; i < pixels; ++i) image.rgba[i * 4 + ci] = plane[i];
      } else if (c < 3) {
        for (std::size_t i = 0; i < pixels; ++i) image.rgba[i * 4 + ci] = static_cast<std::uint8_t>(255 - plane[i]);
      } else {
        for (std::size_t i = 0; i < pixels; ++i)
          for (std::size_t k = 0; k < 3; ++k)
            image.rgba[i * 4 + k] = static_cast<std::uint8_t>(image.rgba[i * 4 + k] * (255 - plane[i]) / 255);
      }
    }
  }
  if (r.alpha_band) {
    std::vector<float> alpha(pixels);
    if (!read(dataset.GetRasterBand(r.alpha_band), alpha.data(), GDT_Float32)) return failed();
    for (std::size_t i = 0; i < pixels; ++i)
      image.rgba[i * 4 + 3] = static_cast<std::uint8_t>(std::lround(std::clamp(alpha[i] * 255.0 / r.alpha_high, 0.0, 255.0)));
  } else if (r.use_mask) {
    std::vector<std::uint8_t> mask(pixels);
    extra.eResampleAlg = GRIORA_NearestNeighbour;
    if (!read(dataset.GetRasterBand(r.bands[0])->GetMaskBand(), mask.data(), GDT_Byte)) return failed();
    for (std::size_t i = 0; i < pixels; ++i)
      if (mask[i] == 0) image.rgba[i * 4 + 3] = 0;
  }
  return image;
}

}  // namespace tenbo::io
