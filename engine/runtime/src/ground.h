#pragma once
// The ground of a scene: its elevation layers in order, the first that knows a place answers. Immutable once made, so
// that workers may hold it while the scene changes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "tenbo/io/city.h"
#include "tenbo/io/raster.h"

namespace tenbo::runtime {

// Heights from a TIN (CityGML relief), through a grid of buckets. Thread-safe to read.
class TinGround {
 public:
  explicit TinGround(const io::CityModel& relief);
  double sample(double lon, double lat) const;  // NaN outside
  const geo::Extent& extent() const { return extent_; }

 private:
  struct Triangle { double ax, ay, az, bx, by, bz, cx, cy, cz; };
  std::vector<Triangle> triangles_;
  std::vector<std::uint32_t> starts_, items_;
  geo::Extent extent_;
  int columns_ = 0, rows_ = 0;
};

struct Ground {
  std::vector<std::shared_ptr<const io::Elevation>> elevations;
  std::vector<std::shared_ptr<const TinGround>> tins;

  bool empty() const { return elevations.empty() && tins.empty(); }
  double sample(double lon, double lat) const {
    for (const auto& e : elevations)
      if (const double h = e->sample(lon, lat); std::isfinite(h)) return h;
    for (const auto& t : tins)
      if (const double h = t->sample(lon, lat); std::isfinite(h)) return h;
    return std::numeric_limits<double>::quiet_NaN();
  }
  // Of what is in memory: never reads. [main]
  double known(double lon, double lat) const {
    for (const auto& e : elevations)
      if (const double h = e->known(lon, lat); std::isfinite(h)) return h;
    for (const auto& t : tins)
      if (const double h = t->sample(lon, lat); std::isfinite(h)) return h;
    return std::numeric_limits<double>::quiet_NaN();
  }
  // Some of it is read piece by piece, and differs from level to level.
  bool tiled() const {
    return std::any_of(elevations.begin(), elevations.end(), [](const auto& e) { return e->tiled(); });
  }
};

// The same for a surface with a point every `spacing` m: reads what it takes, on one worker.
class GroundReader {
 public:
  GroundReader(std::shared_ptr<const Ground> ground, double spacing) : ground_(std::move(ground)) {
    for (const auto& e : ground_->elevations) samplers_.push_back(e->sampler(spacing));
  }
  double at(double lon, double lat) const {
    for (const auto& s : samplers_)
      if (const double h = s->at(lon, lat); std::isfinite(h)) return h;
    for (const auto& t : ground_->tins)
      if (const double h = t->sample(lon, lat); std::isfinite(h)) return h;
    return std::numeric_limits<double>::quiet_NaN();
  }
  // As HeightSampler::retry_seconds().
  double retry_seconds() const {
    double out = std::numeric_limits<double>::infinity();
    for (const auto& s : samplers_) out = std::min(out, s->retry_seconds());
    return out;
  }

 private:
  std::shared_ptr<const Ground> ground_;
  std::vector<std::unique_ptr<io::HeightSampler>> samplers_;
};

}  // namespace tenbo::runtime
