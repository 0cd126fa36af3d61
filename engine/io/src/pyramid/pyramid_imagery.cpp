// Tiles of Web Mercator, or of degrees, as a picture on the ground.
#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <numbers>
#include <set>
#include <unordered_map>

#include "gdal/module.h"
#include "image/image_memory.h"
#include "image/sample.h"
#include "pyramid/tile_store.h"
#include "tenbo/base/url.h"

namespace tenbo::io {
namespace pyramid {
namespace {

constexpr double half_world = 20037508.342789244;  // m, from the middle of the square to its edge (EPSG:3857)
constexpr std::size_t bytes_kept = 64 << 20;       // of decoded tiles
constexpr std::int64_t most_pixels = 256 * 256 * 256;  // of the tiles under one picture
constexpr int levels_up = 8;                       // that a coarser tile may stand in for a missing one
constexpr int levels_down = 3;                     // that finer ones may, where no coarser one is there
constexpr std::int64_t most_tiles = 4096;          // under one picture, where they are near; each is then drawn smaller

// 0 to 1 from the north to the south of the square.
double down(double lat, bool geographic) {
  if (geographic) return (90 - std::clamp(lat, -90.0, 90.0)) / 360;
  const double s = std::sin(std::clamp(lat, -mercator_limit, mercator_limit) * std::numbers::pi / 180);
  return 0.5 - std::log((1 + s) / (1 - s)) / (4 * std::numbers::pi);
}

class PyramidImagery final : public Imagery {
 public:
  PyramidImagery(std::shared_ptr<const TileStore> store, geo::Crs crs) : store_(std::move(store)), extent_(store_->extent()), geographic_(store_->geographic()) {
    grid_.crs = std::move(crs);
  }
  const geo::Extent& extent() const override { return extent_; }
  const geo::GridGeometry& grid() const override { return grid_; }
  const Diagnostics& diagnostics() const override { return diagnostics_; }
  const std::vector<geo::Instant>& times() const override { return store_->times(); }
  std::shared_ptr<const Imagery> at_time(std::size_t index) const override {
    auto store = store_->at_time(index);
    if (!store) return nullptr;
    auto out = std::make_shared<PyramidImagery>(std::move(store), grid_.crs);
    out->edge_ = edge_;
    out->grid_ = grid_;
    return out;
  }
  std::string attribution() const override { return store_->attribution(); }
  double resolution() const override {
    return 2 * half_world / grid_.width * std::cos(extent_.centre().lat * std::numbers::pi / 180);
  }

  // Learns how large tiles are from the coarsest in the middle; fails where the store does not answer.
  Status begin() {
    const int z = store_->min_zoom();
    const auto centre = extent_.centre();
    const std::uint32_t n = std::uint32_t{1} << z;
    const auto place = [n](double part) { return std::min(n - 1, static_cast<std::uint32_t>(std::max(0.0, part * n))); };
    auto first = load(z, place((centre.lon + 180) / 360), place(down(centre.lat, geographic_)));
    if (!first) return first.error();
    if (*first) edge_ = (*first)->width;
    grid_.width = grid_.height = static_cast<int>(std::min(std::int64_t{edge_} << store_->max_zoom(), std::int64_t{1} << 30));
    const double half = geographic_ ? 180 : half_world, pixel = 2 * half / grid_.width;
    grid_.geotransform = {-half, pixel, 0, geographic_ ? 90 : half_world, 0, -pixel};
    if (geographic_) grid_.height /= 2;
    return {};
  }
  Diagnostics notes() const override {
    Diagnostics out = store_->notes();
    const std::lock_guard lock(mutex_);
    if (too_far_)
      out.warn({ErrorCode::out_of_budget, "the coarsest pictures are of zoom " + std::to_string(store_->min_zoom()) + ": where that is too many at once, from afar, nothing is shown", "", "",
                "add coarser ones, such as gdaladdo makes"});
    if (failed_.empty()) return out;
    Error e = last_failure_;
    e.message = std::to_string(failed_.size()) + (failed_.size() == 1 ? " tile" : " tiles") + " could not be read: " + e.message;
    out.fail(std::move(e));
    return out;
  }

