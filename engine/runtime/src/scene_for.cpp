// SCENE as the command line takes it: a scene file as it is, or data that becomes one with sensible defaults.
#include <algorithm>

#include "layer_loader.h"
#include "tenbo/base/url.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/terrain.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace fs = std::filesystem;

Result<scene::SceneFile> Engine::scene_for(const std::vector<fs::path>& paths) {
  if (paths.empty()) return Error{ErrorCode::invalid_argument, "no scene and no data given", "", "", ""};
  if (paths.size() == 1) {
    std::error_code ec;
    if (!is_url(paths[0]) && !fs::exists(paths[0], ec) && !io::is_terrain_tiles(paths[0])) return Error{ErrorCode::not_found, "there is no such file or folder", paths[0].string(), "", "check the path"};
  }
  scene::SceneFile out;
  for (const auto& path : paths) {
    auto found = io::identify(path);
    if (!found) return found.error();
    for (auto& item : *found) {
      if (item.kind == io::DataKind::scene) {
        auto inner = scene::read_scene(item.paths.front());
        if (!inner) return inner.error();
        if (paths.size() == 1) return inner;
        for (auto& l : inner->layers) out.layers.push_back(std::move(l));
        continue;
      }
      scene::LayerSpec spec;
      spec.kind = layer_kind(item.kind);
      std::error_code ec;
      for (const auto& p : item.paths) spec.paths.push_back(is_url(p) ? p : fs::absolute(p, ec).lexically_normal());
      spec.sublayer = item.layer;
      spec.name = stem_of(item.paths.size() == 1 ? item.paths.front() : path);
      if (!item.layer.empty() && found->size() > 1) spec.name += " / " + item.layer;
      std::string base = spec.name;
      for (int n = 2; std::any_of(out.layers.begin(), out.layers.end(), [&](const auto& l) { return l.name == spec.name; }); ++n)
        spec.name = base + " " + std::to_string(n);
      // what is opened to be looked at is shown as rich as it is
      spec.style.textured = item.kind == io::DataKind::city || item.kind == io::DataKind::tiles;
      out.layers.push_back(std::move(spec));
    }
  }
  if (out.layers.empty()) return Error{ErrorCode::unsupported, "holds nothing that can be shown", shown(paths.front()), "", ""};
  // ground first, then what is draped on it, then what stands on it
  std::stable_sort(out.layers.begin(), out.layers.end(), [](const auto& a, const auto& b) {
    const auto rank = [](scene::LayerKind k) {
      switch (k) {
        case scene::LayerKind::terrain: return 0;
        case scene::LayerKind::imagery: return 1;
        case scene::LayerKind::field: return 3;
        case scene::LayerKind::vector: return 4;
        case scene::LayerKind::inspection: return 5;
        default: return 2;
      }
    };
    return rank(a.kind) < rank(b.kind);
  });
  out.title.en = out.title.ja = stem_of(paths.front());
  return out;
}

}  // namespace tenbo::runtime
