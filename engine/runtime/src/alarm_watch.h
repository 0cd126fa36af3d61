#pragma once
// The engine's alarms: those of the present, and those that the journal had by the moment that is shown. [main]
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "tenbo/runtime/alarms.h"

namespace tenbo::runtime {

struct AlarmWatch {
  Alarms live;                            // of connected feeds and of live layers: what is so now
  Alarms known;                           // what the journal's entries say, up to the moment that is shown
  bool restored = false;                  // `live` has begun with what the journal had
  bool armed = false;                     // what is published is the present's
  std::vector<Alarm> raised;              // since they were last taken; at most as many as anybody would hear
  std::deque<live::AlarmRecord> unwritten;
  std::map<std::uint32_t, std::shared_ptr<const PluginOutput>> seen;  // by layer, at the last look
  std::int64_t second = 0;                // of the last look
  std::chrono::steady_clock::time_point looked;
  std::uint64_t changes = 0;              // Alarms::changes() at the last look
  // The open ones of one of the two, sorted once a change.
  mutable std::vector<Alarm> open;
  mutable const Alarms* open_of = nullptr;
  mutable std::uint64_t open_changes = 0;
};

}  // namespace tenbo::runtime
