#pragma once
// The history of alarms, as it stands in a journal: an entry of kind alarm for each time that one was raised or acknowledged. Its body
// is UTF-8, a line each: "tenbo-alarm 1", then "key=value" in any order, with \n for a line break in a value and \\ for a backslash.
// A reader passes over keys that it does not know.
//
//   event=raised | acknowledged      subject=threshold | hazard | stale
//   id       what the alarm is about, the same for all its entries: layer and sensor, row or feed
//   at       ISO 8601 in UTC: when it happened, by the data's own time; of an acknowledgement, when it was given
//   level    1 to 5, 0: the alarm has none
//   layer, what, source               words for people; by: who acknowledged
//   what_en                           the same in English, where `what` is in Japanese
//   lon, lat                          degrees: where it is; across: m, how large that place is (0 or missing: a point)
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/geo/extent.h"
#include "tenbo/live/entry.h"

namespace tenbo::live {

enum class AlarmSubject { threshold, hazard, stale };
const char* to_string(AlarmSubject subject);  // as it stands in the journal

struct AlarmRecord {
  bool acknowledged = false;  // else raised
  AlarmSubject subject = AlarmSubject::threshold;
  std::string id, layer, what, source, by;
  geo::Instant at;
  int level = 0;
  std::string what_en;
  std::optional<geo::GeoPoint> place;  // on the ground
  double across = 0;                   // m
};

std::vector<std::byte> write_alarm(const AlarmRecord& record);
Result<AlarmRecord> read_alarm(std::span<const std::byte> body);
// Ready for Journal::append(): the feed is the layer, the media type "text/x-tenbo-alarm".
Entry alarm_entry(const AlarmRecord& record, Moment now);

}  // namespace tenbo::live
