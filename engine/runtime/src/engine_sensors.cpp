// Sensors on the glass: markers, legend, the card of the one that is selected, and what probes and picks say of them. All of it
// is a function of what was published and of the scene's time.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine_impl.h"
#include "hud/words.h"
#include "tenbo/runtime/freshness.h"
#include "tenbo/runtime/sensor_state.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {
constexpr double sensor_range = 200'000;    // m: farther away markers are noise
constexpr double label_range = 60'000;      // m
constexpr std::size_t most_labels = 400;    // of a layer: more have no room on any glass
constexpr double probe_range = 100;         // m: a place that is meant to be a sensor's

// As the source wrote it, to a thousandth.
std::string number_text(double v) {
  if (v != 0 && (std::abs(v) < 0.001 || std::abs(v) >= 1e9)) return fmt::format("{:.4g}", v);
  auto text = fmt::format("{:.3f}", v);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}
std::string with_unit(double v, const std::string& unit) { return number_text(v) + (unit.empty() ? "" : (unit == "%" || unit == "°C" ? "" : " ") + unit); }

const std::string& in(const Words& w, bool ja) { return ja ? (w.ja.empty() ? w.en : w.ja) : (w.en.empty() ? w.ja : w.en); }
}  // namespace

// The word for a value that is not there, or the value.
std::string EngineImpl::sensor_value(const Sensor& s, const SensorState& state) const {
  if (state.condition == SensorCondition::no_value) return word("sensor.no_value");
  if (state.condition == SensorCondition::missing) return word("sensor.missing");
  return with_unit(state.value, s.unit);
}
std::string EngineImpl::sensor_level(const Sensor& s, const SensorState& state) const {
  if (state.overdue) return age_chip(texts_ ? &*texts_ : nullptr, options_.language, {state.age, Freshness::stale});
  if (state.condition != SensorCondition::current) return {};
  if (!state.threshold) return s.thresholds.empty() ? std::string() : word("sensor.below");
  const auto& label = in(state.threshold->label, options_.language == Language::ja);
  return word("sensor.level", {{"level", std::to_string(state.level)}}) + (label.empty() ? "" : "  " + label);
}

void EngineImpl::symbol(const SensorState& state, Marker& m) const {
  const Palette* p = palette("sensor-level");
  m.severity = std::max(0, state.level);
  m.shape = MarkerShape::circle;
  m.colour = p ? p->unknown : Rgba8{138, 146, 154, 255};
  if (state.level >= 0) {
    if (const auto* stop = p ? p->class_of(state.level) : nullptr) {
      m.colour = stop->colour;
      m.shape = stop->shape.value_or(MarkerShape::circle);
      m.letter = stop->letter;
    }
  } else if (state.condition != SensorCondition::no_value) {
    m.shape = MarkerShape::hexagon;
    m.hatched = state.overdue;
    m.letter = state.condition == SensorCondition::missing ? "×" : " ";  // the hatching is its letter
    m.severity = 1;  // somebody should look after it
  }
}

// On its part where the model of its structure stands, else where it says, else where its structure does.
std::optional<geo::GeoPoint> EngineImpl::sensor_place(const Layer& l, std::size_t row) const {
  const auto& s = (*l.output->sensors)[row];
  const SensorTie* tie = row < l.ties.all.size() && l.ties.of == l.output && l.ties.all[row].layer ? &l.ties.all[row] : nullptr;
  if (tie && tie->at) return geo::from_ecef(*tie->at);
  geo::GeoPoint at{s.lon, s.lat, s.height.value_or(NAN)};
  if (!s.placed()) {
    const Layer* of = tie ? find_layer(tie->layer) : nullptr;
    if (!of || !of->structures.records || tie->structure >= of->structures.records->size()) return std::nullopt;
    const auto& r = *of->structures.records;
    at = {r.lon(tie->structure), r.lat(tie->structure), r.height(tie->structure)};
    if (!std::isfinite(at.lon) || !std::isfinite(at.lat)) return std::nullopt;
  }
  if (!std::isfinite(at.height)) at.height = ground_->known(at.lon, at.lat);
  if (!std::isfinite(at.height)) at.height = 0;
  return at;
}

