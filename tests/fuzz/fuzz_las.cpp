// A LAS header, what it says of its coordinate system, and its points: whatever a file claims, nothing is read beyond its end.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "points/las.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo::io::points;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto h = parse_las_header(bytes, size, "a.las");
  if (!h) {
    if (h.error().message.empty()) std::abort();
    return 0;
  }
  if (h->compressed) return 0;
  if (h->format > 10 || h->points == 0 || h->first_point + h->points * h->record_bytes > size) std::abort();
  for (std::uint64_t i = 0; i < h->points; ++i) {
    const auto p = parse_las_point(*h, bytes.subspan(static_cast<std::size_t>(h->first_point + i * h->record_bytes), h->record_bytes));
    if (h->format < 6 && p.point_class > 31) std::abort();
  }
  return 0;
}
