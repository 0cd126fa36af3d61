// A log of a borehole, as XML and as a table: layers lie in order of depth, and what is text is UTF-8.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tenbo/base/text.h"
#include "tenbo/io/borehole.h"

namespace {

void check(const tenbo::io::Borehole& b) {
  double from = 0;
  for (const auto& l : b.layers) {
    if (!(l.from >= from && l.to > l.from) || !tenbo::is_valid_utf8(l.name) || !tenbo::is_valid_utf8(l.symbol) || !tenbo::is_valid_utf8(l.colour)) std::abort();
    from = l.to;
  }
  for (const auto& t : b.tests)
    if (!(t.depth >= 0) || t.n() < 0) std::abort();
  for (const auto& w : b.water)
    if (!std::isfinite(w.depth)) std::abort();
  if (!tenbo::is_valid_utf8(b.name) || std::isinf(b.lon) || std::isinf(b.lat) || std::isinf(b.ground)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics said;
  if (const auto b = io::parse_borehole_xml(text, "a.xml", said)) check(*b);
  else if (b.error().message.empty()) std::abort();
  if (const auto all = io::parse_borehole_csv(text, "a.csv", said))
    for (const auto& b : *all) check(b);
  return 0;
}
