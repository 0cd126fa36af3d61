#include <algorithm>
#include <cmath>

#include "passes.h"

namespace tenbo::render {
namespace {

// The clip rectangle in whole pixels of the picture; false where nothing is left.
bool scissor_of(const glm::vec4& clip, glm::uvec2 size, VkRect2D& out) {
  const auto whole = [](float v, std::uint32_t most) {
    return static_cast<std::int32_t>(std::clamp(std::isnan(v) ? 0.f : v, 0.f, static_cast<float>(most)));
  };
  const std::int32_t x0 = whole(clip.x, size.x), y0 = whole(clip.y, size.y), x1 = whole(clip.z, size.x), y1 = whole(clip.w, size.y);
  if (x1 <= x0 || y1 <= y0) return false;
  out = {{x0, y0}, {static_cast<std::uint32_t>(x1 - x0), static_cast<std::uint32_t>(y1 - y0)}};
  return true;
}

}  // namespace

void overlay_pass(PassContext& c, Targets& t) {
  const OverlayList& o = c.view.overlay;
  if (o.commands.empty() || o.indices.empty() || o.vertices.empty()) return;
  const auto vertices = c.slot.memory.push(std::span(o.vertices));
  const auto indices = c.slot.memory.push(std::span(o.indices));
  full_barrier(c.cmd);
  begin_rendering(c.cmd, t.size, {.image = &t.final});
  const float scale[2]{2.f / static_cast<float>(t.size.x), 2.f / static_cast<float>(t.size.y)};
  vkCmdPushConstants(c.cmd, c.pipelines.overlay_layout, VK_SHADER_STAGE_VERTEX_BIT, 0, sizeof scale, scale);
  vkCmdBindVertexBuffers(c.cmd, 0, 1, &vertices.buffer, &vertices.offset);
  vkCmdBindIndexBuffer(c.cmd, indices.buffer, indices.offset, VK_INDEX_TYPE_UINT32);
  const GpuImage* bound = nullptr;
  for (const OverlayCommand& command : o.commands) {
    VkRect2D scissor;
    if (!scissor_of(command.clip, t.size, scissor) || command.index_count == 0) continue;
    // A list that points outside itself is the caller's mistake, but never the GPU's problem.
    if (command.first_index > o.indices.size() || command.index_count > o.indices.size() - command.first_index) continue;
    const auto first = o.indices.begin() + command.first_index;
    const std::uint32_t highest = *std::max_element(first, first + command.index_count);
    if (std::uint64_t{highest} + command.vertex_offset >= o.vertices.size()) continue;

    const GpuTexture* texture = command.texture ? c.store.textures.get(command.texture) : nullptr;
    if (command.texture && !texture) continue;
    const GpuImage* image = texture ? &texture->image : &c.store.glyph_atlas;
    if (image != bound) {
      bound = image;
      const VkSampler linear = c.pipelines.linear_clamp;
      const VkImageView white = c.store.white.view;
      const VkDescriptorSet set = SetWriter(c.device, c.slot.allocate(c.pipelines.post_set))
          .image(image->view, linear).image(white, linear).image(white, linear).image(white, linear).write();
      vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.get({Program::overlay, texture ? 0 : 1}));
      vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.overlay_layout, 0, 1, &set, 0, nullptr);
    }
    vkCmdSetScissor(c.cmd, 0, 1, &scissor);
    vkCmdDrawIndexed(c.cmd, command.index_count, 1, command.first_index, static_cast<std::int32_t>(command.vertex_offset), 0);
  }
  vkCmdEndRendering(c.cmd);
  c.slot.mark(c.cmd, "overlay");
}

}  // namespace tenbo::render
