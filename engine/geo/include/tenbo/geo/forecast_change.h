#pragma once
// What one issue of a forecast changed against the one before, counted: how many cells rose and fell, and where by most.
#include <cstddef>
#include <optional>
#include <vector>

#include "tenbo/geo/forecast.h"

namespace tenbo::geo {

struct ChangedPlace {
  double lon = 0, lat = 0;      // degrees: the middle of the cell
  float before = 0, now = 0;    // in the unit of what is shown
  float change() const { return now - before; }
};

struct ChangeSummary {
  std::optional<Instant> issue, since, valid_time;
  std::size_t rose = 0, fell = 0, same = 0, unknown = 0;  // cells; unknown: either issue does not know it
  std::vector<ChangedPlace> risen, fallen;                // where by most; the largest first, no two near each other
};

// A cell has stayed the same where low <= change < high, in the unit of what is shown. At most `most` places each way, apart by at least
// a twentieth of the grid's longer side. Fails of the first issue, and as slices do. Takes its time. [worker]
Result<ChangeSummary> summarise_change(const Forecast& forecast, std::size_t issue, const ForecastView& view, std::size_t step, double low, double high,
                                       std::size_t most = 8);

}  // namespace tenbo::geo
