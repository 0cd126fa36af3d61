#pragma once
// Which tiles of the city a view needs, and their meshes.
#include <glm/vec3.hpp>
#include <vector>

#include "city.h"
#include "tenbo/render/renderer.h"

namespace tenbo::bench {

struct Eye {
  glm::vec3 at{0};                  // m; the city's middle is the origin
  glm::vec3 towards{0, 1, 0};
};

// How many pixels of error a level may show: `focal` is the picture's height over twice the tangent of half its field of view.
struct Detail { float focal = 0, error = 0; };

class Tiles {
 public:
  explicit Tiles(const City& city) : city_(city) {}
  // Makes the meshes that some of these views will choose.
  Status make(render::Renderer& renderer, const std::vector<Eye>& path, const Detail& detail);
  // Adds the tiles of a view, those out of sight left out that cast no shadow into it.
  void add_to(render::FrameView& view, const Eye& eye, const Detail& detail) const;

  float reach() const { return city_.reach(); }
  std::uint64_t meshes = 0, triangles = 0, own = 0;  // own: buildings with a box or more of their own

 private:
  struct Tile { render::MeshHandle mesh, detailed; float tallest = -1; };  // -1: not looked at yet
  template <class F>
  void visit(int level, std::uint32_t x, std::uint32_t y, const F& f) const;
  float distance(int level, std::uint32_t x, std::uint32_t y, glm::vec3 from) const;
  Tile& tile(int level, std::uint32_t x, std::uint32_t y) { return tiles_[static_cast<std::size_t>(level)][std::size_t{y} * city_.tiles(level) + x]; }
  const Tile& tile(int level, std::uint32_t x, std::uint32_t y) const { return const_cast<Tiles*>(this)->tile(level, x, y); }
  const City& city_;
  std::vector<std::vector<Tile>> tiles_;
  render::FeatureTableHandle features_;
};

}  // namespace tenbo::bench
