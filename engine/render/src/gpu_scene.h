#pragma once
// GPU-driven drawing (docs/adr/0014-gpu-driven-drawing.md): the CPU says which meshes there are and where; what of them is
// seen or casts a shadow is found by the GPU, cluster by cluster. In a frame, in this order:
//   begin          cull for the cascades, and for the scene what was seen in the frame before
//   draw_cascade   depth of a cascade
//   draw_visible   draw and triangle of each pixel: what was seen before, a depth pyramid of it, then what else stands before
//                  that pyramid
//   resolve        light, once a pixel, and the sky
#include <vector>

#include "passes.h"

namespace tenbo::render {

class GpuScene {
 public:
  explicit GpuScene(Device& device) : device_(device) {}
  // history: what was seen in the frame before is drawn first. Without, all that is in view is: the picture then depends
  // on nothing but its input.
  void begin(PassContext& c, const DrawList& list, const glm::mat4& view_proj, const std::vector<Cascade>& cascades, bool history);
  void draw_cascade(PassContext& c, VkDescriptorSet frame_set, std::uint32_t cascade, const glm::mat4& light);
  void draw_visible(PassContext& c, VkDescriptorSet frame_set, Targets& targets);
  void resolve(PassContext& c, VkDescriptorSet frame_set, Targets& targets);
  // Copies the counts to where the slot's owner reads them, once the frame has completed.
  void keep_stats(PassContext& c, Buffer& to);
  static void read_stats(Buffer& from, FrameStats& stats);

 private:
  static constexpr std::uint32_t lists = 2 + max_cascades;  // scene first, cascades, scene second
  static constexpr std::uint32_t second = lists - 1;
  struct Part { VkDeviceSize bits, runs, offsets, commands, infos, counts; };  // bytes in work_
  void make_room(const DrawList& list);
  void cull(PassContext& c, std::uint32_t first, std::uint32_t count);
  void draw(PassContext& c, std::uint32_t list, Program program);
  void make_pyramid(PassContext& c, Targets& targets);

  Device& device_;
  std::vector<std::uint32_t> order_;   // of the items: by page
  std::vector<GpuDraw> draws_;
  std::vector<GpuGroup> groups_;
  struct GroupOf { GeometryPage* page; bool closed; std::uint32_t commands; };
  std::vector<GroupOf> of_groups_;
  Buffer work_, pyramid_;
  Part parts_[lists]{};
  VkDeviceSize stats_at_ = 0, draws_at_ = 0;
  std::uint32_t level_at_[18]{}, levels_ = 0;
  glm::uvec2 pyramid_of_{0};           // px
  std::uint64_t draws_address_ = 0, views_address_ = 0;
  std::uint32_t cascades_ = 0, frame_ = 2;
  bool history_ = false;
};

}  // namespace tenbo::render
