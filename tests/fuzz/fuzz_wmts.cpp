// The capabilities of a WMTS, whatever a server says: every tile's address can be filled in, and leads to one origin.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pyramid/tile_store.h"
#include "pyramid/wmts_capabilities.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const auto asked = parse_url("https://name:word@tiles.example.org/wmts?service=WMTS&key=secret");
  if (!asked) std::abort();
  const auto layer = io::pyramid::read_wmts_capabilities({reinterpret_cast<const std::byte*>(data), size}, *asked, {"other.example.org"});
  const bool said = std::string_view(reinterpret_cast<const char*>(data), size).find("secret") != std::string_view::npos;  // by the document itself
  if (!layer) {
    const auto& e = layer.error();
    if (e.message.empty() || e.file.empty() || (!said && e.text().find("secret") != std::string::npos)) std::abort();
    return 0;
  }
  if (layer->levels.empty() || layer->levels.begin()->first < 0 || layer->levels.rbegin()->first > io::pyramid::deepest_zoom) std::abort();
  if (!(layer->extent.west >= -180 && layer->extent.east <= 180 && layer->extent.south >= -90 && layer->extent.north <= 90)) std::abort();
  for (const auto& [z, m] : layer->levels)
    for (const auto& [x, y] : {std::pair{0u, 0u}, {m.last_column, m.last_row}, {UINT32_MAX, 7u}}) {
      if (m.last_column >> z > 0 || m.last_row >> z > 0) std::abort();
      const auto url = layer->tile(*asked, m, x, y);
      if (!url) continue;
      const bool own = url->origin() == asked->origin();
      if (!own && url->origin() != "https://other.example.org") std::abort();
      if (!own && !said && url->text().find("secret") != std::string::npos) std::abort();  // the key stays at home
    }
  return 0;
}
