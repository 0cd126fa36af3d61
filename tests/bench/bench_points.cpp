// A scene with and without points: 2 million of InSAR over the demo city, orbited; the layer is shown and hidden from frame to frame,
// so that both medians are of the same minutes. Then 20 million points of a cloud: reading and memory.
// Prints JSON.  usage: bench_points SCENE.json FOLDER [POINTS [CLOUD]]    (default 2,000,000 and 20,000,000; 0: none)
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/io/points.h"
#include "tenbo/runtime/engine.h"

namespace fs = std::filesystem;
using namespace tenbo;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point t) { return std::chrono::duration<double>(Clock::now() - t).count(); }
double median(std::vector<double>& v) {
  if (v.empty()) return 0;
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

// Points on a jittered grid of 4 x 4 km, 60 dates of 24 days.
void write_table(const fs::path& path, std::size_t count) {
  constexpr int dates = 60;
  std::FILE* f = std::fopen(path.c_str(), "wb");
  if (!f) std::exit(1);
  std::fprintf(f, "pid,lat,lon,velocity,coherence");
  for (int d = 0; d < dates; ++d) std::fprintf(f, ",%04d%02d%02d", 2018 + d / 12, d % 12 + 1, d % 24 + 1);
  std::fprintf(f, "\n");
  const auto side = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  std::uint32_t random = 1;
  const auto next = [&] { return (random = random * 1664525u + 1013904223u) >> 8; };  // Numerical Recipes
  std::string line;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = (static_cast<double>(i % side) + next() % 1000 / 1000.0) / static_cast<double>(side) - 0.5;
    const double y = (static_cast<double>(i / side) + next() % 1000 / 1000.0) / static_cast<double>(side) - 0.5;
    const double v = -25 * std::exp(-(x * x + y * y) * 20) + next() % 100 / 50.0 - 1;
    char cell[64];
    line.assign(cell, static_cast<std::size_t>(std::snprintf(cell, sizeof cell, "P%zu,%.7f,%.7f,%.2f,%.2f", i, 34.39 + y * 0.036, 138.45 + x * 0.044, v, 0.6 + next() % 40 / 100.0)));
    for (int d = 0; d < dates; ++d) {
      const int tenths = static_cast<int>(v * d / 1.2) + static_cast<int>(next() % 30) - 15;
      line.append(cell, static_cast<std::size_t>(std::snprintf(cell, sizeof cell, ",%s%d.%d", tenths < 0 ? "-" : "", std::abs(tenths) / 10, std::abs(tenths) % 10)));
    }
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), f);
  }
  std::fclose(f);
}

