#pragma once
// Places as tables have them: in columns, as text.
#include <string>
#include <string_view>
#include <vector>

namespace tenbo::geo {

// Which columns hold the place, by their names and then their values; -1 = none.
struct PlaceColumns {
  int lon = -1, lat = -1, height = -1;
  int both = -1;      // "35.1,139.2" in one column (latitude first)
  int wkt = -1;
};
PlaceColumns find_place_columns(const std::vector<std::string>& header, const std::string& lon_name, const std::string& lat_name);
// "35.123,139.456" or "(35.123 139.456)".
bool parse_lat_lon(std::string_view text, double& lat, double& lon);
// A number in degrees: decimal, or 35°41'22"N and 35度41分22秒; false where it is neither.
bool parse_degrees(std::string_view text, double& degrees);

}  // namespace tenbo::geo
