#pragma once
// A field: a quantity over space x valid time (issue time and member come with live forecasts). Slices are loaded on
// demand and immutable; every number carries unit, source and time with it.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/geo/raster.h"

namespace tenbo::geo {

enum class Certainty { unknown, confirmed, estimated, simulated };
const char* to_string(Certainty c);

struct FieldSlice {
  std::vector<float> values;  // grid.width * grid.height, row by row from the top; NaN = unknown
};

struct FieldInfo {
  std::string quantity;                 // "water depth"
  std::string unit;                     // "m"
  std::string source;                   // who says so; empty = not stated
  Certainty certainty = Certainty::unknown;
  std::optional<Instant> issue_time;    // when the forecast was made
  std::vector<Instant> valid_times;     // ascending; empty = one slice without time
  GridGeometry grid;
  Extent extent;                        // of the grid's outline, lon/lat
  bool nodata_is_dry = false;           // declared by the layer; otherwise nodata is unknown
};

// Thread-safe: slice() may be called from any worker.
class Field {
 public:
  using Loader = std::function<Result<std::shared_ptr<const FieldSlice>>(std::size_t step)>;
  // cache_bytes: how much of the slices is kept; at least the last one asked for is.
  Field(FieldInfo info, Loader loader, std::size_t cache_bytes = std::size_t{512} << 20);
  const FieldInfo& info() const { return info_; }
  std::size_t steps() const;  // at least 1
  Result<std::shared_ptr<const FieldSlice>> slice(std::size_t step) const;  // cached
  // The last step whose valid time is not after t; nullopt before the first. Steps without time: 0.
  std::optional<std::size_t> step_at(Instant t) const;
  // Cell that contains the point, as gdallocationinfo finds it; nullopt outside. Thread-safe.
  std::optional<std::pair<int, int>> cell_at(double lon, double lat) const;
  // NaN = unknown or outside.
  Result<float> value(std::size_t step, double lon, double lat) const;

 private:
  struct Cache;
  FieldInfo info_;
  Loader loader_;
  std::shared_ptr<Cache> cache_;
};

}  // namespace tenbo::geo
