// From the world to a frame: what extract() takes for so many renderables, without a renderer. Medians of 51 frames that each see
// the city from another side.  usage: bench_extract [RENDERABLES]    (default 100,000)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine_impl.h"

namespace tenbo::runtime {

struct EngineProbe {
  static void fill(EngineImpl& engine, std::size_t count) {
    scene::LayerSpec spec;
    spec.kind = scene::LayerKind::buildings;
    Layer& layer = engine.add_layer(spec);
    layer.status.state = LayerState::ready;
    const auto side = static_cast<std::size_t>(std::max(1.0, std::sqrt(static_cast<double>(count))));
    for (std::size_t i = 0; i < count; ++i) {  // tiles of 100 m, side by side
      const auto e = engine.world_.create();
      const double lon = 139.5 + static_cast<double>(i % side) * 0.001, lat = 35.5 + static_cast<double>(i / side) * 0.0009;
      engine.world_.emplace<LayerTag>(e, LayerTag{layer.id});
      engine.world_.emplace<TileFrame>(e, TileFrame{geo::LocalFrame::at({lon, lat, 0}), glm::vec3(-50, -50, 0), glm::vec3(50, 50, 40)});
      engine.world_.emplace<CityTile>(e, CityTile{render::MeshHandle{static_cast<std::uint32_t>(i), 1}, -1, {}, io::CityTheme::building, false, false, true});
    }
  }
  static std::size_t extract(EngineImpl& engine) { return engine.extract({1920, 1080}).meshes.size(); }
};

}  // namespace tenbo::runtime

int main(int argc, char** argv) {
  using namespace tenbo;
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  JobSystem jobs;
  Log log;
  runtime::EngineOptions options;
  options.graphics = false;
  runtime::EngineImpl engine(options, jobs, log);
  if (auto s = engine.start(); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
  runtime::EngineProbe::fill(engine, count);
  std::vector<double> ms;
  std::size_t seen = 0;
  for (int i = 0; i < 51; ++i) {
    engine.set_camera(scene::look_at({139.65, 35.64, 0}, 20'000, i * 7.0, -35));
    const auto start = std::chrono::steady_clock::now();
    seen = runtime::EngineProbe::extract(engine);
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(ms.begin(), ms.end());
  std::printf("%zu renderables, %zu of them in the last frame: extract %.2f ms (median), %.2f ms (longest)\n", count, seen, ms[ms.size() / 2], ms.back());
}
