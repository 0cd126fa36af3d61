#include "light.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>

namespace tenbo::io::bake {
namespace {

constexpr double least_cell = 1, most_cells = 1024;  // m; a side
constexpr int directions = 8;
constexpr float nothing = -1e30f;

// The highest surface over each cell, m in the tile's frame.
class Heights {
 public:
  explicit Heights(const gltf_write::GlbTile& tile) {
    glm::vec2 low(1e30f), high(-1e30f);
    for (const auto& p : tile.primitives)
      for (const auto& v : p.vertices) {
        low = glm::min(low, glm::vec2(v.position));
        high = glm::max(high, glm::vec2(v.position));
      }
    if (!(low.x <= high.x)) return;
    cell = static_cast<float>(std::max<double>(least_cell, std::max(high.x - low.x, high.y - low.y) / most_cells));
    per_cell_ = 1 / cell;
    origin_ = low;
    width_ = static_cast<int>((high.x - low.x) / cell) + 1;
    height_ = static_cast<int>((high.y - low.y) / cell) + 1;
    cells_.assign(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_), nothing);
    for (const auto& p : tile.primitives)
      for (std::size_t i = 0; i + 2 < p.indices.size(); i += 3)
        add(p.vertices[p.indices[i]].position, p.vertices[p.indices[i + 1]].position, p.vertices[p.indices[i + 2]].position);
  }
  float at(glm::vec2 p) const {
    const float fx = (p.x - origin_.x) * per_cell_, fy = (p.y - origin_.y) * per_cell_;
    if (!(fx >= 0 && fy >= 0)) return nothing;
    const int x = static_cast<int>(fx), y = static_cast<int>(fy);
    return x >= width_ || y >= height_ ? nothing : cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)];
  }
  float cell = 1;  // m
  float highest = nothing;  // m, of all cells

 private:
  void add(const glm::vec3& a, const glm::vec3& b, const glm::vec3& c) {
    const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    if (!(std::abs(area) > 1e-6f)) return;  // upright
    const glm::vec2 low = (glm::min(glm::min(glm::vec2(a), glm::vec2(b)), glm::vec2(c)) - origin_) / cell,
                    high = (glm::max(glm::max(glm::vec2(a), glm::vec2(b)), glm::vec2(c)) - origin_) / cell;
    const int x0 = std::max(0, static_cast<int>(low.x)), x1 = std::min(width_ - 1, static_cast<int>(high.x));
    const int y0 = std::max(0, static_cast<int>(low.y)), y1 = std::min(height_ - 1, static_cast<int>(high.y));
    for (int y = y0; y <= y1; ++y)
      for (int x = x0; x <= x1; ++x) {
        const glm::vec2 p = origin_ + (glm::vec2(static_cast<float>(x), static_cast<float>(y)) + 0.5f) * cell;
        const float u = ((b.x - p.x) * (c.y - p.y) - (b.y - p.y) * (c.x - p.x)) / area,
                    v = ((c.x - p.x) * (a.y - p.y) - (c.y - p.y) * (a.x - p.x)) / area, w = 1 - u - v;
        if (u < 0 || v < 0 || w < 0) continue;
        float& h = cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)];
        h = std::max(h, u * a.z + v * b.z + w * c.z);
        highest = std::max(highest, h);
      }
  }
  glm::vec2 origin_{0};
  float per_cell_ = 1;  // 1/m
  int width_ = 0, height_ = 0;
  std::vector<float> cells_;
};

// Towards the sun at half past ten, local solar time, on an equinox: 22.5 degrees before noon, on the celestial equator.
// East, north, up, at a latitude given by its sine.
glm::vec3 sun_at(double sine) {
  const double hour = 22.5 * 3.14159265358979323846 / 180;
  return glm::vec3(std::sin(hour), -sine * std::cos(hour), std::sqrt(std::max(0.0, 1 - sine * sine)) * std::cos(hour));
}

