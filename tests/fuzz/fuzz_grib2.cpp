// GRIB2 from memory, whatever the bytes: fields or an error that says something, and values for every field or an error.
#include <cstdint>
#include <cstdlib>

#include "tenbo/io/grib2.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)io::begins_with_grib2_runs(bytes);
  const auto file = io::read_grib2(bytes, "fuzz.grib2");
  if (!file) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& f : file->fields) {
    const std::uint64_t points = static_cast<std::uint64_t>(f.grid.width) * static_cast<std::uint64_t>(f.grid.height);
    if (f.grid.width < 1 || f.grid.height < 1 || points > io::max_grib2_points || !(f.grid.geotransform[1] > 0) || !(f.grid.geotransform[5] < 0)) std::abort();
    if (points > 100'000) continue;  // a run of millions is right, and slow
    const auto values = io::grib2_values(bytes, f, "fuzz.grib2");
    if (values ? values->size() != points : values.error().message.empty()) std::abort();
  }
  return 0;
}
