// CityGML from memory, whatever the bytes: no crash, no hang, and what comes out fits together.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tenbo/io/city.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static tenbo::JobSystem jobs(1);  // one for the whole run: threads are slow to make, and PROJ's database slower
  static const tenbo::io::CityOptions options{.heights = {}, .crs_cache = tenbo::io::make_crs_cache()};
  const auto model = tenbo::io::read_city_memory(std::string(reinterpret_cast<const char*>(data), size), "fuzz.gml", {}, options, jobs);
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return 0;
  }
  std::uint64_t triangles = 0;
  for (const auto& batch : model->batches) {
    if (batch.texture >= static_cast<std::int32_t>(model->textures.size())) std::abort();
    if (batch.mesh.indices.size() % 3 != 0) std::abort();
    triangles += batch.mesh.indices.size() / 3;
    for (const auto i : batch.mesh.indices)
      if (i >= batch.mesh.vertices.size()) std::abort();
    for (const auto& v : batch.mesh.vertices) {
      if (v.feature >= model->features.size()) std::abort();
      if (!std::isfinite(v.x) || !std::isfinite(v.y) || !std::isfinite(v.z)) std::abort();
    }
  }
  if (triangles != model->triangles) std::abort();
  for (std::uint32_t f = 0; f < model->features.size(); ++f) (void)model->features.attributes(f);
  return 0;
}
