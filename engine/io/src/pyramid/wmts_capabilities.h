#pragma once
// What a WMTS's capabilities (OGC 07-057r7) say of one layer: its tile matrices, and the addresses of its tiles.
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/base/url.h"
#include "tenbo/geo/extent.h"

namespace tenbo::io::pyramid {

struct WmtsMatrix {
  std::string id;
  std::uint32_t first_row = 0, last_row = 0, first_column = 0, last_column = 0;
};
struct WmtsLayer {
  std::string layer, style, format, set;
  std::map<std::string, std::string> dimensions;
  std::string address;  // a template, or the address that key-value pairs are added to
  bool rest = false, geographic = false;
  std::map<int, WmtsMatrix> levels;  // by the pyramid's zoom; never empty
  geo::Extent extent;                // degrees

  // Of a tile; `base` is the address of the capabilities, whose key goes along where the origin is the same.
  Result<Url> tile(const Url& base, const WmtsMatrix& m, std::uint32_t x, std::uint32_t y) const;
};

// The layer that the query of `asked` names (&layer=, &style=, &tilematrixset=), or the only one. Fails where the tiles are
// on another origin that `allow_hosts` does not name.
Result<WmtsLayer> read_wmts_capabilities(std::span<const std::byte> xml, const Url& asked, const std::vector<std::string>& allow_hosts);

// Names in lower case; values as they are written.
std::map<std::string, std::string> query_of(const Url& url);

}  // namespace tenbo::io::pyramid
