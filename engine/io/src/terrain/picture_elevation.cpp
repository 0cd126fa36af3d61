// Heights from Web Mercator tiles of pictures: bilinear between the middles of pixels, over the edges of tiles too.
#include <array>

#include "pyramid/tile_store.h"
#include "tenbo/base/url.h"
#include "terrain/height_picture.h"
#include "terrain/tiled_elevation.h"

namespace tenbo::io::terrain {
namespace {

constexpr double half_world = 20037508.342789244;  // m, of EPSG:3857
constexpr double most_tiles_across = 1.5;           // under one tile of the surface, which has 48 heights across
constexpr double few_tiles = 400;                   // of the coarsest zoom: they are read from however far
constexpr double surface_cells = 48;

// 0 to 1 from the north to the south of the square.
double down(double lat) {
  const double s = std::sin(std::clamp(lat, -pyramid::mercator_limit, pyramid::mercator_limit) * std::numbers::pi / 180);
  return 0.5 - std::log((1 + s) / (1 - s)) / (4 * std::numbers::pi);
}

class PictureElevation final : public TiledElevation {
 public:
  using Cache = TileCache<HeightPicture>;
  PictureElevation(std::shared_ptr<const pyramid::TileStore> store, HeightEncoding encoding, geo::VerticalKind vertical, const TerrainOptions& options)
      : TiledElevation(options, vertical),
        store_(std::move(store)),
        cache_([this, encoding](const TileKey& k) -> Result<Cache::Tile> {
          auto bytes = store_->read(k.z, k.x, k.y);
          if (!bytes) return bytes.error();
          if (!*bytes) return Cache::Tile();
          auto picture = read_height_picture(**bytes, encoding, store_->label(k.z, k.x, k.y));
          if (!picture) return picture.error();
          return std::make_shared<const HeightPicture>(std::move(*picture));
        }, static_cast<std::size_t>(options.memory), options.retry_seconds) {}

  // Learns from the coarsest tile in the middle how large tiles are, and whether there is anything at all.
  Status begin() {
    auto crs = geo::Crs::parse("EPSG:3857");
    if (!crs) return crs.error();
    grid_.crs = std::move(*crs);
    extent_ = store_->extent();
    min_zoom_ = store_->min_zoom();
    max_zoom_ = store_->max_zoom();
    const auto c = extent_.centre();
    const double n = std::ldexp(1.0, min_zoom_);
    const TileKey first{min_zoom_, static_cast<std::uint32_t>(std::clamp((c.lon + 180) / 360, 0.0, 0.999999) * n), static_cast<std::uint32_t>(std::min(down(c.lat), 0.999999) * n)};
    const auto got = cache_.get(first);
    if (got.tile) {
      edge_ = got.tile->edge;
      float low = INFINITY, high = -INFINITY;
      for (const float h : got.tile->heights) {
        if (std::isnan(h)) continue;
        low = std::min(low, h);
        high = std::max(high, h);
      }
      add_heights(low, high);
    } else if (auto notes = cache_.notes(); !notes.errors.empty()) {
      auto again = store_->read(first.z, first.x, first.y);  // for its own words
      return again ? notes.errors.front() : again.error();
    }
    widest_ = 2 * half_world / edge_;
    grid_.width = grid_.height = static_cast<int>(std::min(std::int64_t{edge_} << max_zoom_, std::int64_t{1} << 30));
    const double pixel = 2 * half_world / grid_.width;
    grid_.geotransform = {-half_world, pixel, 0, half_world, 0, -pixel};
    return {};
  }
  std::unique_ptr<HeightSampler> sampler(double spacing) const override;
  double known(double lon, double lat) const override;
  Diagnostics notes() const override {
    Diagnostics out = store_->notes();
    out.merge(cache_.notes());
    return out;
  }

  // `find` gives a tile, or null; NaN where a pixel without data, or no tile at all, is under the place.
  template <class Find>
  double value(int zoom, double lon, double lat, Find&& find) const {
    if (!(lat <= pyramid::mercator_limit && lat >= -pyramid::mercator_limit && std::isfinite(lon))) return NAN;
    double across = (lon + 180) / 360;
    across -= std::floor(across);
    for (int z = zoom; z >= min_zoom_; --z) {
      const auto n = std::int64_t{edge_} << z;  // pixels around
      const double x = across * static_cast<double>(n), y = std::min(down(lat) * static_cast<double>(n), static_cast<double>(n) - 1e-6);
      const auto own_x = std::min(static_cast<std::int64_t>(x), n - 1), own_y = static_cast<std::int64_t>(y);
      const auto pixel = [&](std::int64_t px, std::int64_t py) -> double {
        px = (px + n) % n;
        if (py < 0 || py >= n) return NAN;
        const HeightPicture* t = find(TileKey{z, static_cast<std::uint32_t>(px / edge_), static_cast<std::uint32_t>(py / edge_)});
        return t && t->edge == edge_ ? t->at(static_cast<int>(px % edge_), static_cast<int>(py % edge_)) : NAN;
      };
      if (const auto* own = find(TileKey{z, static_cast<std::uint32_t>(own_x / edge_), static_cast<std::uint32_t>(own_y / edge_)}); !own || own->edge != edge_) continue;
      if (std::isnan(pixel(own_x, own_y))) return NAN;
      const auto x0 = static_cast<std::int64_t>(std::floor(x - 0.5)), y0 = static_cast<std::int64_t>(std::floor(y - 0.5));
      const double fx = x - 0.5 - static_cast<double>(x0), fy = y - 0.5 - static_cast<double>(y0);
      double sum = 0, weight = 0;
      const auto add = [&](double h, double w) {
        if (std::isnan(h)) return;
        sum += h * w;
        weight += w;
      };
      add(pixel(x0, y0), (1 - fx) * (1 - fy));
      add(pixel(x0 + 1, y0), fx * (1 - fy));
      add(pixel(x0, y0 + 1), (1 - fx) * fy);
      add(pixel(x0 + 1, y0 + 1), fx * fy);
      return weight > 0 ? lift(sum / weight, lon, lat) : NAN;
    }
    return NAN;
  }

