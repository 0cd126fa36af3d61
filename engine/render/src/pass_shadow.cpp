#include "gpu_scene.h"
#include "passes.h"

namespace tenbo::render {

void shadow_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, const std::vector<Cascade>& cascades,
                 GpuImage& shadow, GpuScene* gpu) {
  shadow.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL, true);
  for (std::uint32_t i = 0; i < cascades.size(); ++i) {
    begin_rendering(c.cmd, {shadow.desc.width, shadow.desc.height}, {},
                    {.image = &shadow, .clear = true, .value = {.depthStencil = {1.f, 0}}, .layer = i});
    vkCmdPushConstants(c.cmd, c.pipelines.scene_layout, VK_SHADER_STAGE_VERTEX_BIT, 0, 64, &cascades[i].light);
    draw_items(c, frame_set, list.shadow);
    if (gpu) gpu->draw_cascade(c, frame_set, i, cascades[i].light);
    vkCmdEndRendering(c.cmd);
  }
  shadow.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  c.slot.mark(c.cmd, "shadow");
}

}  // namespace tenbo::render
