#pragma once
// The moments that a WMS's dimension "time" names (OGC 06-042, annex D): a list of moments and of intervals with a period.
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/geo/instant.h"

namespace tenbo::io::pyramid {

struct WmsTime {
  geo::Instant at;
  std::string word;  // as the service is asked for it
};

inline constexpr std::size_t most_wms_times = 2000;  // the last ones of more

struct WmsTimes {
  std::vector<WmsTime> times;  // ascending, none twice
  bool more = false;           // there were more than are kept
  std::size_t unread = 0;      // entries that name no moment
};
// "2026-11-21T00:00:00Z/2026-11-21T06:00:00Z/PT1H,2026-11-22". Moments without a zone are in UTC, as the standard has them; with less
// than a day ("2026-11") they are their beginning.
WmsTimes read_wms_times(std::string_view text);

}  // namespace tenbo::io::pyramid