 private:
  friend class PictureSampler;
  int edge_ = 256;  // px, of a tile
  std::shared_ptr<const pyramid::TileStore> store_;
  mutable Cache cache_;
};

class PictureSampler final : public HeightSampler {
 public:
  PictureSampler(const PictureElevation& of, double spacing) : of_(of), zoom_(of.level_for(spacing)) {
    // Seen from farther off than its coarsest tiles are made for: a surface of thousands of them is not drawn.
    const double tile = 360 / std::ldexp(1.0, of.min_zoom_);  // degrees
    const bool few = (of.extent_.east - of.extent_.west) * (of.extent_.north - of.extent_.south) < few_tiles * tile * tile;
    too_far_ = !few && spacing * surface_cells > of.spacing(of.min_zoom_) * of.edge_ * most_tiles_across;
  }
  double at(double lon, double lat) override {
    if (too_far_) return NAN;
    return of_.value(zoom_, lon, lat, [this](const TileKey& key) { return tile(key); });
  }
  double retry_seconds() const override { return retry_; }

 private:
  const HeightPicture* tile(const TileKey& key) {
    for (auto& [k, t] : held_)
      if (k == key) return t.get();
    auto got = of_.cache_.get(key);
    retry_ = std::min(retry_, got.retry);
    auto& slot = held_[next_++ % held_.size()];
    slot = {key, std::move(got.tile)};
    return slot.second.get();
  }

  const PictureElevation& of_;
  const int zoom_;
  bool too_far_ = false;
  double retry_ = never;
  std::size_t next_ = 0;
  std::array<std::pair<TileKey, PictureElevation::Cache::Tile>, 8> held_{{{{-1, 0, 0}, nullptr}, {{-1, 0, 0}, nullptr}, {{-1, 0, 0}, nullptr}, {{-1, 0, 0}, nullptr},
                                                                          {{-1, 0, 0}, nullptr}, {{-1, 0, 0}, nullptr}, {{-1, 0, 0}, nullptr}, {{-1, 0, 0}, nullptr}}};
};

std::unique_ptr<HeightSampler> PictureElevation::sampler(double spacing) const { return std::make_unique<PictureSampler>(*this, spacing); }

double PictureElevation::known(double lon, double lat) const {
  std::array<Cache::Tile, 8> alive;
  std::size_t next = 0;
  return value(max_zoom_, lon, lat, [&](const TileKey& key) { return (alive[next++ % alive.size()] = cache_.peek(key)).get(); });
}

}  // namespace

Result<std::shared_ptr<const Elevation>> open_pictures(const std::filesystem::path& path, const TerrainOptions& options) {
  const auto encoding = options.encoding != HeightEncoding::unknown ? options.encoding : height_encoding_by_name(path);
  if (encoding == HeightEncoding::unknown)
    return Error{ErrorCode::invalid_argument, "does not say how its pictures hold heights", shown(path), "encoding",
                 "say \"encoding\": \"gsi\", \"terrain-rgb\" or \"terrarium\" for the layer in a scene file"};
  auto vertical = options.declared;
  if (vertical == geo::VerticalKind::unknown && encoding == HeightEncoding::gsi) vertical = geo::VerticalKind::orthometric;  // T.P., as GSI defines them
  if (auto fits = options.heights.accepts(vertical); !fits) {
    Error e = fits.error();
    e.file = shown(path);
    return e;
  }
  ImageryOptions store_options;
  store_options.remote = options.remote;
  store_options.max_zoom = encoding == HeightEncoding::gsi ? 14 : 15;
  if (options.zoom) std::tie(store_options.min_zoom, store_options.max_zoom) = *options.zoom;
  auto store = pyramid::is_pmtiles(path)    ? pyramid::open_pmtiles(path, store_options)
               : pyramid::is_mbtiles(path) ? pyramid::open_mbtiles(path)
                                           : pyramid::open_template(path, store_options);
  if (!store) return store.error();
  auto out = std::make_shared<PictureElevation>(std::move(*store), encoding, vertical, options);
  if (auto begun = out->begin(); !begun) return begun.error();
  return std::shared_ptr<const Elevation>(std::move(out));
}

}  // namespace tenbo::io::terrain
