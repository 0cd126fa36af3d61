#include "overlay.h"

#include <imgui.h>

#include <algorithm>
#include <cstdint>

namespace tenbo::shell {

void append_overlay(const ImDrawData& data, render::OverlayList& out) {
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const ImDrawList& list = *data.CmdLists[n];
    const auto vertex_base = static_cast<std::uint32_t>(out.vertices.size());
    const auto index_base = static_cast<std::uint32_t>(out.indices.size());
    for (const ImDrawVert& v : list.VtxBuffer)
      out.vertices.push_back({v.pos.x - data.DisplayPos.x, v.pos.y - data.DisplayPos.y, v.uv.x, v.uv.y, v.col});
    for (const ImDrawIdx i : list.IdxBuffer) out.indices.push_back(i);
    for (const ImDrawCmd& c : list.CmdBuffer) {
      if (c.UserCallback || c.ElemCount == 0) continue;
      render::OverlayCommand command;
      command.clip = {std::max(0.0f, c.ClipRect.x - data.DisplayPos.x), std::max(0.0f, c.ClipRect.y - data.DisplayPos.y),
                      std::min(data.DisplaySize.x, c.ClipRect.z - data.DisplayPos.x),
                      std::min(data.DisplaySize.y, c.ClipRect.w - data.DisplayPos.y)};
      if (command.clip.x >= command.clip.z || command.clip.y >= command.clip.w) continue;
      command.first_index = index_base + c.IdxOffset;
      command.index_count = c.ElemCount;
      command.texture = texture_of(c.GetTexID());
      command.vertex_offset = vertex_base + c.VtxOffset;
      out.commands.push_back(command);
    }
  }
}

}  // namespace tenbo::shell
