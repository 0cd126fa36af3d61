#include <algorithm>

#include "gpu_scene.h"
#include "passes.h"

namespace tenbo::render {

// shaders/dome.vert: quads around and up, two triangles each.
constexpr std::uint32_t dome_vertices = 64 * 40 * 6;

void scene_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, Targets& t, GpuScene* gpu) {
  GpuImage& colour = list.direct ? t.final : t.colour;
  colour.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
  t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL, true);
  begin_rendering(c.cmd, t.size, {.image = &colour, .clear = true},
                  {.image = &t.depth, .clear = true, .value = {.depthStencil = {0.f, 0}}});  // 0 = infinitely far
  const std::span<const DrawItem> items(list.scene);
  const auto split = static_cast<std::size_t>(
      std::find_if(items.begin(), items.end(), [](const DrawItem& i) { return i.stage > stage_sky; }) - items.begin());
  draw_items(c, frame_set, items.first(split));
  if (gpu) {  // between what is opaque and what lies over it; draws the sky too
    vkCmdEndRendering(c.cmd);
    gpu->draw_visible(c, frame_set, t);
    gpu->resolve(c, frame_set, t);
    colour.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
    t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL);
    begin_rendering(c.cmd, t.size, {.image = &colour}, {.image = &t.depth});
  } else if (list.direct) {
    vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.scene_layout, 0, 1, &frame_set, 0, nullptr);
    vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.get({Program::dome}));
    vkCmdDraw(c.cmd, dome_vertices, 1, 0, 0);
  } else {
    draw_fullscreen(c, {Program::sky}, c.pipelines.scene_layout, {frame_set});
  }
  draw_items(c, frame_set, items.subspan(split));
  vkCmdEndRendering(c.cmd);
  if (!list.direct) {
    colour.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
    t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  }
  c.slot.mark(c.cmd, "scene");
}

// A mask of what is selected, through everything that stands before it.
void select_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, Targets& t) {
  t.selected.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
  begin_rendering(c.cmd, t.size, {.image = &t.selected, .clear = true});
  draw_items(c, frame_set, list.selected);
  vkCmdEndRendering(c.cmd);
  t.selected.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  c.slot.mark(c.cmd, "select");
}

}  // namespace tenbo::render
