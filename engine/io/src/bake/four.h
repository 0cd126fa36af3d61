#pragma once
// Four floats at a time. Each operation is one of IEEE's, without fused ones, so that all machines come to the same bits.
#if defined(__x86_64__)
#include <immintrin.h>
// Before what uses AVX2, which not every machine has: ask first.
#define TENBO_WIDE __attribute__((target("avx2")))
#elif defined(__SSE2__)
#include <emmintrin.h>
#else
#include <cmath>
#endif

namespace tenbo::io::bake {

#if defined(__SSE2__)
struct Four {
  __m128 v;
  Four() : v(_mm_setzero_ps()) {}
  explicit Four(__m128 x) : v(x) {}
  explicit Four(float x) : v(_mm_set1_ps(x)) {}
  Four(float a, float b, float c, float d) : v(_mm_setr_ps(a, b, c, d)) {}
  static Four load(const float* p) { return Four(_mm_loadu_ps(p)); }
  void store(float* p) const { _mm_storeu_ps(p, v); }
  friend Four operator+(Four a, Four b) { return Four(_mm_add_ps(a.v, b.v)); }
  friend Four operator-(Four a, Four b) { return Four(_mm_sub_ps(a.v, b.v)); }
  friend Four operator*(Four a, Four b) { return Four(_mm_mul_ps(a.v, b.v)); }
  friend Four operator/(Four a, Four b) { return Four(_mm_div_ps(a.v, b.v)); }
  friend Four least(Four a, Four b) { return Four(_mm_min_ps(a.v, b.v)); }
  friend Four most(Four a, Four b) { return Four(_mm_max_ps(a.v, b.v)); }
  friend Four root(Four a) { return Four(_mm_sqrt_ps(a.v)); }
  friend Four whole(Four a) { return Four(_mm_cvtepi32_ps(_mm_cvttps_epi32(a.v))); }  // towards 0; within an int
  friend void to_integers(Four a, int out[4]) { _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_cvttps_epi32(a.v)); }
  friend unsigned more(Four a, Four b) { return static_cast<unsigned>(_mm_movemask_ps(_mm_cmpgt_ps(a.v, b.v))); }  // one bit a lane
};
#else
struct Four {
  float v[4]{};
  Four() = default;
  explicit Four(float x) : v{x, x, x, x} {}
  Four(float a, float b, float c, float d) : v{a, b, c, d} {}
  static Four load(const float* p) { return {p[0], p[1], p[2], p[3]}; }
  void store(float* p) const {
    for (int i = 0; i < 4; ++i) p[i] = v[i];
  }
  template <class F>
  static Four each(const Four& a, const Four& b, F f) {
    return {f(a.v[0], b.v[0]), f(a.v[1], b.v[1]), f(a.v[2], b.v[2]), f(a.v[3], b.v[3])};
  }
  friend Four operator+(Four a, Four b) { return each(a, b, [](float x, float y) { return x + y; }); }
  friend Four operator-(Four a, Four b) { return each(a, b, [](float x, float y) { return x - y; }); }
  friend Four operator*(Four a, Four b) { return each(a, b, [](float x, float y) { return x * y; }); }
  friend Four operator/(Four a, Four b) { return each(a, b, [](float x, float y) { return x / y; }); }
  friend Four least(Four a, Four b) { return each(a, b, [](float x, float y) { return x < y ? x : y; }); }
  friend Four most(Four a, Four b) { return each(a, b, [](float x, float y) { return x > y ? x : y; }); }
  friend Four root(Four a) { return each(a, a, [](float x, float) { return std::sqrt(x); }); }
  friend Four whole(Four a) { return each(a, a, [](float x, float) { return static_cast<float>(static_cast<int>(x)); }); }
  friend void to_integers(Four a, int out[4]) {
    for (int i = 0; i < 4; ++i) out[i] = static_cast<int>(a.v[i]);
  }
  friend unsigned more(Four a, Four b) {
    unsigned bits = 0;
    for (int i = 0; i < 4; ++i) bits |= static_cast<unsigned>(a.v[i] > b.v[i]) << i;
    return bits;
  }
};
#endif

}  // namespace tenbo::io::bake
