#include "tenbo/runtime/alarms.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "meant.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/runtime/sensor_state.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {
// Of hazards: an advisory. What is level 1 asks nobody to do anything now (警戒レベル1 早期注意情報, a slight change of the sea, the shallowest water),
// and there are hundreds of it on any day. A sensor's thresholds are its owner's: each counts.
constexpr int least_hazard = 2;

// Twice the level; a feed that is stale may hide anything, and stands above what is merely to be noted.
int rank(const Alarm& a) { return a.subject == live::AlarmSubject::stale ? 5 : 2 * a.level; }
const std::string& in(const Words& w, bool ja) { return ja ? (w.ja.empty() ? w.en : w.ja) : (w.en.empty() ? w.ja : w.en); }

// Of a record, where its plugin says so. Else of the layer.
Actuality actuality_of(const PluginOutput& output, std::uint32_t row) { return record_actuality(output, row).value_or(output.actuality); }

void say(Alarm& a, std::string japanese, std::string english) {
  a.what = std::move(japanese);
  if (english != a.what) a.what_en = std::move(english);
}

// The middle of what the shapes cover, and how far it reaches. A shape without geometry has no place.
void put_place(Alarm& a, const PluginShapes& shapes, const std::vector<std::uint32_t>& of) {
  geo::Extent box;
  for (const auto i : of) {
    const auto& s = shapes.shapes[i];
    if (s.front) box.add(s.front->lon, s.front->lat);
    for (std::uint32_t r = s.first_ring; r < s.first_ring + s.rings && r < shapes.rings.size(); ++r)
      for (std::uint32_t k = shapes.rings[r].first; k < shapes.rings[r].first + shapes.rings[r].count && k < shapes.points.size(); ++k)
        box.add(shapes.points[k].lon, shapes.points[k].lat);
  }
  if (box.empty()) return;
  a.place = box.centre();
  a.place->height = 0;
  constexpr double metres_per_degree = geo::mean_radius * M_PI / 180;
  a.across = std::max((box.north - box.south), (box.east - box.west) * std::cos(a.place->lat * M_PI / 180)) * metres_per_degree;
}

// Whole units, rounded down, as age_text() of the glass has them: the journal keeps both languages.
std::pair<std::string, std::string> age_words(double seconds) {
  const auto in = [&](double unit, const char* ja, const char* en) {
    const auto n = static_cast<long long>(seconds / unit);
    return std::pair(fmt::format("{} {}", n, ja), fmt::format("{} {}", n, en));
  };
  if (seconds < 60) return in(1, "秒間", "s");
  if (seconds < 3600) return in(60, "分間", "min");
  if (seconds < 48 * 3600) return in(3600, "時間", "h");
  return in(86400, "日間", "d");
}

live::AlarmRecord record_of(const Alarm& a) {
  live::AlarmRecord r;
  r.subject = a.subject;
  r.id = a.id;
  r.layer = a.layer;
  r.what = a.what;
  r.what_en = a.what_en;
  r.source = a.source;
  r.at = a.at;
  r.level = a.level;
  r.place = a.place;
  r.across = a.across;
  return r;
}
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
  records_.push_back(record_of(alarm));
  remember(records_.back());
  state.alarm = std::move(alarm);
  if (hook_) hook_(*state.alarm);
}

void Alarms::see(const std::string& id, int level, geo::Instant now, const std::function<Alarm()>& about) {
  State* s = state(id, now);
  if (!s) return;
  const int before = std::exchange(s->level, level);
  if (level <= before) return;
  Alarm alarm = about();
  alarm.id = id;
  alarm.level = level;
  raise(*s, std::move(alarm));
}

void Alarms::see_sensors(const std::string& layer, const PluginOutput& output, geo::Instant now, const std::function<Standing(std::size_t)>& on) {
  if (!output.sensors) return;
  const std::string prefix = "threshold|" + layer + "|";
  for (const auto& s : *output.sensors) {
    if (s.thresholds.empty()) continue;
    const auto at = state_at(s, now);
    if (at.level < 0) continue;  // nothing current is known: no all-clear
    see(prefix + s.id, at.level, now, [&] {
      Alarm a;
      a.subject = live::AlarmSubject::threshold;
      a.at = *at.time;
      a.layer = layer;
      a.source = s.source.empty() ? output.source : s.source;
      const Standing standing = on ? on(static_cast<std::size_t>(&s - output.sensors->data())) : Standing{};
      const auto text = [&](bool ja) {
        const std::string& where = in(standing.words, ja);
        const std::string label = at.threshold ? in(at.threshold->label, ja) : std::string();
        return drill_mark(output.actuality, ja) +
               fmt::format("{}{}{}  {:g}{}{}{}", where, where.empty() ? "" : "  ", s.name.empty() ? s.id : local_half(s.name, ja), at.value, s.unit.empty() ? "" : " " + s.unit, label.empty() ? "" : "  ", label);
      };
      say(a, text(true), text(false));
      if (standing.place) a.place = *standing.place;
      else if (s.placed()) a.place = geo::GeoPoint{s.lon, s.lat, 0};
      return a;
    });
  }
}

