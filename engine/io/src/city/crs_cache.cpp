#include "crs_cache.h"

namespace tenbo::io {

std::shared_ptr<CrsCache> make_crs_cache() { return std::make_shared<CrsCache>(); }

std::shared_ptr<CrsCache::Known> CrsCache::known(const std::string& definition) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(definition); found != known_.end()) return found->second;
  auto entry = std::make_shared<Known>();
  if (known_.size() < most) known_.emplace(definition, entry);
  return entry;
}

Result<geo::Crs> CrsCache::parse(const std::string& definition) {
  const auto entry = known(definition);
  const std::lock_guard lock(entry->mutex);
  if (!entry->crs) entry->crs = geo::Crs::parse(definition);
  return *entry->crs;
}

Result<geo::Transformer> CrsCache::transformer(const std::string& definition, const geo::Crs& crs) {
  const auto entry = known(definition);
  const std::lock_guard lock(entry->mutex);
  if (!entry->to_geographic) entry->to_geographic = geo::Transformer::to_geographic(crs, geo::AxisOrder::authority);
  if (!*entry->to_geographic) return entry->to_geographic->error();
  return (*entry->to_geographic)->clone();
}

}  // namespace tenbo::io