// LAS 1.2 of format 2 in UTM 54N: a surface of 2 x 2 km.
void write_cloud(const fs::path& path, std::uint32_t count) {
  std::string head(227 + 54 + 16, '\0');
  const auto poke = [&](std::size_t at, auto v) { std::memcpy(head.data() + at, &v, sizeof v); };
  head.replace(0, 4, "LASF");
  head[24] = 1;
  head[25] = 2;
  poke(94, std::uint16_t{227});
  poke(96, static_cast<std::uint32_t>(head.size()));
  poke(100, std::uint32_t{1});
  head[104] = 2;
  poke(105, std::uint16_t{26});
  poke(107, count);
  for (std::size_t k = 0; k < 3; ++k) poke(131 + 8 * k, 0.01);
  poke(155, 265'000.0);
  poke(163, 3'808'000.0);
  head.replace(227 + 2, 15, "LASF_Projection");
  poke(227 + 18, std::uint16_t{34735});
  poke(227 + 20, std::uint16_t{16});
  const std::uint16_t keys[8]{1, 1, 0, 1, 3072, 0, 1, 32654};
  std::memcpy(head.data() + 227 + 54, keys, sizeof keys);
  std::FILE* f = std::fopen(path.c_str(), "wb");
  if (!f) std::exit(1);
  std::fwrite(head.data(), 1, head.size(), f);
  std::uint32_t random = 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    char r[26]{};
    const auto next = [&] { return (random = random * 1664525u + 1013904223u) >> 8; };
    const std::int32_t x = static_cast<std::int32_t>(next() % 200'000), y = static_cast<std::int32_t>(next() % 200'000), z = static_cast<std::int32_t>(2000 + 500 * std::sin(x / 9000.0) * std::cos(y / 7000.0));
    std::memcpy(r, &x, 4);
    std::memcpy(r + 4, &y, 4);
    std::memcpy(r + 8, &z, 4);
    r[15] = 2;
    const std::uint16_t c[3]{static_cast<std::uint16_t>(z * 20), 40'000, 20'000};
    std::memcpy(r + 20, c, 6);
    std::fwrite(r, 1, sizeof r, f);
  }
  std::fclose(f);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: bench_points SCENE.json FOLDER [POINTS [CLOUD]]\n"), 2;
  const std::size_t count = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 2'000'000;
  const auto cloud = static_cast<std::uint32_t>(argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 20'000'000);
  fs::create_directories(argv[2]);
  JobSystem jobs;
  Log log(LogLevel::warning);
  if (count > 0) {
    const fs::path table = fs::path(argv[2]) / ("insar-" + std::to_string(count) + ".csv");
    if (!fs::exists(table)) write_table(table, count);
    auto made = runtime::Engine::create({}, jobs, log);
    if (!made) return std::fprintf(stderr, "%s\n", made.error().text().c_str()), 1;
    auto& engine = **made;
    auto scene = scene::read_scene(argv[1]);
    if (!scene) return std::fprintf(stderr, "%s\n", scene.error().text().c_str()), 1;
    if (auto s = engine.open(std::move(*scene)); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
    engine.settle();
    const std::uint64_t before = current_memory_bytes(), gpu_before = engine.renderer()->gpu_memory_bytes();
    const auto begun = Clock::now();
    if (auto s = engine.add_paths({table}); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
    engine.settle();
    const double load = seconds_since(begun);
    const std::uint32_t layer = engine.layers().back().id;
    const std::uint64_t memory = current_memory_bytes() - before, gpu = engine.renderer()->gpu_memory_bytes() - gpu_before;
    const glm::uvec2 size(1920, 1080);
    std::vector<double> ms[2];
    std::uint64_t drawn = 0, all = 0;
    for (int turn = 0; turn < 122; ++turn) {  // twice each place: without, and with
      const bool with = turn & 1;
      engine.set_visible(layer, with);
      engine.set_camera(scene::look_at({138.45, 34.39, 20}, 3000, turn / 2 * 6.0, -32));
      engine.update(1.0 / 60);
      const auto start = Clock::now();
      if (auto s = engine.draw_offscreen(size); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
      if (turn > 1) ms[with].push_back(seconds_since(start) * 1000);
      if (with) drawn += engine.renderer()->stats().points, ++all;
    }
    const double without = median(ms[0]), with = median(ms[1]);
    std::printf("{\"points\": %zu, \"load_seconds\": %.2f, \"memory_mib\": %.0f, \"gpu_mib\": %.0f, \"drawn\": %llu,\n \"frame_ms_without\": %.2f, \"frame_ms_with\": %.2f, \"ratio\": %.3f, \"device\": \"%s\"}\n",
                count, load, static_cast<double>(memory) / (1 << 20), static_cast<double>(gpu) / (1 << 20), static_cast<unsigned long long>(drawn / std::max<std::uint64_t>(1, all)), without, with,
                with / without, engine.renderer()->device_name().c_str());
  }
  if (cloud > 0) {
    const fs::path las = fs::path(argv[2]) / ("cloud-" + std::to_string(cloud) + ".las");
    if (!fs::exists(las)) write_cloud(las, cloud);
    const std::uint64_t before = current_memory_bytes();
    Progress progress;
    const auto begun = Clock::now();
    const auto c = io::read_points(las, {}, jobs, progress, {});
    if (!c) return std::fprintf(stderr, "%s\n", c.error().text().c_str()), 1;
    std::printf("{\"cloud\": %llu, \"tiles\": %zu, \"load_seconds\": %.2f, \"memory_mib\": %.0f, \"columns_mib\": %.0f, \"peak_mib\": %.0f}\n", static_cast<unsigned long long>(c->size()), c->tiles.size(),
                seconds_since(begun), static_cast<double>(current_memory_bytes() - before) / (1 << 20), static_cast<double>(c->memory_bytes()) / (1 << 20), static_cast<double>(peak_memory_bytes()) / (1 << 20));
  }
  return 0;
}
