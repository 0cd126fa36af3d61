// Template 5.200: a level, then the length of its run less one in digits of base 2^bits - 1 - most, least digit first;
// digits are the numbers above the greatest level.
#include <algorithm>
#include <cstring>

#include "grib2/sections.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenbo::io::grib2 {

namespace {

Error bad(std::string message) { return {ErrorCode::malformed, std::move(message), "", "data section", ""}; }

inline void store4(float* out, float value) {
#if defined(__SSE2__)
  _mm_storeu_ps(out, _mm_set1_ps(value));
#else
  out[0] = out[1] = out[2] = out[3] = value;
#endif
}

// Octets, as the Agency sends them.
struct Bytes {
  const std::uint8_t* p;
  const std::uint8_t* end;
  bool more() const { return p < end; }
  std::uint32_t peek() const { return *p; }
  void skip() { ++p; }
  bool only_filling() const { return false; }
};

// Any other width, most significant bit first.
struct Bits {
  const std::uint8_t* p;
  std::uint64_t at, end;  // in bits
  unsigned width;
  bool more() const { return at + width <= end; }
  std::uint32_t peek() const {
    std::uint32_t v = 0;
    for (std::uint64_t b = at; b < at + width; ++b) v = v << 1 | (p[b / 8] >> (7 - b % 8) & 1u);
    return v;
  }
  void skip() { at += width; }
  bool only_filling() const { return end - at < 8; }  // perhaps: zeros that fill the last octet up
};

// A run of at least one, with room for 8 more behind it: short runs are most, so whole stores are made, of which the next run
// overwrites what is too much.
inline void store_run(float* out, float value, std::uint64_t run) {
  store4(out, value);
  store4(out + 4, value);
  for (std::uint64_t i = 8; i < run; i += 4) store4(out + i, value);
}

// Runs of one digit or none, which are nearly all, without a branch on which it is; ends before what is anything else.
inline void unpack_short(Bytes& in, std::uint32_t most, const float* levels, float*& out, const float* end) {
  constexpr std::ptrdiff_t longest = 256 + 8;
  while (in.end - in.p >= 3 && end - out >= longest) {
    const std::uint32_t level = in.p[0], next = in.p[1];
    const bool digit = next > most;
    if (level > most || in.p[1 + digit] > most) return;
    const std::uint32_t run = 1 + (digit ? next - most - 1 : 0);
    store_run(out, levels[level], run);
    out += run;
    in.p += 1 + digit;
  }
}
inline void unpack_short(Bits&, std::uint32_t, const float*, float*&, const float*) {}

template <class Numbers>
Status unpack(Numbers in, const Grib2Packing& packing, std::span<float> to) {
  const std::uint32_t most = packing.most;
  const std::uint64_t base = (1u << packing.bits) - 1 - most;
  const float* const levels = packing.levels.data();
  float* out = to.data();
  float* const end = out + to.size();
  for (;;) {
    unpack_short(in, most, levels, out, end);
    if (!in.more() || (out == end && in.only_filling())) break;
    const std::uint32_t level = in.peek();
    if (level > most) return bad("a run length where a level was expected, after " + std::to_string(out - to.data()) + " values");
    in.skip();
    const float value = levels[level];
    std::uint64_t run = 1;
    if (in.more() && in.peek() > most) {
      run += in.peek() - most - 1;
      in.skip();
      for (std::uint64_t weight = base; in.more() && in.peek() > most; in.skip()) {
        const std::uint64_t digit = in.peek() - most - 1;
        if (digit != 0 && weight > max_grib2_points) return bad("a run is longer than the field");
        run += digit * weight;
        if (weight <= max_grib2_points) weight *= base;
      }
    }
    const auto left = static_cast<std::uint64_t>(end - out);
    if (run > left) return bad("the runs make more than the " + std::to_string(to.size()) + " values that are announced");
    if (left >= run + 8) store_run(out, value, run);
    else std::fill(out, out + run, value);
    out += run;
  }
  if (out != end) return bad("the runs make " + std::to_string(out - to.data()) + " values, and " + std::to_string(to.size()) + " are announced");
  return {};
}

}  // namespace

Status unpack_runs(std::span<const std::byte> data, const Grib2Packing& packing, std::span<float> out) {
  const auto* p = reinterpret_cast<const std::uint8_t*>(data.data());
  if (packing.bits == 8) return unpack(Bytes{p, p + data.size()}, packing, out);
  return unpack(Bits{p, 0, std::uint64_t{8} * data.size(), packing.bits}, packing, out);
}

}  // namespace tenbo::io::grib2
