#include <algorithm>
#include <cmath>
#include <limits>

#include "gdal/inputs.h"
#include "gdal/module.h"
#include "raster/grid_place.h"
#include "raster/height_mosaic.h"
#include "raster/heights_within.h"
#include "tenbo/io/raster.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

constexpr double max_pixels = 100e6;

bool may_be_heights(const fs::path& path) {
  return gdal::has_extension(path, {".tif", ".tiff", ".hgt", ".asc", ".xml", ".img", ".dem", ".dt0", ".dt1", ".dt2", ".bil",
                                    ".flt", ".bt", ".grd", ".xyz", ".jp2", ".ter", ".adf"});
}

// The way from longitude and latitude to pixels, worked out at even places and interpolated between them: ten times as
// fast as a projection for each sample. Used only where it is true to 0.0005 pixels (in the middle of every cell).
struct Lattice {
  int cells = 0;  // on a side; 0 = none
  double west = 0, south = 0, per_lon = 0, per_lat = 0;
  std::vector<std::pair<double, double>> nodes;

  bool at(double lon, double lat, double& column, double& row) const {
    const double u = (lon - west) * per_lon, v = (lat - south) * per_lat;
    if (!(u >= 0 && v >= 0 && u < cells && v < cells)) return false;
    const int i = static_cast<int>(u), j = static_cast<int>(v);
    const double fu = u - i, fv = v - j;
    const auto* low = &nodes[static_cast<std::size_t>(j) * static_cast<std::size_t>(cells + 1) + static_cast<std::size_t>(i)];
    const auto* high = low + cells + 1;
    column = (low[0].first * (1 - fu) + low[1].first * fu) * (1 - fv) + (high[0].first * (1 - fu) + high[1].first * fu) * fv;
    row = (low[0].second * (1 - fu) + low[1].second * fu) * (1 - fv) + (high[0].second * (1 - fu) + high[1].second * fu) * fv;
    return !std::isnan(column) && !std::isnan(row);
  }
};

Lattice make_lattice(const geo::Extent& extent, const geo::Transformer& to_crs, const std::array<double, 6>& m) {
  const auto pixels = [&](std::vector<geo::GeoPoint>& places) {
    to_crs.transform(places);
    std::vector<std::pair<double, double>> out;
    for (const auto& p : places) out.emplace_back(m[0] + p.lon * m[1] + p.lat * m[2], m[3] + p.lon * m[4] + p.lat * m[5]);
    return out;
  };
  for (int cells : {32, 128, 384}) {
    Lattice l;
    l.cells = cells;
    l.west = extent.west;
    l.south = extent.south;
    const double w = (extent.east - extent.west) / cells, h = (extent.north - extent.south) / cells;
    if (!(w > 0 && h > 0)) return {};
    l.per_lon = 1 / w;
    l.per_lat = 1 / h;
    std::vector<geo::GeoPoint> places;
    for (int j = 0; j <= cells; ++j)
      for (int i = 0; i <= cells; ++i) places.push_back({l.west + i * w, l.south + j * h, 0});
    l.nodes = pixels(places);
    // The first size is judged by all of its cells, the others by as many.
    places.clear();
    for (int j = 0; j < 32; ++j)
      for (int i = 0; i < 32; ++i) places.push_back({l.west + ((i * cells) / 32 + 0.5) * w, l.south + ((j * cells) / 32 + 0.5) * h, 0});
    const std::vector<geo::GeoPoint> middles = places;
    const auto truth = pixels(places);
    bool good = true;
    for (std::size_t k = 0; good && k < middles.size(); ++k) {
      double column = 0, row = 0;
      good = l.at(middles[k].lon, middles[k].lat, column, row) && std::abs(column - truth[k].first) < 5e-4 && std::abs(row - truth[k].second) < 5e-4;
    }
    if (good) return l;
  }
  return {};
}

class MosaicElevation final : public Elevation {
 public:
  struct Part {
    HeightGrid grid;
    TransformerPool to_crs;  // lon/lat -> x/y
    geo::Extent extent;
    double resolution;
    std::array<double, 6> inverse;  // x/y -> column/row
    bool lifted;                    // its heights must be brought into the scene's datum
    Lattice lattice;                // lon/lat -> column/row, where evenly spaced places are exact enough
  };

  MosaicElevation(std::vector<std::unique_ptr<Part>> parts, geo::HeightPolicy heights, Diagnostics diagnostics)
      : parts_(std::move(parts)), heights_(std::move(heights)), diagnostics_(std::move(diagnostics)) {
    for (const auto& p : parts_) extent_.add(p->extent);
  }
  const geo::GridGeometry& grid() const override { return parts_.front()->grid.grid(); }
  const geo::Extent& extent() const override { return extent_; }
  geo::VerticalKind vertical() const override { return parts_.front()->grid.vertical(); }
  double resolution() const override { return parts_.front()->resolution; }
  const Diagnostics& diagnostics() const override { return diagnostics_; }

  double sample(double lon, double lat) const override { return at(lon, lat, &HeightGrid::sample); }
  double cell(double lon, double lat) const override { return at(lon, lat, &HeightGrid::nearest); }

