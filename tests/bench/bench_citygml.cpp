// How fast CityGML becomes features, attributes and triangles ready for the GPU, with everything done: MB/s and
// buildings/s by the wall clock, median of several runs; CPU seconds, which tell more on a busy machine; peak memory.
//   bench_citygml [--runs N] [--threads N] [--digest] PATH...      each PATH (file or folder) is read as a model of
//                                                               its own, side by side as the layers of a scene are, the largest file first
// --digest prints a hash of everything that was read (not timed): equal for equal content, whatever the threads.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/io/city.h"

namespace {
using namespace tenbo;

class Digest {  // FNV-1a over 8 bytes at a time
 public:
  void bytes(const void* data, std::size_t size) {
    const auto* p = static_cast<const unsigned char*>(data);
    for (; size >= 8; p += 8, size -= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, p, 8);
      mix(word);
    }
    for (; size > 0; ++p, --size) mix(*p);
  }
  void text(std::string_view s) {
    mix(s.size());
    bytes(s.data(), s.size());
  }
  template <class T>
  void value(const T& v) { bytes(&v, sizeof v); }
  std::uint64_t get() const { return hash_; }

 private:
  void mix(std::uint64_t v) {
    hash_ = (hash_ ^ v) * 0x100000001b3ULL;
    hash_ ^= hash_ >> 29;
  }
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

void add(Digest& d, const geo::Extent& e) {
  d.value(e.west); d.value(e.south); d.value(e.east); d.value(e.north); d.value(e.min_height); d.value(e.max_height);
}

void add(Digest& d, const io::CityModel& m) {
  d.text(m.name);
  d.text(m.crs.is_valid() ? m.crs.id() : "");
  for (std::uint32_t f = 0; f < m.features.size(); ++f) {
    d.text(m.features.id(f));
    d.text(m.features.type(f));
    add(d, m.features.extent(f));
    for (const auto& [name, value] : m.features.attributes(f)) {
      d.text(name);
      d.value(value.index());
      d.text(geo::to_text(value));
    }
  }
  for (const auto& b : m.batches) {
    d.value(b.frame.origin);
    d.value(b.min); d.value(b.max); d.value(b.texture); d.value(b.colour); d.value(b.theme);
    d.bytes(b.mesh.vertices.data(), b.mesh.vertices.size() * sizeof(Vertex));
    d.bytes(b.mesh.indices.data(), b.mesh.indices.size() * sizeof(std::uint32_t));
  }
  for (const auto& t : m.textures) {
    d.text(t.path.string());
    d.value(t.repeat);
  }
  add(d, m.extent);
  for (const int lod : m.lods) d.value(lod);
  d.value(m.triangles);
  for (const auto* list : {&m.diagnostics.warnings, &m.diagnostics.errors})
    for (const auto& e : *list) d.text(e.text());
  d.value(m.diagnostics.warnings_dropped);
  d.value(m.diagnostics.errors_dropped);
}

struct Count {
  std::uint64_t bytes = 0, features = 0, triangles = 0, vertices = 0, batches = 0, failed = 0, warnings = 0, errors = 0;
  void add(const Result<io::CityModel>& model) {
    if (!model) {
      ++failed;
      return;
    }
    bytes += model->bytes;
    features += model->features.size();
    triangles += model->triangles;
    batches += model->batches.size();
    for (const auto& b : model->batches) vertices += b.mesh.vertices.size();
    warnings += model->diagnostics.warnings.size();
    errors += model->diagnostics.errors.size();
  }
};
}  // namespace

int main(int argc, char** argv) {
  int runs = 3;
  unsigned threads = 0;
  bool want_digest = false;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--runs" && i + 1 < argc) runs = std::max(1, std::atoi(argv[++i]));
    else if (arg == "--threads" && i + 1 < argc) threads = static_cast<unsigned>(std::atoi(argv[++i]));
    else if (arg == "--digest") want_digest = true;
    else paths.push_back(arg);
  }
  if (paths.empty()) {
    fmt::print(stderr, "usage: bench_citygml [--runs N] [--threads N] [--digest] PATH...\n");
    return 2;
  }
  // The largest first, so that all cores end together.
  std::stable_sort(paths.begin(), paths.end(), [](const std::string& a, const std::string& b) { return file_stamp(a).size > file_stamp(b).size; });
  JobSystem jobs(threads);
  io::CityOptions options;
  options.crs_cache = io::make_crs_cache();  // many small files are one data set
  std::vector<double> seconds, cpu_seconds;
  Count count;
  Digest digest;
  for (int run = 0; run < runs; ++run) {
    count = {};
    std::vector<std::optional<Result<io::CityModel>>> kept(paths.size());  // for the digest, which is not timed
    const bool keep = run == 0 && want_digest;
    std::mutex counting;
    std::atomic<std::size_t> next{0};
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    jobs.parallel_for(std::min<std::size_t>(jobs.threads(), paths.size()), 1, [&](std::size_t, std::size_t) {
      for (std::size_t i = next++; i < paths.size(); i = next++) {
        Progress progress;
        auto model = io::read_city(paths[i], options, jobs, progress, {});
        const std::lock_guard lock(counting);
        if (!model && run == 0) fmt::print(stderr, "failed: {}\n", model.error().text());
        count.add(model);
        if (keep) kept[i].emplace(std::move(model));
      }
    });
    cpu_seconds.push_back(static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    for (const auto& model : kept) {
      if (!model) continue;
      if (*model) add(digest, **model);
      else digest.text(model->error().text());
    }
  }
  std::sort(seconds.begin(), seconds.end());
  std::sort(cpu_seconds.begin(), cpu_seconds.end());
  const double median = seconds[seconds.size() / 2];
  fmt::print("bytes={} features={} triangles={} vertices={} batches={} failed={} warnings={} errors={} threads={}\n", count.bytes,
             count.features, count.triangles, count.vertices, count.batches, count.failed, count.warnings, count.errors, jobs.threads());
  fmt::print("seconds={:.4f} cpu_seconds={:.4f} mb_per_s={:.1f} features_per_s={:.0f} peak_memory_bytes={}\n", median,
             cpu_seconds[cpu_seconds.size() / 2], static_cast<double>(count.bytes) / 1e6 / median, static_cast<double>(count.features) / median,
             peak_memory_bytes());
  if (want_digest) fmt::print("digest={:016x}\n", digest.get());
}
