#pragma once
// The octets of a GRIB2 section, numbered from 1 as in the WMO's manual. Big-endian; negative numbers have a sign bit.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "tenbo/base/result.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io::grib2 {

// Thrown by the parts of read_grib2, which returns it as an Error.
struct Bad {
  Error error;
};
[[noreturn]] inline void fail(ErrorCode code, std::string message, std::string remedy = {}) {
  throw Bad{Error{code, std::move(message), "", "", std::move(remedy)}};
}

class Octets {
 public:
  Octets(std::span<const std::byte> bytes, const char* what) : bytes_(bytes), what_(what) {}
  std::size_t size() const { return bytes_.size(); }
  void needs(std::size_t octets) const {
    if (bytes_.size() < octets)
      fail(ErrorCode::malformed, std::string(what_) + " has " + std::to_string(bytes_.size()) + " octets, and its template needs " + std::to_string(octets));
  }
  std::uint8_t u8(std::size_t octet) const { return static_cast<std::uint8_t>(unsigned_of(octet, 1)); }
  std::uint16_t u16(std::size_t octet) const { return static_cast<std::uint16_t>(unsigned_of(octet, 2)); }
  std::uint32_t u32(std::size_t octet) const { return static_cast<std::uint32_t>(unsigned_of(octet, 4)); }
  std::uint64_t u64(std::size_t octet) const { return unsigned_of(octet, 8); }
  int s8(std::size_t octet) const { return static_cast<int>(signed_of(octet, 1)); }
  int s16(std::size_t octet) const { return static_cast<int>(signed_of(octet, 2)); }
  std::int64_t s32(std::size_t octet) const { return signed_of(octet, 4); }
  float f32(std::size_t octet) const { return std::bit_cast<float>(u32(octet)); }
  std::span<const std::byte> from(std::size_t octet) const {
    needs(octet - 1);
    return bytes_.subspan(octet - 1);
  }
  // Year (2 octets), month, day, hour, minute, second. A leap second is the second before it.
  geo::Instant time(std::size_t octet) const;

 private:
  std::uint64_t unsigned_of(std::size_t octet, std::size_t count) const {
    needs(octet + count - 1);
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < count; ++i) v = v << 8 | std::to_integer<std::uint64_t>(bytes_[octet - 1 + i]);
    return v;
  }
  std::int64_t signed_of(std::size_t octet, std::size_t count) const {
    const std::uint64_t v = unsigned_of(octet, count), sign = std::uint64_t{1} << (8 * count - 1);
    const auto size = static_cast<std::int64_t>(v & (sign - 1));
    return v & sign ? -size : size;
  }

  std::span<const std::byte> bytes_;
  const char* what_;
};

}  // namespace tenbo::io::grib2
