#include "frame_slot.h"

namespace tenbo::render {

FrameSlot::FrameSlot(Device& device) : memory(device), device_(device) {
  if (!device.timestamps) return;
  VkQueryPoolCreateInfo info{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
  info.queryType = VK_QUERY_TYPE_TIMESTAMP;
  info.queryCount = most_marks + most_parts;
  vk_check(vkCreateQueryPool(device.device, &info, nullptr, &queries_), "make a query pool");
}

FrameSlot::~FrameSlot() {  // the renderer has waited for the GPU
  for (VkDescriptorPool p : pools_) vkDestroyDescriptorPool(device_.device, p, nullptr);
  if (queries_) vkDestroyQueryPool(device_.device, queries_, nullptr);
}

void FrameSlot::reset() {
  if (serial) device_.wait(serial);
  memory.reset();
  for (VkDescriptorPool p : pools_) vk_check(vkResetDescriptorPool(device_.device, p, 0), "reset a descriptor pool");
  pool_ = 0;
}

VkDescriptorSet FrameSlot::allocate(VkDescriptorSetLayout layout) {
  for (;;) {
    if (pool_ == pools_.size()) {
      constexpr std::uint32_t sets = 256;
      const VkDescriptorPoolSize sizes[4]{{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, sets},
                                          {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, sets * 2},
                                          {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, sets * 4},
                                          {VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, sets}};
      VkDescriptorPoolCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
      info.maxSets = sets;
      info.poolSizeCount = 4;
      info.pPoolSizes = sizes;
      VkDescriptorPool pool;
      vk_check(vkCreateDescriptorPool(device_.device, &info, nullptr, &pool), "make a descriptor pool");
      pools_.push_back(pool);
    }
    VkDescriptorSetAllocateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
    info.descriptorPool = pools_[pool_];
    info.descriptorSetCount = 1;
    info.pSetLayouts = &layout;
    VkDescriptorSet set;
    const VkResult r = vkAllocateDescriptorSets(device_.device, &info, &set);
    if (r == VK_SUCCESS) return set;
    if (r != VK_ERROR_OUT_OF_POOL_MEMORY && r != VK_ERROR_FRAGMENTED_POOL) vk_check(r, "allocate a descriptor set");
    ++pool_;
  }
}

void FrameSlot::start_timing(VkCommandBuffer cmd) {
  marks_.clear();
  parts_ = 0;
  if (!queries_) return;
  vkCmdResetQueryPool(cmd, queries_, 0, most_marks + most_parts);
  mark(cmd, "");
}

void FrameSlot::mark(VkCommandBuffer cmd, const char* name) {
  if (!queries_ || marks_.size() >= most_marks) return;
  vkCmdWriteTimestamp2(cmd, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, queries_, static_cast<std::uint32_t>(marks_.size()));
  marks_.push_back(name);
}

void FrameSlot::hand_over(VkCommandBuffer cmd) {
  if (!queries_ || !device_.is_cpu || parts_ >= most_parts) return;
  vkCmdWriteTimestamp2(cmd, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, queries_, most_marks + parts_++);
}

std::vector<FrameSlot::Timing> FrameSlot::timings() const {
  std::vector<Timing> out;
  if (!queries_ || marks_.size() < 2) return out;
  std::vector<std::uint64_t> ticks(marks_.size());
  if (vkGetQueryPoolResults(device_.device, queries_, 0, static_cast<std::uint32_t>(ticks.size()), ticks.size() * 8,
                            ticks.data(), 8, VK_QUERY_RESULT_64_BIT) != VK_SUCCESS)
    return out;
  for (std::size_t i = 1; i < ticks.size(); ++i)
    out.push_back({marks_[i], static_cast<double>(ticks[i] - ticks[i - 1]) * device_.properties.limits.timestampPeriod * 1e-6});
  return out;
}

VkWriteDescriptorSet& SetWriter::next(VkDescriptorType type) {
  VkWriteDescriptorSet w{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
  w.dstSet = set_;
  w.dstBinding = static_cast<std::uint32_t>(writes_.size());
  w.descriptorCount = 1;
  w.descriptorType = type;
  w.pBufferInfo = &buffers_[writes_.size()];
  w.pImageInfo = &images_[writes_.size()];
  return writes_.emplace_back(w);
}

SetWriter& SetWriter::uniform(const TransientMemory::Piece& p) {
  buffers_[writes_.size()] = {p.buffer, p.offset, p.size};
  next(VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER);
  return *this;
}

SetWriter& SetWriter::storage(VkBuffer buffer, VkDeviceSize offset, VkDeviceSize range) {
  buffers_[writes_.size()] = {buffer, offset, range};
  next(VK_DESCRIPTOR_TYPE_STORAGE_BUFFER);
  return *this;
}

SetWriter& SetWriter::image(VkImageView view, VkSampler sampler) {
  images_[writes_.size()] = {sampler, view, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
  next(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER);
  return *this;
}

SetWriter& SetWriter::storage_image(VkImageView view) {
  images_[writes_.size()] = {nullptr, view, VK_IMAGE_LAYOUT_GENERAL};
  next(VK_DESCRIPTOR_TYPE_STORAGE_IMAGE);
  return *this;
}

VkDescriptorSet SetWriter::write() {
  vkUpdateDescriptorSets(device_.device, static_cast<std::uint32_t>(writes_.size()), writes_.data(), 0, nullptr);
  return set_;
}

}  // namespace tenbo::render
