#pragma once
// The passes of a frame, one file each, and what they share. Every pass leaves its target ready to be sampled.
#include <span>

#include "draw_list.h"
#include "targets.h"

namespace tenbo::render {

struct PassContext {
  Device& device;
  Pipelines& pipelines;
  Store& store;
  FrameSlot& slot;
  const FrameView& view;
  VkCommandBuffer cmd;
  const DrawRecord* records = nullptr;  // of the draw list
  bool compute = false;                 // what works on whole pictures does so in compute programs
  std::int32_t ao_rings = 1;            // of eight taps each
};

// Buffers of a draw list on the GPU and the frame's descriptor set made of them.
VkDescriptorSet make_frame_set(PassContext& c, const FrameUniforms& uniforms, const GpuImage& shadow);

struct Attachment {
  GpuImage* image = nullptr;
  bool clear = false;              // else what is there is kept
  VkClearValue value{};
  std::uint32_t layer = 0;
};
void begin_rendering(VkCommandBuffer cmd, glm::uvec2 size, const Attachment& colour, const Attachment& depth = {});

// Binds the draws' records, once a frame before any draw_items().
void bind_records(PassContext& c, const TransientMemory::Piece& records);
// Records the items in order with the fewest state changes. The frame's set must be bound by this.
void draw_items(PassContext& c, VkDescriptorSet frame_set, std::span<const DrawItem> items);
// A compute program over a picture of `size`: four pictures read, one written.
void dispatch_picture(PassContext& c, Compute program, std::int32_t constant, VkDescriptorSet frame_set,
                      const std::pair<VkImageView, VkSampler> (&read)[4], GpuImage& written, glm::uvec2 size,
                      std::span<const std::byte> push = {});
void draw_fullscreen(PassContext& c, const PipelineKey& key, VkPipelineLayout layout,
                     std::initializer_list<VkDescriptorSet> sets);

class KeptScene;
class GpuScene;  // null: all is drawn directly
void shadow_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, const std::vector<Cascade>& cascades,
                 GpuImage& shadow, GpuScene* gpu);
// What becomes of the scene's base (kept_scene.h); drawn alone where nothing is kept.
enum class BaseUse { drawn, drawn_and_kept, shown };
void scene_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, Targets& targets, GpuScene* gpu, KeptScene& kept, BaseUse base);
// The items of a list up to the sky.
std::span<const DrawItem> base_of(const DrawList& list);
// Onto what is there, where nothing is composed.
void outline_pass(PassContext& c, VkDescriptorSet frame_set, Targets& targets);
void select_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, Targets& targets);
void occlusion_pass(PassContext& c, VkDescriptorSet frame_set, Targets& targets);
// into `targets.final`, or added to `targets.accumulation` where the view asks for several samples
void composite_pass(PassContext& c, VkDescriptorSet frame_set, bool outline, bool first_sample, Targets& targets);
void resolve_pass(PassContext& c, Targets& targets);
void overlay_pass(PassContext& c, Targets& targets);

}  // namespace tenbo::render
