#pragma once
// How much of a streamed set is drawn.
#include <cstdint>

#include "tenbo/render/frame_view.h"

namespace tenbo::runtime {

// px that a tile may be off by its own account before finer ones are drawn, within 1 km and, times the factor, from 8 km
// on. What sets declare is about the worst of a tile, so that most of it is far less off: what comes of it is measured by
// tests/bench/bench_depth. A CPU device draws half a million triangles in the time of a frame: it keeps them for what is near.
struct TileDetail {
  double pixel_error, far_factor;
  // At most so many triangles are in view, that no stretch of a flight is much slower than the rest; where the camera has only just
  // come to stand, all that the pixel error asks for comes.
  std::uint64_t triangles = UINT64_MAX;
};
inline TileDetail tile_detail(render::Quality quality) {
  return quality == render::Quality::software ? TileDetail{4, 3, 900'000} : TileDetail{3, 1};
}

// Of a camera at rest, and of stills: near to what the set loaded whole shows. A
// CPU device's picture is kept while it stands (ADR 34), and drawn from its base where only what lies over it changes (ADR 47), so
// that it may cost more; up to half a second. On a GPU it is as fine as it is while the camera moves.
inline TileDetail resting_detail(render::Quality quality) {
  return quality == render::Quality::software ? TileDetail{1, 1, 3'000'000} : tile_detail(quality);
}

// s: a camera that has stood for so long does not move. It is at rest once what moving asks for is there as well.
inline constexpr double rest_seconds = 0.4, at_rest = 1e9;

}  // namespace tenbo::runtime
