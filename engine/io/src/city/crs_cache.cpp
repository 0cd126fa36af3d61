#include "crs_cache.h"

namespace tenbo::io {

std::shared_ptr<CrsCache> make_crs_cache() { return std::make_shared<CrsCache>(); }

Result<geo::Crs> CrsCache::parse(const std::string& definition) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(definition); found != known_.end()) return found->second.crs;
  auto crs = geo::Crs::parse(definition);
  if (known_.size() < most) known_.emplace(definition, Known{crs, nullptr, {}});
  return crs;
}

Result<geo::Transformer> CrsCache::transformer(const std::string& definition, const geo::Crs& crs) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(definition);
  if (found == known_.end()) return geo::Transformer::to_geographic(crs, geo::AxisOrder::authority);
  Known& known = found->second;
  if (known.no_transformer) return *known.no_transformer;
  if (!known.to_geographic) {
    auto made = geo::Transformer::to_geographic(crs, geo::AxisOrder::authority);
    if (!made) {
      known.no_transformer = made.error();
      return made.error();
    }
    known.to_geographic = std::make_shared<const geo::Transformer>(std::move(*made));
  }
  return known.to_geographic->clone();
}

}  // namespace tenbo::io
