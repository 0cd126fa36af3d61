#pragma once
// Dear ImGui's draw data as an overlay list: same shape, other names.
#include <cstdint>

#include "tenbo/render/frame_view.h"

struct ImDrawData;

namespace tenbo::shell {

// What ImGui knows a texture by, and back; null is the glyph atlas.
inline void* texture_id(render::TextureHandle h) { return reinterpret_cast<void*>(static_cast<std::uintptr_t>(std::uint64_t{h.generation} << 32 | (h.index + 1))); }
inline render::TextureHandle texture_of(const void* id) {
  const auto v = reinterpret_cast<std::uintptr_t>(id);
  return v == 0 ? render::TextureHandle{} : render::TextureHandle{static_cast<std::uint32_t>(v & 0xFFFFFFFFu) - 1, static_cast<std::uint32_t>(static_cast<std::uint64_t>(v) >> 32)};
}

// Appends. Commands with user callbacks or nothing to draw are left out; clips are cut to the picture.
void append_overlay(const ImDrawData& data, render::OverlayList& out);

}  // namespace tenbo::shell
