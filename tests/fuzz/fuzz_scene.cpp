// Scene files from memory, whatever the bytes: no crash, no hang; an error says what is wrong, and what was read is
// written and read again to the same.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tenbo/base/url.h"
#include "tenbo/scene/scene_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo::scene;
  const auto scene = parse_scene(std::string(reinterpret_cast<const char*>(data), size), "/base/scenes");
  if (!scene) {
    if (scene.error().message.empty() || scene.error().code == tenbo::ErrorCode::internal) std::abort();
    (void)scene.error().text();
    return 0;
  }
  for (const auto& layer : scene->layers) {
    if (layer.name.empty() || !(layer.opacity >= 0 && layer.opacity <= 1) || !std::isfinite(layer.scale)) std::abort();
    if (layer.paths.empty() && layer.plugin.empty()) std::abort();
    for (const auto& path : layer.paths)
      if (!path.is_absolute() && !tenbo::is_url(path)) std::abort();
  }
  const std::string text = format_scene(*scene, "/base/scenes");
  const auto again = parse_scene(text, "/base/scenes");
  if (!again || format_scene(*again, "/base/scenes") != text) std::abort();
  return 0;
}
