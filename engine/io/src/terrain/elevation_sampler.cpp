// What every Elevation can do without more of its own.
#include "tenbo/io/raster.h"

namespace tenbo::io {
namespace {

class PlainSampler final : public HeightSampler {
 public:
  explicit PlainSampler(const Elevation& of) : of_(of) {}
  double at(double lon, double lat) override { return of_.sample(lon, lat); }

 private:
  const Elevation& of_;
};

}  // namespace

std::unique_ptr<HeightSampler> Elevation::sampler(double) const { return std::make_unique<PlainSampler>(*this); }

}  // namespace tenbo::io
