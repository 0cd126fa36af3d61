#include "tenbo/render/frame_memory.h"

namespace tenbo::render {

// Bytes a pixel of targets.h, kept_scene.h and what is read back.
std::uint64_t frame_bytes(glm::uvec2 size, Quality quality, bool gpu_driven, bool still) {
  constexpr std::uint64_t colour = 4, depth = 4, occlusion = 1, selected = 1, accumulation = 8, visible = 8, read_back = 4;
  std::uint64_t each = colour + depth + occlusion + selected;
  if (gpu_driven && quality != Quality::software) each += visible;
  if (still) each += accumulation + read_back;
  else each += colour + (gpu_driven ? 0 : 2 * colour + depth);  // `final`; the picture, the base and its depth that are kept
  return each * size.x * size.y;
}

}  // namespace tenbo::render
