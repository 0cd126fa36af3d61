#include "light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>

namespace tenbo::io::bake {
namespace {

constexpr double least_cell = 1;  // m
constexpr int directions = 8;
constexpr float nothing = -1e30f;

// The highest surface over each cell, m in the tile's frame.
class Heights {
 public:
  Heights(const gltf_write::GlbTile& tile, int most_cells) {
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
    gather();
  }
  float at(glm::vec2 p) const {
    const float fx = (p.x - origin_.x) * per_cell_, fy = (p.y - origin_.y) * per_cell_;
    if (!(fx >= 0 && fy >= 0)) return nothing;
    const int x = static_cast<int>(fx), y = static_cast<int>(fy);
    return x >= width_ || y >= height_ ? nothing : cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)];
  }
  // At least as high as all that is within a reach of a point: near or far, see below.
  float highest_near(glm::vec2 p) const { return around(near_, p); }
  float highest_far(glm::vec2 p) const { return around(far_, p); }
  float near_reach() const { return std::max(60.f, 10 * cell); }  // m
  float far_reach() const { return std::max(200.f, 24 * cell); }
  float cell = 1;  // m

 private:
  // A row of cells at a time: where their middles lie within, and the height there, which changes evenly along a row.
  void add(glm::vec3 a, glm::vec3 b, glm::vec3 c) {
    const auto grid = [&](glm::vec3& p) { p = glm::vec3((glm::vec2(p) - origin_) * per_cell_ - 0.5f, p.z); };
    grid(a);
    grid(b);
    grid(c);
    const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    if (!(std::abs(area) > 1e-6f)) return;  // upright
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
      float* row = cells_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
      for (int x = x0; x <= x1; ++x) row[x] = std::max(row[x], base + dx * static_cast<float>(x));
    }
  }
  // The highest of squares of cells, and of those with all that a walk from them may reach.
  void gather() {
    wide_ = (width_ + square - 1) / square;
    tall_ = (height_ + square - 1) / square;
    std::vector<float> own(static_cast<std::size_t>(wide_) * static_cast<std::size_t>(tall_), nothing);
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        float& h = own[static_cast<std::size_t>(y / square * wide_ + x / square)];
        h = std::max(h, cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)]);
      }
    const auto spread = [&](float reach) {
      const int steps = static_cast<int>(std::ceil(reach / (square * cell)));
      std::vector<float> rows(own.size(), nothing), out(own.size(), nothing);
      for (int y = 0; y < tall_; ++y)
        for (int x = 0; x < wide_; ++x)
          for (int i = std::max(0, x - steps); i <= std::min(wide_ - 1, x + steps); ++i)
            rows[static_cast<std::size_t>(y * wide_ + x)] = std::max(rows[static_cast<std::size_t>(y * wide_ + x)], own[static_cast<std::size_t>(y * wide_ + i)]);
      for (int y = 0; y < tall_; ++y)
        for (int x = 0; x < wide_; ++x)
          for (int i = std::max(0, y - steps); i <= std::min(tall_ - 1, y + steps); ++i)
            out[static_cast<std::size_t>(y * wide_ + x)] = std::max(out[static_cast<std::size_t>(y * wide_ + x)], rows[static_cast<std::size_t>(i * wide_ + x)]);
      return out;
    };
    near_ = spread(near_reach());
    far_ = spread(far_reach());
  }
  float around(const std::vector<float>& grid, glm::vec2 p) const {
    if (grid.empty()) return nothing;
    const int x = std::clamp(static_cast<int>((p.x - origin_.x) * per_cell_) / square, 0, wide_ - 1),
              y = std::clamp(static_cast<int>((p.y - origin_.y) * per_cell_) / square, 0, tall_ - 1);
    return grid[static_cast<std::size_t>(y * wide_ + x)];
  }
  static constexpr int square = 16;  // cells
  int wide_ = 0, tall_ = 0;          // squares
  std::vector<float> near_, far_;    // m
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

// Where a walk over the heights looks, from near to far.
struct Steps {
  Steps(float first, float growth, float reach) {
    for (float d = first; d <= reach && count < most; d *= growth) {
      distance[count] = d;
      inverse[count++] = 1 / d;
    }
  }
  static constexpr int most = 32;
  float distance[most], inverse[most];  // m, 1/m
  int count = 0;
};

// What a walk has seen so far: the foot and the top of a wall look along the same ones.
struct Walk {
  float height[Steps::most];
  int known = 0;
};
struct Walks {
  glm::vec2 from{NAN};
  Walk way[directions], sun;
};

// What can be seen from places on a tile's surfaces.
class Outlook {
 public:
  Outlook(const gltf_write::GlbTile& tile, int most_cells) : heights_(tile, most_cells) {
    const glm::vec3 sun = sun_at(tile.axes[2].z);
    const float flat = std::sqrt(sun.x * sun.x + sun.y * sun.y), slope = sun.z / std::max(flat, 1e-3f);
    sun_ = sun;
    sun_way_ = glm::vec2(sun) / std::max(flat, 1e-3f);
    all_sun_ = slope * 0.85f;
    no_sun_ = slope * 1.15f;
    for (int i = 0; i < directions; ++i) {
      const float angle = (static_cast<float>(i) + 0.25f) * 6.2831853f / directions;
      ways_[i] = {std::cos(angle), std::sin(angle)};
    }
  }
  float cell() const { return heights_.cell; }

