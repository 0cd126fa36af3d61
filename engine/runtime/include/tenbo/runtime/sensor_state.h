#pragma once
// What a sensor says at a time: a function of its readings and that time, and of nothing else.
#include <cstddef>
#include <optional>
#include <vector>

#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

enum class SensorCondition {
  no_value,  // nothing was measured up to then
  current,
  stale,     // the next reading is overdue: the latest is older than twice the expected interval
  missing    // measured, and the value is missing (欠測); never the value before it
};

struct SensorState {
  SensorCondition condition = SensorCondition::no_value;
  std::optional<std::size_t> reading;  // the latest at or before the time
  std::optional<geo::Instant> time;    // of that reading
  double value = 0;                    // its value, where current or stale; NaN otherwise
  double age = 0;                      // s, of that reading
  bool overdue = false;                // stale; true of a missing value too that nothing has followed for so long
  int level = -1;                      // the highest threshold reached, 0 = none; -1 where not current
  const SensorThreshold* threshold = nullptr;  // that one; lives as long as the sensor
};

// `t` absent: the latest reading there is, as if it had just arrived.
SensorState state_at(const Sensor& sensor, std::optional<geo::Instant> t);

// The highest threshold that the value reaches; null: none, or the value is NaN.
const SensorThreshold* reached(const Sensor& sensor, double value);

// A piece of a curve: `at` from 0 (a day before the time) to 1 (the time). A NaN between two points is a gap: readings that are
// missing, or silence of more than twice the expected interval.
struct SparkPoint {
  double at = 0;
  double value = 0;
};
inline constexpr double spark_seconds = 24 * 3600;
// The last 24 hours before `t`, at most about 4 points a column: of many readings the first, least, greatest and last.
std::vector<SparkPoint> spark_of(const Sensor& sensor, geo::Instant t, std::size_t columns = 300);

// The times of readings of all of them, ascending, the latest `most` of them.
std::vector<geo::Instant> reading_times(const std::vector<Sensor>& sensors, std::size_t most = 2000);

}  // namespace tenbo::runtime
