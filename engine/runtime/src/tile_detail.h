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
  // At most so many triangles are in view while the camera moves, that no stretch of a flight is much slower than the rest;
  // once it stands, all that the pixel error asks for comes.
  std::uint64_t moving_triangles = UINT64_MAX;
};
inline TileDetail tile_detail(render::Quality quality) {
  return quality == render::Quality::software ? TileDetail{4, 3, 900'000} : TileDetail{3, 1};
}

}  // namespace tenbo::runtime
