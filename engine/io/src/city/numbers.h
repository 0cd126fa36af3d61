#pragma once
// Decimal numbers out of coordinate lists, fast. Differs from the correctly rounded value by at most 1 ulp, and only
// for more than 15 digits: a nanometre on the ground.
#include <bit>
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

// The digits that stand at p, at most seven and then something else, and their value; 8 bytes from p on can be read.
inline int read_few_digits(const char* p, std::uint64_t& out) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  std::uint64_t v = 0;
  std::memcpy(&v, p, 8);
  const std::uint64_t d = v ^ 0x3030303030303030ULL;
  const std::uint64_t other = ((d + 0x7676767676767676ULL) | d) & 0x8080808080808080ULL;  // true up to the first byte that is none
  const int count = std::countr_zero(other) / 8;
  out = 0;
  if (count == 0) return 0;
  const std::uint64_t e = d << (64 - 8 * count);  // leading zeros instead of what follows
  const std::uint64_t pairs = e * 10 + (e >> 8);
  out = ((pairs & 0x000000FF000000FFULL) * 0x000F424000000064ULL + ((pairs >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL) >> 32;
  return count;
#else
  int count = 0;
  for (out = 0; count < 7 && static_cast<unsigned char>(p[count] - '0') <= 9; ++count) out = out * 10 + static_cast<std::uint64_t>(p[count] - '0');
  return count;
#endif
}

inline constexpr std::uint64_t whole_powers_of_ten[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000};

// Reads one number at `at` (no white space before it) and leaves `at` after it. false where there is none, or more follows
// it than white space, ',' or `end`; `at` is then somewhere in the token. NaN and infinity are numbers here.
inline bool read_number(const char*& at, const char* end, double& out) {
  const char* p = at;  // of its own, so that it stays in a register
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
    if (end - p >= 8) {
      std::uint64_t few = 0;
      const int n = read_few_digits(p, few);
      mantissa = mantissa * whole_powers_of_ten[n] + few;
      p += n;
    } else {
      while (p < end && static_cast<unsigned char>(*p - '0') <= 9) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
    }
    fraction = p - dot;
    count += fraction;
  }
  at = p;
  const bool ended = p >= end || static_cast<unsigned char>(*p) <= ' ' || *p == ',';
  if (ended && count > 0 && count <= 19) {
    const double value = static_cast<double>(mantissa) / powers_of_ten[fraction];
    out = negative ? -value : value;
    return true;
  }
  // exponents, more digits than 64 bits hold, NaN, INF
  const char* token = begin < end && *begin == '+' ? begin + 1 : begin;
  const auto [rest, error] = std::from_chars(token, end, out);
  at = p = rest;
  if (error == std::errc::result_out_of_range) out = std::numeric_limits<double>::infinity();
  else if (error != std::errc()) return false;
  return p >= end || static_cast<unsigned char>(*p) <= ' ' || *p == ',';
}

}  // namespace tenbo::io::city