void Alarms::see_shapes(const std::string& layer, const PluginOutput& output, geo::Instant now) {
  if (!output.shapes || !output.records) return;
  const auto& shapes = *output.shapes;
  struct Worst { const ShapeClass* of = nullptr; std::vector<std::uint32_t> shapes; Actuality actuality = Actuality::actual; };
  std::map<std::string, Worst> worst;  // by the record's id; of an exercise another than of what is real, whose alarm it would keep silent
  for (std::uint32_t i = 0; i < shapes.shapes.size(); ++i) {
    const auto& shape = shapes.shapes[i];
    if (!shape.shown_at(now) || shape.shape_class >= shapes.classes.size() || shape.row >= output.records->size()) continue;
    const auto& c = shapes.classes[shape.shape_class];
    const auto actuality = actuality_of(output, shape.row);
    auto& w = worst[std::string(output.records->id(shape.row)) + (actuality == Actuality::actual ? "" : std::string("|") + to_string(actuality))];
    w.actuality = actuality;
    if (!w.of || c.level > w.of->level) w.of = &c, w.shapes.clear();
    if (c.level == w.of->level) w.shapes.push_back(i);
  }
  const std::string prefix = "hazard|" + layer + "|";
  for (auto it = states_.lower_bound(prefix); it != states_.end() && it->first.compare(0, prefix.size(), prefix) == 0; ++it)  // what is no longer there has ended
    if (!worst.contains(it->first.substr(prefix.size())) && now >= it->second.seen) it->second.level = 0, it->second.seen = now;
  for (const auto& [id, w] : worst) {
    if (w.of->level < 0) continue;  // not known: no all-clear
    const int level = w.of->level < least_hazard ? 0 : w.of->level;
    see(prefix + id, level, now, [&, &w = w] {
      Alarm a;
      a.subject = live::AlarmSubject::hazard;
      a.at = std::min(output.issue_time.value_or(now), now);  // a report dated ahead tells of now
      a.layer = layer;
      a.source = output.source;
      const auto row = shapes.shapes[w.shapes.front()].row;
      const auto name = geo::to_text(output.records->value(row, "name"));
      const auto text = [&](bool ja) {
        // No alarm that somebody may take for one: it says so itself, once, also in the journal.
        return drill_mark(w.actuality, ja) + without_drill_mark(name.empty() ? std::string(output.records->id(row)) : name) + "  " + without_drill_mark(in(w.of->label, ja));
      };
      say(a, text(true), text(false));
      put_place(a, shapes, w.shapes);
      return a;
    });
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
  if (!std::isfinite(age_seconds)) {
    say(a, feed + ": まだ何も届いていない", feed + ": nothing received yet");
    return raise(*s, std::move(a));
  }
  const auto [ja, en] = age_words(std::max(0.0, age_seconds));
  say(a, fmt::format("{}: {}更新なし", feed, ja), fmt::format("{}: nothing new for {}", feed, en));
  raise(*s, std::move(a));
}

bool Alarms::acknowledge(const std::string& id, const std::string& by, geo::Instant now) {
  const auto it = states_.find(id);
  if (by.find_first_not_of(" \t\n") == std::string::npos || it == states_.end() || !it->second.alarm || it->second.alarm->acknowledged_at) return false;
  auto& a = *it->second.alarm;
  a.acknowledged_by = by;
  a.acknowledged_at = now;
  auto record = record_of(a);
  record.acknowledged = true;
  record.by = by;
  record.at = now;
  remember(record);
  records_.push_back(std::move(record));
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

std::vector<Alarm> Alarms::acknowledged() const {
  std::vector<Alarm> out;
  for (const auto& [id, s] : states_)
    if (s.alarm && s.alarm->acknowledged_at) out.push_back(*s.alarm);
  std::sort(out.begin(), out.end(), [](const Alarm& a, const Alarm& b) { return std::pair(b.acknowledged_at->ms, std::cref(a.id).get()) < std::pair(a.acknowledged_at->ms, std::cref(b.id).get()); });
  if (out.size() > most) out.resize(most);
  return out;
}

void Alarms::remember(const live::AlarmRecord& r) {
  ++changes_;
  history_.push_back(r);
  if (history_.size() > most_history) history_.pop_front();
}

std::vector<live::AlarmRecord> Alarms::history(std::size_t count) const {
  count = std::min(count, history_.size());
  return {history_.rbegin(), history_.rbegin() + static_cast<std::ptrdiff_t>(count)};
}

std::vector<live::AlarmRecord> Alarms::take_records() { return std::exchange(records_, {}); }

void Alarms::restore(const live::AlarmRecord& r) {
  if (states_.size() >= most * 20 && !states_.contains(r.id)) return;
  State& s = states_[r.id];
  if (!r.acknowledged) {
    s.level = r.subject == live::AlarmSubject::stale ? 1 : r.level;
    s.alarm = Alarm{r.id, r.subject, r.at, r.level, r.layer, r.what, r.source, {}, {}, r.what_en, r.place, r.across};
  } else if (s.alarm) {
    s.alarm->acknowledged_by = r.by;
    s.alarm->acknowledged_at = r.at;
  }
  s.seen = std::max(s.seen, r.at);
  remember(r);
}

}  // namespace tenbo::runtime
