#pragma once
// A city of any size, made from its lots' numbers alone: the same everywhere. A square of tiles of 16 x 16 lots; each level
// above has tiles twice as wide whose 16 x 16 blocks stand for the four lots, or blocks, below each.
#include <cstdint>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <vector>

#include "tenbo/base/mesh.h"

namespace tenbo::bench {

inline constexpr std::uint32_t tile_lots = 16;
inline constexpr float lot = 22, street = 9;      // m; four lots, a street
inline constexpr float pitch = lot + street / 4;  // m, of lots on the whole

struct Block {                      // a building, or what stands for several
  float x = 0, y = 0;               // m, centre, from the city's middle
  float wide = 0, deep = 0;         // m, half; 0 = nothing stands here
  float height = 0, turn = 0;       // m, radians
  std::uint32_t colour = 0;         // r + 256 g + 65536 b
  std::uint32_t feature = no_feature;  // of the largest in it
};

class City {
 public:
  explicit City(std::uint32_t buildings);
  std::uint32_t buildings() const { return buildings_; }
  float side() const { return static_cast<float>(lots_) * pitch; }  // m
  float reach() const { return reach_; }  // m, from the middle to the farthest building
  int levels() const { return static_cast<int>(grids_.size()); }
  // Tiles a side of a level; level 0 has the buildings themselves.
  std::uint32_t tiles(int level) const { return static_cast<std::uint32_t>((side_of(level) + tile_lots - 1) / tile_lots); }
  // m, how far a level is from what stands there.
  static float error(int level) { return level == 0 ? 2.2f : 12.f * static_cast<float>(1 << (level - 1)); }
  glm::vec2 corner(int level, std::uint32_t x, std::uint32_t y) const;  // m, south-west
  float width(int level) const { return pitch * static_cast<float>(tile_lots << level); }
  float tallest(int level, std::uint32_t x, std::uint32_t y) const;     // m; 0 = an empty tile
  std::uint32_t count(std::uint32_t x, std::uint32_t y) const;          // buildings of a tile of level 0
  // In a frame at the tile's corner. Faces of one side stand together. detailed, of level 0: with roofs as they are.
  MeshData mesh(int level, std::uint32_t x, std::uint32_t y, bool detailed) const;
  // Where the river's middle is, m.
  static float river(float y);
  MeshData river_mesh() const;

 private:
  std::uint32_t side_of(int level) const { return lots_ >> level; }
  const Block& at(int level, std::uint32_t x, std::uint32_t y) const { return grids_[static_cast<std::size_t>(level)][std::size_t{y} * side_of(level) + x]; }
  std::uint32_t lots_ = 0, buildings_ = 0;  // lots a side: tile_lots times a power of two
  float reach_ = 0;
  std::vector<std::vector<Block>> grids_;
};

}  // namespace tenbo::bench
