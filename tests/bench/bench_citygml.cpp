// How fast CityGML becomes triangles and attributes ready for the GPU: MB/s and buildings/s, median of several runs.
//   bench_citygml PATH [RUNS] [THREADS]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/io/city.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: bench_citygml PATH [RUNS] [THREADS]\n");
    return 2;
  }
  const int runs = argc > 2 ? std::max(1, std::atoi(argv[2])) : 3;
  tenbo::JobSystem jobs(argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 0);
  std::vector<double> seconds;
  std::uint64_t bytes = 0, features = 0, triangles = 0, vertices = 0, batches = 0;
  for (int i = 0; i < runs; ++i) {
    tenbo::Progress progress;
    const auto start = std::chrono::steady_clock::now();
    auto model = tenbo::io::read_city(argv[1], {}, jobs, progress, {});
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!model) {
      fmt::print(stderr, "{}\n", model.error().text());
      return 1;
    }
    bytes = model->bytes;
    features = model->features.size();
    triangles = model->triangles;
    batches = model->batches.size();
    vertices = 0;
    for (const auto& b : model->batches) vertices += b.mesh.vertices.size();
    if (i == 0) {
      std::size_t shown = 0;
      for (const auto& e : model->diagnostics.errors)
        if (shown++ < 20) fmt::print(stderr, "error: {}\n", e.text());
      for (const auto& e : model->diagnostics.warnings)
        if (shown++ < 20) fmt::print(stderr, "warning: {}\n", e.text());
    }
  }
  std::sort(seconds.begin(), seconds.end());
  const double median = seconds[seconds.size() / 2];
  fmt::print("bytes={} features={} triangles={} vertices={} batches={} threads={}\n", bytes, features, triangles, vertices, batches, jobs.threads());
  fmt::print("seconds={:.4f} mb_per_s={:.1f} features_per_s={:.0f} peak_memory_bytes={}\n", median, static_cast<double>(bytes) / 1e6 / median,
             static_cast<double>(features) / median, tenbo::peak_memory_bytes());
}
