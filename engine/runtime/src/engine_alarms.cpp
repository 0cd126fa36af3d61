// Alarms in the engine: raised by what is so now, written to the journal, and read from there for the past (ADR 29); and the clock.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine_impl.h"
#include "tenbo/runtime/alarm_level.h"

namespace tenbo::runtime {
namespace {
constexpr auto least_between = std::chrono::milliseconds(100);  // two looks: ten thousand sensors at 200 messages a second
constexpr std::size_t most_raised = 1000;
constexpr std::size_t most_shown = 12;  // handed to the glass, which shows as many as have room
bool raises(const Layer& l) { return l.plugin && (l.spec.live || !l.spec.feeds.empty()); }
}  // namespace

// Messages of before the start, or of a past that was looked at, are told to the plugins one after the other: what they publish on the way
// is no news.
bool EngineImpl::alarms_ready() {
  if (!feeds_) return true;
  if (!feeds_->caught_up({std::numeric_limits<std::int64_t>::max()})) return false;
  for (const auto& l : layers_) {
    if (l->status.state == LayerState::failed || !l->plugin || l->spec.feeds.empty()) continue;
    if (l->plugin->state() == PluginState::failed) continue;
    if (l->plugin->taking_messages() || std::find(fed_.begin(), fed_.end(), l->id) == fed_.end()) return false;
  }
  return true;
}

bool EngineImpl::lists_to_come() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const auto& l) {
    return !l->spec.plugin.empty() && (l->status.state == LayerState::waiting || l->status.state == LayerState::loading);
  });
}

// A structure that no list has is named by its identifier.
Alarms::Standing EngineImpl::alarm_standing(const Sensor& s) const {
  Alarms::Standing on;
  if (s.structure.empty()) return on;
  on.words = standing(s);
  if (on.words.ja.empty()) {
    for (const auto language : {Language::ja, Language::en}) {
      const auto part = part_words(s.part, language, false);
      (language == Language::ja ? on.words.ja : on.words.en) = s.structure + (part.empty() ? "" : " · " + part);
    }
  } else if (const auto found = structure_named(s.structure); found && !s.placed()) {
    const auto& r = *found->first->structures.records;
    if (std::isfinite(r.lon(found->second)) && std::isfinite(r.lat(found->second))) on.place = geo::GeoPoint{r.lon(found->second), r.lat(found->second), 0};
  }
  return on;
}

void EngineImpl::tend_alarms() {
  AlarmWatch& w = alarms_;
  if (feeds_)
    for (const auto& e : feeds_->take_alarms())
      if (const auto record = live::read_alarm(e.body)) w.known.restore(*record), ++revision_;
  if (replaying() || options_.feeds.source != FeedUse::Source::connect) return;
  if (in_the_past()) {
    w.armed = false;
  } else if (!w.armed && alarms_ready()) {
    if (!std::exchange(w.restored, true)) {
      w.live = w.known;
      w.live.on_raised([this](const Alarm& a) {
        log_.info("alarm: " + a.in(false));
        if (alarms_.raised.size() < most_raised) alarms_.raised.push_back(a);
      });
    }
    w.armed = true;
    w.seen.clear();
  }
  if (!w.restored) return;
  const auto steady = std::chrono::steady_clock::now();
  if (steady - w.looked < least_between) return write_alarms();
  w.looked = steady;
  const geo::Instant at = now();
  const bool next_second = std::exchange(w.second, at.ms / 1000) != at.ms / 1000;
  for (auto& l : layers_) {
    if (!w.armed || !raises(*l) || !l->ready()) continue;
    auto output = l->plugin->output();
    if (output && output->sensors && lists_to_come() && std::any_of(output->sensors->begin(), output->sensors->end(), [](const Sensor& s) { return !s.structure.empty(); })) continue;  // an alarm names its structure
    if (!output || (w.seen[l->id] == output && !next_second)) continue;  // readings go stale and shapes end as time passes, too
    w.live.see_sensors(l->spec.name, *output, at, [&](std::size_t row) { return alarm_standing((*output->sensors)[row]); });
    w.live.see_shapes(l->spec.name, *output, at);
    w.seen[l->id] = std::move(output);
  }
  if (feeds_ && next_second)
    for (const auto& f : feeds_->status(clock_.now(), false))
      w.live.see_feed(f.name, f.age.freshness == Freshness::stale, f.age.seconds.value_or(NAN), at);
  write_alarms();
}

void EngineImpl::write_alarms() {
  AlarmWatch& w = alarms_;
  if (std::exchange(w.changes, w.live.changes()) != w.live.changes()) ++revision_;
  for (auto& r : w.live.take_records()) w.unwritten.push_back(std::move(r));
  if (!feeds_) w.unwritten.clear();  // without a journal there is no place for them
  while (!w.unwritten.empty() && feeds_->append(live::alarm_entry(w.unwritten.front(), clock_.now()))) w.unwritten.pop_front();
  if (w.unwritten.size() > Alarms::most) w.unwritten.pop_front();
}