 private:
  double at(double lon, double lat, float (HeightGrid::*value)(double, double) const) const {
    for (const auto& p : parts_) {
      double east = lon;
      if (!inside(*p, east, lat)) {
        east = lon < p->extent.west ? lon + 360 : lon - 360;
        if (!inside(*p, east, lat)) continue;
      }
      const auto& m = p->inverse;
      double column, row, x = east, y = lat;
      if (!p->lattice.at(east, lat, column, row)) {
        if (!p->to_crs.is_identity()) {
          geo::GeoPoint point{lon, lat, 0};
          p->to_crs.borrow()->transform({&point, 1});
          x = point.lon;
          y = point.lat;
        }
        column = m[0] + x * m[1] + y * m[2];
        row = m[3] + x * m[4] + y * m[5];
      }
      float h = (p->grid.*value)(column, row);
      if (std::isnan(h) && p->to_crs.is_identity())  // grids from 0 to 360 degrees
        h = (p->grid.*value)(m[0] + (x + 360) * m[1] + y * m[2], m[3] + (x + 360) * m[4] + y * m[5]);
      if (std::isnan(h)) continue;
      return p->lifted ? h + heights_.offset(p->grid.vertical(), lon, lat) : h;
    }
    return std::numeric_limits<double>::quiet_NaN();
  }
  static bool inside(const Part& p, double lon, double lat) {
    constexpr double slack = 1e-3;  // degrees: the outline of a projected grid is bent
    return lon >= p.extent.west - slack && lon <= p.extent.east + slack && lat >= p.extent.south - slack && lat <= p.extent.north + slack;
  }
  std::vector<std::unique_ptr<Part>> parts_;
  geo::HeightPolicy heights_;
  geo::Extent extent_;
  Diagnostics diagnostics_;
};

Result<std::unique_ptr<MosaicElevation::Part>> place(HeightGrid grid, const geo::HeightPolicy& heights) {
  auto from = geo::Transformer::to_geographic(grid.grid().crs, geo::AxisOrder::xy);
  if (!from) return from.error();
  auto to = geo::Transformer::from_geographic(grid.grid().crs, geo::AxisOrder::xy);
  if (!to) return to.error();
  geo::Extent extent = outline(grid.grid(), *from);
  if (extent.empty())
    return Error{ErrorCode::invalid_argument, "the raster lies outside of its coordinate system's world", "", "header",
                 "check its CRS: gdalinfo FILE"};
  const double size = pixel_size(grid.grid(), *from);
  extent.min_height = grid.min();
  extent.max_height = grid.max();
  const geo::VerticalKind kind = grid.vertical();
  const bool lifted = kind != geo::VerticalKind::unknown && heights.scene != geo::VerticalKind::unknown && kind != heights.scene;
  if (lifted && extent.has_height()) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (int i = 0; i <= 8; ++i)
      for (int j = 0; j <= 8; ++j) {
        const double n = heights.offset(kind, extent.west + (extent.east - extent.west) * i / 8.0,
                                        extent.south + (extent.north - extent.south) * j / 8.0);
        if (std::isnan(n)) continue;
        low = std::min(low, n);
        high = std::max(high, n);
      }
    if (low <= high) {
      extent.min_height += low;
      extent.max_height += high;
    }
  }
  const auto& g = grid.grid().geotransform;
  const double det = g[1] * g[5] - g[2] * g[4];
  std::array<double, 6> inverse{0, g[5] / det, -g[2] / det, 0, -g[4] / det, g[1] / det};
  inverse[0] = -(g[0] * inverse[1] + g[3] * inverse[2]);
  inverse[3] = -(g[0] * inverse[4] + g[3] * inverse[5]);
  Lattice lattice = to->is_identity() ? Lattice() : make_lattice(extent, *to, inverse);
  return std::unique_ptr<MosaicElevation::Part>(
      new MosaicElevation::Part{std::move(grid), TransformerPool(std::move(*to)), extent, size, inverse, lifted, std::move(lattice)});
}

}  // namespace

namespace {

Result<std::vector<gdal::Input>> inputs_of(const std::vector<fs::path>& paths) {
  if (paths.empty()) return Error{ErrorCode::invalid_argument, "no file of heights is named", "", "", ""};
  auto inputs = gdal::expand(paths, may_be_heights);
  if (!inputs) return inputs.error();
  if (inputs->empty())
    return gdal::error_of(ErrorCode::unsupported, "nothing in the folder looks like heights", paths.front(), "",
                          "GeoTIFF, HGT, ASC or GSI's FGD-GML DEM are read");
  return inputs;
}

// The pixels that a box covers, and three more all round.
Result<PixelWindow> window_of(const geo::GridGeometry& grid, const geo::Extent& box) {
  constexpr int rim = 3, cuts = 8;
  auto to = geo::Transformer::from_geographic(grid.crs, geo::AxisOrder::xy);
  if (!to) return to.error();
  std::vector<geo::GeoPoint> places;
  for (int i = 0; i <= cuts; ++i)
    for (int j = 0; j <= cuts; ++j) places.push_back({box.west + (box.east - box.west) * i / cuts, box.south + (box.north - box.south) * j / cuts, 0});
  to->transform(places);
  double c0 = 1e9, c1 = -1e9, r0 = 1e9, r1 = -1e9;
  for (const auto& p : places) {
    double column, row;
    if (!grid.crs_to_pixel(p.lon, p.lat, column, row) || std::isnan(column) || std::isnan(row)) continue;
    c0 = std::min(c0, column); c1 = std::max(c1, column);
    r0 = std::min(r0, row); r1 = std::max(r1, row);
  }
  const auto within = [](double v, int most) { return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(most))); };
  return PixelWindow{within(std::floor(c0) - rim, grid.width), within(std::floor(r0) - rim, grid.height), within(std::ceil(c1) + rim, grid.width), within(std::ceil(r1) + rim, grid.height)};
}

