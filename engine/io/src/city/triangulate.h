#pragma once
// Triangles from planar polygons with holes: ear clipping that tests an ear only against the reflex vertices near it.
#include <cstdint>
#include <glm/vec3.hpp>
#include <span>
#include <utility>
#include <vector>

namespace tenbo::io::city {

enum class Triangulation : std::uint8_t {
  done,
  no_area,      // fewer than three points, or all on one line
  too_complex,  // gave up within its budget of work: only rings that cross themselves very often come here
};

// Reusable buffers; one a thread.
class Triangulator {
 public:
  // Rings one after another in `points` (m, any frame of Cartesian axes, no closing point); ring i is
  // [starts[i], starts[i + 1]), the first is the outer one. The triangles (indices into points, three each) turn as the
  // outer ring does; holes may turn either way. `normal` is the unit normal by Newell's method. Area is kept exactly
  // for rings that do not cross; a ring that does gets triangles, but nothing is promised of them.
  Triangulation run(std::span<const glm::dvec3> points, std::span<const std::uint32_t> starts,
                    std::vector<std::uint32_t>& triangles, glm::dvec3& normal);

 private:
  struct Node {
    double x, y;
    std::uint32_t point;
    int prev, next;
    std::uint32_t touched = 0;  // the round in which a neighbour was cut
    bool alive = true, reflex = false;
  };
  using Index = int;

  void project(std::span<const glm::dvec3> points, const glm::dvec3& normal);
  bool is_strictly_convex(std::uint32_t count) const;
  Index add_ring(std::uint32_t begin, std::uint32_t end, bool counter_clockwise);
  bool join_hole(Index outer, Index hole);
  bool clip(std::vector<std::uint32_t>& triangles, Index start, std::size_t remaining);
  bool is_ear(Index i);
  bool blocks(const Node& p, Index pi, const Node& a, const Node& b, const Node& c, Index ai, Index bi, Index ci) const;
  std::pair<int, int> columns_of(const Node& a, const Node& b, const Node& c, int row) const;
  void build_grid(Index start, std::size_t remaining);
  void update_reflex(Index i);
  double cross(const Node& a, const Node& b, const Node& c) const {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  }

  struct Flat { double x, y; };
  std::vector<Flat> flat_;
  std::vector<Node> nodes_;
  std::vector<Index> list_, next_list_;
  std::vector<Index> holes_;
  // uniform grid over the reflex nodes: cell i holds cell_nodes_[cell_starts_[i] .. cell_starts_[i + 1])
  std::vector<std::uint32_t> cell_starts_;
  std::vector<Index> cell_nodes_;
  double grid_x_ = 0, grid_y_ = 0, grid_sx_ = 0, grid_sy_ = 0;
  int grid_w_ = 0, grid_h_ = 0;
  std::size_t grid_built_for_ = 0;
  std::int64_t budget_ = 0;
};

// Newell's method: twice the area as length, turning counter-clockwise about it.
glm::dvec3 newell(std::span<const glm::dvec3> ring);

}  // namespace tenbo::io::city
