#pragma once
// What one frame under way owns: its host-written memory, its descriptor sets, its timestamps. Reused when the GPU is
// done with that frame.
#include <map>
#include <memory>
#include <vector>

#include "memory.h"
#include "pipelines.h"

namespace tenbo::render {

class FrameSlot {
 public:
  explicit FrameSlot(Device& device);
  ~FrameSlot();
  FrameSlot(const FrameSlot&) = delete;
  FrameSlot& operator=(const FrameSlot&) = delete;

  void reset();  // waits for the frame that used it last
  VkDescriptorSet allocate(VkDescriptorSetLayout layout);

  // --- timestamps: mark() ends a named pass; marks before the first are the frame's start
  void start_timing(VkCommandBuffer cmd);
  void mark(VkCommandBuffer cmd, const char* name);
  // Lets a CPU device begin to fill in what is recorded so far while it works on the vertices of what follows, which it
  // does on one thread. Lavapipe starts its filling threads where it is asked for the time, within a pass too, and else at
  // the pass's end.
  void hand_over(VkCommandBuffer cmd);
  static constexpr std::uint32_t most_parts = 32;  // more of them are not handed over
  struct Timing { const char* name; double ms; };
  std::vector<Timing> timings() const;  // of the frame that has completed

  TransientMemory memory;
  Buffer cull_stats;                    // what GpuScene counted; empty where drawing is direct
  std::uint64_t serial = 0;             // of the submission that uses it

 private:
  static constexpr std::uint32_t most_marks = 32;
  Device& device_;
  std::vector<VkDescriptorPool> pools_;
  std::size_t pool_ = 0;                // the one allocated from
  VkQueryPool queries_ = nullptr;
  std::vector<const char*> marks_;
  std::uint32_t parts_ = 0;             // handed over in this frame; their queries come after those of marks
};

// Collects writes to one descriptor set.
class SetWriter {
 public:
  SetWriter(Device& device, VkDescriptorSet set) : device_(device), set_(set) { writes_.reserve(8); }
  SetWriter& uniform(const TransientMemory::Piece& p);
  SetWriter& storage(const TransientMemory::Piece& p) { return storage(p.buffer, p.offset, p.size); }
  SetWriter& storage(VkBuffer buffer, VkDeviceSize offset, VkDeviceSize range);
  SetWriter& image(VkImageView view, VkSampler sampler);
  SetWriter& storage_image(VkImageView view);  // in the general layout
  VkDescriptorSet write();

 private:
  VkWriteDescriptorSet& next(VkDescriptorType type);
  Device& device_;
  VkDescriptorSet set_;
  std::vector<VkWriteDescriptorSet> writes_;
  VkDescriptorBufferInfo buffers_[8];
  VkDescriptorImageInfo images_[8];
};

}  // namespace tenbo::render
