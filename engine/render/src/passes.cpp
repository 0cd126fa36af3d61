#include "passes.h"

namespace tenbo::render {

VkDescriptorSet make_frame_set(PassContext& c, const FrameUniforms& uniforms, const GpuImage& shadow) {
  return SetWriter(c.device, c.slot.allocate(c.pipelines.frame_set))
      .uniform(c.slot.memory.push(std::span(&uniforms, 1)))
      .image(shadow.view, c.pipelines.shadow_compare)
      .image(c.store.sky_table.view, c.pipelines.linear_clamp)
      .write();
}

void begin_rendering(VkCommandBuffer cmd, glm::uvec2 size, const Attachment& colour, const Attachment& depth) {
  const auto attachment = [](const Attachment& a, VkImageLayout layout) {
    VkRenderingAttachmentInfo info{VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO};
    if (a.image) info.imageView = a.image->desc.layers > 1 || a.image->desc.array_view ? a.image->layer_view(a.layer) : a.image->view;
    info.imageLayout = layout;
    info.loadOp = a.clear ? VK_ATTACHMENT_LOAD_OP_CLEAR : VK_ATTACHMENT_LOAD_OP_LOAD;
    info.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    info.clearValue = a.value;
    return info;
  };
  const auto c = attachment(colour, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  const auto d = attachment(depth, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL);
  VkRenderingInfo info{VK_STRUCTURE_TYPE_RENDERING_INFO};
  info.renderArea.extent = {size.x, size.y};
  info.layerCount = 1;
  info.colorAttachmentCount = colour.image ? 1 : 0;
  info.pColorAttachments = &c;
  info.pDepthAttachment = depth.image ? &d : nullptr;
  vkCmdBeginRendering(cmd, &info);
  const VkViewport viewport{0, 0, static_cast<float>(size.x), static_cast<float>(size.y), 0, 1};
  const VkRect2D scissor{{0, 0}, {size.x, size.y}};
  vkCmdSetViewport(cmd, 0, 1, &viewport);
  vkCmdSetScissor(cmd, 0, 1, &scissor);
}

void bind_records(PassContext& c, const TransientMemory::Piece& records) {
  vkCmdBindVertexBuffers(c.cmd, 1, 1, &records.buffer, &records.offset);
}

void draw_items(PassContext& c, VkDescriptorSet frame_set, std::span<const DrawItem> items) {
  if (items.empty()) return;
  vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.scene_layout, 0, 1, &frame_set, 0, nullptr);
  VkPipeline pipeline = nullptr;
  VkDescriptorSet material = nullptr;
  VkBuffer vertices = nullptr, indices = nullptr;
  for (const DrawItem& i : items) {
    if (VkPipeline p = c.pipelines.get(i.key); p != pipeline)
      vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline = p);
    if (i.material != material)
      vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.scene_layout, 1, 1, &(material = i.material), 0, nullptr);
    if (!i.vertices) {
      vkCmdDraw(c.cmd, i.count, 1, 0, i.record);
      continue;
    }
    if (i.key.program == Program::baked || i.key.program == Program::plain)
      vkCmdPushConstants(c.cmd, c.pipelines.scene_layout, VK_SHADER_STAGE_VERTEX_BIT, 0, sizeof(DrawRecord), c.records + i.record);
    const VkDeviceSize zero = 0;
    if (i.vertices != vertices) vkCmdBindVertexBuffers(c.cmd, 0, 1, &(vertices = i.vertices), &zero);
    if (i.colours) {
      vkCmdBindVertexBuffers(c.cmd, 2, 1, &i.colours, &zero);
      if (!i.indices) {
        vkCmdDraw(c.cmd, i.count, 1, 0, i.record);
        continue;
      }
    }
    if (i.indices != indices) vkCmdBindIndexBuffer(c.cmd, indices = i.indices, 0, VK_INDEX_TYPE_UINT32);
    vkCmdDrawIndexed(c.cmd, i.count, 1, i.first, i.vertex_offset, i.record);
  }
}

void dispatch_picture(PassContext& c, Compute program, std::int32_t constant, VkDescriptorSet frame_set,
                      const std::pair<VkImageView, VkSampler> (&read)[4], GpuImage& written, glm::uvec2 size,
                      std::span<const std::byte> push) {
  SetWriter w(c.device, c.slot.allocate(c.pipelines.compute_set));
  for (const auto& [view, sampler] : read) w.image(view, sampler);
  const VkDescriptorSet sets[2]{frame_set, w.storage_image(written.view).write()};
  vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_COMPUTE, c.pipelines.compute_layout, 0, 2, sets, 0, nullptr);
  vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_COMPUTE, c.pipelines.compute(program, constant));
  if (!push.empty())
    vkCmdPushConstants(c.cmd, c.pipelines.compute_layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, static_cast<std::uint32_t>(push.size()), push.data());
  vkCmdDispatch(c.cmd, (size.x + 7) / 8, (size.y + 7) / 8, 1);
}

void draw_fullscreen(PassContext& c, const PipelineKey& key, VkPipelineLayout layout,
                     std::initializer_list<VkDescriptorSet> sets) {
  vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.get(key));
  vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, layout, 0, static_cast<std::uint32_t>(sets.size()),
                          sets.begin(), 0, nullptr);
  vkCmdDraw(c.cmd, 3, 1, 0, 0);
}

}  // namespace tenbo::render
