#include <algorithm>
#include <cmath>
#include <mutex>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "gdal/remote_vsi.h"
#include "image/pixels.h"
#include "image/sample.h"
#include "raster/grid_place.h"
#include "raster/transformer_pool.h"
#include "tenbo/base/url.h"
#include "tenbo/io/raster.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

class GdalImagery final : public Imagery {
 public:
  GdalImagery(fs::path path, geo::GridGeometry grid, PixelRecipe recipe, geo::Transformer to_crs, geo::Extent extent,
              double resolution, gdal::DatasetPtr first, Diagnostics diagnostics, std::unique_ptr<gdal::RemoteName> remote)
      : path_(std::move(path)), remote_(std::move(remote)), grid_(std::move(grid)), recipe_(std::move(recipe)), to_crs_(std::move(to_crs)), extent_(extent),
        resolution_(resolution), diagnostics_(std::move(diagnostics)) {
    free_.push_back(std::move(first));
  }
  const geo::Extent& extent() const override { return extent_; }
  const geo::GridGeometry& grid() const override { return grid_; }
  double resolution() const override { return resolution_; }
  const Diagnostics& diagnostics() const override { return diagnostics_; }

  Result<Image> tile(const geo::Extent& box, int size) const override {
    if (size < 1 || size > 8192 || !std::isfinite(box.west) || !std::isfinite(box.east) || !std::isfinite(box.south) || !std::isfinite(box.north) || box.empty())
      return gdal::error_of(ErrorCode::invalid_argument, "a tile of " + std::to_string(size) + " pixels, or its box, makes no sense", path_);
    Image out;
    out.width = out.height = size;
    out.rgba.assign(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 4, 0);
    if (box.east < extent_.west || box.west > extent_.east || box.north < extent_.south || box.south > extent_.north) return out;

    // Where each pixel of the tile lies in the picture: exactly at nodes, evenly between them where that is true.
    const Mesh mesh = locate(box, size);
    double c0 = 1e300, r0 = 1e300, c1 = -1e300, r1 = -1e300;
    for (const auto& p : mesh.nodes) {
      if (std::isnan(p.lon)) continue;
      c0 = std::min(c0, p.lon); c1 = std::max(c1, p.lon);
      r0 = std::min(r0, p.lat); r1 = std::max(r1, p.lat);
    }
    if (!(c0 <= c1) || c1 < 0 || r1 < 0 || c0 > grid_.width || r0 > grid_.height) return out;
    // One pixel more all round, for the bilinear rim.
    const double per_pixel = std::max((c1 - c0) / size, (r1 - r0) / size);
    const double rim = std::max(2.0, 2 * per_pixel);
    const int x0 = static_cast<int>(std::clamp(std::floor(c0 - rim), 0.0, grid_.width - 1.0));
    const int y0 = static_cast<int>(std::clamp(std::floor(r0 - rim), 0.0, grid_.height - 1.0));
    const int x1 = static_cast<int>(std::clamp(std::ceil(c1 + rim), x0 + 1.0, static_cast<double>(grid_.width)));
    const int y1 = static_cast<int>(std::clamp(std::ceil(r1 + rim), y0 + 1.0, static_cast<double>(grid_.height)));
    // Read at about the tile's own resolution (means, or an overview), so that far views neither alias nor read it all.
    const double reduce = std::max(1.0, per_pixel);
    const int width = std::clamp(static_cast<int>(std::ceil((x1 - x0) / reduce)), 1, 4 * 8192);
    const int height = std::clamp(static_cast<int>(std::ceil((y1 - y0) / reduce)), 1, 4 * 8192);
    gdal::DatasetPtr dataset = borrow();
    if (!dataset) return gdal::error_of(ErrorCode::io, "the picture cannot be opened again", path_);
    auto source = read_pixels(*dataset, recipe_, path_, x0, y0, x1 - x0, y1 - y0, width, height);
    give_back(std::move(dataset));
    if (!source) return source.error();
    const double sx = static_cast<double>(width) / (x1 - x0), sy = static_cast<double>(height) / (y1 - y0);
    const bool smooth = recipe_.kind != PixelRecipe::Kind::palette;
    for (int j = 0; j < size; ++j)
      for (int i = 0; i < size; ++i) {
        const auto [column, row] = mesh.at(i + 0.5, j + 0.5);
        if (!(column >= 0 && row >= 0 && column <= grid_.width && row <= grid_.height)) continue;
        sample_picture(*source, (column - x0) * sx, (row - y0) * sy, smooth, out.pixel(i, j));
      }
    return out;
  }

