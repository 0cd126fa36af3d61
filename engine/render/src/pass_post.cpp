#include "passes.h"

namespace tenbo::render {

void occlusion_pass(PassContext& c, VkDescriptorSet frame_set, Targets& t) {
  const VkSampler nearest = c.pipelines.nearest_clamp;
  const VkImageView white = c.store.white.view;
  if (c.compute) {
    t.occlusion.transition(c.cmd, VK_IMAGE_LAYOUT_GENERAL, true);
    dispatch_picture(c, Compute::ao, c.ao_rings, frame_set,
                     {{t.depth.view, nearest}, {white, nearest}, {white, nearest}, {white, nearest}}, t.occlusion,
                     {t.occlusion.desc.width, t.occlusion.desc.height});
    t.occlusion.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
    c.slot.mark(c.cmd, "occlusion");
    return;
  }
  const VkDescriptorSet set = SetWriter(c.device, c.slot.allocate(c.pipelines.post_set))
      .image(t.depth.view, nearest).image(white, nearest).image(white, nearest).image(white, nearest).write();
  t.occlusion.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
  begin_rendering(c.cmd, {t.occlusion.desc.width, t.occlusion.desc.height}, {.image = &t.occlusion, .clear = true});
  draw_fullscreen(c, {Program::ao, c.ao_rings}, c.pipelines.post_layout, {frame_set, set});
  vkCmdEndRendering(c.cmd);
  t.occlusion.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  c.slot.mark(c.cmd, "occlusion");
}

void composite_pass(PassContext& c, VkDescriptorSet frame_set, bool outline, bool first_sample, Targets& t) {
  const VkSampler nearest = c.pipelines.nearest_clamp;
  if (c.compute && c.view.accumulate <= 1) {
    t.final.transition(c.cmd, VK_IMAGE_LAYOUT_GENERAL, true);
    dispatch_picture(c, Compute::composite, outline, frame_set,
                     {{t.colour.view, c.pipelines.linear_clamp}, {t.depth.view, nearest}, {t.occlusion.view, c.pipelines.linear_clamp},
                      {outline ? t.selected.view : c.store.white.view, nearest}}, t.final, t.size);
    t.final.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
    c.slot.mark(c.cmd, "composite");
    return;
  }
  const VkDescriptorSet set = SetWriter(c.device, c.slot.allocate(c.pipelines.post_set))
      .image(t.colour.view, c.pipelines.linear_clamp)
      .image(t.depth.view, nearest)
      .image(t.occlusion.view, c.pipelines.linear_clamp)
      .image(outline ? t.selected.view : c.store.white.view, nearest)
      .write();
  const bool accumulate = c.view.accumulate > 1;
  GpuImage& out = accumulate ? t.accumulation : t.final;
  out.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, first_sample);
  begin_rendering(c.cmd, t.size, {.image = &out, .clear = first_sample});
  draw_fullscreen(c, {Program::composite, outline, !accumulate, accumulate}, c.pipelines.post_layout, {frame_set, set});
  vkCmdEndRendering(c.cmd);
  c.slot.mark(c.cmd, "composite");
}

void outline_pass(PassContext& c, VkDescriptorSet frame_set, Targets& t) {
  const VkSampler nearest = c.pipelines.nearest_clamp;
  const VkImageView white = c.store.white.view;
  const VkDescriptorSet set = SetWriter(c.device, c.slot.allocate(c.pipelines.post_set))
      .image(t.selected.view, nearest).image(white, nearest).image(white, nearest).image(white, nearest).write();
  full_barrier(c.cmd);
  begin_rendering(c.cmd, t.size, {.image = &t.final});
  draw_fullscreen(c, {Program::outline}, c.pipelines.post_layout, {frame_set, set});
  vkCmdEndRendering(c.cmd);
  c.slot.mark(c.cmd, "outline");
}

void resolve_pass(PassContext& c, Targets& t) {
  const VkSampler nearest = c.pipelines.nearest_clamp;
  const VkImageView white = c.store.white.view;
  t.accumulation.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  const VkDescriptorSet set = SetWriter(c.device, c.slot.allocate(c.pipelines.post_set))
      .image(t.accumulation.view, nearest).image(white, nearest).image(white, nearest).image(white, nearest).write();
  t.final.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
  begin_rendering(c.cmd, t.size, {.image = &t.final, .clear = true});
  draw_fullscreen(c, {Program::resolve}, c.pipelines.overlay_layout, {set});
  vkCmdEndRendering(c.cmd);
  c.slot.mark(c.cmd, "resolve");
}

}  // namespace tenbo::render
