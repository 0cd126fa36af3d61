// 3D Tiles and glTF, also those of a bake.
#include <algorithm>

#include "load_kinds.h"
#include "tenbo/io/tiles.h"
#include "theme.h"
#include "tile_extent.h"

namespace tenbo::runtime {
namespace {
constexpr std::uint64_t least_for_a_tile = 128 << 20;  // bytes: no --ram is so small that one streamed tile may not take this
}

// 3D Tiles, and glTF by the same reader: a model is content that the scene puts somewhere.
Loaded load_tiles(const LoadContext& c, bool model) {
  Loaded out;
  io::TilesOptions options;
  options.mesh.heights = c.heights;
  options.mesh.meshes = c.graphics;
  options.mesh.position = c.spec.position;
  options.mesh.heading = c.spec.heading;
  options.mesh.scale = c.spec.scale;
  options.remote = remote_options(c);
  if (model && c.spec.position_set) options.mesh.on_earth = false;
  if (model) options.mesh.theme = io::CityTheme::other;
  auto set = io::open_tileset(c.spec.paths.front(), options.remote);
  if (!set) { out.error = set.error(); return out; }
  if (c.spec.vertical != geo::VerticalKind::unknown) options.mesh.vertical = c.spec.vertical;
  else if (set->tree) options.mesh.vertical = set->tree->vertical;
  if (!model && c.graphics && is_streamed(*set, c.spec.stream)) {
    out.diagnostics = std::move(set->tree->diagnostics);
    if (c.ram > 0) options.mesh.memory = std::min(options.mesh.memory, std::max(c.ram / 2, least_for_a_tile));
    auto made = make_tile_set(std::move(*set), options.mesh);
    take_extent_of_content(*made, c.jobs, c.cancel);
    out.tiles = std::move(made);
    return out;
  }
  const bool own = set->tree && set->tree->own;
  if (!model && c.graphics && set->tree && has_viewer_requests(*set->tree))
    set->tree->diagnostics.warn({ErrorCode::unsupported, "some tiles are only for cameras inside of their \"viewerRequestVolume\", and are shown to all: the set is loaded whole",
                                 set->source->label(set->entry), "", set->tree->on_earth ? "leave out \"stream\": false" : "sets that stand on the Earth are streamed"});
  // Half for what is read, half for what is made of it; the coarsest tiles are always taken.
  options.memory = std::min(options.memory, std::max<std::uint64_t>(c.memory / 2, 16 << 20));
  options.mesh.memory = std::min(options.mesh.memory, options.memory);
  auto read = io::read_tiles(std::move(*set), options, c.jobs, *c.progress, c.cancel);
  if (!read) { out.error = read.error(); return out; }
  out.as_model = model;
  if (own && c.graphics) part_by_theme(*read, c.spec.style.textured);
  out.city = std::make_shared<io::CityModel>(std::move(*read));
  if (c.graphics && !model) out.footprints = footprints_of(*out.city);
  return out;
}

Result<std::shared_ptr<const TileSet>> baked_set(const std::shared_ptr<const io::CachedBake>& bake, const geo::HeightPolicy& heights) {
  auto set = bake->open();
  if (!set) return set.error();
  if (!set->tree) return Error{ErrorCode::malformed, "is no tile set", shown(set->path), "", ""};
  io::TileMeshOptions mesh;
  mesh.heights = heights;
  mesh.vertical = bake->info().vertical;  // as the source has them: bakes for the cache convert nothing
  auto made = make_tile_set(std::move(*set), mesh);
  made->cached = bake;
  return std::shared_ptr<const TileSet>(std::move(made));
}

}  // namespace tenbo::runtime
