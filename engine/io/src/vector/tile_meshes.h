#pragma once
// Triangles sorted into the tiles of a grid, and put together from what several workers made.
#include <unordered_map>
#include <vector>

#include "city/mesher.h"
#include "tenbo/base/jobs.h"
#include "tenbo/io/vector.h"

namespace tenbo::io::vector {

inline std::uint64_t tile_key(city::TileGrid::Tile tile) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(tile.row)) << 32 | static_cast<std::uint32_t>(tile.column);
}
inline Vertex vertex(const glm::dvec3& p, std::uint32_t normal, std::uint32_t feature) {
  return {static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z), normal, 0, 0, feature};
}

struct TileMesh {
  city::TileGrid::Tile tile;
  MeshData mesh;
};

// What one worker makes.
class TileMeshes {
 public:
  explicit TileMeshes(const city::TileGrid& grid) : grid_(grid) {}
  struct Target {
    std::uint32_t index;
    city::LocalProjector project;
  };
  // The tile that the place lies in.
  Target& at(double lon, double lat) {
    const auto tile = grid_.at(lon, lat);
    if (last_ != nullptr && tile == last_tile_) return *last_;
    const auto [it, fresh] = targets_.try_emplace(tile_key(tile), Target{static_cast<std::uint32_t>(meshes_.size()), city::LocalProjector(grid_.centre(tile))});
    if (fresh) meshes_.push_back({tile, {}});
    last_tile_ = tile;
    return *(last_ = &it->second);
  }
  MeshData& mesh(std::uint32_t index) { return meshes_[index].mesh; }
  std::vector<TileMesh> take() { return std::move(meshes_); }  // in the order of their first use

 private:
  const city::TileGrid& grid_;
  std::vector<TileMesh> meshes_;
  std::unordered_map<std::uint64_t, Target> targets_;
  city::TileGrid::Tile last_tile_;
  Target* last_ = nullptr;
};

// Tiles in the order of their first use, their parts in the order of `runs`; parts are let go of as they are taken over.
std::vector<MeshBatch> join(std::vector<std::vector<TileMesh>> runs, const city::TileGrid& grid, JobSystem* jobs);

}  // namespace tenbo::io::vector
