#pragma once
// Decimal numbers out of coordinate lists, fast. Differs from the correctly rounded value by at most 1 ulp, and only
// for more than 15 digits: a nanometre on the ground.
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>

namespace tenbo::io::city {

inline constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// The value of eight digits; false where one of the bytes is no digit.
inline bool read_eight_digits(const char* p, std::uint64_t& out) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  std::uint64_t v = 0;
  std::memcpy(&v, p, 8);
  const std::uint64_t d = v ^ 0x3030303030303030ULL;
  if ((((d + 0x7676767676767676ULL) | d) & 0x8080808080808080ULL) != 0) return false;
  v = d * 10 + (d >> 8);  // pairs, then fours, then all
  v = ((v & 0x000000FF000000FFULL) * 0x000F424000000064ULL + ((v >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL) >> 32;
  out = v;
  return true;
#else
  out = 0;
  for (int i = 0; i < 8; ++i) {
    if (static_cast<unsigned char>(p[i] - '0') > 9) return false;
    out = out * 10 + static_cast<std::uint64_t>(p[i] - '0');
  }
  return true;
#endif
}

// Reads one number at p (no white space before it) and leaves p after it. false where there is none, or more follows
// it than white space, ',' or `end`; p is then somewhere in the token. NaN and infinity are numbers here.
inline bool read_number(const char*& p, const char* end, double& out) {
  const char* const begin = p;
  const bool negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) ++p;
  std::uint64_t mantissa = 0;
  const char* digits = p;
  while (p < end && static_cast<unsigned char>(*p - '0') <= 9) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  std::ptrdiff_t count = p - digits, fraction = 0;
  if (p < end && *p == '.') {
    const char* const dot = ++p;
    for (std::uint64_t eight = 0; end - p >= 8 && read_eight_digits(p, eight); p += 8) mantissa = mantissa * 100'000'000 + eight;
    while (p < end && static_cast<unsigned char>(*p - '0') <= 9) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
    fraction = p - dot;
    count += fraction;
  }
  const bool ended = p >= end || static_cast<unsigned char>(*p) <= ' ' || *p == ',';
  if (ended && count > 0 && count <= 19) {
    const double value = static_cast<double>(mantissa) / powers_of_ten[fraction];
    out = negative ? -value : value;
    return true;
  }
  // exponents, more digits than 64 bits hold, NaN, INF
  const char* token = begin < end && *begin == '+' ? begin + 1 : begin;
  const auto [rest, error] = std::from_chars(token, end, out);
  p = rest;
  if (error == std::errc::result_out_of_range) out = std::numeric_limits<double>::infinity();
  else if (error != std::errc()) return false;
  return p >= end || static_cast<unsigned char>(*p) <= ' ' || *p == ',';
}

}  // namespace tenbo::io::city