const Alarms& EngineImpl::shown_alarms() const { return replaying() || in_the_past() || !alarms_.restored ? alarms_.known : alarms_.live; }

std::size_t EngineImpl::open_alarms() const {
  const Alarms& of = shown_alarms();
  const AlarmWatch& w = alarms_;
  if (w.open_of != &of || w.open_changes != of.changes()) {
    w.open = of.open();
    w.open_of = &of;
    w.open_changes = of.changes();
  }
  return w.open.size();
}

std::vector<Alarm> EngineImpl::alarms() const {
  open_alarms();
  auto out = alarms_.open;
  for (auto& a : shown_alarms().acknowledged()) out.push_back(std::move(a));
  return out;
}

std::vector<live::AlarmRecord> EngineImpl::alarm_history(std::size_t count) const { return shown_alarms().history(count); }

Status EngineImpl::acknowledge_alarm(const std::string& id, const std::string& by) {
  if (replaying()) return Error{ErrorCode::invalid_argument, word("alarm.of_a_replay"), "", "", ""};
  if (in_the_past()) return Error{ErrorCode::invalid_argument, word("alarm.of_the_past"), "", "", ""};
  if (by.find_first_not_of(" \t\n") == std::string::npos) return Error{ErrorCode::invalid_argument, word("alarm.needs_name"), "", "", ""};
  if (!alarms_.restored || !alarms_.live.acknowledge(id, by, now())) return Error{ErrorCode::not_found, word("alarm.not_open"), "", "", ""};
  log_.info("alarm: acknowledged by " + by + ": " + id);
  write_alarms();
  return {};
}

std::vector<HudAlarm> EngineImpl::hud_alarms() const {
  open_alarms();
  const bool ja = options_.language == Language::ja;
  std::vector<HudAlarm> out;
  for (const auto& a : alarms_.open) {
    if (out.size() >= most_shown) break;
    HudAlarm h;
    h.stale = a.subject == live::AlarmSubject::stale;
    h.word = h.stale ? word("alarm.stale") : word("sensor.level", {{"level", std::to_string(a.level)}});
    h.colour = alarm_level_colour(a.level);
    h.sign = h.stale ? "!" : std::to_string(a.level);
    h.what = a.in(ja);
    std::string layer;
    for (const auto& l : layers_)
      if (l->spec.name == a.layer) layer = l->spec.title.in(ja).empty() ? l->spec.name : l->spec.title.in(ja);
    h.about = time_text(a.at);
    for (const auto& part : {layer, a.source})
      if (!part.empty() && h.about.find(part) == std::string::npos) h.about += "  ·  " + part;
    out.push_back(std::move(h));
  }
  return out;
}

// --- the clock

ClockState EngineImpl::clock() const {
  ClockState out;
  out.feeds = feeds_ != nullptr;
  out.journal = replaying();
  out.speed = time_.speed;
  using Mode = live::Clock::Mode;
  if (replaying()) out.mode = time_.playing ? Mode::replayed : Mode::stopped;
  else if (feeds_) out.mode = following_ ? Mode::real : catching_up_ ? Mode::replayed : Mode::stopped;
  return out;
}

void EngineImpl::set_clock(live::Clock::Mode mode, double speed) {
  using Mode = live::Clock::Mode;
  if (!feeds_) return;
  ++revision_;
  if (replaying()) {
    time_.playing = mode == Mode::replayed;
    time_.reverse = false;
    if (mode == Mode::replayed) time_.speed = speed;
    auto from = live::from_instant(*time_.now);
    if (mode == Mode::replayed && from >= replay_end_) from = feeds_->first();  // at the end: once more
    return set_replay_clock(mode == Mode::real ? replay_end_ : from);
  }
  following_ = mode == Mode::real;
  catching_up_ = mode == Mode::replayed;
  time_.playing = catching_up_;
  time_.reverse = false;
  if (catching_up_) time_.speed = speed;
  if (following_ || !time_.now) time_.now = now();
}

void EngineImpl::tend_clock(double dt) {
  const std::int64_t to = time_.now->ms + static_cast<std::int64_t>(dt * time_.speed * 1000);
  time_.now = geo::Instant{std::min(to, now().ms)};
  if (to >= now().ms) set_clock(live::Clock::Mode::real, 1);
}

std::vector<live::Entry> EngineImpl::gaps() const {
  std::vector<live::Entry> out;
  if (feeds_)
    for (const auto& [feed, gap] : feeds_->gaps()) out.push_back(gap);
  return out;
}

}  // namespace tenbo::runtime
