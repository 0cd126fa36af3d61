#pragma once
// Earthquakes as the U.S. Geological Survey lists them: its GeoJSON summary feeds and event pages.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/instant.h"
#include "tenbo/geo/quantity.h"

namespace tenbo::io {

struct UsgsEarthquake {
  std::string id, title, place, type, status;  // status: automatic, reviewed, deleted
  double lon = 0, lat = 0;                     // degrees
  geo::Quantity depth;                         // km, downwards; missing where null
  geo::Quantity magnitude;
  std::string magnitude_type;
  geo::Instant time;
  std::optional<geo::Instant> updated;
  geo::Quantity intensity;  // instrumental, on the Modified Mercalli scale
  std::string alert;        // PAGER: green to red
  bool tsunami = false;     // the feed's flag: says where to look, not that there is one
};
struct UsgsEarthquakes {
  std::vector<UsgsEarthquake> earthquakes;
  std::optional<geo::Instant> generated;
  Diagnostics diagnostics;  // events without place or time, left out
};
Result<UsgsEarthquakes> read_usgs(std::string_view json, const std::string& label);

}  // namespace tenbo::io
