#pragma once
// The highest surface over each cell of a grid over a tile.
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <memory>
#include <vector>

#include "four.h"
#include "gltf_write/glb.h"

namespace tenbo::io::bake {

// Heights in m, in the tile's frame. Places are given in cells, as `cells_of` makes them.
class Heights {
 public:
  static constexpr float nothing = -1e30f;

  Heights(const gltf_write::GlbTile& tile, int most_cells);

  float cell = 1;  // m
  glm::vec2 cells_of(glm::vec2 p) const { return (p - origin_) * per_cell_ + 1.f; }
  // Over four places; `nothing` outside.
  Four at(Four x, Four y) const {
    const Four column = whole(least(most(x, Four()), Four(right_))), row = whole(least(most(y, Four()), Four(above_)));
    int i[4];
    to_integers(row * Four(stride_) + column, i);  // whole numbers below 2^24: exact
    const float* c = cells_.get();
    return {c[i[0]], c[i[1]], c[i[2]], c[i[3]]};
  }
#if defined(TENBO_WIDE)
  // The same over eight.
  TENBO_WIDE __m256 at(__m256 x, __m256 y) const {
    const __m256 none = _mm256_setzero_ps();
    const __m256i column = _mm256_cvttps_epi32(_mm256_min_ps(_mm256_max_ps(x, none), _mm256_set1_ps(right_))),
                  row = _mm256_cvttps_epi32(_mm256_min_ps(_mm256_max_ps(y, none), _mm256_set1_ps(above_)));
    return _mm256_i32gather_ps(cells_.get(), _mm256_add_epi32(_mm256_mullo_epi32(row, _mm256_set1_epi32(static_cast<int>(row_))), column), 4);
  }
#endif
  // At least as high as all that is within a reach of a place: near or far.
  float highest_near(glm::vec2 p) const { return around(near_, p); }
  float highest_far(glm::vec2 p) const { return around(far_, p); }
  float near_reach() const { return cell > 6 ? 10 * cell : 60.f; }   // m
  float far_reach() const { return cell > 200.f / 24 ? 24 * cell : 200.f; }  // m

 private:
  void add(glm::vec3 a, glm::vec3 b, glm::vec3 c, bool solid);
  void gather();
  std::vector<float> spread(const std::vector<float>& own, float reach) const;
  float around(const std::vector<float>& grid, glm::vec2 p) const;
  float* row(int y) { return cells_.get() + static_cast<std::size_t>(y + 1) * row_ + 1; }

  static constexpr int square = 16;  // cells
  int width_ = 0, height_ = 0;       // cells
  int wide_ = 0, tall_ = 0;          // squares
  std::vector<float> near_, far_;    // m, of squares
  glm::vec2 origin_{0};              // m
  float per_cell_ = 1;               // 1/m
  // Rows of whole squares of cells with an edge of `nothing` all around.
  std::unique_ptr<float[]> cells_;
  std::size_t row_ = 0;
  float stride_ = 0, right_ = 0, above_ = 0;  // row_, and the last column and row
};

}  // namespace tenbo::io::bake
