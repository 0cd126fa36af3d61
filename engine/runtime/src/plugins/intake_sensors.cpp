#include "plugins/intake_sensors.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>

#include "plugins/intake.h"
#include "plugins/intake_about.h"
#include "plugins/intake_table.h"
#include "tenbo/plugin_api/shapes.h"

namespace tenbo::runtime {
namespace {
// What was mended or left out, for one warning each.
struct Mended {
  DataText texts;
  std::uint64_t no_place = 0, part = 0, height = 0, infinite = 0, interval = 0;
};

Status take_data_text(tenbo_text text, const std::string& place, std::string& out, Mended& mended) {
  auto taken = mended.texts.take(text, place);
  if (!taken) return taken.error();
  out = std::move(*taken);
  return {};
}

Status take_thresholds(const tenbo_sensor& s, const std::string& place, std::vector<SensorThreshold>& out, Mended& mended) {
  if (s.threshold_count > TENBO_MAX_THRESHOLDS)
    return bad(place + ".threshold_count", "found " + std::to_string(s.threshold_count) + ", the limit is " + std::to_string(TENBO_MAX_THRESHOLDS), ErrorCode::out_of_budget);
  if (s.threshold_count && !s.thresholds) return bad(place + ".thresholds", "is NULL");
  for (std::uint32_t i = 0; i < s.threshold_count; ++i) {
    const std::string where = place + ".thresholds[" + std::to_string(i) + "]";
    auto t = element(s.thresholds, i, place + ".thresholds");
    if (!t) return t.error();
    if (t->level < 1 || t->level > TENBO_LEVEL_MOST) return bad(where + ".level", "found " + std::to_string(t->level) + ", expected 1 to " + std::to_string(TENBO_LEVEL_MOST));
    if (!std::isfinite(t->value)) return bad(where + ".value", "is not a number");
    SensorThreshold made{t->level, t->value, {}};
    if (auto done = take_data_text(t->label_ja, where + ".label_ja", made.label.ja, mended); !done) return done.error();
    if (auto done = take_data_text(t->label_en, where + ".label_en", made.label.en, mended); !done) return done.error();
    out.push_back(std::move(made));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.level < b.level; });
  return {};
}

Status take_samples(const tenbo_sensor& s, const std::string& place, Sensor& out, Mended& mended) {
  if (s.sample_count && !s.times) return bad(place + ".times", "is NULL");
  if (s.sample_count && !s.values) return bad(place + ".values", "is NULL");
  out.times.reserve(s.sample_count);
  out.values.reserve(s.sample_count);
  for (std::uint32_t i = 0; i < s.sample_count; ++i) {
    const geo::Instant t{s.times[i]};
    const auto where = [&] { return place + ".times[" + std::to_string(i) + "]"; };
    if (!is_sane(t)) return bad(where(), "is outside the years 1 to 9999");
    if (!out.times.empty() && t <= out.times.back()) return bad(where(), geo::format_utc(t) + " is not after the reading before it");
    double v = s.values[i];
    if (std::isinf(v)) ++mended.infinite, v = NAN;
    out.times.push_back(t);
    out.values.push_back(v);
  }
  return {};
}

// Which structure it stands on, and where on it; lengths beyond what is built are not known.
Status take_part(const tenbo_sensor& s, const std::string& place, Sensor& out, Mended& mended) {
  std::string member;
  for (auto [from, to, name] : {std::tuple{&s.structure, &out.structure, ".structure"}, {&s.member, &member, ".member"}, {&s.element, &out.part.element, ".element"}})
    if (auto done = take_data_text(*from, place + name, *to, mended); !done) return done.error();
  if (s.has_position & ~(TENBO_ALONG | TENBO_ACROSS | TENBO_UP)) return bad(place + ".has_position", "found " + std::to_string(s.has_position) + ", expected bits of TENBO_ALONG, TENBO_ACROSS and TENBO_UP");
  SensorPart& p = out.part;
  p.member = inspection::read_member(member);
  if (p.member == inspection::Member::other) p.member_word = std::move(member);
  constexpr double longest = 20'000;  // m
  bool odd = s.span < 0 || s.span > 1000;
  if (!odd) p.span = s.span;
  for (auto [bit, from, to] : {std::tuple{TENBO_ALONG, s.along, &p.along}, {TENBO_ACROSS, s.across, &p.across}, {TENBO_UP, s.up, &p.up}}) {
    if (!(s.has_position & bit)) continue;
    if (std::abs(from) <= longest) *to = from;
    else odd = true;
  }
  mended.part += odd;
  return {};
}

// The sensor, unless it has no place on Earth and no structure.
Result<std::optional<Sensor>> take_sensor(const tenbo_sensor& s, const std::string& place, Mended& mended) {
  Sensor out;
  if (auto f = check_flag(s.falling, place + ".falling"); !f) return f.error();
  if (auto f = check_flag(s.has_height, place + ".has_height"); !f) return f.error();
  for (auto [from, to, name] : {std::tuple{&s.id, &out.id, ".id"}, {&s.name, &out.name, ".name"}, {&s.kind, &out.kind, ".kind"},
                                {&s.quantity, &out.quantity, ".quantity"}, {&s.unit, &out.unit, ".unit"}, {&s.source, &out.source, ".source"}})
    if (auto done = take_data_text(*from, place + name, *to, mended); !done) return done.error();
  if (out.id.empty()) return bad(place + ".id", "is empty");
  if (auto done = take_thresholds(s, place, out.thresholds, mended); !done) return done.error();
  if (auto done = take_samples(s, place, out, mended); !done) return done.error();
  out.falling = s.falling != 0;
  if (auto done = take_part(s, place, out, mended); !done) return done.error();
  const bool placed = std::abs(s.lon) <= 360 && std::abs(s.lat) <= 90;  // NaN fails too
  if (!placed && out.structure.empty()) {
    ++mended.no_place;
    return std::optional<Sensor>();
  }
  if (placed) out.lon = s.lon, out.lat = s.lat;
  if (s.has_height) {
    if (std::abs(s.height) <= 100'000) out.height = s.height;
    else ++mended.height;
  }
  if (s.expected_interval >= 0 && s.expected_interval <= 1e9) out.expected_interval = s.expected_interval;
  else ++mended.interval;
  return std::optional(std::move(out));
}

// What does not change with time, for search and cards.
std::shared_ptr<const geo::FeatureTable> table_of(const std::vector<Sensor>& sensors) {
  auto table = std::make_shared<geo::FeatureTable>();
  for (const auto& s : sensors) {
    const auto row = table->add_feature(s.id, s.kind.empty() ? "sensor" : s.kind);
    geo::Extent at;
    if (s.placed()) at.add(s.lon, s.lat);
    table->set_extent(row, at);
    for (const auto& [name, text] : {std::pair{"name", &s.name}, {"quantity", &s.quantity}, {"unit", &s.unit}, {"source", &s.source}, {"structure", &s.structure}})
      if (!text->empty()) table->add_text(row, name, *text);
  }
  return table;
}
}  // namespace

Result<PluginOutput> take_sensors(const tenbo_sensors* sensors) {
  auto s = take_struct(sensors, "tenbo_sensors");
  if (!s) return s.error();
  auto output = take_about(s->about, "tenbo_sensors.about");
  if (!output) return output.error();
  auto& o = *output;
  if (s->sensor_count > TENBO_MAX_ROWS)
    return bad("tenbo_sensors.sensor_count", "found " + std::to_string(s->sensor_count) + ", the limit is " + std::to_string(TENBO_MAX_ROWS), ErrorCode::out_of_budget);
  if (s->sensor_count && !s->sensors) return bad("tenbo_sensors.sensors", "is NULL");
  Mended mended;
  std::uint64_t samples = 0;
  auto all = std::make_shared<std::vector<Sensor>>();
  std::set<std::string> ids;
  for (std::uint32_t i = 0; i < s->sensor_count; ++i) {
    const std::string place = "tenbo_sensors.sensors[" + std::to_string(i) + "]";
    auto e = element(s->sensors, i, "tenbo_sensors.sensors", offsetof(tenbo_sensor, structure));
    if (!e) return e.error();
    samples += e->sample_count;
    if (samples > TENBO_MAX_SAMPLES)
      return bad(place + ".sample_count", "makes " + std::to_string(samples) + " readings of all sensors, the limit is " + std::to_string(TENBO_MAX_SAMPLES), ErrorCode::out_of_budget);
    auto taken = take_sensor(*e, place, mended);
    if (!taken) return taken.error();
    if (!*taken) continue;
    if (!ids.insert((*taken)->id).second) return bad(place + ".id", "\"" + (*taken)->id + "\" is an earlier sensor's too");
    all->push_back(std::move(**taken));
  }
  if (mended.no_place) add_warning(o, std::to_string(mended.no_place) + " sensors have no longitude and latitude on Earth and are left out");
  if (mended.part) add_warning(o, std::to_string(mended.part) + " sensors have a span or a position on their structure that cannot be, which is left out");
  if (mended.height) add_warning(o, std::to_string(mended.height) + " sensors have no usable height and stand on the ground");
  if (mended.interval) add_warning(o, std::to_string(mended.interval) + " sensors have no usable expected interval and never go stale");
  if (mended.infinite) add_warning(o, std::to_string(mended.infinite) + " readings are infinite and count as missing");
  mended.texts.tell(o);
  o.records = table_of(*all);
  o.sensors = std::move(all);
  return output;
}

}  // namespace tenbo::runtime
