// Template 5.0: unsigned numbers of equal width, most significant bit first, scaled.
#include <cmath>

#include "grib2/sections.h"

namespace tenbo::io::grib2 {

Status unpack_simple(std::span<const std::byte> data, const Grib2Packing& packing, std::span<float> out) {
  const double power = std::pow(10.0, -packing.decimal), scale = std::ldexp(1.0, packing.binary) * power, reference = packing.reference * power;
  if (std::uint64_t{packing.bits} * out.size() > std::uint64_t{8} * data.size())
    return Error{ErrorCode::malformed, std::to_string(data.size()) + " octets are too few for " + std::to_string(out.size()) + " values of " +
                                           std::to_string(packing.bits) + " bits", "", "data section", ""};
  const auto* p = reinterpret_cast<const std::uint8_t*>(data.data());
  const auto* const end = p + data.size();
  const unsigned bits = packing.bits;
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::uint64_t buffer = 0;
  unsigned held = 0;
  for (float& v : out) {
    while (held < bits && p < end) {
      buffer = buffer << 8 | *p++;
      held += 8;
    }
    held -= bits;
    v = static_cast<float>(reference + static_cast<double>(buffer >> held & mask) * scale);
  }
  return {};
}

}  // namespace tenbo::io::grib2
