#pragma once
// Which tiles of a set (3D Tiles) a view needs, without files or the GPU. A tile is too coarse
// when the error that its set declares for it, projected to the screen, is more than the view allows; then its children
// take its place (or are added to it). What is drawn never has holes: a tile stays until all that replaces it is there.
#include <cstdint>
#include <glm/mat3x3.hpp>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <optional>
#include <span>
#include <vector>

#include "tenbo/scene/camera.h"

namespace tenbo::scene {

// A box in ECEF, m, its half axes at right angles to each other; without half axes a sphere.
struct TileBounds {
  glm::dvec3 centre{0};
  glm::dmat3 half_axes{0};
  double radius = 0;  // of the sphere around it
  double distance(const glm::dvec3& from) const;  // 0 inside
};

struct ChoiceTile {
  TileBounds bounds;
  std::optional<TileBounds> viewer_request;  // nothing is shown of it to cameras outside of this; what it would replace stays
  double error = 0;                          // m, geometricError
  bool add = false;                          // refined by adding; else children take its place
  bool content = false;                      // there is something to draw, not just children
  std::vector<std::uint32_t> children;       // come after it
};

enum class TileState : std::uint8_t { absent, loading, loaded, failed };

class TileSetChoice {
 public:
  // [0] is the root; parents stand before their children.
  explicit TileSetChoice(std::vector<ChoiceTile> tiles);

  struct View {
    Camera camera;
    glm::dvec2 viewport{1920, 1080};
    double max_pixel_error = 16;  // px, of tiles up to 1 km away
    double far_factor = 1;        // times that, of tiles 8 km away and farther; in between it grows evenly
    double allowed(double distance) const;  // px, of a tile so many m away
  };
  struct Wish {
    std::uint32_t tile;
    double need;  // the most needed has the largest
  };
  struct Selection {
    std::vector<std::uint32_t> draw;   // loaded ones that are drawn, also some just outside the view, for their shadows
    std::vector<std::uint32_t> keep;   // loaded ones that stand in for drawn ones when those go
    std::vector<Wish> wishes;          // wanted and absent, the most needed first
    std::vector<std::uint32_t> pending;  // wanted and loading
  };
  Selection select(const View& view, std::span<const TileState> states) const;
  // What select() would draw in the end, if everything could be read.
  std::vector<std::uint32_t> ideal(const View& view) const;

  std::span<const ChoiceTile> tiles() const { return tiles_; }

 private:
  std::vector<ChoiceTile> tiles_;
  std::vector<std::uint8_t> content_below_;  // bool: somewhere in the branch below a tile there is content
  std::vector<std::uint16_t> depth_;
  bool requests_ = false;  // some tile has a viewer_request
};

}  // namespace tenbo::scene
