// A change of style or hazard class of all features of a table: what update_features() takes, and the frame after it
// longer than a frame without. usage: bench_style [FEATURES]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tenbo/render/renderer.h"

using namespace tenbo;
using namespace tenbo::render;
using Clock = std::chrono::steady_clock;

namespace {

double ms_since(Clock::time_point t) { return std::chrono::duration<double, std::milli>(Clock::now() - t).count(); }
double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  auto made = Renderer::create({});
  if (!made) return std::fprintf(stderr, "%s\n", made.error().text().c_str()), 1;
  Renderer& renderer = **made;
  std::vector<FeatureStyle> styles(count);
  auto table = renderer.create_features(styles);
  if (!table) return std::fprintf(stderr, "%s\n", table.error().text().c_str()), 1;
  FrameView view;
  view.size = {64, 64};
  std::vector<double> update, frame, quiet;
  for (int i = 0; i < 21; ++i) {
    for (std::size_t k = 0; k < count; ++k) {
      styles[k].hazard = {255, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(k), 255};
      styles[k].colour = {static_cast<std::uint8_t>(k), 0, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i & 1 ? 255 : 0)};
    }
    auto t = Clock::now();
    if (auto s = renderer.update_features(*table, 0, styles); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
    update.push_back(ms_since(t));
    t = Clock::now();
    (void)renderer.render_offscreen(view);
    frame.push_back(ms_since(t));
    t = Clock::now();
    (void)renderer.render_offscreen(view);
    quiet.push_back(ms_since(t));
  }
  std::printf("%zu features: update %.1f ms, and the frame after it %.1f ms longer than the next (medians of %zu; %s)\n", count,
              median(update), median(frame) - median(quiet), update.size(), renderer.device_name().c_str());
}
