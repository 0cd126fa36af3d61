#pragma once
// GSI's FGD-GML DEM (基盤地図情報 数値標高モデル): one mesh tile an XML file, heights as "type,value" lines. GDAL has no
// reader. Heights are T.P. (orthometric); the grid is JGD2000 or JGD2011 longitude and latitude.
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"

namespace tenbo::io {

struct FgdHeader {
  int width = 0, height = 0;
  double west = 0, south = 0, east = 0, north = 0;  // degrees, outline of the cells
  const char* crs = "EPSG:6668";
};

// From the beginning of the file, up to the tuple list. Places are line numbers.
Result<FgdHeader> parse_fgd_header(std::string_view text, Diagnostics& diagnostics);
// width * height heights from the north-west, row by row; NaN = no data (-9999, or left out before the start point or
// at the end).
Result<std::vector<float>> parse_fgd_heights(std::string_view text, const FgdHeader& header, Diagnostics& diagnostics);

}  // namespace tenbo::io
