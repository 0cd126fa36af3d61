#pragma once
// The many ways in which files name a CRS, brought to the few that PROJ knows.
#include <string>
#include <string_view>

namespace tenbo::geo {

std::string normalise_crs_text(std::string_view definition);

}  // namespace tenbo::geo
