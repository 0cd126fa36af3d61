// Heights from quantized-mesh and heightmap tiles: each place from the triangle that it lies in, of the level that is asked for.
#include <array>

#include "tenbo/base/url.h"
#include "tenbo/io/tiles.h"
#include "terrain/height_mesh.h"
#include "terrain/layer_json.h"
#include "terrain/tiled_elevation.h"

namespace tenbo::io::terrain {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_layer_json = 64 << 20, largest_tile = 64 << 20;  // bytes
constexpr double points_across = 64;  // that the makers of such tiles have along an edge

double down_mercator(double lat) {
  const double s = std::sin(std::clamp(lat, -89.0, 89.0) * std::numbers::pi / 180);
  return 0.5 - std::log((1 + s) / (1 - s)) / (4 * std::numbers::pi);
}

class MeshElevation final : public TiledElevation {
 public:
  using Cache = TileCache<HeightMesh>;
  MeshElevation(std::shared_ptr<const TileSource> source, std::string entry, LayerJson layer, geo::VerticalKind vertical, const TerrainOptions& options)
      : TiledElevation(options, vertical),
        source_(std::move(source)),
        entry_(std::move(entry)),
        layer_(std::move(layer)),
        cache_([this](const TileKey& k) { return load(k); }, static_cast<std::size_t>(options.memory), options.retry_seconds) {}

  Status begin() {
    auto crs = geo::Crs::parse(vertical() == geo::VerticalKind::ellipsoidal ? "EPSG:4979" : "EPSG:4326");
    if (!crs) return crs.error();
    grid_.crs = std::move(*crs);
    extent_ = layer_.bounds;
    min_zoom_ = layer_.min_zoom;
    max_zoom_ = layer_.max_zoom;
    widest_ = (layer_.geodetic ? 1 : 2) * std::numbers::pi * geo::wgs84_a / points_across;
    grid_.width = static_cast<int>(std::min(360 / (layer_.geodetic ? 180.0 : 360.0) * points_across * std::ldexp(1.0, max_zoom_), 1e9));
    grid_.height = layer_.geodetic ? grid_.width / 2 : grid_.width;
    grid_.geotransform = {-180, 360.0 / grid_.width, 0, 90, 0, -180.0 / grid_.height};
    // The coarsest tile in the middle tells whether there is anything to be had, and about how high it is.
    double u, v;
    const auto c = extent_.centre();
    const TileKey key = key_at(min_zoom_, c.lon, c.lat, u, v);
    const auto got = cache_.get(key);
    if (got.tile) {
      // Of a set of a small place the tile that is about as large says more.
      int z = min_zoom_;
      while (z < max_zoom_ && 180 / std::ldexp(1.0, z + 1) > extent_.north - extent_.south) ++z;
      const TileKey near = key_at(z, c.lon, c.lat, u, v);
      const auto fitting = layer_.has(near.z, near.x, near.y) ? cache_.get(near) : got;
      const auto& tile = fitting.tile ? *fitting.tile : *got.tile;
      add_heights(tile.low(), tile.high());
    } else if (auto notes = cache_.notes(); !notes.errors.empty()) {
      auto again = load(key);  // for its own words
      return again ? notes.errors.front() : again.error();
    }
    return {};
  }
  std::unique_ptr<HeightSampler> sampler(double spacing) const override;
  double known(double lon, double lat) const override {
    Cache::Tile alive;
    return value(max_zoom_, lon, lat, [&](const TileKey& key) { return (alive = cache_.peek(key)).get(); });
  }
  std::string attribution() const override { return layer_.attribution; }
  Diagnostics notes() const override {
    Diagnostics out = source_->notes();
    out.merge(cache_.notes());
    return out;
  }

  // Where no tile of the level is, that of a coarser one stands for it; a hole in the tile that is there stays one.
  template <class Find>
  double value(int zoom, double lon, double lat, Find&& find) const {
    if (!extent_.contains(lon, lat)) return NAN;
    for (int z = zoom; z >= min_zoom_; --z) {
      double u, v;
      const TileKey key = key_at(z, lon, lat, u, v);
      if (!layer_.has(key.z, key.x, key.y)) continue;
      if (const HeightMesh* mesh = find(key)) return lift(mesh->at(u, v), lon, lat);
    }
    return NAN;
  }

