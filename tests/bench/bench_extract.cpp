// From the world to a frame: what extract() takes for so many renderables, without a renderer. All of them are in every frame,
// and each frame sees them from another place. First nothing else changes, then one in a hundred of them does from frame to
// frame: of those a quarter each moves, is coloured anew, goes or comes back, and goes for good while a new one comes. Last, a
// frame after the first of all, which makes every record; and one after another style, which makes them again.
// Medians of 201 frames.  usage: bench_extract [RENDERABLES]    (default 100,000)
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine_impl.h"

namespace tenbo::runtime {

struct EngineProbe {
  EngineImpl& engine;
  std::uint32_t layer = 0;
  std::size_t side = 1, next = 0;
  std::vector<scene::Entity> all;

  void add(scene::Entity& e) {  // tiles of 100 m, side by side
    auto& world = engine.world_;
    const std::size_t i = next++;
    const double lon = 139.5 + static_cast<double>(i % side) * 0.001, lat = 35.5 + static_cast<double>(i / side % side) * 0.0009;
    e = world.create();
    world.emplace<LayerTag>(e, LayerTag{layer});
    world.emplace<TileFrame>(e, TileFrame{geo::LocalFrame::at({lon, lat, 0}), glm::vec3(-50, -50, 0), glm::vec3(50, 50, 40)});
    world.emplace<CityTile>(e, CityTile{render::MeshHandle{static_cast<std::uint32_t>(i), 1}, -1, {}, io::CityTheme::building, false, false, true});
    world.emplace<StreamedTile>(e, StreamedTile{0, true});
  }
  void fill(std::size_t count) {
    scene::LayerSpec spec;
    spec.kind = scene::LayerKind::buildings;
    Layer& l = engine.add_layer(spec);
    l.status.state = LayerState::ready;
    l.stream = std::make_unique<TileStream>(std::make_shared<TileSet>(), l.id);
    layer = l.id;
    side = static_cast<std::size_t>(std::max(1.0, std::sqrt(static_cast<double>(count))));
    all.resize(count);
    for (auto& e : all) add(e);
  }
  void change(std::size_t round) {
    auto& world = engine.world_;
    for (std::size_t i = round % 100; i < all.size(); i += 100) switch (i / 100 % 4) {
      case 0: world.patch<TileFrame>(all[i], [](TileFrame& t) { t.frame.origin.z += 1; }); break;
      case 1: world.patch<CityTile>(all[i], [&](CityTile& t) { t.colour.r = static_cast<std::uint8_t>(round); }); break;
      case 2: world.patch<StreamedTile>(all[i], [](StreamedTile& t) { t.drawn = !t.drawn; }); break;
      default: world.destroy(all[i]); add(all[i]); break;
    }
  }
  void restyle() { engine.find_layer(layer)->spec.opacity = 0.5; }
  std::size_t extract() { return engine.extract({1920, 1080}).meshes.size(); }
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
  runtime::EngineProbe probe{engine};
  probe.fill(count);
  int turn = 0;
  std::size_t seen = 0;
  const auto frame = [&] {
    engine.set_camera(scene::look_at({139.65, 35.64, 0}, 20'000, turn++ * 7.0, -35));
    const auto start = std::chrono::steady_clock::now();
    seen = probe.extract();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  };
  const double first = frame();
  const auto report = [&](const char* what, bool changes) {
    std::vector<double> ms;
    for (std::size_t i = 0; i < 201; ++i) {
      if (changes) probe.change(i);
      ms.push_back(frame());
    }
    std::sort(ms.begin(), ms.end());
    std::printf("%zu renderables, %zu of them in the last frame, %s: extract %.2f ms (median), %.2f ms (longest)\n", count, seen, what, ms[ms.size() / 2], ms.back());
  };
  report("the camera moves", false);
  report("and 1 % change", true);
  probe.restyle();
  std::printf("the first frame %.2f ms, one after another style %.2f ms\n", first, frame());
}
