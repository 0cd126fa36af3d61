#pragma once
// Gets data into GPU memory: directly where the host can write it, else through recycled staging blocks.
#include <deque>
#include <span>

#include "memory.h"

namespace tenbo::render {

class Uploader {
 public:
  explicit Uploader(Device& device) : device_(device) {}
  // `fresh`: the GPU has never seen the buffer, so the host may write it without waiting.
  void write(Buffer& to, VkDeviceSize offset, std::span<const std::byte> bytes, bool fresh);
  // Fills mip 0 of rows [y0, y0 + rows), then makes the other mips. Leaves the image ready to sample.
  void write(GpuImage& to, std::uint32_t y0, std::uint32_t rows, std::span<const std::byte> bytes);
  // Submits what was recorded; before every frame.
  void flush();
  void drop();  // forgets what was recorded (after a failure)

 private:
  struct Block {
    Buffer buffer;
    VkDeviceSize used = 0;
    std::uint64_t serial = 0;  // of the submission that reads it; 0 = still being filled
  };
  VkCommandBuffer commands();
  // A piece of at most `bytes` of staging memory.
  std::pair<Block*, VkDeviceSize> stage(VkDeviceSize bytes, VkDeviceSize granule);
  void make_mips(GpuImage& image);

  Device& device_;
  VkCommandBuffer cmd_ = nullptr;
  std::deque<Block> blocks_;
};

}  // namespace tenbo::render
