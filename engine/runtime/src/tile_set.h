#pragma once
// A set of 3D Tiles that is too large to be loaded whole, as a loader hands it over: its tree, and where each tile lies.
#include <cstdint>
#include <memory>
#include <vector>

#include "tenbo/io/cache.h"
#include "tenbo/io/tiles.h"
#include "tenbo/scene/scene_file.h"
#include "tenbo/scene/tile_choice.h"

namespace tenbo::runtime {

inline constexpr std::uint64_t whole_bytes = 24 << 20;  // a set that is smaller is loaded whole

struct TileSet {
  std::shared_ptr<const io::TileSource> source;
  io::TileTree tree;
  std::shared_ptr<const io::TileAttributes> attributes;  // of the set
  io::TileMeshOptions mesh;
  scene::TileSetChoice choice{{}};
  bool remote = false;               // over a network, whose faults may pass
  geo::Extent extent;                // of what is drawn at the finest
  bool loose = false;                // the extent is that of volumes which are wider than what they hold
  std::vector<std::uint64_t> bytes;  // as stored, by tile; 0 = not known
  std::shared_ptr<const io::CachedBake> cached;  // that it is; null: a set of the user's
};

// Whether some tile is only for cameras inside of its viewerRequestVolume.
bool has_viewer_requests(const io::TileTree& tree);

// Whether a set is streamed: as the scene says, else where it stands on Earth, and has tiles for cameras at some places alone, or
// tiles of several levels or places and more than what is loaded whole anyway.
bool is_streamed(const io::OpenTileset& set, std::optional<bool> said);
std::shared_ptr<TileSet> make_tile_set(io::OpenTileset set, const io::TileMeshOptions& mesh);

// `shift`: m that heights above the ellipsoid are moved by into the scene's datum.
scene::TileBounds tile_bounds(const io::TileVolume& volume, double shift);

}  // namespace tenbo::runtime
