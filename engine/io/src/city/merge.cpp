#include "merge.h"

#include <glm/common.hpp>
#include <limits>

#include "tenbo/base/pages.h"

namespace tenbo::io::city {

void BatchMerger::add(std::vector<PartBatch>&& parts, std::uint32_t first_feature, std::uint32_t first_element) {
  for (PartBatch& part : parts) {
    if (part.mesh.indices.empty()) continue;
    const auto [at, added] = index_.try_emplace(part.key, joined_.size());
    if (added) joined_.push_back({part.key, {}, {}});
    joined_[at->second].pieces.push_back({std::move(part.mesh), std::move(part.elements), first_feature, first_element});
  }
  parts.clear();
}

void BatchMerger::flush(JobSystem& jobs) {
  jobs.parallel_for(joined_.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t j = from; j < to; ++j) {
      Joined& joined = joined_[j];
      if (joined.pieces.empty()) continue;
      MeshBatch& batch = joined.batch;
      MeshData& mesh = batch.mesh;
      if (mesh.vertices.empty()) {
        batch.frame = geo::LocalFrame::at(grid_.centre(joined.key.tile));
        batch.texture = joined.key.texture;
        batch.colour = joined.key.colour;
        batch.theme = joined.key.theme;
        batch.min = glm::vec3(std::numeric_limits<float>::max());
        batch.max = -batch.min;
      }
      std::size_t vertices = mesh.vertices.size(), indices = mesh.indices.size();
      for (const Piece& piece : joined.pieces) {
        vertices += piece.mesh.vertices.size();
        indices += piece.mesh.indices.size();
      }
      mesh.vertices.reserve(vertices);
      mesh.indices.reserve(indices);
      expect_filled(mesh.vertices.data() + mesh.vertices.size(), (vertices - mesh.vertices.size()) * sizeof(Vertex));
      expect_filled(mesh.indices.data() + mesh.indices.size(), (indices - mesh.indices.size()) * sizeof(std::uint32_t));
      for (Piece& piece : joined.pieces) {
        append_runs(batch.elements, piece.elements, mesh.indices.size(), piece.first_element);
        const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
        for (Vertex v : piece.mesh.vertices) {
          v.feature += piece.first_feature;
          batch.min = glm::min(batch.min, glm::vec3(v.x, v.y, v.z));
          batch.max = glm::max(batch.max, glm::vec3(v.x, v.y, v.z));
          mesh.vertices.push_back(v);
        }
        for (const std::uint32_t i : piece.mesh.indices) mesh.indices.push_back(base + i);
        piece.mesh = {};
      }
      joined.pieces = {};
    }
  });
}

std::vector<MeshBatch> BatchMerger::take() {
  std::vector<MeshBatch> out;
  out.reserve(joined_.size());
  for (Joined& joined : joined_) out.push_back(std::move(joined.batch));
  joined_.clear();
  index_.clear();
  return out;
}

}  // namespace tenbo::io::city

namespace tenbo::io {

void append_runs(std::vector<ElementRun>& runs, std::span<const ElementRun> more, std::size_t first_index, std::uint32_t shift) {
  const auto first = static_cast<std::uint32_t>(first_index);
  if (!runs.empty() && runs.back().element != no_element && (more.empty() || more.front().first_index > 0)) runs.push_back({first, no_element});
  for (const ElementRun& run : more) runs.push_back({first + run.first_index, run.element == no_element ? no_element : run.element + shift});
}

}  // namespace tenbo::io
