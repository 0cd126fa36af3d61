#include "tenbo/runtime/sensor_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tenbo::runtime {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
double seconds_between(geo::Instant a, geo::Instant b) { return (static_cast<double>(b.ms) - static_cast<double>(a.ms)) / 1000; }
}  // namespace

const SensorThreshold* reached(const Sensor& sensor, double value) {
  const SensorThreshold* out = nullptr;
  for (const auto& t : sensor.thresholds)  // NaN reaches nothing
    if ((sensor.falling ? value <= t.value : value >= t.value) && (!out || t.level >= out->level)) out = &t;
  return out;
}

SensorState state_at(const Sensor& sensor, std::optional<geo::Instant> t) {
  SensorState out;
  out.value = nan;
  const auto after = t ? std::upper_bound(sensor.times.begin(), sensor.times.end(), *t) : sensor.times.end();
  if (after == sensor.times.begin()) return out;
  const auto i = static_cast<std::size_t>(after - sensor.times.begin()) - 1;
  out.reading = i;
  out.time = sensor.times[i];
  out.age = t ? seconds_between(sensor.times[i], *t) : 0;
  out.overdue = sensor.expected_interval > 0 && out.age > 2 * sensor.expected_interval;
  if (std::isnan(sensor.values[i])) {
    out.condition = SensorCondition::missing;
    return out;
  }
  out.value = sensor.values[i];
  out.condition = out.overdue ? SensorCondition::stale : SensorCondition::current;
  if (out.overdue) return out;
  out.threshold = reached(sensor, out.value);
  out.level = out.threshold ? out.threshold->level : 0;
  return out;
}

std::vector<SparkPoint> spark_of(const Sensor& sensor, geo::Instant t, std::size_t columns) {
  std::vector<SparkPoint> out;
  if (columns == 0) return out;
  const geo::Instant from{t.ms - static_cast<std::int64_t>(spark_seconds * 1000)};
  const auto begin = std::lower_bound(sensor.times.begin(), sensor.times.end(), from) - sensor.times.begin();
  const auto end = std::upper_bound(sensor.times.begin(), sensor.times.end(), t) - sensor.times.begin();
  const auto at = [&](std::ptrdiff_t i) { return seconds_between(from, sensor.times[static_cast<std::size_t>(i)]) / spark_seconds; };
  const auto value = [&](std::ptrdiff_t i) { return sensor.values[static_cast<std::size_t>(i)]; };
  const bool thin = static_cast<std::size_t>(end - begin) > 4 * columns;
  std::ptrdiff_t last = -1;
  for (auto i = begin; i < end;) {
    // A run of readings of one column without a gap in it.
    const auto breaks = [&](std::ptrdiff_t a, std::ptrdiff_t b) {
      return sensor.expected_interval > 0 &&
             seconds_between(sensor.times[static_cast<std::size_t>(a)], sensor.times[static_cast<std::size_t>(b)]) > 2 * sensor.expected_interval;
    };
    if (std::isnan(value(i)) || (last >= 0 && breaks(last, i))) {
      if (!out.empty() && !std::isnan(out.back().value)) out.push_back({at(i), nan});
    }
    if (std::isnan(value(i))) {
      last = i++;
      continue;
    }
    auto stop = i + 1;
    if (thin) {
      const double column = std::floor(at(i) * static_cast<double>(columns));
      while (stop < end && !std::isnan(value(stop)) && !breaks(stop - 1, stop) && std::floor(at(stop) * static_cast<double>(columns)) == column) ++stop;
    }
    std::set<std::ptrdiff_t> kept{i, stop - 1};
    for (auto k = i, low = i, high = i; k < stop; ++k) {
      if (value(k) < value(low)) low = k;
      if (value(k) > value(high)) high = k;
      if (k + 1 == stop) kept.insert({low, high});
    }
    for (const auto k : kept) out.push_back({at(k), value(k)});
    last = stop - 1;
    i = stop;
  }
  return out;
}

std::vector<geo::Instant> reading_times(const std::vector<Sensor>& sensors, std::size_t most) {
  std::set<geo::Instant> times;
  for (const auto& s : sensors)
    for (auto i = s.times.size(); i-- > 0;) {
      if (times.size() >= most && s.times[i] <= *times.begin()) break;
      times.insert(s.times[i]);
      if (times.size() > most) times.erase(times.begin());
    }
  return {times.begin(), times.end()};
}

}  // namespace tenbo::runtime
