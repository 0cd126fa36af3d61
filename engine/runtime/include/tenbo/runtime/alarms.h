#pragma once
// Alarms: a sensor reaches a threshold, the level of a hazard rises, a feed goes stale. Free of the window and of any clock: whoever has
// the live data says what is so and when, and time that goes back raises nothing. [one thread]
//
// What an alarm is about is raised again only after its level has fallen and risen anew, or rises further. A value that is missing or
// stale is no all-clear: the level before it stands.
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
};

class Alarms {
 public:
  static constexpr std::size_t most = 20'000;  // kept in memory; the journal has them all

  explicit Alarms(bool japanese = true) : japanese_(japanese) {}

  // What is so at `now`. `layer`: its name, which tells it from others, and stands in the list.
  void see_sensors(const std::string& layer, const PluginOutput& output, geo::Instant now);
  void see_shapes(const std::string& layer, const PluginOutput& output, geo::Instant now);
  void see_feed(const std::string& feed, bool stale, double age_seconds, geo::Instant now);

  // By name, which must not be empty. False where there is no such alarm that is open.
  bool acknowledge(const std::string& id, const std::string& by, geo::Instant now);
  // Not acknowledged, the worst first (a stale feed between levels 2 and 3), of one level the newest.
  std::vector<Alarm> open() const;
  std::vector<Alarm> all() const;  // by id

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
  void see(const std::string& id, int level, geo::Instant now, Alarm alarm);
  void raise(State& state, Alarm alarm);

  bool japanese_;
  std::map<std::string, State> states_;
  std::vector<live::AlarmRecord> records_;
  std::function<void(const Alarm&)> hook_;
};

}  // namespace tenbo::runtime
