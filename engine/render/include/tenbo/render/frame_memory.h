#pragma once
// What frames are drawn in takes of the device's memory: known before they are drawn, so that budgets can count it.
#include <cstdint>
#include <glm/vec2.hpp>

#include "tenbo/render/frame_view.h"

namespace tenbo::render {

// Bytes, for frames of that many pixels. `still`: of many samples, read back; else frames of a view that may stand, with what is
// kept of them. Not what a renderer has from its start (shadow maps).
std::uint64_t frame_bytes(glm::uvec2 size, Quality quality, bool gpu_driven, bool still);

}  // namespace tenbo::render
