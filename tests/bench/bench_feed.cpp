// From a message's arrival at the broker's socket to the pixel: messages are stamped when they are sent, and each frame is read back
// and says which was the last. usage: bench_feed SCENE.json [--rate N] [--seconds N] [--burst N]
// The scene is the demo's; a layer of tests/plugins/stamper.cpp is added to it, and a feed from Debian's mosquitto on 127.0.0.1.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "../live/publisher.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/image.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/scene/camera_controls.h"

namespace fs = std::filesystem;
using namespace tenbo;
using Clock = std::chrono::steady_clock;

namespace {

constexpr glm::uvec2 size{1280, 720};
constexpr double step = 0.0035;  // degrees between two marks
constexpr std::size_t burst_frames = 2000;

double percentile(std::vector<double> v, double p) {
  if (v.empty()) return NAN;
  std::sort(v.begin(), v.end());
  return v[std::min(v.size() - 1, static_cast<std::size_t>(p * static_cast<double>(v.size())))];
}

struct Marks {
  std::vector<glm::ivec2> pixels;  // of the sixteen, the lowest bit first
  // The number; nothing where a mark has neither colour.
  std::optional<unsigned> read(const Image& image) const {
    unsigned out = 0;
    for (std::size_t bit = 0; bit < pixels.size(); ++bit) {
      const auto* p = image.pixel(pixels[bit].x, pixels[bit].y);
      const bool on = p[0] > 150 && p[2] < 90, off = p[2] > 150 && p[0] < 90;
      if (on == off) return std::nullopt;
      out |= static_cast<unsigned>(on) << bit;
    }
    return out;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: bench_feed SCENE.json [--rate N] [--seconds N] [--burst N]\n"), 2;
  double rate = 200, seconds = 20;
  int burst = 20'000;
  for (int i = 2; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--rate") == 0) rate = std::atof(argv[i + 1]);
    if (std::strcmp(argv[i], "--seconds") == 0) seconds = std::atof(argv[i + 1]);
    if (std::strcmp(argv[i], "--burst") == 0) burst = std::atoi(argv[i + 1]);
  }
  const auto folder = fs::temp_directory_path() / ("bench_feed." + std::to_string(::getpid()));
  fs::create_directories(folder);
  test::Broker broker(folder / "broker");

  auto scene = scene::read_scene(argv[1]);
  if (!scene) return std::fprintf(stderr, "%s\n", scene.error().text().c_str()), 1;
  scene->journal = folder / "journal";
  scene::FeedSpec feed;
  feed.name = "stamps";
  feed.kind = "mqtt";
  feed.address = broker.url();
  feed.topics = {"stamps"};
  scene->feeds = {feed};
  scene->time.reset();
  for (auto& l : scene->layers)  // whose markers would lie over those that are read
    if (l.kind == scene::LayerKind::inspection || l.kind == scene::LayerKind::vector) l.visible = false;
  const scene::Camera camera = scene->home.value_or(scene::Camera{});
  // Around what the camera looks at.
  const auto target = scene::ground_under(camera, glm::dvec2(size) * glm::dvec2(0.5, 0.55), glm::dvec2(size), [](double, double) { return 0.0; });
  if (!target) return std::fprintf(stderr, "bench_feed: the scene's home camera does not look at the ground\n"), 1;
  scene::LayerSpec layer;
  layer.name = "stamper";
  layer.plugin = "stamper";
  layer.kind_set = false;
  layer.feeds = {"stamps"};
  const double west = target->lon - 1.5 * step, south = target->lat - 1.5 * step;
  layer.parameters = {{"lon", std::to_string(west)}, {"lat", std::to_string(south)}, {"step", std::to_string(step)}};
  scene->layers.push_back(layer);

  JobSystem jobs;
  Log log{LogLevel::warning};
  runtime::EngineOptions options;
  options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins", fs::path(TENBO_BINARY_DIR) / "tests/plugins"};
  options.feeds.source = runtime::FeedUse::Source::connect;
  auto made = runtime::Engine::create(options, jobs, log);
  if (!made) return std::fprintf(stderr, "%s\n", made.error().text().c_str()), 1;
  auto& engine = **made;
  if (auto s = engine.open(*scene); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
  engine.settle();

  const auto stamper = [&] {
    for (auto& l : engine.layers())
      if (l.name == "stamper") return l;
    return runtime::LayerStatus{};
  };
  const auto begun = Clock::now();
  const auto now_ms = [&] { return std::chrono::duration<double, std::milli>(Clock::now() - begun).count(); };
  Marks marks;
  std::vector<double> frames, updates;  // ms, of whole frames, and of their part before drawing
  Image image;
  double before = now_ms();
  const auto frame = [&]() -> std::optional<unsigned> {
    const double from = now_ms();
    engine.update((from - before) / 1000);
    before = from;
    updates.push_back(now_ms() - from);
    auto drawn = engine.still(size, 1, true);
    frames.push_back(now_ms() - from);
    if (!drawn) return std::nullopt;
    image = std::move(*drawn);
    return marks.pixels.empty() ? std::nullopt : marks.read(image);
  };
  for (int i = 0; i < 600 && (engine.feeds().empty() || engine.feeds()[0].connections == 0 || stamper().state != runtime::LayerState::ready); ++i) frame();
  for (int bit = 0; bit < 16; ++bit) {
    geo::GeoPoint p{west + step * (bit % 4), south + step * (bit / 4), 0};
    p.height = std::max(0.0, engine.ground_height(p.lon, p.lat).value_or(0));
    const auto pixel = engine.camera().project(geo::to_ecef(p), glm::dvec2(size));
    if (!pixel || pixel->x < 0 || pixel->y < 0 || pixel->x >= size.x || pixel->y >= size.y) return std::fprintf(stderr, "bench_feed: a mark is not in the picture\n"), 1;
    marks.pixels.emplace_back(*pixel);
  }
  for (int i = 0; i < 10; ++i) frame();
  if (frame() != 0u) {
    const auto shot = fs::temp_directory_path() / "bench_feed.png";
    (void)io::write_png(shot, image);
    std::fprintf(stderr, "bench_feed: the marks cannot be read; see %s\n", shot.c_str());
    return 1;
  }

  // --- a steady rate
  const auto count = static_cast<unsigned>(rate * seconds);
  std::vector<std::atomic<double>> sent(count + 1);
  frames.clear();
  updates.clear();
  std::vector<double> latencies;
  {
    test::Publisher out(broker.port());
    std::thread publisher([&] {
      const double start = now_ms();
      for (unsigned n = 1; n <= count; ++n) {
        while (now_ms() < start + 1000.0 * n / rate) std::this_thread::sleep_for(std::chrono::microseconds(500));
        sent[n] = now_ms();
        out.say("stamps", std::to_string(n), 0);
      }
    });
    unsigned seen = 0;
    for (const double end = now_ms() + 1000 * seconds + 20'000; seen < count && now_ms() < end;) {
      const auto n = frame();
      const double at = now_ms();
      if (!n || *n <= seen || *n > count) continue;
      for (unsigned k = seen + 1; k <= *n; ++k) latencies.push_back(at - sent[k]);
      seen = *n;
    }
    publisher.join();
    if (seen < count) {
      const auto shot = fs::temp_directory_path() / "bench_feed.png";
      (void)io::write_png(shot, image);
      std::fprintf(stderr, "bench_feed: message %u was not seen; the last picture is %s\n", seen + 1, shot.c_str());
    }
  }
  std::printf("cores %u  device %s  %ux%u\n", std::thread::hardware_concurrency(), engine.renderer()->device_name().c_str(), size.x, size.y);
  std::printf("%.0f messages/s for %.0f s: %zu of %u seen; latency ms median %.0f  p99 %.0f  longest %.0f; frame ms median %.0f  p99.5 %.0f, of it update %.1f and %.1f\n", rate, seconds, latencies.size(), count,
              percentile(latencies, 0.5), percentile(latencies, 0.99), percentile(latencies, 1), percentile(frames, 0.5), percentile(frames, 0.995), percentile(updates, 0.5), percentile(updates, 0.995));

  // --- a burst
  const std::uint64_t had = engine.feeds()[0].messages;
  const double median = percentile(frames, 0.5);
  frames.clear();
  const double start = now_ms();
  {
    test::Publisher out(broker.port());
    std::thread publisher([&] {
      for (int n = 1; n <= burst; ++n) out.say("stamps", std::to_string(n % 60'000), 0);
    });
    while (stamper().source != std::to_string(had + static_cast<std::uint64_t>(burst)) && now_ms() < start + 120'000) frame();
    publisher.join();
  }
  const double took = now_ms() - start;
  const auto during = frames;
  // The burst is over in fewer frames than 99.5 % of them can be told from: it and what follows it, as many as a flight has.
  while (frames.size() < burst_frames) frame();
  const auto within = static_cast<double>(std::count_if(frames.begin(), frames.end(), [&](double f) { return f <= 3 * median; }));
  std::printf("burst of %d: %s of %llu arrived at the plugin after %.1f s; its %zu frames ms median %.0f  longest %.0f (%.1f medians of before); "
              "of %zu frames from its start %.2f %% within 3 medians of before, p99.5 %.1f medians\n",
              burst, stamper().source.c_str(), static_cast<unsigned long long>(had + static_cast<std::uint64_t>(burst)), took / 1000, during.size(), percentile(during, 0.5),
              percentile(during, 1), percentile(during, 1) / median, frames.size(), 100 * within / static_cast<double>(frames.size()), percentile(frames, 0.995) / median);
  broker.stop();
  std::error_code ec;
  fs::remove_all(folder, ec);
  return 0;
}
