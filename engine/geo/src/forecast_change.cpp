#include "tenbo/geo/forecast_change.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tenbo/geo/crs.h"

namespace tenbo::geo {
namespace {

struct Cell { int column, row; };

// The cells where sign * change is largest and at least `least`, one after the other, none within `apart` cells of an earlier one.
std::vector<std::size_t> largest(const std::vector<float>& change, const GridGeometry& grid, double sign, double least, std::size_t most) {
  const int apart = std::max(2, std::max(grid.width, grid.height) / 20);
  std::vector<std::size_t> out;
  std::vector<Cell> taken;
  while (out.size() < most) {
    std::optional<std::size_t> best;
    double best_value = 0;
    for (std::size_t i = 0; i < change.size(); ++i) {
      const double v = sign * static_cast<double>(change[i]);
      if (!(v >= least) || (best && v <= best_value)) continue;  // NaN is no place
      const Cell at{static_cast<int>(i % static_cast<std::size_t>(grid.width)), static_cast<int>(i / static_cast<std::size_t>(grid.width))};
      if (std::any_of(taken.begin(), taken.end(), [&](const Cell& c) { return std::max(std::abs(c.column - at.column), std::abs(c.row - at.row)) < apart; })) continue;
      best = i;
      best_value = v;
    }
    if (!best) break;
    out.push_back(*best);
    taken.push_back({static_cast<int>(*best % static_cast<std::size_t>(grid.width)), static_cast<int>(*best / static_cast<std::size_t>(grid.width))});
  }
  return out;
}

}  // namespace

Result<ChangeSummary> summarise_change(const Forecast& forecast, std::size_t issue, const ForecastView& view, std::size_t step, double low, double high, std::size_t most) {
  const auto change = forecast.changed(issue, view);
  if (!change) return change.error();
  const auto field = forecast.field(issue, view);
  if (!field) return field.error();
  if (step >= (*field)->steps()) return Error{ErrorCode::invalid_argument, "a step that the forecast does not have", "", "", ""};
  const auto apart = (*change)->slice(step);
  if (!apart) return apart.error();
  const auto now = (*field)->slice(step);
  if (!now) return now.error();
  ChangeSummary out;
  out.issue = forecast.issue_time(issue);
  out.since = forecast.issue_time(issue - 1);
  const FieldInfo& info = (*field)->info();
  if (step < info.valid_times.size()) out.valid_time = info.valid_times[step];
  const auto& values = (*apart)->values;
  for (const float v : values) {
    if (std::isnan(v)) ++out.unknown;
    else if (static_cast<double>(v) >= high) ++out.rose;
    else if (static_cast<double>(v) < low) ++out.fell;
    else ++out.same;
  }
  const auto places = [&](const std::vector<std::size_t>& cells) {
    std::vector<ChangedPlace> list;
    std::vector<GeoPoint> at(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto width = static_cast<std::size_t>(info.grid.width);
      const std::size_t x = cells[i] % width, y = cells[i] / width;
      info.grid.pixel_to_crs(static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5, at[i].lon, at[i].lat);
    }
    if (auto t = Transformer::to_geographic(info.grid.crs, AxisOrder::xy)) t->transform(at);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!std::isfinite(at[i].lon) || !std::isfinite(at[i].lat)) continue;
      const float value = (*now)->values[cells[i]];
      const float is = std::isnan(value) ? 0.f : value;  // the difference is known, so no data is dry there
      list.push_back({at[i].lon, at[i].lat, is - values[cells[i]], is});
    }
    return list;
  };
  out.risen = places(largest(values, info.grid, 1, high, most));
  out.fallen = places(largest(values, info.grid, -1, std::nextafter(-low, 1e300), most));
  return out;
}

}  // namespace tenbo::geo