void EngineImpl::sensor_markers(const Layer& l, glm::uvec2 size, std::vector<Marker>& out, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const {
  const glm::dvec2 viewport(size);
  const auto eye = camera_.position();
  const auto& sensors = *l.output->sensors;
  struct Named { std::size_t marker; std::uint32_t sensor; SensorState state; };
  std::vector<Named> named;
  for (std::uint32_t i = 0; i < sensors.size(); ++i) {
    const auto& s = sensors[i];
    const auto place = sensor_place(l, i);
    if (!place) continue;
    const auto at = geo::to_ecef(*place);
    const double distance = glm::length(at - eye);
    if (distance > sensor_range) continue;
    const auto pixel = camera_.project(at, viewport);
    if (!pixel || pixel->x < -50 || pixel->y < -50 || pixel->x > viewport.x + 50 || pixel->y > viewport.y + 50) continue;
    const auto state = state_at(s, time_.now);
    Marker m;
    symbol(state, m);
    m.foot = glm::vec2(*pixel);
    m.pixel = m.foot - glm::vec2(0, (m.letter.empty() ? 20.f : 38.f) * options_.ui_scale);
    m.depth = static_cast<float>(distance);
    m.group = l.id;
    m.selected = selected_ && selected_->layer == l.id && selected_->feature_id == s.id;
    if (distance < label_range || m.selected) named.push_back({out.size(), i, state});
    out.push_back(std::move(m));
    if (ids) ids->emplace_back(l.id, i);
  }
  const auto before = [&](const Named& a, const Named& b) {
    const Marker &m = out[a.marker], &n = out[b.marker];
    return std::tuple(!m.selected, -m.severity, m.depth, a.marker) < std::tuple(!n.selected, -n.severity, n.depth, b.marker);
  };
  if (named.size() > most_labels) {
    std::nth_element(named.begin(), named.begin() + most_labels, named.end(), before);
    named.resize(most_labels);
  }
  for (const auto& n : named) {
    const auto& s = sensors[n.sensor];
    if (n.state.condition == SensorCondition::no_value) continue;
    out[n.marker].label = n.state.condition == SensorCondition::stale ? sensor_level(s, n.state) : sensor_value(s, n.state);
  }
}

Legend EngineImpl::sensor_legend(const Layer& l) const {
  const bool ja = options_.language == Language::ja;
  Legend legend;
  std::array<std::size_t, 6> reached{};
  std::array<bool, 6> known{};
  std::array<std::optional<std::string>, 6> labels;  // "": they differ
  std::size_t stale = 0, missing = 0, none = 0;
  for (const auto& s : *l.output->sensors) {
    const auto state = state_at(s, time_.now);
    if (state.level >= 0) ++reached[static_cast<std::size_t>(state.level)];
    else ++(state.condition == SensorCondition::missing ? missing : state.condition == SensorCondition::stale ? stale : none);
    for (const auto& t : s.thresholds) {
      const auto level = static_cast<std::size_t>(t.level);
      known[level] = true;
      const auto& label = in(t.label, ja);
      if (!labels[level]) labels[level] = label;
      else if (*labels[level] != label) labels[level]->clear();
    }
  }
  const auto counted = [](const std::string& label, std::size_t n) { return n ? fmt::format("{}  ({})", label, n) : label; };
  if (const Palette* p = palette("sensor-level")) {
    legend.title = p->title.in(ja);
    const bool any = std::any_of(known.begin(), known.end(), [](bool k) { return k; });
    for (const auto& stop : p->stops) {
      const auto level = static_cast<std::size_t>(std::clamp(stop.from, 0.0, 5.0));
      if (level > 0 && !known[level]) continue;
      std::string label = level == 0 && !any ? word("sensor.measured") : stop.label.in(ja);
      if (labels[level] && !labels[level]->empty()) label += "  " + *labels[level];
      legend.classes.push_back({stop.colour, counted(label, reached[level]), stop.shape, stop.letter, false, false});
    }
    if (none) legend.classes.push_back({p->unknown, counted(word("sensor.no_value"), none), MarkerShape::circle, "", true, false});
    legend.classes.push_back({p->unknown, counted(word("sensor.missing"), missing), MarkerShape::hexagon, "×", true, false});
    legend.classes.push_back({p->unknown, counted(word("sensor.stale"), stale), MarkerShape::hexagon, " ", true, true});
  }
  if (!l.output->title.empty()) legend.title = l.output->title;
  if (const auto& title = l.spec.title.in(ja); !title.empty()) legend.title = title;
  return legend;
}

const Sensor* EngineImpl::selected_sensor() const {
  const Layer* l = selected_ ? find_layer(selected_->layer) : nullptr;
  if (!l || !l->ready() || !l->output || !l->output->sensors) return nullptr;
  const auto row = l->output->records->find(selected_->feature_id);  // by name: rows change with a publication
  return row && *row < l->output->sensors->size() ? &(*l->output->sensors)[*row] : nullptr;
}

std::optional<SensorCard> EngineImpl::sensor_card() const {
  const Sensor* s = selected_sensor();
  const Layer* l = s ? find_layer(selected_->layer) : nullptr;
  if (!l) return std::nullopt;
  return card_of(*l, static_cast<std::size_t>(s - l->output->sensors->data()));
}

SensorCard EngineImpl::card_of(const Layer& layer, std::size_t row) const {
  const Layer* l = &layer;
  const Sensor* s = &(*l->output->sensors)[row];
  const bool ja = options_.language == Language::ja;
  const auto state = state_at(*s, time_.now);
  SensorCard card;
  card.title = s->name.empty() ? s->id : local_half(s->name, ja);
  card.value = sensor_value(*s, state);
  if (!s->quantity.empty()) card.value = local_half(s->quantity, ja) + "  " + card.value;
  card.state = sensor_level(*s, state);
  card.overdue = state.overdue;
  symbol(state, card.mark);
  const auto* words = texts_ ? &*texts_ : nullptr;
  if (state.time)
    card.details.push_back(word("sensor.read", {{"time", time_text(*state.time)}, {"age", age_text(words, options_.language, state.age)}}));
  if (!s->structure.empty()) {
    const auto where = in(standing(*s), ja);
    card.details.push_back(where.empty() ? word("sensor.no_structure", {{"id", s->structure}}) : word("sensor.on", {{"where", where}}));
  }
  const std::string source = source_shown(*l, s->source.empty() ? l->status.source : s->source);
  if (!source.empty()) card.details.push_back(word("hud.source_is", {{"source", source}}));
  card.details.push_back("ID: " + s->id);
  const auto to = time_.now ? time_.now : state.time;
  if (to) {
    for (const auto& p : spark_of(*s, *to)) card.line.emplace_back(p.at, p.value);
    card.from = time_text({to->ms - static_cast<std::int64_t>(spark_seconds * 1000)}).substr(5, 11);
    card.to = time_text(*to).substr(5);
  }
  const Palette* p = palette("sensor-level");
  for (const auto& t : s->thresholds) {
    const auto* stop = p ? p->class_of(t.level) : nullptr;
    const auto& label = in(t.label, ja);
    card.levels.push_back({t.value, stop ? stop->colour : Rgba8{200, 200, 200, 255},
                           (label.empty() ? word("sensor.level", {{"level", std::to_string(t.level)}}) : label) + "  " + with_unit(t.value, s->unit)});
  }
  return card;
}

// What changes with time, after what the record has.
Picked EngineImpl::picked_sensor(const Layer& l, std::uint32_t row) const {
  const auto& s = (*l.output->sensors)[row];
  Picked p = picked_feature(l, row, sensor_place(l, row).value_or(geo::GeoPoint{camera_.lon, camera_.lat, 0}));
  const auto state = state_at(s, time_.now);
  auto text = std::make_shared<std::vector<std::string>>(*p.attribute_text);
  text->reserve(text->size() + 9 + s.thresholds.size());  // no reallocation: the views stay true
  std::vector<std::pair<std::string, std::string>> more{{word("sensor.value"), sensor_value(s, state)}};
  if (const auto level = sensor_level(s, state); !level.empty()) more.emplace_back(word("sensor.state"), level);
  if (state.time) more.emplace_back(word("sensor.time"), time_text(*state.time));
  if (s.source.empty() && !l.status.source.empty()) more.emplace_back("source", l.status.source);
  if (const auto where = in(standing(s), options_.language == Language::ja); !where.empty()) more.emplace_back(word("sensor.where"), where);
  for (const auto& t : s.thresholds) {
    const auto& label = in(t.label, options_.language == Language::ja);
    more.emplace_back(label.empty() ? word("sensor.level", {{"level", std::to_string(t.level)}}) : label, with_unit(t.value, s.unit));
  }
  // the views of picked_feature() are of the vector that was copied
  std::size_t at = 0;
  for (auto& [name, value] : p.attributes)
    if (auto* view = std::get_if<std::string_view>(&value)) *view = (*text)[at++];
  for (auto& [name, value] : more) p.attributes.emplace_back(name, std::string_view(text->emplace_back(std::move(value))));
  p.attribute_text = std::move(text);
  return p;
}

void EngineImpl::refresh_selected_sensor() {
  const Sensor* s = selected_sensor();
  if (!s) return;
  const Layer* l = find_layer(selected_->layer);
  selected_ = picked_sensor(*l, static_cast<std::uint32_t>(s - l->output->sensors->data()));
}

void EngineImpl::probe_sensors(const Layer& l, double lon, double lat, ProbeLayer& out) const {
  const auto at = geo::to_ecef({lon, lat, 0});
  const Sensor* nearest = nullptr;
  double least = probe_range;
  for (const auto& s : *l.output->sensors)
    if (!s.placed()) continue;
    else if (const double d = glm::length(geo::to_ecef({s.lon, s.lat, 0}) - at); d <= least) least = d, nearest = &s;
  if (!nearest) {
    out.note = "outside";
    return;
  }
  const auto state = state_at(*nearest, time_.now);
  out.unit = nearest->unit;
  out.valid_time = state.time;
  if (!nearest->source.empty()) out.source = nearest->source;
  if (!std::isnan(state.value)) out.value = state.value;
  if (state.condition == SensorCondition::current) out.value_class = sensor_level(*nearest, state);
  out.note = nearest->id + (state.condition == SensorCondition::no_value  ? ": before the first reading"
                            : state.condition == SensorCondition::missing ? ": missing"
                            : state.condition == SensorCondition::stale   ? ": stale"
                                                                          : "");
}

void EngineImpl::take_sensors_output(Layer& layer) {
  const auto& sensors = *layer.output->sensors;
  LayerStatus& s = layer.status;
  s.kind = scene::LayerKind::vector;
  s.features = sensors.size();
  s.attributes = layer.output->records->summary();
  s.times = reading_times(sensors);
  s.extent = {};
  for (const auto& one : sensors)
    if (one.placed()) s.extent.add(one.lon, one.lat);
}

}  // namespace tenbo::runtime
