#include "identify/first_bytes.h"

namespace tenbo::io {

bool looks_like_netcdf(std::string_view head) {
  return head.starts_with("CDF\x01") || head.starts_with("CDF\x02") || head.starts_with("CDF\x05") || head.starts_with("\x89HDF\r\n\x1a\n");
}

bool looks_like_fgd_dem(std::string_view head) {
  return head.find("FGD_GMLSchema") != std::string_view::npos && head.find("<DEM") != std::string_view::npos;
}

}  // namespace tenbo::io
