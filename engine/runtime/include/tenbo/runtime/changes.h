#pragma once
// What the issue that is shown changed against the one before, as a list.
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/extent.h"
#include "tenbo/geo/forecast_change.h"

namespace tenbo::runtime {

// An area whose level is another than in the message before, as the message itself says.
struct ChangedArea {
  std::string id, name;
  std::string from, to;               // classes, in the language of the glass
  int from_level = -1, to_level = -1; // 1 to 5, 0 nothing, -1 unknown
  std::uint32_t row = 0;              // of the layer's records
  geo::Extent extent;                 // empty: listed without a place
};

struct LayerChanges {
  std::string layer;                  // name
  // of a field (unit not empty or cells counted): what is shown of it, and its unit
  bool field = false;
  std::string shown, unit;            // "mean"; "m"
  double low = 0, high = 0;           // low <= change < high is "the same"
  geo::ChangeSummary cells;
  // of areas
  std::optional<geo::Instant> issue;  // of both: when that was said
  std::vector<ChangedArea> areas;     // what rose first, the highest first
  std::size_t same = 0;               // areas that say what they were, and still are
  std::size_t unknown = 0;            // areas of which it is not said what they were
};

}  // namespace tenbo::runtime
