#pragma once
// Alarms: a sensor reaches a threshold, the level of a hazard rises, a feed goes stale. Free of the window and of any clock: whoever has
// the live data says what is so and when, and time that goes back raises nothing. [one thread]
//
// What an alarm is about is raised again only after its level has fallen and risen anew, or rises further. A value that is missing or
// stale is no all-clear: the level before it stands.
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/live/alarm_record.h"
#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

struct Alarm {
  std::string id;      // layer and sensor, row or feed
  live::AlarmSubject subject = live::AlarmSubject::threshold;
  geo::Instant at;     // when it happened, by the data's own time
  int level = 0;       // 1 to 5; 0: a feed has none
  std::string layer, what, source;
  std::string acknowledged_by;
  std::optional<geo::Instant> acknowledged_at;
  std::string what_en;                // empty: `what` serves both languages
  std::optional<geo::GeoPoint> place;  // on the ground
  double across = 0;                  // m: how large the place is; 0: a point
  const std::string& in(bool japanese) const { return japanese || what_en.empty() ? what : what_en; }
};

class Alarms {
 public:
  static constexpr std::size_t most = 20'000;  // kept in memory; the journal has them all
  static constexpr std::size_t most_history = 2'000;

  // What a sensor stands on, by its row in PluginOutput::sensors.
  struct Standing {
    Words words;                        // "展望大橋 主桁"; empty: on nothing, or nobody knows it
    std::optional<geo::GeoPoint> place; // absent: its own
  };
  // What is so at `now`. `layer`: its name, which tells it from others, and stands in the list. `on` is asked only where an alarm is raised.
  void see_sensors(const std::string& layer, const PluginOutput& output, geo::Instant now, const std::function<Standing(std::size_t)>& on = {});
  void see_shapes(const std::string& layer, const PluginOutput& output, geo::Instant now);
  // `age_seconds` NaN: it has brought nothing yet.
  void see_feed(const std::string& feed, bool stale, double age_seconds, geo::Instant now);

  // By name, which must not be empty. False where there is no such alarm that is open.
  bool acknowledge(const std::string& id, const std::string& by, geo::Instant now);
  // Not acknowledged, the worst first (a stale feed between levels 2 and 3), of one level the newest.
  std::vector<Alarm> open() const;
  std::vector<Alarm> all() const;  // by id
  std::vector<Alarm> acknowledged() const;  // the latest acknowledgement first
  // Each that was raised or acknowledged, the latest first; of restore() too.
  std::vector<live::AlarmRecord> history(std::size_t count) const;
  std::uint64_t changes() const { return changes_; }  // grows with what the lists say

  // What has happened since the last call, for the journal; and what a journal says had happened, in its order, before anything
  // is seen.
  std::vector<live::AlarmRecord> take_records();
  void restore(const live::AlarmRecord& record);

  // Called for each alarm that is raised: for a sound, say. Off until it is set.
  void on_raised(std::function<void(const Alarm&)> hook) { hook_ = std::move(hook); }

 private:
  struct State {
    int level = 0;  // as last known
    geo::Instant seen;
    std::optional<Alarm> alarm;
  };
  State* state(const std::string& id, geo::Instant now);
  void see(const std::string& id, int level, geo::Instant now, const std::function<Alarm()>& about);  // asked only where one is raised
  void raise(State& state, Alarm alarm);

  std::map<std::string, State> states_;
  void remember(const live::AlarmRecord& record);

  std::vector<live::AlarmRecord> records_;
  std::deque<live::AlarmRecord> history_;  // the oldest first
  std::uint64_t changes_ = 0;
  std::function<void(const Alarm&)> hook_;
};

}  // namespace tenbo::runtime