  std::uint64_t missing(std::string& why) const override {
    const std::lock_guard lock(mutex_);
    if (!failed_.empty()) why = last_failure_.message;
    return failed_.size();
  }
  bool complete(const geo::Extent& box) const override {
    const double u0 = (box.west + 180) / 360, u1 = (box.east + 180) / 360, v0 = down(box.north, geographic_), v1 = down(box.south, geographic_);
    const std::lock_guard lock(mutex_);
    return std::none_of(failed_.begin(), failed_.end(), [&](std::uint64_t key) {
      const double n = std::ldexp(1.0, static_cast<int>(key >> 48)), x = static_cast<double>(key >> 24 & 0xFFFFFF), y = static_cast<double>(key & 0xFFFFFF);
      return x / n < u1 && (x + 1) / n > u0 && y / n < v1 && (y + 1) / n > v0;
    });
  }

  Result<Image> tile(const geo::Extent& box, int size) const override {
    if (size < 1 || size > 8192 || !std::isfinite(box.west) || !std::isfinite(box.east) || !std::isfinite(box.south) || !std::isfinite(box.north) || box.empty())
      return Error{ErrorCode::invalid_argument, "a tile of " + std::to_string(size) + " pixels, or its box, makes no sense", "", "", ""};
    Image out;
    out.width = out.height = size;
    out.rgba.assign(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 4, 0);
    if (box.east < extent_.west || box.west > extent_.east || box.north < extent_.south || box.south > extent_.north) return out;
    const auto across = [](double lon) { return (lon + 180) / 360; };
    const double u0 = across(box.west), u1 = across(box.east), v0 = down(box.north, geographic_), v1 = down(box.south, geographic_);
    // The zoom whose pixels are nearest in size to the picture's.
    const double finest = std::max(1e-12, std::min((u1 - u0) / size, v1 > v0 ? (v1 - v0) / size : 1.0));
    int z = std::clamp(static_cast<int>(std::lround(-std::log2(finest * edge_))), store_->min_zoom(), store_->max_zoom());
    double n = std::ldexp(1.0, z);
    // The tiles under it, with half a pixel more all round.
    const double rim = 0.5 / edge_;
    auto x0 = static_cast<std::int64_t>(std::floor(u0 * n - rim)), x1 = static_cast<std::int64_t>(std::floor(u1 * n + rim));
    auto y0 = static_cast<std::int64_t>(std::floor(v0 * n - rim)), y1 = static_cast<std::int64_t>(std::floor(v1 * n + rim));
    y0 = std::max<std::int64_t>(y0, 0);
    y1 = std::min<std::int64_t>(y1, static_cast<std::int64_t>(n) - 1);
    // Seen from farther off than its coarsest tiles are made for: where there is nothing nothing is looked for, and the tiles are
    // drawn smaller, as far as they can be had.
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > most_pixels / (edge_ * edge_) && box.west >= -180 && box.east <= 180) {
      x0 = std::max(x0, static_cast<std::int64_t>(std::floor(across(extent_.west) * n - rim)));
      x1 = std::min(x1, static_cast<std::int64_t>(std::floor(across(extent_.east) * n + rim)));
      y0 = std::max(y0, static_cast<std::int64_t>(std::floor(down(extent_.north, geographic_) * n - rim)));
      y1 = std::min(y1, static_cast<std::int64_t>(std::floor(down(extent_.south, geographic_) * n + rim)));
    }
    if (x1 < x0 || y1 < y0) return out;
    const std::int64_t under = (x1 - x0 + 1) * (y1 - y0 + 1);
    int cell = edge_;
    if (store_->asks_are_cheap() && under <= most_tiles)
      while (cell > 4 && under * cell * cell > most_pixels) cell /= 2;
    if (under > most_pixels / (cell * cell)) {
      const std::lock_guard lock(mutex_);
      too_far_ = true;
      return out;
    }
    Image mosaic;
    mosaic.width = static_cast<int>(x1 - x0 + 1) * cell;
    mosaic.height = static_cast<int>(y1 - y0 + 1) * cell;
    mosaic.rgba.assign(static_cast<std::size_t>(mosaic.width) * static_cast<std::size_t>(mosaic.height) * 4, 0);
    const auto around = static_cast<std::int64_t>(n);
    for (auto y = y0; y <= y1; ++y)
      for (auto x = x0; x <= x1; ++x)
        if (auto put = place(z, static_cast<std::uint32_t>(((x % around) + around) % around), static_cast<std::uint32_t>(y), mosaic,
                             {static_cast<int>(x - x0) * cell, static_cast<int>(y - y0) * cell, cell, cell});
            !put)
          return put.error();
    for (int j = 0; j < size; ++j) {
      const double lat = box.north - (box.north - box.south) * (j + 0.5) / size;
      if (!geographic_ && (lat > mercator_limit || lat < -mercator_limit)) continue;
      const double row = (down(lat, geographic_) * n - static_cast<double>(y0)) * cell;
      if (row < -0.5 || row > mosaic.height + 0.5) continue;
      for (int i = 0; i < size; ++i) {
        const double column = ((u0 + (u1 - u0) * (i + 0.5) / size) * n - static_cast<double>(x0)) * cell;
        if (column >= -0.5 && column <= mosaic.width + 0.5) sample_picture(mosaic, column, row, true, out.pixel(i, j));
      }
    }
    return out;
  }

