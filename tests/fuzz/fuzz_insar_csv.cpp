// A table of displacements, as a satellite's processor or a spreadsheet wrote it: headings, remarks, rows.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "tenbo/base/file.h"
#include "tenbo/base/jobs.h"
#include "tenbo/io/points.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  static JobSystem jobs(1);
  static const auto path = std::filesystem::temp_directory_path() / ("tenbo_fuzz_insar_" + std::to_string(getpid()) + ".csv");
  if (!write_file_atomic(path, std::string_view(reinterpret_cast<const char*>(data), size)).ok()) return 0;
  Progress progress;
  const auto cloud = io::read_points(path, {}, jobs, progress, {});
  std::error_code ec;
  std::filesystem::remove(path, ec);
  if (!cloud) {
    if (cloud.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& t : cloud->tiles)
    if (std::uint64_t{t.first} + t.count > cloud->places.size()) std::abort();
  if (const auto& s = cloud->series)
    for (std::uint32_t i = 0; i < s->size(); ++i) {
      if (std::isinf(s->velocity[i])) std::abort();
      for (std::size_t d = 0; d < s->dates.size(); ++d) (void)s->displacement(i, d);
    }
  return 0;
}
