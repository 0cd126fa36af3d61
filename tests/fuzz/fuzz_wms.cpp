// The capabilities of a WMS, whatever a server says: every picture's address leads to one origin, and moments are in order. And what it
// says in place of a picture.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pyramid/wms_capabilities.h"
#include "tenbo/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const auto asked = parse_url("https://name:word@maps.example.org/wms?service=WMS&key=secret");
  if (!asked) std::abort();
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool said = text.find("secret") != std::string_view::npos;  // by the document itself
  if (const auto words = io::pyramid::wms_exception(bytes); words && (words->size() > 500 || !is_valid_utf8(*words))) std::abort();
  const auto times = io::pyramid::read_wms_times(text.substr(0, 4096));
  if (times.times.size() > io::pyramid::most_wms_times) std::abort();
  for (std::size_t i = 1; i < times.times.size(); ++i)
    if (!(times.times[i - 1].at < times.times[i].at)) std::abort();
  const auto layer = io::pyramid::read_wms_capabilities(bytes, *asked, {"other.example.org"});
  if (!layer) {
    const auto& e = layer.error();
    if (e.message.empty() || e.file.empty() || (!said && e.text().find("secret") != std::string::npos)) std::abort();
    return 0;
  }
  if (layer->edge < 64 || layer->edge > 512 || layer->layers.empty() || layer->format.empty()) std::abort();
  if (!(layer->extent.west >= -180 && layer->extent.east <= 180 && layer->extent.south >= -90 && layer->extent.north <= 90)) std::abort();
  for (const auto& [z, x, y] : {std::tuple{0, 0u, 0u}, {18, 232'000u, 103'000u}, {22, UINT32_MAX, 7u}}) {
    const auto url = layer->picture(*asked, z, x, y, layer->time_default);
    if (!url) continue;
    const bool own = url->origin() == asked->origin();
    if (!own && url->origin() != "https://other.example.org") std::abort();
    if (!own && !said && url->text().find("secret") != std::string::npos) std::abort();  // the key stays at home
    if (url->text().find("BBOX=") == std::string::npos && text.find("BBOX") == std::string_view::npos) std::abort();
  }
  return 0;
}
