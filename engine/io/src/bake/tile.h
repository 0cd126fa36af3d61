#pragma once
// The tree of tiles, and its tileset.json.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "grid.h"
#include "pack.h"

namespace tenbo::io::bake {

// What a tile takes up, as 3D Tiles have it: radians and metres above the ellipsoid.
struct Region {
  double west = INFINITY, south = INFINITY, east = -INFINITY, north = -INFINITY, low = INFINITY, high = -INFINITY;
  bool empty() const { return !(west <= east); }
  void add(const Region& r) {
    west = std::min(west, r.west);
    south = std::min(south, r.south);
    east = std::max(east, r.east);
    north = std::max(north, r.north);
    low = std::min(low, r.low);
    high = std::max(high, r.high);
  }
};
// Around a box in a local frame (m), with room for what the box's straight edges leave out.
Region region_of(const geo::LocalFrame& frame, const glm::dvec3& min, const glm::dvec3& max, double low, double high);

struct Tile {
  Cell cell;
  Region region;
  double error = 0;  // m, geometricError; 0 = the source itself
  std::string uri;   // relative to tileset.json; empty = nothing to draw
  std::vector<Tile> children;

  std::uint64_t count() const;
};
void pack(Packer& out, const Tile& tile);
bool unpack(Unpacker& in, Tile& tile, int depth = 0);

struct TilesetNotes {
  std::string vertical_datum;  // of the heights, in words
  std::string note;            // what a user of the heights has to know; may be empty
  std::uint64_t features = 0, triangles = 0;
};
std::string tileset_json(const Tile& root, const TilesetNotes& notes);

std::string tile_uri(const Cell& cell);  // tiles/LEVEL/X/Y.glb

}  // namespace tenbo::io::bake
