// CityGML, whatever the bytes: no crash, no hang, and what comes out fits together. A file that is read straight, cut finely, gives the same
// model and the same messages as a text that is in memory as a whole.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "../io/city_same.h"
#include "city/cut_sizes.h"
#include "tenbo/base/jobs.h"

namespace {
using namespace tenbo;
namespace fs = std::filesystem;

// The file that is read: one for the whole run.
class Place {
 public:
  Place() {
    std::error_code none;
    const fs::path memory = "/dev/shm";
    std::string name = ((fs::is_directory(memory, none) ? memory : fs::temp_directory_path()) / "tenbo-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    dir = name;
  }
  ~Place() {
    std::error_code none;
    fs::remove_all(dir, none);
  }
  fs::path dir;
};

void check(const io::CityModel& model) {
  std::uint64_t triangles = 0;
  for (const auto& batch : model.batches) {
    if (batch.texture >= static_cast<std::int32_t>(model.textures.size())) std::abort();
    if (batch.mesh.indices.size() % 3 != 0) std::abort();
    triangles += batch.mesh.indices.size() / 3;
    for (const auto i : batch.mesh.indices)
      if (i >= batch.mesh.vertices.size()) std::abort();
    for (const auto& v : batch.mesh.vertices) {
      if (v.feature >= model.features.size()) std::abort();
      if (!std::isfinite(v.x) || !std::isfinite(v.y) || !std::isfinite(v.z)) std::abort();
    }
  }
  if (triangles != model.triangles) std::abort();
  for (std::uint32_t f = 0; f < model.features.size(); ++f) (void)model.features.attributes(f);
}

// Cut in a way that the length of the bytes says.
io::city::CutSizes cut_for(std::size_t size) {
  constexpr std::array<std::ptrdiff_t, 4> windows{7, 61, 256, 1500};
  io::city::CutSizes cut;
  cut.whole = 0;
  cut.head = 2048;
  cut.tail = 256;
  cut.window = windows[size % 4];
  cut.least_more = 16;
  cut.most_more = 4096;
  cut.least_part = 40 + static_cast<std::ptrdiff_t>(size % 300);
  return cut;
}

std::string difference(const Result<io::CityModel>& a, const Result<io::CityModel>& b) {
  if (a.ok() != b.ok()) return "whether it can be read";
  if (a) return test::difference(*a, *b);
  return a.error().text() == b.error().text() ? std::string() : a.error().text() + ", " + b.error().text();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  static JobSystem jobs(1);  // one for the whole run: threads are slow to make, and PROJ's database slower
  static const io::CityOptions options{.heights = {}, .crs_cache = io::make_crs_cache()};
  const fs::path path = place.dir / "fuzz.gml";
  const auto whole = io::read_city_memory(std::string(reinterpret_cast<const char*>(data), size), path.string(), place.dir, options, jobs);
  if (whole) check(*whole);
  else if (whole.error().message.empty()) std::abort();

  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  ::close(file);
  Progress progress;
  const auto straight = io::city::read_city_cut(path, options, cut_for(size), jobs, progress, CancelToken());
  if (const std::string differ = difference(straight, whole); !differ.empty()) {
    std::fprintf(stderr, "read straight and whole differ: %s\n", differ.c_str());
    std::abort();
  }
  return 0;
}
