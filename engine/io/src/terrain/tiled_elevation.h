#pragma once
// Elevations that are made of tiles of several levels: what pictures and meshes of heights have in common.
#include <cmath>
#include <memory>
#include <numbers>

#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/terrain.h"
#include "terrain/tile_cache.h"

namespace tenbo::io::terrain {

class TiledElevation : public Elevation {
 public:
  TiledElevation(const TerrainOptions& options, geo::VerticalKind vertical) : heights_(options.heights), vertical_(vertical) {
    lifted_ = vertical_ != geo::VerticalKind::unknown && heights_.scene != geo::VerticalKind::unknown && vertical_ != heights_.scene;
  }
  const geo::GridGeometry& grid() const override { return grid_; }
  const geo::Extent& extent() const override { return extent_; }
  geo::VerticalKind vertical() const override { return vertical_; }
  double resolution() const override { return spacing(max_zoom_); }
  const Diagnostics& diagnostics() const override { return diagnostics_; }
  bool tiled() const override { return true; }
  double sample(double lon, double lat) const override { return sampler(0)->at(lon, lat); }

  // m between the heights of a level, in the middle of the extent.
  double spacing(int zoom) const {
    return widest_ / std::ldexp(1.0, zoom) * std::cos(extent_.centre().lat * std::numbers::pi / 180);
  }
  // The level whose heights are about so far apart.
  int level_for(double metres) const {
    if (!(metres > 0)) return max_zoom_;
    return std::clamp(static_cast<int>(std::lround(std::log2(spacing(0) / metres))), min_zoom_, max_zoom_);
  }
  double lift(double height, double lon, double lat) const { return lifted_ ? height + heights_.offset(vertical_, lon, lat) : height; }

 protected:
  // The outermost heights that are known so far: of the coarsest level.
  void add_heights(double low, double high) {
    const auto c = extent_.centre();
    low = lift(low, c.lon, c.lat);
    high = lift(high, c.lon, c.lat);
    if (!(low <= high)) return;
    extent_.min_height = std::min(extent_.min_height, low);
    extent_.max_height = std::max(extent_.max_height, high);
  }

  geo::GridGeometry grid_;
  geo::Extent extent_;
  Diagnostics diagnostics_;
  int min_zoom_ = 0, max_zoom_ = 0;
  double widest_ = 0;  // m between heights of level 0, at the equator

 private:
  geo::HeightPolicy heights_;
  geo::VerticalKind vertical_;
  bool lifted_ = false;  // its heights are brought into the scene's datum
};

// The layer.json of a folder, or of a bake's; empty where there is none.
std::filesystem::path layer_json_in(const std::filesystem::path& folder);
Result<std::shared_ptr<const Elevation>> open_pictures(const std::filesystem::path& path, const TerrainOptions& options);
Result<std::shared_ptr<const Elevation>> open_meshes(const std::filesystem::path& path, const TerrainOptions& options);

}  // namespace tenbo::io::terrain
