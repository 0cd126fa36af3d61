// Which reader terrain tiles go to.
#include "pyramid/tile_store.h"
#include "tenbo/base/url.h"
#include "terrain/tiled_elevation.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {
bool is_pictures(const fs::path& path) { return pyramid::is_template(path) || pyramid::is_pmtiles(path) || pyramid::is_mbtiles(path); }
}  // namespace

bool is_terrain_tiles(const fs::path& path) {
  if (is_pictures(path)) return true;
  if (is_url(path)) return fs::path(shown(path)).filename() == "layer.json";
  return path.filename() == "layer.json" || !terrain::layer_json_in(path).empty();
}

Result<std::shared_ptr<const Elevation>> open_terrain_tiles(const fs::path& path, const TerrainOptions& options) {
  return is_pictures(path) ? terrain::open_pictures(path, options) : terrain::open_meshes(path, options);
}

}  // namespace tenbo::io
