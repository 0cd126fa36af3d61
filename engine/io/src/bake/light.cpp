#include "light.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>
#include <vector>

#include "heights.h"

namespace tenbo::io::bake {
namespace {

constexpr int directions = 8;

// Towards the sun at half past ten, local solar time, on an equinox: 22.5 degrees before noon, on the celestial equator.
// East, north, up, at a latitude given by its sine.
glm::vec3 sun_at(double sine) {
  const double hour = 22.5 * 3.14159265358979323846 / 180;
  return glm::vec3(std::sin(hour), -sine * std::cos(hour), std::sqrt(std::max(0.0, 1 - sine * sine)) * std::cos(hour));
}

// Where a walk over the heights looks, from near to far.
struct Steps {
  Steps(float first, float growth, float reach, float cell) {
    for (float d = first; d <= reach && count < longest; d *= growth) {
      distance[count] = d;
      cells[count] = d / cell;
      inverse[count++] = 1 / d;
    }
    for (int i = count; i < longest; ++i) {  // looked at four at a time: again at the last
      distance[i] = distance[count - 1];
      cells[i] = cells[count - 1];
      inverse[i] = inverse[count - 1];
    }
  }
  static constexpr int longest = 32;
  float distance[longest], cells[longest], inverse[longest];  // m, cells, 1/m
  int count = 0;
};

// What has been seen from a place so far: the foot and the top of a wall look along the same ways.
struct Walks {
  glm::vec2 from{NAN};                        // cells
  float near_height = 0, far_height = 0;      // m: nothing around is higher
  int known = 0, sun_known = 0;               // steps
  float height[Steps::longest][directions];   // m
  float sun[Steps::longest];                  // m
};

// What can be seen from places on a tile's surfaces.
class Outlook {
 public:
  Outlook(const gltf_write::GlbTile& tile, int most_cells, bool eight) : heights_(tile, most_cells), eight_(eight && can_eight()), kept_(64) {
    const glm::vec3 sun = sun_at(tile.axes[2].z);
    const float flat = std::sqrt(sun.x * sun.x + sun.y * sun.y), slope = sun.z / std::max(flat, 1e-3f);
    sun_ = sun;
    sun_way_ = glm::vec2(sun) / std::max(flat, 1e-3f);
    all_sun_ = slope * 0.85f;
    no_sun_ = slope * 1.15f;
    for (int i = 0; i < directions; ++i) {
      const float angle = (static_cast<float>(i) + 0.25f) * 6.2831853f / directions;
      way_x_[i] = std::cos(angle);
      way_y_[i] = std::sin(angle);
    }
  }
  float cell() const { return heights_.cell; }

  struct Seen {
    float open, sun;  // shares of the sky and of the sun
  };
  // `at`: on a surface, m; `normal`: its own. `wall`: upright, and sees the half before it.
  Seen from(const glm::vec3& at, const glm::vec3& normal, bool wall) {
    const glm::vec2 side(normal);
    const float z = at.z + 0.2f;
    Walks& walks = walks_from(heights_.cells_of(glm::vec2(at) + side * (0.75f * cell())));
    // What looks away from the sun gets nothing of it anyhow.
    const float shade = glm::dot(normal, sun_) < 0 ? 0 : sun_horizon(walks, z);
    return {sky(walks, z, side, wall), std::clamp((no_sun_ - shade) / (no_sun_ - all_sun_), 0.f, 1.f)};
  }

