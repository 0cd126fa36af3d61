#pragma once
// What stands in a journal: messages as they came, and what is known to be missing between them.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/live/moment.h"

namespace tenbo::live {

// The numbers stand in files and never change their meaning. A reader passes over kinds that it does not know.
enum class EntryKind : std::int32_t {
  message = 1,
  gap = 2,    // between `since` and `until` messages of the feed may be missing; the body says why, in UTF-8
  alarm = 3,  // the history of alarms: see alarm_record.h
};

struct Entry {
  std::uint64_t number = 0;  // from 1 on, in the order of acceptance, over all files of a journal; 0 = not accepted yet
  EntryKind kind = EntryKind::message;
  // Arrival. In a journal it never goes back: what comes after the machine's clock was set back has the time of what came
  // before. `clock` is what the machine's clock said then; absent where it is the same.
  Moment at;
  std::optional<Moment> clock;
  std::string feed;            // name of the feed; of a gap empty: all of them
  std::string source;          // topic, address without user and query, or file name
  std::string type;            // media type, where the source gives one
  bool retained = false;       // MQTT: what the broker had kept, not news
  std::uint64_t repeats = 0;   // number of the message, of another feed of its group, that this one repeats; 0 = none
  std::optional<Moment> since, until;
  std::vector<std::byte> body;  // as received
};

}  // namespace tenbo::live
