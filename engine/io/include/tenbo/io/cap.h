#pragma once
// Common Alerting Protocol 1.1 and 1.2 (OASIS).
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io {

enum class CapStatus { unknown, actual, exercise, system, test, draft };
enum class CapMessage { unknown, alert, update, cancel, acknowledge, error };
// Ordered from the least; unknown is none of them.
enum class CapUrgency { unknown, past, future, expected, immediate };
enum class CapSeverity { unknown, minor, moderate, severe, extreme };
enum class CapCertainty { unknown, unlikely, possible, likely, observed };

struct CapValue {
  std::string name, value;
};
struct CapCircle {
  double lon = 0, lat = 0, radius_km = 0;
};
struct CapArea {
  std::string description;
  std::vector<std::vector<std::pair<double, double>>> polygons;  // rings of longitude, latitude, degrees
  std::vector<CapCircle> circles;
  std::vector<CapValue> geocodes;
};
struct CapInfo {
  std::string language = "en-US";
  std::vector<std::string> categories, responses;
  std::string event;
  CapUrgency urgency = CapUrgency::unknown;
  CapSeverity severity = CapSeverity::unknown;
  CapCertainty certainty = CapCertainty::unknown;
  std::optional<geo::Instant> effective, onset, expires;
  std::string sender_name, headline, description, instruction;
  std::string web;  // an address, to be shown; nothing follows it
  std::vector<CapValue> parameters, event_codes;
  std::vector<CapArea> areas;
};
struct CapAlert {
  std::string identifier, sender, scope, note, references, incidents;
  geo::Instant sent;
  CapStatus status = CapStatus::unknown;
  CapMessage message = CapMessage::unknown;
  std::vector<CapInfo> infos;
  Diagnostics diagnostics;
};

// Fails where identifier, sender, time, status or kind of message is missing. `label` stands in messages. [any]
Result<CapAlert> read_cap(std::string_view xml, const std::string& label);

}  // namespace tenbo::io
