#include "tenbo/runtime/alarms.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "tenbo/runtime/sensor_state.h"

namespace tenbo::runtime {
namespace {
// Twice the level; a feed that is stale may hide anything, and stands above what is merely to be noted.
int rank(const Alarm& a) { return a.subject == live::AlarmSubject::stale ? 5 : 2 * a.level; }
const std::string& in(const Words& w, bool ja) { return ja ? (w.ja.empty() ? w.en : w.ja) : (w.en.empty() ? w.ja : w.en); }
}  // namespace

Alarms::State* Alarms::state(const std::string& id, geo::Instant now) {
  auto it = states_.find(id);
  if (it == states_.end()) {
    if (states_.size() >= most * 20) return nullptr;
    it = states_.emplace(id, State{0, now, {}}).first;
  }
  if (now < it->second.seen) return nullptr;  // time went back: that is the past, and was told
  it->second.seen = now;
  return &it->second;
}

void Alarms::raise(State& state, Alarm alarm) {
  records_.push_back({false, alarm.subject, alarm.id, alarm.layer, alarm.what, alarm.source, {}, alarm.at, alarm.level});
  state.alarm = std::move(alarm);
  if (hook_) hook_(*state.alarm);
}

void Alarms::see(const std::string& id, int level, geo::Instant now, Alarm alarm) {
  State* s = state(id, now);
  if (!s) return;
  const int before = std::exchange(s->level, level);
  if (level <= before) return;
  alarm.id = id;
  alarm.level = level;
  raise(*s, std::move(alarm));
}

void Alarms::see_sensors(const std::string& layer, const PluginOutput& output, geo::Instant now) {
  if (!output.sensors) return;
  for (const auto& s : *output.sensors) {
    if (s.thresholds.empty()) continue;
    const auto at = state_at(s, now);
    if (at.level < 0) continue;  // nothing current is known: no all-clear
    Alarm a;
    a.subject = live::AlarmSubject::threshold;
    a.at = *at.time;
    a.layer = layer;
    a.source = s.source.empty() ? output.source : s.source;
    if (at.threshold) {
      const auto& label = in(at.threshold->label, japanese_);
      a.what = fmt::format("{}  {:g}{}{}{}", s.name.empty() ? s.id : s.name, at.value, s.unit.empty() ? "" : " " + s.unit, label.empty() ? "" : "  ", label);
    }
    see("threshold|" + layer + "|" + s.id, at.level, now, std::move(a));
  }
}

void Alarms::see_shapes(const std::string& layer, const PluginOutput& output, geo::Instant now) {
  if (!output.shapes || !output.records) return;
  const auto& shapes = *output.shapes;
  std::map<std::string, const ShapeClass*> worst;  // by the record's id
  for (const auto& shape : shapes.shapes) {
    if (!shape.shown_at(now) || shape.shape_class >= shapes.classes.size() || shape.row >= output.records->size()) continue;
    const auto& c = shapes.classes[shape.shape_class];
    auto& of = worst[std::string(output.records->id(shape.row))];
    if (!of || c.level > of->level) of = &c;
  }
  const std::string prefix = "hazard|" + layer + "|";
  for (auto& [id, s] : states_)  // what is no longer there has ended
    if (id.compare(0, prefix.size(), prefix) == 0 && !worst.contains(id.substr(prefix.size())) && now >= s.seen) s.level = 0, s.seen = now;
  for (const auto& [id, c] : worst) {
    if (c->level < 0) continue;  // not known: no all-clear
    Alarm a;
    a.subject = live::AlarmSubject::hazard;
    a.at = output.issue_time.value_or(now);
    a.layer = layer;
    a.source = output.source;
    std::string name;
    if (const auto row = output.records->find(id)) name = geo::to_text(output.records->value(*row, "name"));
    a.what = (name.empty() ? id : name) + "  " + in(c->label, japanese_);
    see(prefix + id, c->level, now, std::move(a));
  }
}

void Alarms::see_feed(const std::string& feed, bool stale, double age_seconds, geo::Instant now) {
  State* s = state("stale|" + feed, now);
  if (!s) return;
  const bool before = s->level != 0;
  s->level = stale ? 1 : 0;
  if (!stale || before) return;
  Alarm a;
  a.id = "stale|" + feed;
  a.subject = live::AlarmSubject::stale;
  a.at = now;
  a.layer = feed;
  const long long minutes = std::isfinite(age_seconds) ? static_cast<long long>(std::max(0.0, age_seconds) / 60) : 0;
  a.what = japanese_ ? fmt::format("{}: {} 分間更新なし", feed, minutes) : fmt::format("{}: nothing new for {} min", feed, minutes);
  raise(*s, std::move(a));
}

bool Alarms::acknowledge(const std::string& id, const std::string& by, geo::Instant now) {
  const auto it = states_.find(id);
  if (by.find_first_not_of(" \t\n") == std::string::npos || it == states_.end() || !it->second.alarm || it->second.alarm->acknowledged_at) return false;
  auto& a = *it->second.alarm;
  a.acknowledged_by = by;
  a.acknowledged_at = now;
  records_.push_back({true, a.subject, a.id, a.layer, a.what, a.source, by, now, a.level});
  return true;
}

std::vector<Alarm> Alarms::open() const {
  std::vector<Alarm> out;
  for (const auto& [id, s] : states_)
    if (s.alarm && !s.alarm->acknowledged_at) out.push_back(*s.alarm);
  std::sort(out.begin(), out.end(), [](const Alarm& a, const Alarm& b) {
    return std::tuple(-rank(a), -a.at.ms, std::cref(a.id).get()) < std::tuple(-rank(b), -b.at.ms, std::cref(b.id).get());
  });
  if (out.size() > most) out.resize(most);
  return out;
}
std::vector<Alarm> Alarms::all() const {
  std::vector<Alarm> out;
  for (const auto& [id, s] : states_)
    if (s.alarm) out.push_back(*s.alarm);
  return out;
}

std::vector<live::AlarmRecord> Alarms::take_records() { return std::exchange(records_, {}); }

void Alarms::restore(const live::AlarmRecord& r) {
  if (states_.size() >= most * 20 && !states_.contains(r.id)) return;
  State& s = states_[r.id];
  if (!r.acknowledged) {
    s.level = r.subject == live::AlarmSubject::stale ? 1 : r.level;
    s.alarm = Alarm{r.id, r.subject, r.at, r.level, r.layer, r.what, r.source, {}, {}};
  } else if (s.alarm) {
    s.alarm->acknowledged_by = r.by;
    s.alarm->acknowledged_at = r.at;
  }
  s.seen = std::max(s.seen, r.at);
}

}  // namespace tenbo::runtime
