#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>
#include <limits>
#include <numbers>

#include "tenbo/scene/terrain_tree.h"

namespace tenbo::scene {
namespace {

constexpr double degree = std::numbers::pi / 180;

// Builds one tile. Samples stand on a grid of cells + 3 by cells + 3: the tile's own and one ring beyond.
class Builder {
 public:
  Builder(const geo::Extent& box, const std::function<double(double, double)>& height, int cells, double least_skirt)
      : box_(box), height_(height), cells_(std::max(1, cells)), least_skirt_(least_skirt), across_(cells_ + 3) {
    heights_.resize(static_cast<std::size_t>(across_) * static_cast<std::size_t>(across_));
    for (int j = -1; j <= cells_ + 1; ++j)
      for (int i = -1; i <= cells_ + 1; ++i) {
        const double h = height_(lon(i), lat(j));
        heights_[at(i, j)] = std::isfinite(h) ? h : std::numeric_limits<double>::quiet_NaN();
      }
  }

  TerrainTile build() {
    TerrainTile tile;
    tile.box = box_;
    tile.box.min_height = std::numeric_limits<double>::infinity();
    tile.box.max_height = -tile.box.min_height;
    for (int j = 0; j <= cells_; ++j)
      for (int i = 0; i <= cells_; ++i)
        if (const double h = heights_[at(i, j)]; !std::isnan(h)) {
          tile.box.min_height = std::min(tile.box.min_height, h);
          tile.box.max_height = std::max(tile.box.max_height, h);
        }
    const bool any = tile.box.has_height();
    frame_ = geo::LocalFrame::at({(box_.west + box_.east) / 2, (box_.south + box_.north) / 2,
                                  any ? (tile.box.min_height + tile.box.max_height) / 2 : 0});
    tile.frame = frame_;
    if (!any) {
      tile.box.min_height = tile.box.max_height = 0;
      return tile;
    }
    add_surface();
    for (int side = 0; side < 4; ++side) add_skirt(side);
    tile.mesh = std::move(mesh_);
    tile.min = glm::vec3(std::numeric_limits<float>::infinity());
    tile.max = -tile.min;
    for (const Vertex& v : tile.mesh.vertices) {
      tile.min = glm::min(tile.min, glm::vec3(v.x, v.y, v.z));
      tile.max = glm::max(tile.max, glm::vec3(v.x, v.y, v.z));
    }
    return tile;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  std::size_t at(int i, int j) const { return static_cast<std::size_t>(j + 1) * static_cast<std::size_t>(across_) + static_cast<std::size_t>(i + 1); }
  // Column from west and row from south; exact at the edges, which neighbours share.
  double lon(int i) const { return i == cells_ ? box_.east : box_.west + (box_.east - box_.west) * i / cells_; }
  double lat(int j) const { return j == cells_ ? box_.north : box_.south + (box_.north - box_.south) * j / cells_; }

  // Slope from the neighbours' heights, one-sided where a neighbour has none; metres per metre.
  double slope(int i, int j, int di, int dj, double step) const {
    const double h = heights_[at(i, j)], ahead = heights_[at(i + di, j + dj)], behind = heights_[at(i - di, j - dj)];
    if (!std::isnan(ahead) && !std::isnan(behind)) return (ahead - behind) / (2 * step);
    if (!std::isnan(ahead)) return (ahead - h) / step;
    return std::isnan(behind) ? 0 : (h - behind) / step;
  }

  void add_surface() {
    numbers_.assign(heights_.size(), none);
    for (int j = 0; j <= cells_; ++j) {
      // Metres along a degree of this parallel and of the meridian here.
      const double sine = std::sin(lat(j) * degree), w = std::sqrt(1 - geo::wgs84_e2 * sine * sine);
      const double step_x = (box_.east - box_.west) / cells_ * degree * geo::wgs84_a / w * std::max(1e-6, std::cos(lat(j) * degree));
      const double step_y = (box_.north - box_.south) / cells_ * degree * geo::wgs84_a * (1 - geo::wgs84_e2) / (w * w * w);
      for (int i = 0; i <= cells_; ++i) {
        const double h = heights_[at(i, j)];
        if (std::isnan(h)) continue;
        const geo::LocalFrame here = geo::LocalFrame::at({lon(i), lat(j), h});
        const glm::dvec3 p = frame_.to_local(here.origin);
        const glm::dvec3 up = glm::normalize(glm::dvec3(-slope(i, j, 1, 0, step_x), -slope(i, j, 0, 1, step_y), 1));
        const glm::vec3 normal((here.axes * up) * frame_.axes);
        numbers_[at(i, j)] = static_cast<std::uint32_t>(mesh_.vertices.size());
        mesh_.vertices.push_back({static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z), encode_normal(normal),
                                  static_cast<float>(i) / static_cast<float>(cells_),
                                  1.f - static_cast<float>(j) / static_cast<float>(cells_), no_feature});
      }
    }
    for (int j = 0; j < cells_; ++j)
      for (int i = 0; i < cells_; ++i) {
        const std::uint32_t a = numbers_[at(i, j)], b = numbers_[at(i + 1, j)], c = numbers_[at(i + 1, j + 1)], d = numbers_[at(i, j + 1)];
        // Split along the diagonal whose ends are nearer in height: ridges and valleys keep their line. Where a corner
        // has no data, the triangle of the other three remains.
        const double rising = std::abs(heights_[at(i, j)] - heights_[at(i + 1, j + 1)]);
        const double falling = std::abs(heights_[at(i + 1, j)] - heights_[at(i, j + 1)]);
        const bool along_ac = b == none || d == none || (a != none && c != none && rising <= falling);
        if (along_ac) {
          triangle(a, b, c);
          triangle(a, c, d);
        } else {
          triangle(a, b, d);
          triangle(b, c, d);
        }
      }
  }

