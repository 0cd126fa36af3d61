#pragma once
// Descriptor layouts, samplers, and every pipeline of the renderer, made once (variants on first use).
#include <array>
#include <map>
#include <vector>

#include "device.h"
#include "gpu_types.h"

namespace tenbo::render {

inline constexpr VkFormat colour_format = VK_FORMAT_R8G8B8A8_UNORM;  // display-referred, sRGB-encoded by the shaders
inline constexpr VkFormat depth_format = VK_FORMAT_D32_SFLOAT;
inline constexpr VkFormat ao_format = VK_FORMAT_R16G16_SFLOAT;
inline constexpr VkFormat mask_format = VK_FORMAT_R8_UNORM;
inline constexpr VkFormat pick_format = VK_FORMAT_R32G32_UINT;

enum class Program : std::uint8_t {
  mesh, baked, plain, sky, dome, shadow, select, ao, composite, outline, resolve, overlay, field, line, point, pick_mesh, pick_line, pick_point,
  visible, cast,  // of what the GPU chose
};

enum class Compute : std::uint8_t { cull, cull_scan, cull_write, pyramid, resolve_scene, ao, composite };

struct PipelineKey {
  Program program = Program::mesh;
  std::int32_t a = 0;          // mesh: Material; composite: outline; overlay: atlas; point: round
  bool textured = false;       // composite: smooth edges
  bool blended = false;        // composite: added into the accumulation target
  std::int32_t table_use = 0;  // of the feature table: 0 none, 1 colours and flags, 2 hazards too
  bool direct = false;         // drawn straight into the final picture: alpha is opacity, not the ambient share
  bool shadows = true;         // mesh: looks its shadow up in the map
  bool cull = false;           // baked: faces that look away are left out
  bool cut = false;            // set by Pipelines: by the section plane
  friend auto operator<=>(const PipelineKey&, const PipelineKey&) = default;
};

class Pipelines {
 public:
  Pipelines(Device& device, bool soft_shadows);
  ~Pipelines();
  Pipelines(const Pipelines&) = delete;
  Pipelines& operator=(const Pipelines&) = delete;

  // Whether the frame that is recorded has a section plane: its vertex programs are others then.
  void set_cut(bool cut) { cut_ = cut; }
  VkPipeline get(PipelineKey key);
  // Only where the device draws GPU-driven. `constant`: id 0 of its specialisation.
  VkPipeline compute(Compute program, std::int32_t constant = 0);

  // set 0 of scene and post programs: frame, shadow map, sky table
  // set 1 of scene programs: features, picture or values, next values, line segments
  // set 1 of post programs (set 0 of overlay and resolve): four pictures
  // set 1 of compute programs: four pictures, and one to be written
  VkDescriptorSetLayout frame_set = nullptr, material_set = nullptr, post_set = nullptr, compute_set = nullptr;
  VkPipelineLayout scene_layout = nullptr, post_layout = nullptr, overlay_layout = nullptr, compute_layout = nullptr;
  VkSampler linear_clamp = nullptr, linear_repeat = nullptr, nearest_clamp = nullptr, shadow_compare = nullptr;
  VkFormat accumulation_format = VK_FORMAT_UNDEFINED;

 private:
  void make_layouts();
  void make_samplers();
  VkPipeline make(const PipelineKey& key);
  Device& device_;
  bool soft_shadows_, cut_ = false;
  std::map<PipelineKey, VkPipeline> pipelines_;
  std::map<std::pair<Compute, std::int32_t>, VkPipeline> compute_;
};

}  // namespace tenbo::render
