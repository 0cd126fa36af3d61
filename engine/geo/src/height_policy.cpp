#include <fmt/format.h>

#include <limits>

#include "tenbo/geo/crs.h"

namespace tenbo::geo {

const char* to_string(VerticalKind kind) {
  switch (kind) {
    case VerticalKind::ellipsoidal: return "ellipsoidal";
    case VerticalKind::orthometric: return "orthometric";
    case VerticalKind::unknown: break;
  }
  return "unknown";
}

double HeightPolicy::offset(VerticalKind from, double lon, double lat) const {
  if (from == scene || from == VerticalKind::unknown || scene == VerticalKind::unknown) return 0;
  if (!geoid) return std::numeric_limits<double>::quiet_NaN();
  const double n = geoid->undulation(lon, lat);
  return from == VerticalKind::orthometric ? n : -n;
}

Status HeightPolicy::accepts(VerticalKind from) const {
  if (from == scene || from == VerticalKind::unknown || scene == VerticalKind::unknown || geoid) return {};
  return Error{ErrorCode::mismatch,
               fmt::format("its heights are {}, but the scene's are {}, tens of metres apart, and there is no geoid model to "
                           "bring one to the other",
                           to_string(from), to_string(scene)),
               "", "", "give the geoid grid with --geoid FILE, or as \"geoid\" in the scene file"};
}

}  // namespace tenbo::geo