 private:
  using Picture = std::shared_ptr<const Image>;  // null: there is none

  struct Cell { int left = 0, top = 0, width = 0, height = 0; };  // px of a mosaic

  // All of a picture into the cell: as it is, or the mean of the pixels under each, those that are clear not counting.
  static void draw(const Image& from, Image& mosaic, const Cell& to) {
    if (from.width <= to.width) {
      const double scale = static_cast<double>(from.width) / to.width, down_scale = static_cast<double>(from.height) / to.height;
      for (int j = 0; j < to.height; ++j) {
        if (from.width == to.width && from.height == to.height) std::copy_n(from.pixel(0, j), static_cast<std::size_t>(to.width) * 4, mosaic.pixel(to.left, to.top + j));
        else for (int i = 0; i < to.width; ++i) sample_picture(from, (i + 0.5) * scale, (j + 0.5) * down_scale, true, mosaic.pixel(to.left + i, to.top + j));
      }
      return;
    }
    for (int j = 0; j < to.height; ++j)
      for (int i = 0; i < to.width; ++i) {
        const int i0 = i * from.width / to.width, i1 = std::max(i0 + 1, (i + 1) * from.width / to.width);
        const int j0 = j * from.height / to.height, j1 = std::max(j0 + 1, (j + 1) * from.height / to.height);
        std::uint64_t colour[3] = {0, 0, 0}, alpha = 0;
        for (int v = j0; v < j1; ++v)
          for (int u = i0; u < i1; ++u) {
            const auto* p = from.pixel(u, v);
            for (int c = 0; c < 3; ++c) colour[c] += std::uint64_t{p[c]} * p[3];
            alpha += p[3];
          }
        auto* out = mosaic.pixel(to.left + i, to.top + j);
        for (int c = 0; c < 3 && alpha > 0; ++c) out[c] = static_cast<std::uint8_t>((colour[c] + alpha / 2) / alpha);
        out[3] = static_cast<std::uint8_t>(alpha / (static_cast<std::uint64_t>(i1 - i0) * static_cast<std::uint64_t>(j1 - j0)));
      }
  }

  // What of the four tiles below, or of those below them, is there.
  void place_finer(int z, std::uint32_t x, std::uint32_t y, Image& mosaic, const Cell& to, int levels) const {
    if (levels < 1 || z >= store_->max_zoom()) return;
    for (std::uint32_t k = 0; k < 4; ++k) {
      const int i = static_cast<int>(k % 2), j = static_cast<int>(k / 2), left = i * to.width / 2, top = j * to.height / 2;
      const Cell part{to.left + left, to.top + top, (i + 1) * to.width / 2 - left, (j + 1) * to.height / 2 - top};
      if (part.width < 1 || part.height < 1) continue;
      const std::uint32_t at_x = 2 * x + k % 2, at_y = 2 * y + k / 2;
      if (const auto picture = load(z + 1, at_x, at_y); picture && *picture) draw(**picture, mosaic, part);
      else place_finer(z + 1, at_x, at_y, mosaic, part, levels - 1);
    }
  }

  // The tile's pixels into the mosaic; those of a coarser one where it is missing or cannot be read, and of finer ones where
  // there is none either.
  Status place(int z, std::uint32_t x, std::uint32_t y, Image& mosaic, const Cell& to) const {
    std::optional<Error> failed;
    for (int up = 0; up <= levels_up && z - up >= store_->min_zoom(); ++up) {
      auto picture = load(z - up, x >> up, y >> up);
      if (!picture) {
        if (!failed) failed = picture.error();
        continue;
      }
      if (!*picture) continue;
      const Image& from = **picture;
      if (up == 0) {
        draw(from, mosaic, to);
        return {};
      }
      const double scale = std::ldexp(static_cast<double>(from.width) / to.width, -up);
      const auto inside = [&](std::uint32_t v) { return static_cast<double>(v & ((std::uint32_t{1} << up) - 1)) * to.width; };
      for (int j = 0; j < to.height; ++j)
        for (int i = 0; i < to.width; ++i)
          sample_picture(from, (inside(x) + i + 0.5) * scale, (inside(y) + j + 0.5) * scale, true, mosaic.pixel(to.left + i, to.top + j));
      return {};
    }
    if (failed) return *failed;
    if (store_->asks_are_cheap()) place_finer(z, x, y, mosaic, to, levels_down);
    return {};
  }

