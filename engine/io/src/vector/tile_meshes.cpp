#include "vector/tile_meshes.h"

#include <limits>

namespace tenbo::io::vector {
namespace {

void set_box(MeshBatch& m) {
  m.min = glm::vec3(std::numeric_limits<float>::max());
  m.max = -m.min;
  for (const auto& v : m.mesh.vertices) {
    m.min = glm::min(m.min, glm::vec3(v.x, v.y, v.z));
    m.max = glm::max(m.max, glm::vec3(v.x, v.y, v.z));
  }
}

}  // namespace

std::vector<MeshBatch> join(std::vector<std::vector<TileMesh>> runs, const city::TileGrid& grid, JobSystem* jobs) {
  struct Tile {
    city::TileGrid::Tile tile;
    std::vector<MeshData*> parts;
  };
  std::vector<Tile> tiles;
  std::unordered_map<std::uint64_t, std::size_t> index;
  for (auto& run : runs)
    for (auto& part : run) {
      const auto [it, fresh] = index.try_emplace(tile_key(part.tile), tiles.size());
      if (fresh) tiles.push_back({part.tile, {}});
      tiles[it->second].parts.push_back(&part.mesh);
    }
  std::vector<MeshBatch> out(tiles.size());
  const auto one = [&](std::size_t t) {
    MeshBatch& batch = out[t];
    batch.frame = geo::LocalFrame::at(grid.centre(tiles[t].tile));
    auto& parts = tiles[t].parts;
    if (parts.size() == 1) {
      batch.mesh = std::move(*parts.front());
    } else {
      std::size_t vertices = 0, indices = 0;
      for (const auto* p : parts) {
        vertices += p->vertices.size();
        indices += p->indices.size();
      }
      batch.mesh.vertices.reserve(vertices);
      batch.mesh.indices.reserve(indices);
      for (auto* p : parts) {
        const MeshData part = std::move(*p);
        const auto first = static_cast<std::uint32_t>(batch.mesh.vertices.size());
        batch.mesh.vertices.insert(batch.mesh.vertices.end(), part.vertices.begin(), part.vertices.end());
        for (const auto i : part.indices) batch.mesh.indices.push_back(first + i);
      }
    }
    set_box(batch);
  };
  const auto some = [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = begin; t < end; ++t) one(t);
  };
  if (jobs) jobs->parallel_for(tiles.size(), 1, some);
  else some(0, tiles.size());
  return out;
}

}  // namespace tenbo::io::vector
