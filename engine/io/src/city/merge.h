#pragma once
// Parts that workers made, joined into the model in the order of the file.
#include <unordered_map>
#include <vector>

#include "mesher.h"
#include "tenbo/base/jobs.h"
#include "tenbo/io/city.h"

namespace tenbo::io::city {

class BatchMerger {
 public:
  explicit BatchMerger(const TileGrid& grid) : grid_(grid) {}
  // What the parts' features and elements count from.
  void add(std::vector<PartBatch>&& parts, std::uint32_t first_feature, std::uint32_t first_element);
  // Copies what was added since the last call into the batches, on all cores, and lets the parts go.
  void flush(JobSystem& jobs);
  // The batches, with textures still by TextureTable's ids.
  std::vector<MeshBatch> take();

 private:
  struct Piece { MeshData mesh; std::vector<ElementRun> elements; std::uint32_t first_feature, first_element; };
  struct Joined { BatchKey key; MeshBatch batch; std::vector<Piece> pieces; };
  const TileGrid& grid_;
  std::vector<Joined> joined_;
  std::unordered_map<BatchKey, std::size_t, BatchKeyHash> index_;
};

}  // namespace tenbo::io::city
