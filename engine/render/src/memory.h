#pragma once
// Buffers and images that own their memory and give it back when the GPU is done with it.
#include <span>
#include <utility>
#include <vector>

#include "device.h"

namespace tenbo::render {

enum class BufferKind {
  device,     // written by the host directly where the memory allows it, else through staging
  host,       // written by the host every frame
  readback,   // read by the host
};

class Buffer {
 public:
  Buffer() = default;
  Buffer(Device& device, VkDeviceSize size, VkBufferUsageFlags usage, BufferKind kind);
  ~Buffer() { release(); }
  Buffer(Buffer&& o) noexcept { swap(o); }
  Buffer& operator=(Buffer&& o) noexcept { Buffer t(std::move(o)); swap(t); return *this; }

  explicit operator bool() const { return buffer != nullptr; }
  void flush(VkDeviceSize offset, VkDeviceSize bytes);
  void invalidate();

  VkBuffer buffer = nullptr;
  VkDeviceSize size = 0;
  std::byte* mapped = nullptr;  // null: only the GPU can write it
  VkDeviceAddress address = 0;  // where the usage asks for one

 private:
  void swap(Buffer& o) noexcept;
  void release();
  Device* device_ = nullptr;
  VmaAllocation allocation_ = nullptr;
};

struct ImageDesc {
  VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
  std::uint32_t width = 1, height = 1, mips = 1, layers = 1;
  VkImageUsageFlags usage = VK_IMAGE_USAGE_SAMPLED_BIT;
  bool array_view = false;      // a 2D-array view even with one layer
};

class GpuImage {
 public:
  GpuImage() = default;
  GpuImage(Device& device, const ImageDesc& desc);
  ~GpuImage() { release(); }
  GpuImage(GpuImage&& o) noexcept { swap(o); }
  GpuImage& operator=(GpuImage&& o) noexcept { GpuImage t(std::move(o)); swap(t); return *this; }

  explicit operator bool() const { return image != nullptr; }
  // Whole-image barrier: everything before is done and visible before anything after. Coarse on purpose: a frame has
  // about ten of them. `discard`: the old content is not needed.
  void transition(VkCommandBuffer cmd, VkImageLayout to, bool discard = false);
  VkImageView layer_view(std::uint32_t layer);  // for rendering into one layer

  VkImage image = nullptr;
  VkImageView view = nullptr;
  ImageDesc desc;
  VkImageLayout layout = VK_IMAGE_LAYOUT_UNDEFINED;
  VkImageAspectFlags aspect = VK_IMAGE_ASPECT_COLOR_BIT;

 private:
  void swap(GpuImage& o) noexcept;
  void release();
  Device* device_ = nullptr;
  VmaAllocation allocation_ = nullptr;
  std::vector<VkImageView> layer_views_;
};

// Everything before is done and visible before anything after.
void full_barrier(VkCommandBuffer cmd);

// Host-visible memory handed out in order during one frame and taken back as a whole.
class TransientMemory {
 public:
  struct Piece {
    VkBuffer buffer;
    VkDeviceSize offset, size;
    std::byte* data;
    VkDeviceAddress address = 0;  // where the device draws GPU-driven
  };
  explicit TransientMemory(Device& device) : device_(&device) {}
  Piece allocate(VkDeviceSize bytes);
  template <class T>
  Piece push(std::span<const T> values) {
    Piece p = allocate(values.size_bytes() ? values.size_bytes() : sizeof(T));
    if (!values.empty()) std::copy_n(reinterpret_cast<const std::byte*>(values.data()), values.size_bytes(), p.data);
    return p;
  }
  void flush();   // before the submission that reads it
  void reset();   // when the GPU is done with the frame

 private:
  struct Block { Buffer buffer; VkDeviceSize used = 0; };
  Device* device_;
  std::vector<Block> blocks_;
};

}  // namespace tenbo::render
