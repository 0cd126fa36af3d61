#pragma once
// Random numbers and noise that are the same on every machine and run: nothing here asks the clock or the library.
#include <cmath>
#include <cstdint>

namespace tenbo::io::make_city_detail {

// SplitMix64's finaliser: spreads any integer over 64 bits.
inline std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) { return mix(a ^ mix(b)); }

// A stream of random numbers; each thing in the city has its own, seeded by what it is, so that order does not matter.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() { return mix(state_++ * 0xD1342543DE82EF95u); }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }        // [0, 1)
  double range(double lo, double hi) { return lo + (hi - lo) * uniform(); }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  int between(int lo, int hi) { return lo + below(hi - lo + 1); }                  // inclusive
  bool chance(double p) { return uniform() < p; }

 private:
  std::uint64_t state_;
};

inline double lattice(std::int64_t x, std::int64_t y, std::uint64_t seed) {  // [0, 1)
  const auto h = mix(static_cast<std::uint64_t>(x) * 0x8DA6B343u ^ static_cast<std::uint64_t>(y) * 0xD8163841u ^ seed << 17);
  return static_cast<double>(h >> 11) * 0x1p-53;
}

struct NoiseSample { double value, dx, dy; };

// Value noise with a quintic fade, in [0, 1), and its slope.
inline NoiseSample noise_with_slope(double x, double y, std::uint64_t seed) {
  const double fx = std::floor(x), fy = std::floor(y), tx = x - fx, ty = y - fy;
  const auto ix = static_cast<std::int64_t>(fx), iy = static_cast<std::int64_t>(fy);
  const double a = lattice(ix, iy, seed), b = lattice(ix + 1, iy, seed), c = lattice(ix, iy + 1, seed),
               d = lattice(ix + 1, iy + 1, seed);
  const double ux = tx * tx * tx * (tx * (tx * 6 - 15) + 10), uy = ty * ty * ty * (ty * (ty * 6 - 15) + 10);
  const double sx = 30 * tx * tx * (tx * (tx - 2) + 1), sy = 30 * ty * ty * (ty * (ty - 2) + 1);
  const double k = a - b - c + d;
  return {a + (b - a) * ux + (c - a) * uy + k * ux * uy, sx * ((b - a) + k * uy), sy * ((c - a) + k * ux)};
}
inline double noise(double x, double y, std::uint64_t seed) { return noise_with_slope(x, y, seed).value; }

inline double smoothstep(double lo, double hi, double x) {
  const double t = x <= lo ? 0 : x >= hi ? 1 : (x - lo) / (hi - lo);
  return t * t * (3 - 2 * t);
}
inline double lerp(double a, double b, double t) { return a + (b - a) * t; }

}  // namespace tenbo::io::make_city_detail
