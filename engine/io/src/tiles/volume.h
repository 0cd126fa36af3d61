#pragma once
#include "json/node.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io::tiles {

// A "boundingVolume" (or "viewerRequestVolume") in its tile's space, checked.
TileVolume read_volume(const json::Node& node);
// A tile's "transform", checked to be affine, and not to squash the tile to a point.
glm::dmat4 read_transform(const json::Node& node);
// Boxes and spheres move with their tile; regions and S2 cells are of the Earth.
TileVolume transformed(const TileVolume& volume, const glm::dmat4& transform);
// A part of an implicit tile's volume: at `level`, one of 2^level along each axis (z too for octrees).
TileVolume subdivided(const TileVolume& root, int level, std::uint32_t x, std::uint32_t y, std::uint32_t z,
                      bool octree);

}  // namespace tenbo::io::tiles