  struct Seen {
    float open, sun;  // shares of the sky and of the sun
  };
  // `at`: on a surface, m; `normal`: its own. `wall`: upright, and sees the half before it.
  Seen from(const glm::vec3& at, const glm::vec3& normal, bool wall) {
    const glm::vec2 side(normal), from = glm::vec2(at) + side * (0.75f * cell());
    const float z = at.z + 0.2f;
    Walks& walks = walks_from(from);
    const float rise = heights_.highest_near(from) - z;
    float sum = 0, weights = 0;
    for (int k = 0; k < directions; ++k) {
      const float weight = wall ? glm::dot(ways_[k], side) : 1.f;
      if (weight <= 0.05f) continue;
      const float slope = horizon(walks.way[k], from, rise, z, ways_[k], near_, 0, INFINITY);
      sum += weight * (1 - slope / std::sqrt(1 + slope * slope));
      weights += weight;
    }
    // What looks away from the sun gets nothing of it anyhow.
    const float shade = glm::dot(normal, sun_) < 0
                            ? 0
                            : horizon(walks.sun, from, heights_.highest_far(from) - z, z, sun_way_, far_, all_sun_, no_sun_);
    return {weights > 0 ? sum / weights : 1, std::clamp((no_sun_ - shade) / (no_sun_ - all_sun_), 0.f, 1.f)};
  }

 private:
  Walks& walks_from(glm::vec2 from) {
    const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const Walks& w) { return w.from == from; });
    if (known != kept_.end()) return *known;
    Walks& walks = kept_[turn_++ % kept_.size()];
    walks.from = from;
    for (Walk& w : walks.way) w.known = 0;
    walks.sun.known = 0;
    return walks;
  }
  // Steepest slope up to what stands in a direction, where it is more than a slope and until it is another.
  float horizon(Walk& walk, glm::vec2 from, float rise, float z, glm::vec2 way, const Steps& steps, float slope, float enough) const {
    for (int i = 0; i < steps.count && slope < enough; ++i) {
      if (rise <= slope * steps.distance[i]) break;  // from here on nothing is high enough
      if (i == walk.known) walk.height[walk.known++] = heights_.at(from + way * steps.distance[i]);
      slope = std::max(slope, (walk.height[i] - z) * steps.inverse[i]);
    }
    return slope;
  }

  Heights heights_;
  Steps near_{1.2f * heights_.cell, 1.6f, heights_.near_reach()}, far_{1.2f * heights_.cell, 1.25f, heights_.far_reach()};
  glm::vec3 sun_;
  glm::vec2 sun_way_, ways_[directions];
  float all_sun_, no_sun_;  // slopes of what stands towards the sun at which all of it is seen, and nothing
  std::array<Walks, 8> kept_;
  std::size_t turn_ = 0;
};

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

void light_tile(gltf_write::GlbTile& tile, LightDetail detail) {
  const bool corners = detail == LightDetail::corners;
  Outlook outlook(tile, corners ? 1024 : 512);
  std::vector<float> bottom(tile.rows, INFINITY), top(tile.rows, -INFINITY);  // of each feature
  for (const auto& p : tile.primitives)
    for (const auto& v : p.vertices) {
      bottom[v.feature] = std::min(bottom[v.feature], v.position.z);
      top[v.feature] = std::max(top[v.feature], v.position.z);
    }
  for (auto& p : tile.primitives) {
    p.lit = true;
    const auto longest = longest_edges(p);
    for (std::size_t first = 0, end; first < p.vertices.size(); first = end) {
      // a corner, or all of a face: its vertices follow each other
      const auto &normal = p.vertices[first].normal;
      glm::vec2 middle(p.vertices[first].position);
      for (end = first + 1; !corners && end < p.vertices.size() && p.vertices[end].feature == p.vertices[first].feature && p.vertices[end].normal == normal; ++end)
        middle += glm::vec2(p.vertices[end].position);
      middle /= static_cast<float>(end - first);
      const bool wall = std::abs(normal.z) < 0.5f;
      float last_z = NAN;
      Outlook::Seen seen{};
      for (std::size_t i = first; i < end; ++i) {
        auto& v = p.vertices[i];
        const float low = bottom[v.feature], z = v.position.z;
        // Where a face is much longer than what shades its corners, a corner says little of it. What lies flat (roads,
        // squares, water) stays as bright as the ground around it.
        const bool flat = top[v.feature] - low < 2;  // m
        const float known = wall ? 1 : flat ? 0 : std::clamp(1.5f - longest[i] / std::max(40.f, 4 * outlook.cell()), 0.f, 1.f);
        if (known == 0) {
          v.open = v.sun = 255;
          continue;
        }
        if (!(std::abs(z - last_z) < 0.1f)) seen = outlook.from({middle, z}, normal, wall);
        last_z = z;
        // the ground before a wall takes what the sky gives from below the horizon
        float open = wall ? seen.open * std::clamp(0.66f + (z - low) / 30, 0.66f, 1.f) : seen.open;
        open = 0.4f + 0.6f * open;  // solids stand in one another, and light finds ways that this does not know
        v.open = byte(1 - known * (1 - open));
        v.sun = byte(1 - known * (1 - seen.sun));
      }
    }
  }
}

}  // namespace tenbo::io::bake
