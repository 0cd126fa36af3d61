// Sensors with one thing wrong each.
#include <cstddef>
#include <cstring>
#include <limits>

#include "publisher.h"

tenbo_result publish_sensors(Publisher& p, const std::string& wrong) {
  const auto is = [&](const char* what) { return wrong == std::string("sensors_") + what; };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto* series = static_cast<const tenbo_series_source*>(p.host->get_extension(p.host, TENBO_EXT_SERIES));
  if (!series) return TENBO_UNSUPPORTED;
  tenbo_about about{};
  about.size = sizeof about;
  about.title = text("水位");
  about.source = text("River office");

  tenbo_threshold thresholds[3]{};  // not in the order of their levels
  for (auto& t : thresholds) t.size = sizeof t;
  thresholds[0].level = is("wrong_level") ? 6 : 4;
  thresholds[0].value = 3.5;
  thresholds[0].label_ja = text("氾濫危険水位");
  thresholds[0].label_en = text("Danger");
  thresholds[1].level = is("level_0") ? 0 : 2;
  thresholds[1].value = is("threshold_nan") ? nan : 2;
  thresholds[2].level = 3;
  thresholds[2].value = 3;
  if (is("uneven_thresholds")) thresholds[1].size += 8;

  // 2026-09-13T00:00:00Z and on, every ten minutes
  tenbo_time times[3] = {1789257600000, 1789258200000, 1789258800000};
  double values[3] = {1.5, nan, 3.25};
  if (is("equal_times")) times[1] = times[0];
  if (is("descending_times")) times[2] = times[0] - 1;
  if (is("mad_time")) times[2] = std::numeric_limits<std::int64_t>::max();
  if (is("infinite")) values[0] = std::numeric_limits<double>::infinity();

  tenbo_sensor sensors[2]{};
  for (auto& s : sensors) {
    s.size = is("sensor_size_0") ? 0 : sizeof s;
    s.kind = text("water level");
    s.quantity = text("水位");
    s.unit = text("m");
    s.lon = 139.5;
    s.lat = 35.5;
    s.expected_interval = 600;
    s.thresholds = is("null_thresholds") ? nullptr : thresholds;
    s.threshold_count = is("many_thresholds") ? 17 : 3;
    s.times = is("null_times") ? nullptr : times;
    s.values = is("null_values") ? nullptr : values;
    s.sample_count = is("many_samples") ? TENBO_MAX_SAMPLES : 3;
  }
  sensors[0].id = is("no_id") ? text("") : text("g1");
  sensors[0].name = is("null_text") ? tenbo_text{nullptr, 9} : text("橋の\xff水位計");
  sensors[0].has_height = 1;
  sensors[0].height = 12;
  sensors[1].id = is("same_id") ? text("g1") : text("g2");
  sensors[1].falling = is("mad_flag") ? 7 : 1;
  sensors[1].has_height = is("mad_height_flag") ? 2 : 0;
  sensors[1].sample_count = is("many_samples") ? TENBO_MAX_SAMPLES : 0;
  if (is("huge_text")) sensors[1].unit.size = UINT64_MAX / 2;
  if (is("uneven_sizes")) sensors[1].size += 8;
  if (is("odd_stride"))
    for (auto& s : sensors) s.size += 3;
  if (is("mended")) {
    sensors[0].height = nan;
    sensors[1].lat = nan;
    sensors[0].expected_interval = -1;
    values[2] = -std::numeric_limits<double>::infinity();
  }

  sensors[1].structure = is("mended") ? tenbo_text{} : text("BR-1");  // without a structure and without a place it is left out
  sensors[1].member = text("主桁");
  sensors[1].element = text("0102");
  sensors[1].span = is("mad_part") ? -3 : 1;
  sensors[1].has_position = is("mad_position") ? 8 : TENBO_ALONG | TENBO_UP;
  sensors[1].along = is("mad_part") ? nan : 12.5;
  sensors[1].up = -1;
  sensors[1].across = 99;  // not said to be known
  if (is("on_structure")) sensors[1].lon = sensors[1].lat = nan;
  // As a plugin of before structures has them.
  constexpr std::size_t old_size = offsetof(tenbo_sensor, structure);
  alignas(tenbo_sensor) std::byte old[2 * old_size];
  if (is("old"))
    for (std::size_t i = 0; i < 2; ++i) {
      sensors[i].size = old_size;
      std::memcpy(old + i * old_size, static_cast<const void*>(&sensors[i]), old_size);
    }

  tenbo_sensors s{};
  s.size = is("size_0") ? 0 : sizeof s;
  s.about = is("null_about") ? nullptr : &about;
  s.sensors = is("null_sensors") ? nullptr : is("old") ? reinterpret_cast<const tenbo_sensor*>(old) : sensors;
  s.sensor_count = is("sensors_huge") ? 0xFFFFFFFFu : 2;
  if (is("many_samples")) sensors[0].sample_count = 3;
  return series->publish(p.host, is("null") ? nullptr : &s);
}
