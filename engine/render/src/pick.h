#pragma once
// What lies under a pixel: ids and depth of a few pixels around it, drawn and read back.
#include "passes.h"

namespace tenbo::render {

class Picker {
 public:
  static constexpr std::uint32_t side = 9;  // px; the asked pixel is in the middle
  explicit Picker(Device& device);
  // Records the pass and the copies; call read() when the GPU is done.
  void record(PassContext& c, VkDescriptorSet frame_set, const DrawList& list);
  PickResult read(const FrameView& view, glm::uvec2 pixel, const DrawList& list);

 private:
  GpuImage ids_, depth_;
  Buffer ids_back_, depth_back_;
};

}  // namespace tenbo::render