 private:
  // Picture coordinates (column in lon, row in lat) at the corners of even cells of the tile.
  struct Mesh {
    int cells = 1;
    double step = 1;  // tile pixels a cell
    std::vector<geo::GeoPoint> nodes;
    std::pair<double, double> at(double x, double y) const {
      const double u = x / step, v = y / step;
      const int i = std::min(static_cast<int>(u), cells - 1), j = std::min(static_cast<int>(v), cells - 1);
      const double fu = u - i, fv = v - j;
      const auto node = [&](int a, int b) -> const geo::GeoPoint& { return nodes[static_cast<std::size_t>(j + b) * static_cast<std::size_t>(cells + 1) + static_cast<std::size_t>(i + a)]; };
      const auto mix = [&](double geo::GeoPoint::*m) {
        return (node(0, 0).*m * (1 - fu) + node(1, 0).*m * fu) * (1 - fv) + (node(0, 1).*m * (1 - fu) + node(1, 1).*m * fu) * fv;
      };
      return {mix(&geo::GeoPoint::lon), mix(&geo::GeoPoint::lat)};
    }
  };
  void to_pixels(std::vector<geo::GeoPoint>& points) const {
    for (auto& p : points) {  // pictures from 0 to 360 degrees, and boxes beyond the date line
      if (p.lon < extent_.west - 180) p.lon += 360;
      if (p.lon > extent_.east + 180) p.lon -= 360;
    }
    if (!to_crs_.is_identity()) to_crs_.borrow()->transform(points);
    for (auto& p : points) {
      double c, r;
      if (grid_.crs_to_pixel(p.lon, p.lat, c, r)) p = {c, r, 0};
      else p = {std::nan(""), std::nan(""), 0};
    }
  }
  Mesh locate(const geo::Extent& box, int size) const {
    const bool exact_everywhere = to_crs_.is_identity();
    for (int cells = exact_everywhere ? 1 : std::min(size, 8);; cells = std::min(size, cells * 4)) {
      Mesh m;
      m.cells = cells;
      m.step = static_cast<double>(size) / cells;
      const auto place = [&](double x, double y) {
        return geo::GeoPoint{box.west + (box.east - box.west) * x / size, box.north - (box.north - box.south) * y / size, 0};
      };
      for (int j = 0; j <= cells; ++j)
        for (int i = 0; i <= cells; ++i) m.nodes.push_back(place(i * m.step, j * m.step));
      to_pixels(m.nodes);
      if (exact_everywhere || cells >= size) return m;
      // Good where the middles of the cells along the diagonals agree to an eighth of a pixel of the tile.
      std::vector<geo::GeoPoint> middles;
      for (int i = 0; i < cells; ++i) {
        middles.push_back(place((i + 0.5) * m.step, (i + 0.5) * m.step));
        middles.push_back(place((i + 0.5) * m.step, (cells - i - 0.5) * m.step));
      }
      to_pixels(middles);
      double worst = 0, scale = 1e-9;
      for (int i = 0; i < cells; ++i) {
        const auto a = m.at((i + 0.5) * m.step, (i + 0.5) * m.step), b = m.at((i + 0.5) * m.step, (cells - i - 0.5) * m.step);
        const auto &p = middles[static_cast<std::size_t>(2 * i)], &q = middles[static_cast<std::size_t>(2 * i + 1)];
        worst = std::max({worst, std::hypot(a.first - p.lon, a.second - p.lat), std::hypot(b.first - q.lon, b.second - q.lat)});
        if (std::isnan(a.first) || std::isnan(b.first) || std::isnan(p.lon) || std::isnan(q.lon)) worst = 1e300;
      }
      const auto &first = m.nodes.front(), &last = m.nodes.back();
      scale = std::max(scale, std::hypot(last.lon - first.lon, last.lat - first.lat) / size);
      if (worst < scale / 8) return m;
    }
  }
  // GDAL's datasets serve one thread at a time.
  gdal::DatasetPtr borrow() const {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        gdal::DatasetPtr d = std::move(free_.back());
        free_.pop_back();
        return d;
      }
    }
    auto again = gdal::open_raster(path_, remote_ ? remote_->name() : std::string());
    if (!again || (*again)->GetRasterXSize() != grid_.width || (*again)->GetRasterYSize() != grid_.height) return nullptr;
    return std::move(*again);
  }
  void give_back(gdal::DatasetPtr d) const {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(d));
  }

  fs::path path_;
  std::unique_ptr<gdal::RemoteName> remote_;  // where it lies on the network; outlives the datasets
  geo::GridGeometry grid_;
  PixelRecipe recipe_;
  mutable TransformerPool to_crs_;
  geo::Extent extent_;
  double resolution_;
  Diagnostics diagnostics_;
  mutable std::mutex mutex_;
  mutable std::vector<gdal::DatasetPtr> free_;
};

}  // namespace

Result<std::shared_ptr<const Imagery>> gdal::open_imagery(const fs::path& path, const RemoteOptions& options) {
  std::shared_ptr<const http::RemoteFile> file;
  std::unique_ptr<RemoteName> remote;
  if (is_url(path)) {
    auto url = parse_url(path.native());
    if (!url) return url.error();
    file = std::make_shared<const http::RemoteFile>(std::move(*url), options);
    // The beginning, asked for here: GDAL would not say what is wrong with it.
    const auto head = file->read(0, 16);
    if (!head) return head.error();
    if (file->size() == 0) return gdal::error_of(ErrorCode::io, "the server does not say how large it is", path, "", "download the file, and open that");
    set_up();
    remote = std::make_unique<RemoteName>(file);
  }
  auto opened = gdal::open_raster(path, remote ? remote->name() : std::string());
  if (!opened) return opened.error();
  gdal::Messages messages;
  Diagnostics diagnostics;
  auto grid = place_of(**opened, path);
  if (!grid) return grid.error();
  auto recipe = make_recipe(**opened, path);
  if (!recipe) return recipe.error();
  auto from = geo::Transformer::to_geographic(grid->crs, geo::AxisOrder::xy);
  if (!from) return from.error();
  auto to = geo::Transformer::from_geographic(grid->crs, geo::AxisOrder::xy);
  if (!to) return to.error();
  const geo::Extent extent = outline(*grid, *from);
  if (extent.empty())
    return gdal::error_of(ErrorCode::invalid_argument, "the picture lies outside of its coordinate system's world", path, "header", "check its CRS: gdalinfo FILE");
  const double size = pixel_size(*grid, *from);
  messages.report(diagnostics, path);
  if (file) diagnostics.merge(file->notes());
  return std::shared_ptr<const Imagery>(std::make_shared<GdalImagery>(path, std::move(*grid), std::move(*recipe), std::move(*to), extent, size,
                                                                      std::move(*opened), std::move(diagnostics), std::move(remote)));
}

}  // namespace tenbo::io
