#include "memory.h"

#include <algorithm>

namespace tenbo::render {

Buffer::Buffer(Device& device, VkDeviceSize bytes, VkBufferUsageFlags usage, BufferKind kind)
    : size(bytes), device_(&device) {
  VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = bytes;
  info.usage = usage | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  VmaAllocationCreateInfo alloc{};
  alloc.usage = VMA_MEMORY_USAGE_AUTO;
  alloc.flags = VMA_ALLOCATION_CREATE_MAPPED_BIT;
  switch (kind) {
    case BufferKind::device:
      alloc.usage = VMA_MEMORY_USAGE_AUTO_PREFER_DEVICE;
      alloc.flags |= VMA_ALLOCATION_CREATE_HOST_ACCESS_SEQUENTIAL_WRITE_BIT |
                     VMA_ALLOCATION_CREATE_HOST_ACCESS_ALLOW_TRANSFER_INSTEAD_BIT;
      break;
    case BufferKind::host: alloc.flags |= VMA_ALLOCATION_CREATE_HOST_ACCESS_SEQUENTIAL_WRITE_BIT; break;
    case BufferKind::readback: alloc.flags |= VMA_ALLOCATION_CREATE_HOST_ACCESS_RANDOM_BIT; break;
  }
  VmaAllocationInfo got{};
  vk_check(vmaCreateBuffer(device.allocator, &info, &alloc, &buffer, &allocation_, &got), "allocate a GPU buffer");
  mapped = static_cast<std::byte*>(got.pMappedData);
  if (usage & VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT) {
    VkBufferDeviceAddressInfo where{VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO};
    where.buffer = buffer;
    address = vkGetBufferDeviceAddress(device.device, &where);
  }
}

void Buffer::flush(VkDeviceSize offset, VkDeviceSize bytes) {
  vk_check(vmaFlushAllocation(device_->allocator, allocation_, offset, bytes), "flush a buffer");
}

void Buffer::invalidate() {
  vk_check(vmaInvalidateAllocation(device_->allocator, allocation_, 0, VK_WHOLE_SIZE), "read a buffer back");
}

void Buffer::swap(Buffer& o) noexcept {
  std::swap(buffer, o.buffer);
  std::swap(size, o.size);
  std::swap(mapped, o.mapped);
  std::swap(address, o.address);
  std::swap(device_, o.device_);
  std::swap(allocation_, o.allocation_);
}

void Buffer::release() {
  if (buffer)
    device_->retire([a = device_->allocator, b = buffer, m = allocation_] { vmaDestroyBuffer(a, b, m); });
  buffer = nullptr;
}

GpuImage::GpuImage(Device& device, const ImageDesc& d) : desc(d), device_(&device) {
  const bool depth = d.format == VK_FORMAT_D32_SFLOAT || d.format == VK_FORMAT_D16_UNORM;
  aspect = depth ? VK_IMAGE_ASPECT_DEPTH_BIT : VK_IMAGE_ASPECT_COLOR_BIT;
  VkImageCreateInfo info{VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
  info.imageType = VK_IMAGE_TYPE_2D;
  info.format = d.format;
  info.extent = {d.width, d.height, 1};
  info.mipLevels = d.mips;
  info.arrayLayers = d.layers;
  info.samples = VK_SAMPLE_COUNT_1_BIT;
  info.tiling = VK_IMAGE_TILING_OPTIMAL;
  info.usage = d.usage;
  VmaAllocationCreateInfo alloc{};
  alloc.usage = VMA_MEMORY_USAGE_AUTO_PREFER_DEVICE;
  vk_check(vmaCreateImage(device.allocator, &info, &alloc, &image, &allocation_, nullptr), "allocate a GPU image");
  if (!(d.usage & ~(VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT))) return;
  VkImageViewCreateInfo v{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
  v.image = image;
  v.viewType = d.layers > 1 || d.array_view ? VK_IMAGE_VIEW_TYPE_2D_ARRAY : VK_IMAGE_VIEW_TYPE_2D;
  v.format = d.format;
  v.subresourceRange = {aspect, 0, d.mips, 0, d.layers};
  if (const VkResult r = vkCreateImageView(device.device, &v, nullptr, &view); r < 0) {
    release();
    vk_check(r, "make an image view");
  }
}

VkImageView GpuImage::layer_view(std::uint32_t layer) {
  if (layer_views_.empty()) {
    layer_views_.resize(desc.layers);
    for (std::uint32_t i = 0; i < desc.layers; ++i) {
      VkImageViewCreateInfo v{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
      v.image = image;
      v.viewType = VK_IMAGE_VIEW_TYPE_2D;
      v.format = desc.format;
      v.subresourceRange = {aspect, 0, 1, i, 1};
      vk_check(vkCreateImageView(device_->device, &v, nullptr, &layer_views_[i]), "make an image view");
    }
  }
  return layer_views_[layer];
}

void GpuImage::transition(VkCommandBuffer cmd, VkImageLayout to, bool discard) {
  VkImageMemoryBarrier2 b{VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2};
  b.srcStageMask = b.dstStageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
  b.srcAccessMask = VK_ACCESS_2_MEMORY_WRITE_BIT;
  b.dstAccessMask = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT;
  b.oldLayout = discard ? VK_IMAGE_LAYOUT_UNDEFINED : layout;
  b.newLayout = layout = to;
  b.srcQueueFamilyIndex = b.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
  b.image = image;
  b.subresourceRange = {aspect, 0, VK_REMAINING_MIP_LEVELS, 0, VK_REMAINING_ARRAY_LAYERS};
  VkDependencyInfo dep{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  dep.imageMemoryBarrierCount = 1;
  dep.pImageMemoryBarriers = &b;
  vkCmdPipelineBarrier2(cmd, &dep);
}

void GpuImage::swap(GpuImage& o) noexcept {
  std::swap(image, o.image);
  std::swap(view, o.view);
  std::swap(desc, o.desc);
  std::swap(layout, o.layout);
  std::swap(aspect, o.aspect);
  std::swap(device_, o.device_);
  std::swap(allocation_, o.allocation_);
  std::swap(layer_views_, o.layer_views_);
}

void GpuImage::release() {
  if (image)
    device_->retire([d = device_->device, a = device_->allocator, i = image, v = view, m = allocation_,
                     layers = std::move(layer_views_)] {
      for (VkImageView l : layers) vkDestroyImageView(d, l, nullptr);
      if (v) vkDestroyImageView(d, v, nullptr);
      vmaDestroyImage(a, i, m);
    });
  image = nullptr;
  view = nullptr;
}

void full_barrier(VkCommandBuffer cmd) {
  VkMemoryBarrier2 b{VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
  b.srcStageMask = b.dstStageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
  b.srcAccessMask = VK_ACCESS_2_MEMORY_WRITE_BIT;
  b.dstAccessMask = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT;
  VkDependencyInfo dep{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  dep.memoryBarrierCount = 1;
  dep.pMemoryBarriers = &b;
  vkCmdPipelineBarrier2(cmd, &dep);
}

TransientMemory::Piece TransientMemory::allocate(VkDeviceSize bytes) {
  constexpr VkDeviceSize alignment = 256, block_size = 1 << 20;  // 256: the largest offset alignment 1.3 allows
  bytes = std::max<VkDeviceSize>(bytes, 16);
  if (blocks_.empty() || blocks_.back().used + bytes > blocks_.back().buffer.size) {
    const VkBufferUsageFlags usage = VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT | VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                                     VK_BUFFER_USAGE_VERTEX_BUFFER_BIT | VK_BUFFER_USAGE_INDEX_BUFFER_BIT |
                                     VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                     (device_->gpu_driven ? VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT : 0);
    blocks_.push_back({Buffer(*device_, std::max(bytes, block_size), usage, BufferKind::host)});
  }
  Block& b = blocks_.back();
  Piece p{b.buffer.buffer, b.used, bytes, b.buffer.mapped + b.used,
          b.buffer.address ? b.buffer.address + b.used : 0};
  b.used = (b.used + bytes + alignment - 1) / alignment * alignment;
  return p;
}

void TransientMemory::flush() {
  for (auto& b : blocks_)
    if (b.used) b.buffer.flush(0, VK_WHOLE_SIZE);
}

void TransientMemory::reset() {
  VkDeviceSize used = 0;
  for (auto& b : blocks_) used += b.used;
  // Grow to one block that holds all of it, so that a steady frame never allocates.
  if (blocks_.size() > 1) {
    blocks_.clear();
    allocate(used + used / 4);
  }
  for (auto& b : blocks_) b.used = 0;
}

}  // namespace tenbo::render
