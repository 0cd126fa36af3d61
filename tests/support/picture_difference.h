#pragma once
// How much two pictures differ.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tenbo/base/image.h"

namespace tenbo::test {

// Share of pixels that differ, as golden pictures are compared.
inline double difference(const Image& a, const Image& b) {
  std::size_t n = 0;
  EXPECT_EQ(a.rgba.size(), b.rgba.size());
  for (std::size_t i = 0; i + 3 < std::min(a.rgba.size(), b.rgba.size()); i += 4) {
    int most = 0;
    for (std::size_t k = 0; k < 3; ++k) most = std::max(most, std::abs(a.rgba[i + k] - b.rgba[i + k]));
    n += most > 24;
  }
  return static_cast<double>(n) / static_cast<double>(a.width * a.height);
}

}  // namespace tenbo::test