// m, for each vertex, of the triangles that it is a corner of.
std::vector<float> longest_edges(const gltf_write::GlbPrimitive& p) {
  std::vector<float> out(p.vertices.size(), 0.f);
  for (std::size_t i = 0; i + 2 < p.indices.size(); i += 3) {
    const std::uint32_t* t = p.indices.data() + i;
    const auto &a = p.vertices[t[0]].position, &b = p.vertices[t[1]].position, &c = p.vertices[t[2]].position;
    const float most = std::max({glm::distance(a, b), glm::distance(b, c), glm::distance(c, a)});
    for (int k = 0; k < 3; ++k) out[t[k]] = std::max(out[t[k]], most);
  }
  return out;
}

std::uint8_t byte(float v) { return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.f, 1.f) * 255)); }

}  // namespace

void light_tile(gltf_write::GlbTile& tile) {
  const Heights heights(tile);
  const float cell = heights.cell;
  std::vector<float> bottom(tile.rows, INFINITY), top(tile.rows, -INFINITY);  // of each feature
  for (const auto& p : tile.primitives)
    for (const auto& v : p.vertices) {
      bottom[v.feature] = std::min(bottom[v.feature], v.position.z);
      top[v.feature] = std::max(top[v.feature], v.position.z);
    }
  const glm::vec3 sun = sun_at(tile.axes[2].z);
  const float sun_flat = std::sqrt(sun.x * sun.x + sun.y * sun.y), sun_slope = sun.z / std::max(sun_flat, 1e-3f);
  const glm::vec2 sun_way = glm::vec2(sun) / std::max(sun_flat, 1e-3f);
  glm::vec2 ways[directions];
  for (int i = 0; i < directions; ++i) {
    const float angle = (static_cast<float>(i) + 0.25f) * 6.2831853f / directions;
    ways[i] = {std::cos(angle), std::sin(angle)};
  }
  // Steepest slope up to what stands in a direction.
  const auto horizon = [&](glm::vec2 from, float z, glm::vec2 way, float first, float growth, float reach) {
    float slope = 0;
    for (float d = first; d <= reach; d *= growth) {
      if (heights.highest - z <= slope * d) break;  // from here on nothing is high enough
      slope = std::max(slope, (heights.at(from + way * d) - z) / d);
    }
    return slope;
  };
  for (auto& p : tile.primitives) {
    p.lit = true;
    const auto longest = longest_edges(p);
    for (std::size_t i = 0; i < p.vertices.size(); ++i) {
      auto& v = p.vertices[i];
      const glm::vec2 side(v.normal);
      const bool wall = std::abs(v.normal.z) < 0.5f;
      // Where a face is much longer than what shades its corners, a corner says little of it. What lies flat (roads,
      // squares, water) stays as bright as the ground around it.
      const bool flat = top[v.feature] - bottom[v.feature] < 2;  // m
      const float known = wall ? 1 : flat ? 0 : std::clamp(1.5f - longest[i] / std::max(40.f, 4 * cell), 0.f, 1.f);
      if (known == 0) {
        v.open = v.sun = 255;
        continue;
      }
      const glm::vec2 from = glm::vec2(v.position) + side * (0.75f * cell);
      const float z = v.position.z + 0.2f;
      float sum = 0, weights = 0;
      for (const glm::vec2& way : ways) {
        const float weight = wall ? glm::dot(way, side) : 1.f;
        if (weight <= 0.05f) continue;
        const float slope = horizon(from, z, way, 1.2f * cell, 1.6f, std::max(60.f, 10 * cell));
        sum += weight * (1 - slope / std::sqrt(1 + slope * slope));
        weights += weight;
      }
      float open = weights > 0 ? sum / weights : 1;
      // the ground before a wall takes what the sky gives from below the horizon
      if (wall) open *= std::clamp(0.66f + (v.position.z - bottom[v.feature]) / 30, 0.66f, 1.f);
      // What looks away from the sun gets nothing of it anyhow.
      const float shade =
          glm::dot(v.normal, sun) < 0 ? 0 : horizon(from, z, sun_way, 1.2f * cell, 1.25f, std::max(200.f, 24 * cell));
      open = 0.4f + 0.6f * open;  // solids stand in one another, and light finds ways that this does not know
      v.open = byte(1 - known * (1 - open));
      v.sun = byte(1 - known * (1 - std::clamp((sun_slope * 1.15f - shade) / (sun_slope * 0.3f), 0.f, 1.f)));
    }
  }
}

}  // namespace tenbo::io::bake
