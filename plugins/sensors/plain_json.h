#pragma once
// JSON that is no SensorThings: an object, or a list of them, whose members are named as a table's columns are. So do most
// data loggers speak over MQTT: {"sensor": "S1", "time": "...", "value": 812.5}.
#include <optional>
#include <string>

#include "csv.h"
#include "json.h"

namespace sensors {

// As a table; absent where it is something else. `topic`: the id of what names no sensor, empty = such an object has none.
std::optional<Csv> plain_rows(const Json& root, const std::string& topic);

}  // namespace sensors
