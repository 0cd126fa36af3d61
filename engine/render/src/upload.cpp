#include "upload.h"

#include <algorithm>
#include <cstring>

namespace tenbo::render {
namespace {
constexpr VkDeviceSize block_bytes = 8 << 20;
constexpr std::size_t most_blocks = 16;  // 128 MiB under way, then wait for the oldest
}  // namespace

VkCommandBuffer Uploader::commands() {
  if (!cmd_) {
    cmd_ = device_.begin_commands();
    full_barrier(cmd_);  // frames before may still read what is rewritten here
  }
  return cmd_;
}

std::pair<Uploader::Block*, VkDeviceSize> Uploader::stage(VkDeviceSize bytes, VkDeviceSize granule) {
  constexpr VkDeviceSize alignment = 16;
  for (;;) {
    const std::uint64_t done = device_.completed();
    for (auto& b : blocks_) {
      if (b.serial && b.serial <= done) b.used = 0, b.serial = 0;
      if (b.serial) continue;
      const VkDeviceSize room = b.buffer.size - b.used;
      if (room >= granule && (room >= bytes || b.used == 0 || room >= block_bytes / 4)) {
        const VkDeviceSize take = std::min(bytes, room / granule * granule);
        const VkDeviceSize at = b.used;
        b.used = std::min(b.buffer.size, (b.used + take + alignment - 1) / alignment * alignment);
        return {&b, at};
      }
    }
    if (blocks_.size() < most_blocks || granule > block_bytes) {
      Block b;
      b.buffer = Buffer(device_, std::max(block_bytes, granule), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, BufferKind::host);
      blocks_.push_back(std::move(b));
      continue;
    }
    flush();
    std::uint64_t oldest = UINT64_MAX;
    for (auto& b : blocks_)
      if (b.serial) oldest = std::min(oldest, b.serial);
    if (oldest != UINT64_MAX) device_.wait(oldest);
  }
}

void Uploader::write(Buffer& to, VkDeviceSize offset, std::span<const std::byte> bytes, bool fresh) {
  if (bytes.empty()) return;
  if (fresh && to.mapped) {
    std::memcpy(to.mapped + offset, bytes.data(), bytes.size());
    to.flush(offset, bytes.size());
    return;
  }
  while (!bytes.empty()) {
    auto [block, at] = stage(bytes.size(), 1);
    const VkDeviceSize n = std::min<VkDeviceSize>(bytes.size(), block->buffer.size - at);
    std::memcpy(block->buffer.mapped + at, bytes.data(), n);
    block->buffer.flush(at, n);
    const VkBufferCopy copy{at, offset, n};
    vkCmdCopyBuffer(commands(), block->buffer.buffer, to.buffer, 1, &copy);
    bytes = bytes.subspan(n);
    offset += n;
  }
}

void Uploader::write(GpuImage& to, std::uint32_t y0, std::uint32_t rows, std::span<const std::byte> bytes) {
  if (rows == 0) return;
  const VkDeviceSize row = bytes.size() / rows;
  commands();
  to.transition(cmd_, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, to.layout == VK_IMAGE_LAYOUT_UNDEFINED);
  while (rows > 0) {
    auto [block, at] = stage(row * rows, row);
    const auto n = static_cast<std::uint32_t>(std::min<VkDeviceSize>(rows, (block->buffer.size - at) / row));
    std::memcpy(block->buffer.mapped + at, bytes.data(), row * n);
    block->buffer.flush(at, row * n);
    VkBufferImageCopy copy{};
    copy.bufferOffset = at;
    copy.imageSubresource = {to.aspect, 0, 0, 1};
    copy.imageOffset = {0, static_cast<std::int32_t>(y0), 0};
    copy.imageExtent = {to.desc.width, n, 1};
    vkCmdCopyBufferToImage(commands(), block->buffer.buffer, to.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &copy);
    bytes = bytes.subspan(row * n);
    y0 += n;
    rows -= n;
  }
  if (to.desc.mips > 1) make_mips(to);
  to.transition(commands(), VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
}

void Uploader::make_mips(GpuImage& image) {
  const auto barrier = [&](std::uint32_t mip, VkImageLayout from, VkImageLayout to) {
    VkImageMemoryBarrier2 b{VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2};
    b.srcStageMask = b.dstStageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
    b.srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT;
    b.dstAccessMask = VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT;
    b.oldLayout = from;
    b.newLayout = to;
    b.srcQueueFamilyIndex = b.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    b.image = image.image;
    b.subresourceRange = {image.aspect, mip, 1, 0, 1};
    VkDependencyInfo dep{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
    dep.imageMemoryBarrierCount = 1;
    dep.pImageMemoryBarriers = &b;
    vkCmdPipelineBarrier2(commands(), &dep);
  };
  constexpr auto src = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, dst = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
  auto w = static_cast<std::int32_t>(image.desc.width), h = static_cast<std::int32_t>(image.desc.height);
  for (std::uint32_t mip = 1; mip < image.desc.mips; ++mip) {
    barrier(mip - 1, dst, src);
    const std::int32_t nw = std::max(1, w / 2), nh = std::max(1, h / 2);
    VkImageBlit blit{};
    blit.srcSubresource = {image.aspect, mip - 1, 0, 1};
    blit.srcOffsets[1] = {w, h, 1};
    blit.dstSubresource = {image.aspect, mip, 0, 1};
    blit.dstOffsets[1] = {nw, nh, 1};
    vkCmdBlitImage(commands(), image.image, src, image.image, dst, 1, &blit, VK_FILTER_LINEAR);
    barrier(mip - 1, src, dst);  // back, so that the whole image changes layout as one
    w = nw;
    h = nh;
  }
}

void Uploader::flush() {
  if (!cmd_) return;
  full_barrier(cmd_);
  VkCommandBuffer cmd = std::exchange(cmd_, nullptr);
  const std::uint64_t serial = device_.submit(cmd);
  for (auto& b : blocks_)
    if (!b.serial && b.used) b.serial = serial;
}

void Uploader::drop() {
  if (cmd_) device_.abandon(std::exchange(cmd_, nullptr));
  for (auto& b : blocks_)
    if (!b.serial) b.used = 0;
}

}  // namespace tenbo::render
