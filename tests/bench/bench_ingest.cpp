// How fast data other than plain CityGML becomes what the GPU takes, with everything done: footprints of a vector file
// with their attributes, extruded and meshed; city models, 3D Tiles and glTF with their pictures decoded. Wall clock, median of several runs;
// CPU seconds; peak memory.
//   bench_ingest [--runs N] [--threads N] [--extrude ATTRIBUTE] [--digest] PATH...
// --digest prints a hash of all meshes (not timed): the same whatever the threads.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/io/city.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/tiles.h"
#include "tenbo/io/vector.h"

namespace {
using namespace tenbo;

constexpr int largest_picture = 4096;  // px

struct Count {
  std::uint64_t features = 0, triangles = 0, vertices = 0, pixels = 0, pictures = 0, failed = 0, digest = 0xcbf29ce484222325ULL;
  double reading = 0;  // s, of the wall clock, before anything is meshed
  void mix(const void* data, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) digest = (digest ^ static_cast<const unsigned char*>(data)[i]) * 0x100000001b3ULL;
  }
  void add(const std::vector<io::MeshBatch>& batches, bool hash) {
    for (const auto& b : batches) {
      triangles += b.mesh.indices.size() / 3;
      vertices += b.mesh.vertices.size();
      if (!hash) continue;
      mix(b.mesh.vertices.data(), b.mesh.vertices.size() * sizeof(Vertex));
      mix(b.mesh.indices.data(), b.mesh.indices.size() * sizeof(std::uint32_t));
    }
  }
};
double since(std::chrono::steady_clock::time_point t) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - t).count(); }

void fail(Count& count, const Error& e) {
  fmt::print(stderr, "failed: {}\n", e.text());
  ++count.failed;
}

void vectors(const std::string& path, const std::string& attribute, JobSystem& jobs, Count& count, bool hash) {
  Progress progress;
  io::VectorOptions options;
  options.heights.scene = geo::VerticalKind::ellipsoidal;
  const auto start = std::chrono::steady_clock::now();
  auto data = io::read_vector(path, options, progress, {});
  count.reading += since(start);
  if (!data) return fail(count, data.error());
  io::VectorMeshOptions mesh;
  mesh.extrude_attribute = attribute;
  Diagnostics diagnostics;
  const io::GroundSource ground = [] { return [](double, double) { return 0.0; }; };
  const auto made = io::build_vector_meshes(*data, ground, mesh, diagnostics, jobs);
  count.features += data->features.size();
  count.add(made.polygons, hash);
}

void models(const std::string& path, io::DataKind kind, JobSystem& jobs, Count& count, bool hash) {
  Progress progress;
  const auto start = std::chrono::steady_clock::now();
  auto city = kind == io::DataKind::city ? io::read_city(path, {}, jobs, progress, {}) : io::read_tiles(path, {}, jobs, progress, {});
  count.reading += since(start);
  if (!city) return fail(count, city.error());
  count.features += city->features.size();
  count.add(city->batches, hash);
  std::atomic<std::uint64_t> pixels{0}, lost{0};
  jobs.parallel_for(city->textures.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto image = io::read_texture(city->textures[i], largest_picture);
      if (image) pixels += image->rgba.size() / 4;
      else ++lost;
    }
  });
  count.pictures += city->textures.size();
  count.pixels += pixels;
  count.failed += lost;
}

}  // namespace

int main(int argc, char** argv) {
  int runs = 3;
  unsigned threads = 0;
  bool want_digest = false;
  std::string attribute = "measuredHeight";
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--runs" && i + 1 < argc) runs = std::max(1, std::atoi(argv[++i]));
    else if (arg == "--threads" && i + 1 < argc) threads = static_cast<unsigned>(std::atoi(argv[++i]));
    else if (arg == "--extrude" && i + 1 < argc) attribute = argv[++i];
    else if (arg == "--digest") want_digest = true;
    else paths.push_back(arg);
  }
  if (paths.empty()) {
    fmt::print(stderr, "usage: bench_ingest [--runs N] [--threads N] [--extrude ATTRIBUTE] [--digest] PATH...\n");
    return 2;
  }
  JobSystem jobs(threads);
  std::vector<double> seconds, cpu_seconds, reading;
  Count count;
  for (int run = 0; run < runs + (want_digest ? 1 : 0); ++run) {
    const bool hash = run == runs;
    count = {};
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    for (const auto& path : paths) {
      const auto what = io::identify(path);
      if (!what) fail(count, what.error());
      else if (what->front().kind == io::DataKind::vector) vectors(path, attribute, jobs, count, hash);
      else models(path, what->front().kind, jobs, count, hash);
    }
    if (hash) break;
    cpu_seconds.push_back(static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
    seconds.push_back(since(start));
    reading.push_back(count.reading);
  }
  for (auto* list : {&seconds, &cpu_seconds, &reading}) std::sort(list->begin(), list->end());
  const auto middle = [](const std::vector<double>& v) { return v[v.size() / 2]; };
  fmt::print("features={} triangles={} vertices={} pictures={} pixels={} failed={} threads={}\n", count.features, count.triangles, count.vertices, count.pictures, count.pixels, count.failed,
             jobs.threads());
  fmt::print("seconds={:.4f} cpu_seconds={:.4f} reading_seconds={:.4f} features_per_s={:.0f} peak_memory_bytes={}\n", middle(seconds), middle(cpu_seconds), middle(reading),
             static_cast<double>(count.features) / middle(seconds), peak_memory_bytes());
  if (want_digest) fmt::print("digest={:016x}\n", count.digest);
  return count.failed == 0 ? 0 : 1;
}