  void triangle(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    if (a == none || b == none || c == none) return;
    mesh_.indices.insert(mesh_.indices.end(), {a, b, c});
  }

  // Sides: south, east, north, west, each walked counter-clockwise.
  void add_skirt(int side) {
    const auto grid = [&](int k) -> std::pair<int, int> {
      switch (side) {
        case 0: return {k, 0};
        case 1: return {cells_, k};
        case 2: return {cells_ - k, cells_};
        default: return {0, cells_ - k};
      }
    };
    constexpr int out_x[] = {0, 1, 0, -1}, out_y[] = {-1, 0, 1, 0};
    const float depth = static_cast<float>(std::max(edge_error(grid), least_skirt_)) * 1.1f + 0.05f;
    std::uint32_t lower_before = none, upper_before = none;
    for (int k = 0; k <= cells_; ++k) {
      const auto [i, j] = grid(k);
      const std::uint32_t upper = numbers_[at(i, j)];
      // Nothing beyond: the edge of the data, which is left as it is.
      const bool hang = upper != none && !std::isnan(heights_[at(i + out_x[side], j + out_y[side])]);
      std::uint32_t lower = none;
      if (hang) {
        Vertex v = mesh_.vertices[upper];
        v.z -= depth;
        lower = static_cast<std::uint32_t>(mesh_.vertices.size());
        mesh_.vertices.push_back(v);
        if (lower_before != none) {
          triangle(upper_before, lower_before, upper);
          triangle(lower_before, lower, upper);
        }
      }
      lower_before = lower;
      upper_before = hang ? upper : none;
    }
  }

  // How far (m, along z) this edge is from the straight lines that coarser neighbours draw through every 2nd to 16th of
  // its points, and from the points that finer ones add between.
  template <class Grid>
  double edge_error(const Grid& grid) const {
    double worst = 0;
    const auto z = [&](int k) {
      const auto [i, j] = grid(k);
      const std::uint32_t n = numbers_[at(i, j)];
      return n == none ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(mesh_.vertices[n].z);
    };
    for (int stride = 2; stride <= std::min(16, cells_); stride *= 2)
      for (int start = 0; start + stride <= cells_; start += stride) {
        const double from = z(start), to = z(start + stride);
        for (int k = 1; k < stride; ++k)
          if (const double off = std::abs(z(start + k) - (from + (to - from) * k / stride)); off > worst) worst = off;
      }
    for (int k = 0; k < cells_; ++k) {
      const auto [i, j] = grid(k);
      const auto [next_i, next_j] = grid(k + 1);
      geo::GeoPoint middle{(lon(i) + lon(next_i)) / 2, (lat(j) + lat(next_j)) / 2, 0};
      middle.height = height_(middle.lon, middle.lat);
      if (const double off = std::abs(frame_.to_local(middle).z - (z(k) + z(k + 1)) / 2); off * 1.5 > worst) worst = off * 1.5;
    }
    return worst;
  }

  const geo::Extent box_;
  const std::function<double(double, double)>& height_;
  const int cells_;
  const double least_skirt_;
  const int across_;
  std::vector<double> heights_;
  std::vector<std::uint32_t> numbers_;  // of the samples' vertices
  geo::LocalFrame frame_;
  MeshData mesh_;
};

}  // namespace

TerrainTile build_terrain_tile(const geo::Extent& box, const std::function<double(double lon, double lat)>& height, int cells, double least_skirt) {
  return Builder(box, height, cells, least_skirt).build();
}

}  // namespace tenbo::scene
