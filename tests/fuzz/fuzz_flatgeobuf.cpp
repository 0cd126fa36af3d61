// A FlatGeobuf file, or a feature of GeoPackage's: whatever is understood lies within the bytes that there are, holds no more points than
// they can, and goes through without a fault.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "vector/flatgeobuf.h"
#include "vector/wkb.h"

namespace {
using namespace tenbo::io;

void check(const PlainFeature& f, std::span<const unsigned char> bytes) {
  std::size_t points = 0;
  double sum = 0;
  for (const auto& part : f.parts) {
    if (part.count == 0) std::abort();
    for (std::uint32_t i = 0; i < part.count; ++i) {
      sum += plain_load<double>(part.xy + std::size_t{i} * part.step) + plain_load<double>(part.xy + std::size_t{i} * part.step + 8);
      if (part.z != nullptr) sum += plain_load<double>(part.z + std::size_t{i} * part.z_step);
    }
    points += part.count;
  }
  if (points * 16 > bytes.size()) std::abort();
  std::size_t letters = 0;
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    for (const char c : f.values[i].text) letters += c != '\0';
    if (i > 0 && f.values[i].column <= f.values[i - 1].column) std::abort();
  }
  if (letters > bytes.size()) std::abort();
  [[maybe_unused]] static volatile double kept;
  kept = sum;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // a copy of just that size, so that what is read past its end is noticed
  const std::vector<unsigned char> own(data, data + size);
  const std::span<const unsigned char> bytes(own);
  PlainFeature f;
  if (const auto header = flatgeobuf::read_header(bytes)) {
    std::uint64_t at = header->first;
    for (std::uint64_t i = 0; i < header->features && at <= size && size - at >= 4; ++i) {
      const std::uint64_t length = plain_load<std::uint32_t>(own.data() + at);
      if (length > size - at - 4) break;
      const std::vector<unsigned char> feature(own.begin() + static_cast<std::ptrdiff_t>(at + 4), own.begin() + static_cast<std::ptrdiff_t>(at + 4 + length));
      if (flatgeobuf::read_feature(feature, *header, f)) check(f, feature);
      at += 4 + length;
    }
  } else {
    flatgeobuf::Header any;
    using enum flatgeobuf::ColumnType;
    any.columns = {text, int32, float64, boolean};
    for (const bool z : {false, true}) {
      any.has_z = z;
      if (flatgeobuf::read_feature(bytes, any, f)) check(f, bytes);
    }
  }
  f = {};
  if (wkb::read_geopackage(bytes, f)) check(f, bytes);
  return 0;
}
