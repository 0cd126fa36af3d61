#include "heights.h"

#include <algorithm>
#include <cmath>

namespace tenbo::io::bake {
namespace {
constexpr double least_cell = 1;      // m
constexpr float least_area = 0.02f;  // cells, twice a triangle's: what is less stands upright and covers no cell
}

Heights::Heights(const gltf_write::GlbTile& tile, int most_cells) {
  glm::vec2 low(1e30f), high(-1e30f);
  for (const auto& p : tile.primitives)
    for (const auto& v : p.vertices) {
      low = glm::min(low, glm::vec2(v.position));
      high = glm::max(high, glm::vec2(v.position));
    }
  if (low.x <= high.x) {
    cell = static_cast<float>(std::max<double>(least_cell, std::max(high.x - low.x, high.y - low.y) / most_cells));
    per_cell_ = 1 / cell;
    origin_ = low;
    width_ = static_cast<int>((high.x - low.x) / cell) + 1;
    height_ = static_cast<int>((high.y - low.y) / cell) + 1;
  }
  wide_ = (width_ + square - 1) / square;
  tall_ = (height_ + square - 1) / square;
  row_ = static_cast<std::size_t>(wide_ * square) + 2;
  stride_ = static_cast<float>(row_);
  right_ = stride_ - 1;
  above_ = static_cast<float>(height_ + 1);
  cells_ = std::make_unique_for_overwrite<float[]>(row_ * static_cast<std::size_t>(height_ + 2));
  std::fill_n(cells_.get(), row_, nothing);
  for (int y = 1; y < height_ + 2; ++y) std::copy_n(cells_.get(), row_, cells_.get() + static_cast<std::size_t>(y) * row_);
  for (const auto& p : tile.primitives) {
    const bool solid = tile.materials[static_cast<std::size_t>(p.material)].closed;
    for (std::size_t i = 0; i + 2 < p.indices.size(); i += 3)
      add(p.vertices[p.indices[i]].position, p.vertices[p.indices[i + 1]].position, p.vertices[p.indices[i + 2]].position, solid);
  }
  gather();
}

// What looks down has a roof above it where it is a solid's. A row of cells at a time: where their middles lie within, and the height there, which changes evenly along a row.
void Heights::add(glm::vec3 a, glm::vec3 b, glm::vec3 c, bool solid) {
  const auto grid = [&](glm::vec3& p) { p = glm::vec3((glm::vec2(p) - origin_) * per_cell_ - 0.5f, p.z); };
  grid(a);
  grid(b);
  grid(c);
  const float down = solid ? -INFINITY : -least_area, area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (!(area > least_area || area < down)) return;
  const float dx = ((b.z - a.z) * (c.y - a.y) - (c.z - a.z) * (b.y - a.y)) / area,
              dy = ((c.z - a.z) * (b.x - a.x) - (b.z - a.z) * (c.x - a.x)) / area;
  const int y0 = std::max(0, static_cast<int>(std::ceil(std::min({a.y, b.y, c.y})))),
            y1 = std::min(height_ - 1, static_cast<int>(std::floor(std::max({a.y, b.y, c.y}))));
  const glm::vec3* corners[] = {&a, &b, &c, &a};
  for (int y = y0; y <= y1; ++y) {
    const float at_y = static_cast<float>(y);
    float left = INFINITY, right = -INFINITY;
    for (int k = 0; k < 3; ++k) {
      const glm::vec3 &p = *corners[k], &q = *corners[k + 1];
      if ((p.y < at_y && q.y < at_y) || (p.y > at_y && q.y > at_y) || p.y == q.y) continue;
      const float x = p.x + (at_y - p.y) / (q.y - p.y) * (q.x - p.x);
      left = std::min(left, x);
      right = std::max(right, x);
    }
    if (!(left <= right)) continue;
    const int x0 = std::max(0, static_cast<int>(std::ceil(left))), x1 = std::min(width_ - 1, static_cast<int>(std::floor(right)));
    const float base = a.z + dy * (at_y - a.y) - dx * a.x;
    float* cells = row(y);
    for (int x = x0; x <= x1; ++x) cells[x] = std::max(cells[x], base + dx * static_cast<float>(x));
  }
}

// The highest of squares of cells, and of those with all that a walk from them may reach.
void Heights::gather() {
  std::vector<float> own(static_cast<std::size_t>(wide_) * static_cast<std::size_t>(tall_), nothing);
  for (int y = 0; y < height_; ++y) {
    const float* cells = row(y);
    for (int x = 0; x < wide_; ++x, cells += square) {
      const Four highest = most(most(Four::load(cells), Four::load(cells + 4)), most(Four::load(cells + 8), Four::load(cells + 12)));
      float lanes[4];
      highest.store(lanes);
      float& h = own[static_cast<std::size_t>(y / square * wide_ + x)];
      h = std::max({h, lanes[0], lanes[1], lanes[2], lanes[3]});
    }
  }
  near_ = spread(own, near_reach());
  far_ = spread(own, far_reach());
}

std::vector<float> Heights::spread(const std::vector<float>& own, float reach) const {
  const int steps = static_cast<int>(std::ceil(reach / (square * cell)));
  std::vector<float> rows(own.size(), nothing), out(own.size(), nothing);
  for (int y = 0; y < tall_; ++y)
    for (int x = 0; x < wide_; ++x)
      for (int i = std::max(0, x - steps); i <= std::min(wide_ - 1, x + steps); ++i)
        rows[static_cast<std::size_t>(y * wide_ + x)] = std::max(rows[static_cast<std::size_t>(y * wide_ + x)], own[static_cast<std::size_t>(y * wide_ + i)]);
  for (int y = 0; y < tall_; ++y)
    for (int i = std::max(0, y - steps); i <= std::min(tall_ - 1, y + steps); ++i)
      for (int x = 0; x < wide_; ++x)
        out[static_cast<std::size_t>(y * wide_ + x)] = std::max(out[static_cast<std::size_t>(y * wide_ + x)], rows[static_cast<std::size_t>(i * wide_ + x)]);
  return out;
}

float Heights::around(const std::vector<float>& grid, glm::vec2 p) const {
  if (grid.empty()) return nothing;
  const int x = std::clamp(static_cast<int>(p.x - 1) / square, 0, wide_ - 1), y = std::clamp(static_cast<int>(p.y - 1) / square, 0, tall_ - 1);
  return grid[static_cast<std::size_t>(y * wide_ + x)];
}

}  // namespace tenbo::io::bake
