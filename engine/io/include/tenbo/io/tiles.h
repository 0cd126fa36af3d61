#pragma once
// 3D Tiles 1.0 and 1.1 in, in parts that a streaming loader can use one by one: where the bytes come from (TileSource),
// the tree of tiles (TileTree, cheap: JSON and subtrees), the content of a tile (decode_tile, a job), its meshes
// (mesh_tile). read_tiles() does all of it at once for a set that fits into memory.
//
// Names of files are relative to the tileset's folder, '/'-separated; none leads out of it. Names in a tileset that is
// read over HTTP are percent-encoded, may have a query, and are whole addresses where the options allow their host. Space: the tree's root
// space is ECEF (EPSG:4978) for tilesets on Earth; z up in tiles; glTF's y up is turned.
#include <cstdint>
#include <filesystem>
#include <glm/mat4x4.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/jobs.h"
#include "tenbo/geo/crs.h"
#include "tenbo/io/city.h"
#include "tenbo/io/gltf.h"
#include "tenbo/io/remote.h"

namespace tenbo::io {

// --- bytes

class TileSource {
 public:
  virtual ~TileSource() = default;
  // A file of the set, unpacked where it is gzipped; at most `limit` bytes. [any]
  virtual Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const = 0;
  virtual std::uint64_t size(const std::string& name) const = 0;  // bytes as stored; 0 = not there or not known. [any]
  virtual std::string label(const std::string& name) const = 0;   // for messages: "city/tileset.json"
  // As read(), but given up (Error `cancelled`) soon after it is asked to; for sources that make one wait. [any]
  virtual Result<std::vector<std::byte>> read_until(const std::string& name, std::uint64_t limit,
                                                    const CancelToken& cancel) const;
  // The name of what the file `from` refers to. Fails for what leads out of the set. [any]
  virtual Result<std::string> resolve(const std::string& from, const std::string& reference) const;
  // What there is to say of all reading so far: that files were taken from a cache because the network fails. [any]
  virtual Diagnostics notes() const;
};
// A folder, a .3tz or .zip archive, a .3dtiles database, or an address: "https://host/city/tileset.json", or ending in
// '/' for the tileset.json there. `entry` becomes the tileset's name in it.
Result<std::shared_ptr<const TileSource>> open_tile_source(const std::filesystem::path& path, std::string& entry,
                                                           const RemoteOptions& remote = {});

// --- tree

struct TileRegion {
  double west, south, east, north, min_height, max_height;
};  // radians, m above the ellipsoid
struct TileBox {
  glm::dvec3 centre;
  glm::dmat3 half_axes;
};  // root space
struct TileSphere {
  glm::dvec3 centre;
  double radius;
};
struct TileS2 {
  std::uint64_t cell;  // its id, a valid one
  double min_height, max_height;
};  // 3DTILES_bounding_volume_S2
using TileVolume = std::variant<TileRegion, TileBox, TileSphere, TileS2>;
// A sphere around it in root space.
TileSphere sphere_around(const TileVolume& volume);
// An upright box around an S2 cell in root space; nothing for cells that are wider than a fifth of the Earth's face.
std::optional<TileBox> box_around(const TileS2& cell);

using TileAttributes = std::vector<std::pair<std::string, PropertyValue>>;  // "tile/height", "group/author", ...

struct TileContent {
  std::string name;  // of the file in the source
  std::shared_ptr<const TileAttributes> attributes;
};

inline constexpr std::uint32_t no_tile = 0xFFFFFFFFu;
struct Tile {
  TileVolume volume;                         // in root space
  std::optional<TileVolume> viewer_request;  // only for cameras inside of it
  glm::dmat4 transform{1};                   // tile space -> root space
  double geometric_error = 0;                // m
  bool add = false;                          // refined by adding; else children take its place
  std::uint32_t parent = no_tile;
  std::vector<std::uint32_t> children;
  std::vector<TileContent> contents;
  std::shared_ptr<const TileAttributes> attributes;
};

struct TileTree {
  std::vector<Tile> tiles;    // [0] is the root; parents come before their children
  std::string version;        // of the root tileset's asset
  TileAttributes attributes;  // of the tileset
  std::vector<std::string> extensions_used;
  std::uint64_t tilesets = 0;  // with external ones
  Diagnostics diagnostics;
  bool on_earth = true;  // false: stands around its own origin, and has to be put somewhere
  // 3D Tiles have ellipsoidal heights. A bake of ours that kept its source's says so in its asset's extras.
  geo::VerticalKind vertical = geo::VerticalKind::ellipsoidal;
  std::string vertical_name;
  bool own = false;  // baked by Tenbo: its features say what they are, and are drawn as that
};

struct TileTreeOptions {
  std::size_t max_tiles = 4'000'000;
  int max_nesting = 32;  // of external tilesets
  std::size_t max_tilesets = 100'000;
  std::uint64_t largest_json = std::uint64_t{512} << 20;  // bytes
};
// The whole tree, with external tilesets and implicit tiles. Errors name the file and the JSON path. [worker]
Result<TileTree> read_tile_tree(const TileSource& source, const std::string& entry,
                                const TileTreeOptions& options = {});

// --- content

// b3dm, i3dm, pnts, cmpt or glTF as models (a composite has several), each with its instances; i3dm and pnts come z up.
// `folder` ("a/b/") is that of the content in the source. [any]
Result<std::vector<Gltf>> decode_tile(std::span<const std::byte> bytes, const std::string& name,
                                      const FetchResource& fetch, const GltfOptions& options = {});
// References of a file in `source`, which lies in the folder of `name`.
FetchResource fetch_from_source(const TileSource& source, const std::string& name);

struct TileMeshOptions {
  geo::HeightPolicy heights;
  geo::VerticalKind vertical = geo::VerticalKind::ellipsoidal;  // what the tiles' heights are: TileTree::vertical, or what the scene says
  bool meshes = true;            // false: features and counts alone
  std::optional<bool> on_earth;  // unset: decided by where the geometry lies
  geo::GeoPoint position;        // where it stands otherwise: its origin, with
  double heading = 0;            // degrees clockwise from north
  double scale = 1;
  std::uint64_t memory = std::uint64_t{2} << 30;  // bytes of meshes
  CityTheme theme = CityTheme::building;
};
// `attributes` go to every feature. The feature ids of vertices are rows of the result's own table. [any]
Result<CityModel> mesh_tile(std::vector<Gltf> models, const std::string& name, const glm::dmat4& transform,
                            const std::vector<std::shared_ptr<const TileAttributes>>& attributes,
                            const TileMeshOptions& options);

// --- a set that is open

struct OpenTileset {
  std::filesystem::path path;
  std::shared_ptr<const TileSource> source;
  std::string entry;             // its first file in the source
  std::optional<TileTree> tree;  // absent: a single content file
};
// A tileset (tileset.json, a folder with one, .3tz, .3dtiles) or a single content file; nothing but its tree is read. [worker]
Result<OpenTileset> open_tileset(const std::filesystem::path& path, const RemoteOptions& remote = {});
// All contents of one tile. `of_set`: the tileset's own attributes. Fails where none can be read; where some can, the
// others' errors are in the diagnostics. [any]
Result<CityModel> read_tile(const TileSource& source, const Tile& tile, const std::shared_ptr<const TileAttributes>& of_set,
                            const TileMeshOptions& options, CancelToken cancel = {});

// --- all at once

struct TilesOptions {
  TileMeshOptions mesh;
  std::uint64_t memory = std::uint64_t{3} << 30;  // bytes of decoded content, all tiles together
  std::uint64_t max_triangles = 40'000'000;
  RemoteOptions remote;
};
// Tiles are refined to the leaves; where that would break a budget, coarser tiles stand for the rest, and a warning says
// so. [worker]
Result<CityModel> read_tiles(const std::filesystem::path& path, const TilesOptions& options, JobSystem& jobs,
                             Progress& progress, CancelToken cancel);
Result<CityModel> read_tiles(OpenTileset set, const TilesOptions& options, JobSystem& jobs, Progress& progress,
                             CancelToken cancel);
// The picture of a texture, decoded. [worker]
Result<Image> read_texture(const CityTexture& texture, int max_edge);

}  // namespace tenbo::io
