#include "tenbo/geo/field.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <exception>
#include <limits>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace tenbo::geo {

const char* to_string(Certainty c) {
  switch (c) {
    case Certainty::confirmed: return "confirmed";
    case Certainty::estimated: return "estimated";
    case Certainty::simulated: return "simulated";
    case Certainty::unknown: break;
  }
  return "unknown";
}

struct Field::Cache {
  explicit Cache(std::size_t bytes) : budget(bytes) {}
  const std::size_t budget;
  std::mutex mutex;
  std::condition_variable loaded;
  std::unordered_map<std::size_t, std::shared_ptr<const FieldSlice>> slices;
  std::deque<std::size_t> order;               // in which slices came; the oldest goes first when the budget is full
  std::size_t bytes = 0;
  std::unordered_set<std::size_t> loading;

  // One transformer serves one thread at a time; those at rest wait here.
  std::mutex transformer_mutex;
  std::optional<Transformer> prototype;        // absent: no CRS, or none that PROJ can use
  std::vector<Transformer> idle;
};

Field::Field(FieldInfo info, Loader loader, std::size_t cache_bytes)
    : info_(std::move(info)), loader_(std::move(loader)), cache_(std::make_shared<Cache>(cache_bytes)) {
  if (info_.grid.crs.is_valid())
    if (auto made = Transformer::from_geographic(info_.grid.crs, AxisOrder::xy)) cache_->prototype = std::move(*made);
}

std::size_t Field::steps() const { return std::max<std::size_t>(1, info_.valid_times.size()); }

Result<std::shared_ptr<const FieldSlice>> Field::slice(std::size_t step) const {
  if (step >= steps())
    return Error{ErrorCode::invalid_argument, fmt::format("step {} of a field of {} steps", step, steps()), "", "", ""};
  Cache& cache = *cache_;
  {
    std::unique_lock lock(cache.mutex);
    // Whoever asks for what another thread is loading waits for it instead of loading it twice.
    cache.loaded.wait(lock, [&] { return !cache.loading.contains(step); });
    if (const auto found = cache.slices.find(step); found != cache.slices.end()) return found->second;
    cache.loading.insert(step);
  }
  Result<std::shared_ptr<const FieldSlice>> result = Error{ErrorCode::internal, "the field has no loader", "", "", ""};
  try {
    if (loader_) result = loader_(step);
  } catch (const std::exception& e) {
    result = Error{ErrorCode::internal, fmt::format("loading step {} of a field threw: {}", step, e.what()), "", "", ""};
  } catch (...) {
    result = Error{ErrorCode::internal, fmt::format("loading step {} of a field threw", step), "", "", ""};
  }
  const auto expected = static_cast<std::size_t>(std::max(0, info_.grid.width)) * static_cast<std::size_t>(std::max(0, info_.grid.height));
  if (result && (!*result || (*result)->values.size() != expected))
    result = Error{ErrorCode::mismatch, fmt::format("step {} of a field has {} values, its grid of {} x {} has {}", step,
                                                    *result ? (*result)->values.size() : 0, info_.grid.width,
                                                    info_.grid.height, expected), "", "", ""};
  const std::lock_guard lock(cache.mutex);
  cache.loading.erase(step);
  if (result) {
    const std::size_t size = expected * sizeof(float);
    while (!cache.order.empty() && cache.bytes + size > cache.budget) {
      cache.slices.erase(cache.order.front());
      cache.order.pop_front();
      cache.bytes -= size;  // all slices of a field have one size
    }
    cache.slices.emplace(step, *result);
    cache.order.push_back(step);
    cache.bytes += size;
  }
  cache.loaded.notify_all();
  return result;
}

std::optional<std::size_t> Field::step_at(Instant t) const {
  if (info_.valid_times.empty()) return 0;
  const auto after = std::upper_bound(info_.valid_times.begin(), info_.valid_times.end(), t);
  if (after == info_.valid_times.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - info_.valid_times.begin()) - 1;
}

std::optional<std::pair<int, int>> Field::cell_at(double lon, double lat) const {
  if (!std::isfinite(lon) || !std::isfinite(lat)) return std::nullopt;
  const GridGeometry& grid = info_.grid;
  const auto cell = [&](double x, double y) -> std::optional<std::pair<int, int>> {
    double column = 0, row = 0;
    if (!grid.crs_to_pixel(x, y, column, row)) return std::nullopt;
    column = std::floor(column);
    row = std::floor(row);
    if (!(column >= 0 && column < grid.width && row >= 0 && row < grid.height)) return std::nullopt;
    return std::pair{static_cast<int>(column), static_cast<int>(row)};
  };
  if (!grid.crs.is_valid()) return cell(lon, lat);  // a grid that says nothing is in longitude and latitude

  GeoPoint p{lon, lat, 0};
  {
    std::optional<Transformer> transformer;
    {
      const std::lock_guard lock(cache_->transformer_mutex);
      if (!cache_->prototype) return std::nullopt;
      if (!cache_->idle.empty()) {
        transformer = std::move(cache_->idle.back());
        cache_->idle.pop_back();
      } else {
        transformer = cache_->prototype->clone();
      }
    }
    const bool lost = transformer->transform({&p, 1}) != 0;
    const std::lock_guard lock(cache_->transformer_mutex);
    cache_->idle.push_back(std::move(*transformer));
    if (lost) return std::nullopt;
  }
  if (auto found = cell(p.lon, p.lat)) return found;
  if (!grid.crs.is_geographic()) return std::nullopt;
  if (auto found = cell(p.lon + 360, p.lat)) return found;  // grids that run from 0 to 360
  return cell(p.lon - 360, p.lat);
}

Result<float> Field::value(std::size_t step, double lon, double lat) const {
  const auto cell = cell_at(lon, lat);
  if (!cell) return std::numeric_limits<float>::quiet_NaN();
  auto loaded = slice(step);
  if (!loaded) return std::move(loaded).error();
  return (*loaded)->values[static_cast<std::size_t>(cell->second) * static_cast<std::size_t>(info_.grid.width) +
                           static_cast<std::size_t>(cell->first)];
}

}  // namespace tenbo::geo