  // What failed and was read in the end is no longer missing.
  Result<Picture> load(int z, std::uint32_t x, std::uint32_t y) const {
    const std::uint64_t key = static_cast<std::uint64_t>(z) << 48 | static_cast<std::uint64_t>(x) << 24 | y;
    auto picture = load(key, z, x, y);
    const std::lock_guard lock(mutex_);
    if (picture) {
      failed_.erase(key);
    } else {
      failed_.insert(key);
      last_failure_ = picture.error();
    }
    return picture;
  }

  Result<Picture> load(std::uint64_t key, int z, std::uint32_t x, std::uint32_t y) const {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = kept_.find(key); found != kept_.end()) {
        order_.splice(order_.begin(), order_, found->second.place);
        return found->second.picture;
      }
    }
    auto bytes = store_->read(z, x, y);
    if (!bytes) return bytes.error();
    Picture picture;
    if (*bytes) {
      auto image = read_image_memory(**bytes, store_->label(z, x, y), 4096);
      if (!image) return image.error();
      if (image->width != image->height || image->width < 16 || image->width > 2048)
        return Error{ErrorCode::malformed, "is a picture of " + std::to_string(image->width) + " x " + std::to_string(image->height) + " pixels; tiles are square, 16 to 2048 along an edge",
                     store_->label(z, x, y), "", ""};
      picture = std::make_shared<const Image>(std::move(*image));
    }
    const std::lock_guard lock(mutex_);
    if (kept_.contains(key)) return picture;  // another thread's, the same
    order_.push_front(key);
    kept_[key] = {picture, order_.begin()};
    bytes_ += weight(picture);
    while (bytes_ > bytes_kept && order_.size() > 1) {
      const auto last = kept_.find(order_.back());
      bytes_ -= weight(last->second.picture);
      kept_.erase(last);
      order_.pop_back();
    }
    return picture;
  }
  static std::size_t weight(const Picture& p) { return 256 + (p ? p->rgba.size() : 0); }

  std::shared_ptr<const TileStore> store_;
  geo::Extent extent_;
  bool geographic_ = false;
  geo::GridGeometry grid_;
  Diagnostics diagnostics_;
  int edge_ = 256;  // px, of a tile
  struct Kept {
    Picture picture;
    std::list<std::uint64_t>::iterator place;
  };
  mutable std::mutex mutex_;
  mutable std::list<std::uint64_t> order_;  // the latest used first
  mutable std::unordered_map<std::uint64_t, Kept> kept_;
  mutable std::size_t bytes_ = 0;
  mutable std::set<std::uint64_t> failed_;  // by key
  mutable Error last_failure_;
  mutable bool too_far_ = false;    // something was asked for that would have been too many tiles
};

}  // namespace
}  // namespace pyramid

Result<std::shared_ptr<const Imagery>> open_imagery(const std::filesystem::path& path, const ImageryOptions& options) {
  const bool archive = pyramid::is_pmtiles(path), wmts = pyramid::is_wmts(path), wms = pyramid::is_wms(path), database = pyramid::is_mbtiles(path);
  if (!archive && !wmts && !wms && !database && !pyramid::is_template(path)) {
    const auto gdal = gdal::functions();
    return gdal ? (*gdal)->open_imagery(path, options.remote) : gdal.error();
  }
  auto store = wmts       ? pyramid::open_wmts(path, options)
               : wms      ? pyramid::open_wms(path, options)
               : archive  ? pyramid::open_pmtiles(path, options)
               : database ? pyramid::open_mbtiles(path)
                          : pyramid::open_template(path, options);
  if (!store) return store.error();
  auto crs = geo::Crs::parse((*store)->geographic() ? "EPSG:4326" : "EPSG:3857");
  if (!crs) return crs.error();
  auto imagery = std::make_shared<pyramid::PyramidImagery>(std::move(*store), std::move(*crs));
  if (auto begun = imagery->begin(); !begun) return begun.error();
  return std::shared_ptr<const Imagery>(std::move(imagery));
}

}  // namespace tenbo::io