Result<std::shared_ptr<const Elevation>> open_inputs(const std::vector<gdal::Input>& inputs, const geo::HeightPolicy& heights, Progress& progress,
                                                     geo::VerticalKind declared, const geo::Extent* within) {
  Diagnostics diagnostics;
  std::vector<HeightSource> sources;
  std::vector<PixelWindow> windows;
  std::optional<Error> first_error;
  for (const auto& input : inputs) {
    auto source = open_height_source(input, diagnostics);
    if (!source) {
      if (inputs.size() > 1) diagnostics.fail(source.error());
      if (!first_error) first_error = source.error();
      continue;
    }
    if (declared != geo::VerticalKind::unknown) source->vertical = declared;
    if (auto fits = heights.accepts(source->vertical); !fits) {
      Error e = fits.error();
      e.file = input.path.string();
      return e;
    }
    if (within) {
      auto window = window_of(source->grid, *within);
      if (!window) return window.error();
      windows.push_back(*window);
    }
    sources.push_back(std::move(*source));
  }
  if (sources.empty()) return *first_error;
  for (const auto& s : sources)
    if (s.vertical != sources.front().vertical) {
      if (!heights.geoid && s.vertical != geo::VerticalKind::unknown && sources.front().vertical != geo::VerticalKind::unknown)
        return gdal::error_of(ErrorCode::mismatch, std::string("heights are ") + geo::to_string(s.vertical) + " here and " +
                              geo::to_string(sources.front().vertical) + " in " + sources.front().input.path.string(),
                              s.input.path, "", "open them as layers of their own with --geoid FILE");
      break;
    }
  auto grids = build_mosaic(sources, max_pixels, progress, diagnostics, windows);
  if (!grids) return grids.error();
  std::vector<std::unique_ptr<MosaicElevation::Part>> parts;
  for (auto& grid : *grids) {
    auto part = place(std::move(grid), heights);
    if (part) {
      parts.push_back(std::move(*part));
      continue;
    }
    Error e = part.error();
    if (e.file.empty()) e.file = inputs.front().path.string();
    first_error = e;
    diagnostics.fail(std::move(e));
  }
  if (parts.empty()) return *first_error;
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a->resolution < b->resolution; });
  bool any = false;
  for (const auto& p : parts) any = any || p->extent.has_height();
  if (!any) diagnostics.warn(gdal::error_of(ErrorCode::malformed, "there is not a single height in it: all is without data", inputs.front().path));
  return std::shared_ptr<const Elevation>(
      std::make_shared<MosaicElevation>(std::move(parts), heights, std::move(diagnostics)));
}

}  // namespace

Result<std::shared_ptr<const Elevation>> gdal::open_elevation(const std::vector<fs::path>& paths, const geo::HeightPolicy& heights,
                                                        Progress& progress, geo::VerticalKind declared) {
  const auto inputs = inputs_of(paths);
  return inputs ? open_inputs(*inputs, heights, progress, declared, nullptr) : inputs.error();
}

Result<std::vector<HeightFile>> gdal::survey_heights(const std::vector<fs::path>& paths, Diagnostics& diagnostics) {
  const auto inputs = inputs_of(paths);
  if (!inputs) return inputs.error();
  std::vector<HeightFile> out;
  for (const auto& input : *inputs) {
    auto source = open_height_source(input, diagnostics);
    if (!source) {
      diagnostics.fail(source.error());
      continue;
    }
    auto from = geo::Transformer::to_geographic(source->grid.crs, geo::AxisOrder::xy);
    if (!from) return from.error();
    HeightFile f{input, outline(source->grid, *from), pixel_size(source->grid, *from), source->vertical, source->grid.crs.vertical_name()};
    if (f.extent.empty() || !(f.resolution > 0)) {
      diagnostics.fail(gdal::error_of(ErrorCode::invalid_argument, "the raster lies outside of its coordinate system's world", input.path, "header", "check its CRS: gdalinfo FILE"));
      continue;
    }
    out.push_back(std::move(f));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.resolution < b.resolution; });
  return out;
}

Result<std::shared_ptr<const Elevation>> gdal::open_heights_within(const std::vector<Input>& inputs, const geo::HeightPolicy& heights, const geo::Extent& within) {
  Progress progress;
  return open_inputs(inputs, heights, progress, geo::VerticalKind::unknown, &within);
}

}  // namespace tenbo::io
