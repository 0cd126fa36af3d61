// Readings of sensors, whatever the bytes: as SensorThings, as a table, and as the lists of thresholds and times. What is kept is
// in order, each time once, within its limits, and never infinite.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "json.h"
#include "plain_json.h"
#include "read_time.h"
#include "sensor_things.h"
#include "store.h"
#include "table.h"

namespace {
void check(const sensors::Store& store, bool arrived) {
  for (const auto& [id, s] : store.stations()) {
    if (id.empty() || id.size() > 1000 || s.thresholds.size() > 16) std::abort();
    for (const auto& t : s.thresholds)
      if (t.level < 1 || t.level > 5 || !std::isfinite(t.value)) std::abort();
    if (s.part.span < 0 || s.part.span > 1000 || std::abs(s.part.along) > 20'000) std::abort();
    if (s.placed() && !(std::abs(s.lon) <= 360 && std::abs(s.lat) <= 90)) std::abort();
    for (std::size_t i = 0; i < s.readings.size(); ++i) {
      if (std::isinf(s.readings[i].value) || (i && s.readings[i].time <= s.readings[i - 1].time)) std::abort();
      if (arrived && s.readings[i].time > 1'789'257'600'000 + sensors::Store::ahead) std::abort();
    }
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::int64_t now = 1'789'257'600'000;  // 2026-09-13T00:00:00Z
  for (const bool arrived : {false, true}) {
    sensors::Store store;
    const auto at = arrived ? std::optional(now) : std::nullopt;
    try {
      sensors::read_things(text, "v1.1/Datastreams(1)/Observations", at, store);
      const auto once = store.stations().size();
      sensors::read_things(text, "v1.1/Datastreams(1)/Observations", at, store);  // again: nothing new
      if (store.stations().size() != once) std::abort();
      if (const auto rows = sensors::plain_rows(sensors::parse_json(text), "a/b")) {
        sensors::Store plain;
        try {
          sensors::read_table(*rows, {}, at, plain);
        } catch (const std::runtime_error&) {
        }
        check(plain, arrived);
      }
    } catch (const sensors::JsonError&) {
    }
    check(store, arrived);
    if (arrived) store.forget_before(now);
    check(store, arrived);
    sensors::Store table;
    try {
      sensors::read_table(text, {{}, arrived ? std::optional(540) : std::nullopt}, at, table);
    } catch (const std::runtime_error&) {
    }
    check(table, arrived);
  }
  std::string wrong;
  if (sensors::read_thresholds(text, wrong).size() > 16) std::abort();
  if (const auto t = sensors::read_time(text, 540); t && (*t < -62'135'596'800'000 || *t > 253'402'300'799'999)) std::abort();
  (void)sensors::datastream_of(text);
  return 0;
}