 private:
  static bool can_eight() {
#if defined(TENBO_WIDE)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
  }
  Walks& walks_from(glm::vec2 from) {
    std::uint32_t bits[2];
    std::memcpy(bits, &from, sizeof bits);
    Walks& walks = kept_[((bits[0] * 0x9E3779B1u) ^ (bits[1] * 0x85EBCA77u)) >> 26];
    if (walks.from == from) return walks;
    walks.from = from;
    walks.near_height = heights_.highest_near(from);
    walks.far_height = heights_.highest_far(from);
    walks.known = walks.sun_known = 0;
    return walks;
  }
  // Share of the sky above the steepest slopes up to what stands in all directions; those behind a wall do not count.
  float sky(Walks& walks, float z, glm::vec2 side, bool wall) const {
#if defined(TENBO_WIDE)
    if (eight_) return wide_sky(walks, z, side, wall);
#endif
    constexpr int halves = directions / 4;
    const float rise = walks.near_height - z;
    Four way_x[halves], way_y[halves], weight[halves], slope[halves];
    unsigned counts[halves];
    for (int h = 0; h < halves; ++h) {
      way_x[h] = Four::load(way_x_ + 4 * h);
      way_y[h] = Four::load(way_y_ + 4 * h);
      weight[h] = wall ? way_x[h] * Four(side.x) + way_y[h] * Four(side.y) : Four(1.f);
      counts[h] = more(weight[h], Four(0.05f));
    }
    for (int i = 0; i < near_.count; ++i) {
      const Four distance(near_.distance[i]);
      unsigned open = 0;  // from here on nothing is high enough in the others
      for (int h = 0; h < halves; ++h) open |= counts[h] & more(Four(rise), slope[h] * distance);
      if (open == 0) break;
      if (i == walks.known) {
        for (int h = 0; h < halves; ++h) {
          const Four cells(near_.cells[i]);
          heights_.at(Four(walks.from.x) + way_x[h] * cells, Four(walks.from.y) + way_y[h] * cells).store(walks.height[i] + 4 * h);
        }
        ++walks.known;
      }
      for (int h = 0; h < halves; ++h)
        slope[h] = most(slope[h], (Four::load(walks.height[i] + 4 * h) - Four(z)) * Four(near_.inverse[i]));
    }
    float shares[directions], each[directions];
    unsigned all = 0;
    for (int h = 0; h < halves; ++h) {
      (weight[h] * (Four(1.f) - slope[h] / root(Four(1.f) + slope[h] * slope[h]))).store(shares + 4 * h);
      weight[h].store(each + 4 * h);
      all |= counts[h] << (4 * h);
    }
    return counted(shares, each, all);
  }
#if defined(TENBO_WIDE)
  // To the same bits, eight directions at a time.
  TENBO_WIDE float wide_sky(Walks& walks, float z, glm::vec2 side, bool wall) const {
    static_assert(directions == 8);
    const float rise = walks.near_height - z;
    const __m256 one = _mm256_set1_ps(1.f), way_x = _mm256_loadu_ps(way_x_), way_y = _mm256_loadu_ps(way_y_), all_rise = _mm256_set1_ps(rise), height = _mm256_set1_ps(z);
    const __m256 weight = wall ? _mm256_add_ps(_mm256_mul_ps(way_x, _mm256_set1_ps(side.x)), _mm256_mul_ps(way_y, _mm256_set1_ps(side.y))) : one;
    const __m256 counts = _mm256_cmp_ps(weight, _mm256_set1_ps(0.05f), _CMP_GT_OQ);
    __m256 slope = _mm256_setzero_ps();
    for (int i = 0; i < near_.count; ++i) {
      const __m256 open = _mm256_cmp_ps(all_rise, _mm256_mul_ps(slope, _mm256_set1_ps(near_.distance[i])), _CMP_GT_OQ);
      if (_mm256_testz_ps(counts, open)) break;
      if (i == walks.known) {
        const __m256 cells = _mm256_set1_ps(near_.cells[i]);
        _mm256_storeu_ps(walks.height[i], heights_.at(_mm256_add_ps(_mm256_set1_ps(walks.from.x), _mm256_mul_ps(way_x, cells)),
                                                      _mm256_add_ps(_mm256_set1_ps(walks.from.y), _mm256_mul_ps(way_y, cells))));
        ++walks.known;
      }
      slope = _mm256_max_ps(slope, _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(walks.height[i]), height), _mm256_set1_ps(near_.inverse[i])));
    }
    const __m256 share = _mm256_mul_ps(weight, _mm256_sub_ps(one, _mm256_div_ps(slope, _mm256_sqrt_ps(_mm256_add_ps(one, _mm256_mul_ps(slope, slope))))));
    float shares[directions], each[directions];
    _mm256_storeu_ps(shares, share);
    _mm256_storeu_ps(each, weight);
    return counted(shares, each, static_cast<unsigned>(_mm256_movemask_ps(counts)));
  }
#endif
  // The mean of those that count, in the order of the directions.
  static float counted(const float* shares, const float* weights, unsigned counts) {
    float sum = 0, all = 0;
    for (int k = 0; k < directions; ++k) {  // those that do not count add nothing: no branch to be guessed
      const float one = static_cast<float>(counts >> k & 1);
      sum += one * shares[k];
      all += one * weights[k];
    }
    return all > 0 ? sum / all : 1;
  }
  // Steepest slope up to what stands towards the sun, where that is more than lets all of it by and until nothing is left.
  float sun_horizon(Walks& walks, float z) const {
    const float rise = walks.far_height - z;
    float slope = all_sun_;
    for (int i = 0; i < far_.count && slope < no_sun_ && rise > slope * far_.distance[i]; i += 4) {
      if (i == walks.sun_known) {
        const Four cells = Four::load(far_.cells + i);
        heights_.at(Four(walks.from.x) + Four(sun_way_.x) * cells, Four(walks.from.y) + Four(sun_way_.y) * cells).store(walks.sun + i);
        walks.sun_known += 4;
      }
      float slopes[4];
      ((Four::load(walks.sun + i) - Four(z)) * Four::load(far_.inverse + i)).store(slopes);
      slope = std::max({slope, slopes[0], slopes[1], slopes[2], slopes[3]});
    }
    return slope;
  }

  Heights heights_;
  Steps near_{1.2f * heights_.cell, 1.6f, heights_.near_reach(), heights_.cell}, far_{1.2f * heights_.cell, 1.25f, heights_.far_reach(), heights_.cell};
  glm::vec3 sun_;
  glm::vec2 sun_way_;
  float way_x_[directions], way_y_[directions];
  float all_sun_, no_sun_;  // slopes of what stands towards the sun at which all of it is seen, and nothing
  const bool eight_;
  std::vector<Walks> kept_;
};

// m, for each vertex, of the triangles that it is a corner of.
std::vector<float> longest_edges(const gltf_write::GlbPrimitive& p) {
  std::vector<float> out(p.vertices.size(), 0.f);
  for (std::size_t i = 0; i + 2 < p.indices.size(); i += 3) {
    const std::uint32_t* t = p.indices.data() + i;
    const auto &a = p.vertices[t[0]].position, &b = p.vertices[t[1]].position, &c = p.vertices[t[2]].position;
    const float square = std::max({glm::dot(b - a, b - a), glm::dot(c - b, c - b), glm::dot(a - c, a - c)});
    for (int k = 0; k < 3; ++k) out[t[k]] = std::max(out[t[k]], square);
  }
  for (float& v : out) v = std::sqrt(v);
  return out;
}

std::uint8_t byte(float v) { return static_cast<std::uint8_t>(std::clamp(v * 255 + 0.5f, 0.5f, 255.5f)); }

}  // namespace

void light_tile(gltf_write::GlbTile& tile, LightDetail detail, bool eight) {
  const bool corners = detail == LightDetail::corners;
  Outlook outlook(tile, corners ? 1024 : 512, eight);
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
      if (end - first > 1) middle /= static_cast<float>(end - first);
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
