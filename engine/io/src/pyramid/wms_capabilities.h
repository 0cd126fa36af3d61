#pragma once
// What a WMS's capabilities (OGC 01-068r3: 1.1.1; OGC 06-042: 1.3.0) say of what is asked for, and the addresses of its pictures.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pyramid/wms_times.h"
#include "tenbo/base/result.h"
#include "tenbo/base/url.h"
#include "tenbo/geo/extent.h"

namespace tenbo::io::pyramid {

struct WmsLayer {
  std::string version;          // as the service answers: "1.1.1", "1.3.0"
  std::string layers, styles;   // names, between commas
  std::string format, crs;      // "image/png"; "EPSG:3857"
  std::string address;          // that what is asked for is added to
  std::string title, attribution;
  bool geographic = false;      // the square is of degrees
  bool north_first = false;     // a box is written south, west, north, east
  int edge = 512;               // px, of a picture
  geo::Extent extent;           // degrees
  std::string time_default;     // as the service has it; may be empty, "current"
  WmsTimes times;
  std::vector<std::string> notes;  // what was left out, in words

  // Of a tile of the pyramid; `time` empty: what the service shows by itself. `base` is the address of the capabilities, whose key goes
  // along where the origin is the same.
  Result<Url> picture(const Url& base, int z, std::uint32_t x, std::uint32_t y, const std::string& time) const;
};

// What the query of `asked` names: &layers= (or &layer=), &styles=, &format=, &crs= (or &srs=); or the only layer, its own style, a
// picture that is read here, Web Mercator before degrees. `exchange_axes`: the server writes boxes in the other order than its
// version says. Fails where the pictures are on another origin that `allow_hosts` does not name.
Result<WmsLayer> read_wms_capabilities(std::span<const std::byte> xml, const Url& asked, const std::vector<std::string>& allow_hosts, std::optional<bool> exchange_axes = {});

// What a service says instead of a picture, in words; nothing where the bytes are no XML.
std::optional<std::string> wms_exception(std::span<const std::byte> body);

}  // namespace tenbo::io::pyramid
