#pragma once
#include <algorithm>
#include <cmath>

#include "tenbo/base/image.h"

namespace tenbo::io {

// Bilinear between pixel centres; colours count by their alpha, so that what is transparent does not bleed. `x`, `y`:
// pixels, 0.5 is the middle of the first. `to` stays as it is where the picture is transparent.
inline void sample_picture(const Image& from, double x, double y, bool smooth, std::uint8_t* to) {
  const double u = std::clamp(x - 0.5, 0.0, from.width - 1.0), v = std::clamp(y - 0.5, 0.0, from.height - 1.0);
  if (!smooth) {
    std::copy_n(from.pixel(std::min(static_cast<int>(std::max(x, 0.0)), from.width - 1), std::min(static_cast<int>(std::max(y, 0.0)), from.height - 1)), 4, to);
    return;
  }
  const int i = static_cast<int>(u), j = static_cast<int>(v), i1 = std::min(i + 1, from.width - 1), j1 = std::min(j + 1, from.height - 1);
  const double fu = u - i, fv = v - j;
  const std::uint8_t* p[4] = {from.pixel(i, j), from.pixel(i1, j), from.pixel(i, j1), from.pixel(i1, j1)};
  const double w[4] = {(1 - fu) * (1 - fv), fu * (1 - fv), (1 - fu) * fv, fu * fv};
  double alpha = 0, colour[3] = {0, 0, 0};
  for (int k = 0; k < 4; ++k) {
    const double a = w[k] * p[k][3];
    alpha += a;
    for (int c = 0; c < 3; ++c) colour[c] += a * p[k][c];
  }
  if (alpha < 0.5) return;
  for (int c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>(std::lround(colour[c] / alpha));
  to[3] = static_cast<std::uint8_t>(std::lround(alpha));
}

}  // namespace tenbo::io
