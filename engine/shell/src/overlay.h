#pragma once
// Dear ImGui's draw data as an overlay list: same shape, other names.
#include "tenbo/render/frame_view.h"

struct ImDrawData;

namespace tenbo::shell {

// Appends. Commands with user callbacks or nothing to draw are left out; clips are cut to the picture.
void append_overlay(const ImDrawData& data, render::OverlayList& out);

}  // namespace tenbo::shell
