// golden_compare EXPECTED ACTUAL DIFF MEAN FRACTION: exit 0 where the mean difference of a channel is at most MEAN
// (0..255) and at most FRACTION of the pixels differ by more than 24 in any channel; writes DIFF otherwise.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tenbo/io/image.h"

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  auto expected = tenbo::io::read_image(argv[1], 16384);
  auto actual = tenbo::io::read_image(argv[2], 16384);
  if (!expected) { std::fprintf(stderr, "%s\n", expected.error().text().c_str()); return 1; }
  if (!actual) { std::fprintf(stderr, "%s\n", actual.error().text().c_str()); return 1; }
  if (expected->width != actual->width || expected->height != actual->height) {
    std::fprintf(stderr, "expected %dx%d, got %dx%d\n", expected->width, expected->height, actual->width, actual->height);
    return 1;
  }
  const double most_mean = std::atof(argv[4]), most_fraction = std::atof(argv[5]);
  tenbo::Image diff{expected->width, expected->height, {}};
  diff.rgba.resize(expected->rgba.size(), 255);
  double sum = 0;
  std::size_t over = 0;
  const std::size_t pixels = expected->rgba.size() / 4;
  for (std::size_t i = 0; i < pixels; ++i) {
    int worst = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const int d = std::abs(int(expected->rgba[i * 4 + k]) - int(actual->rgba[i * 4 + k]));
      sum += d;
      worst = std::max(worst, d);
      diff.rgba[i * 4 + k] = static_cast<std::uint8_t>(std::min(255, d * 4));
    }
    over += worst > 24;
  }
  const double mean = sum / (3.0 * static_cast<double>(pixels)), fraction = static_cast<double>(over) / static_cast<double>(pixels);
  std::printf("mean difference %.3f (at most %.3f), pixels that differ %.5f (at most %.5f)\n", mean, most_mean, fraction, most_fraction);
  if (mean <= most_mean && fraction <= most_fraction) return 0;
  if (auto s = tenbo::io::write_png(argv[3], diff); !s) std::fprintf(stderr, "%s\n", s.error().text().c_str());
  std::fprintf(stderr, "the picture has changed; expected %s, got %s, difference (x4) %s\n", argv[1], argv[2], argv[3]);
  return 1;
}