 private:
  friend class MeshSampler;
  // Rows count from the south.
  TileKey key_at(int z, double lon, double lat, double& u, double& v) const {
    const double rows = std::ldexp(1.0, z), columns = layer_.geodetic ? 2 * rows : rows;
    const double x = (lon + 180) / 360 * columns, y = (layer_.geodetic ? (lat + 90) / 180 : 1 - down_mercator(lat)) * rows;
    const double column = std::clamp(std::floor(x), 0.0, columns - 1), row = std::clamp(std::floor(y), 0.0, rows - 1);
    u = x - column;
    // Within a tile the rows are even in latitude, also in the Mercator square.
    v = y - row;
    if (!layer_.geodetic) {
      const double south = latitude(row / rows), north = latitude((row + 1) / rows);
      v = (lat - south) / (north - south);
    }
    return {z, static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row)};
  }
  static double latitude(double up) { return std::atan(std::sinh(std::numbers::pi * (2 * up - 1))) * 180 / std::numbers::pi; }

  Result<Cache::Tile> load(const TileKey& k) const {
    std::string name = layer_.address;
    const std::uint32_t row = layer_.rows_from_north ? (std::uint32_t{1} << k.z) - 1 - k.y : k.y;
    for (const auto& [word, number] : {std::pair<const char*, std::uint32_t>{"{z}", static_cast<std::uint32_t>(k.z)}, {"{x}", k.x}, {"{y}", row}})
      for (auto at = name.find(word); at != std::string::npos; at = name.find(word, at)) name.replace(at, std::string_view(word).size(), std::to_string(number));
    auto inside = source_->resolve(entry_, name);
    if (!inside) {
      Error e = inside.error();
      if (e.file.empty()) e.file = source_->label(entry_);
      return e;
    }
    auto bytes = source_->read(*inside, largest_tile);
    if (!bytes && bytes.error().code == ErrorCode::not_found) return Cache::Tile();
    if (!bytes) return bytes.error();
    if (bytes->empty()) return Cache::Tile();
    auto mesh = layer_.heightmap ? read_heightmap(*bytes, source_->label(*inside)) : read_quantized_mesh(*bytes, source_->label(*inside));
    if (!mesh) return mesh.error();
    return std::make_shared<const HeightMesh>(*mesh);
  }

  std::shared_ptr<const TileSource> source_;
  std::string entry_;
  LayerJson layer_;
  mutable Cache cache_;
};

class MeshSampler final : public HeightSampler {
 public:
  MeshSampler(const MeshElevation& of, double spacing) : of_(of), zoom_(of.level_for(spacing)) {}
  double at(double lon, double lat) override {
    return of_.value(zoom_, lon, lat, [this](const TileKey& key) { return tile(key); });
  }
  double retry_seconds() const override { return retry_; }

 private:
  const HeightMesh* tile(const TileKey& key) {
    for (auto& [k, t] : held_)
      if (k == key) return t.get();
    auto got = of_.cache_.get(key);
    retry_ = std::min(retry_, got.retry);
    held_.push_back({key, std::move(got.tile)});
    if (held_.size() > most_held) held_.erase(held_.begin());
    return held_.back().second.get();
  }
  static constexpr std::size_t most_held = 8;
  const MeshElevation& of_;
  const int zoom_;
  double retry_ = never;
  std::vector<std::pair<TileKey, MeshElevation::Cache::Tile>> held_;
};

std::unique_ptr<HeightSampler> MeshElevation::sampler(double spacing) const { return std::make_unique<MeshSampler>(*this, spacing); }

}  // namespace

fs::path layer_json_in(const fs::path& folder) {
  std::error_code ec;
  for (const char* name : {"layer.json", "terrain/layer.json"})
    if (fs::is_regular_file(folder / name, ec)) return folder / name;
  return {};
}

Result<std::shared_ptr<const Elevation>> open_meshes(const fs::path& path, const TerrainOptions& options) {
  std::error_code ec;
  const fs::path file = !is_url(path) && fs::is_directory(path, ec) ? layer_json_in(path) : path;
  std::string entry;
  auto source = open_tile_source(file, entry, options.remote);
  if (!source) return source.error();
  auto bytes = (*source)->read(entry, largest_layer_json);
  if (!bytes) return bytes.error();
  auto layer = parse_layer_json(*bytes, (*source)->label(entry));
  if (!layer) return layer.error();
  const auto vertical = options.declared != geo::VerticalKind::unknown ? options.declared : layer->vertical;
  if (auto fits = options.heights.accepts(vertical); !fits) {
    Error e = fits.error();
    e.file = shown(path);
    return e;
  }
  auto out = std::make_shared<MeshElevation>(std::move(*source), std::move(entry), std::move(*layer), vertical, options);
  if (auto begun = out->begin(); !begun) return begun.error();
  return std::shared_ptr<const Elevation>(std::move(out));
}

}  // namespace tenbo::io::terrain
