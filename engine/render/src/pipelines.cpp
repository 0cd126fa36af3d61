#include "pipelines.h"

#include "shader_module.h"

#include <tenbo_shaders/ao_frag.h>
#include <tenbo_shaders/baked_frag.h>
#include <tenbo_shaders/baked_vert.h>
#include <tenbo_shaders/baked_vert_section.h>
#include <tenbo_shaders/cast_vert.h>
#include <tenbo_shaders/composite_frag.h>
#include <tenbo_shaders/field_frag.h>
#include <tenbo_shaders/field_vert.h>
#include <tenbo_shaders/field_vert_section.h>
#include <tenbo_shaders/fullscreen_vert.h>
#include <tenbo_shaders/line_frag.h>
#include <tenbo_shaders/line_vert.h>
#include <tenbo_shaders/line_vert_section.h>
#include <tenbo_shaders/mesh_frag.h>
#include <tenbo_shaders/mesh_vert.h>
#include <tenbo_shaders/mesh_vert_section.h>
#include <tenbo_shaders/outline_frag.h>
#include <tenbo_shaders/overlay_frag.h>
#include <tenbo_shaders/overlay_vert.h>
#include <tenbo_shaders/pick_frag.h>
#include <tenbo_shaders/pick_line_frag.h>
#include <tenbo_shaders/pick_mesh_vert.h>
#include <tenbo_shaders/pick_mesh_vert_section.h>
#include <tenbo_shaders/pick_point_frag.h>
#include <tenbo_shaders/plain_frag.h>
#include <tenbo_shaders/plain_vert.h>
#include <tenbo_shaders/plain_vert_section.h>
#include <tenbo_shaders/point_frag.h>
#include <tenbo_shaders/point_vert.h>
#include <tenbo_shaders/point_vert_section.h>
#include <tenbo_shaders/resolve_frag.h>
#include <tenbo_shaders/select_frag.h>
#include <tenbo_shaders/select_vert.h>
#include <tenbo_shaders/select_vert_section.h>
#include <tenbo_shaders/shadow_vert.h>
#include <tenbo_shaders/visible_frag.h>
#include <tenbo_shaders/visible_vert.h>
#include <tenbo_shaders/visible_vert_section.h>
#include <tenbo_shaders/dome_frag.h>
#include <tenbo_shaders/dome_vert.h>
#include <tenbo_shaders/sky_frag.h>

#include <cstddef>
#include <span>

#include "tenbo/base/mesh.h"
#include "tenbo/render/renderer.h"

namespace tenbo::render {
namespace {

enum class VertexInput : std::uint8_t { none, mesh, shape /* mesh without normal and texture coordinates */, field, line, point, overlay };

constexpr std::uint32_t record_binding = 1, colour_binding = 2;
enum class Blend : std::uint8_t { none, over_scene, over_final, add };

// All that tells one pipeline from another.
struct Recipe {
  Code vertex, fragment;                 // fragment may be empty (depth only)
  VertexInput input = VertexInput::none;
  VkFormat colour = VK_FORMAT_UNDEFINED, depth = VK_FORMAT_UNDEFINED;
  bool depth_test = false, depth_write = false, clamp = false, cull_back = false, slope_bias = false,
       reads_look = false,                // the record's colour and parameters
       record_pushed = false;             // the record comes as push constants, not as attributes
  VkCompareOp compare = VK_COMPARE_OP_GREATER_OR_EQUAL;  // reversed depth
  Blend blend = Blend::none;
  VkPipelineLayout layout = nullptr;
};

Recipe recipe_for(const PipelineKey& k, const Pipelines& p) {
  using namespace shaders;
  Recipe r;
  r.layout = p.scene_layout;
  r.colour = colour_format;
  switch (k.program) {
    case Program::mesh: {
      const auto material = static_cast<Material>(k.a);
      r = {k.cut ? Code(mesh_vert_section) : Code(mesh_vert), mesh_frag, VertexInput::mesh, colour_format, depth_format, true, true};
      r.reads_look = true;
      r.blend = k.blended ? Blend::over_scene : Blend::none;
      r.depth_write = material != Material::draped;
      r.layout = p.scene_layout;
      break;
    }
    case Program::baked:
      r = {k.cut ? Code(baked_vert_section) : Code(baked_vert), baked_frag, VertexInput::mesh, colour_format, depth_format, true, true};
      r.cull_back = k.cull;
      r.record_pushed = true;
      r.blend = k.blended ? Blend::over_scene : Blend::none;
      r.layout = p.scene_layout;
      break;
    case Program::plain:
      r = {k.cut ? Code(plain_vert_section) : Code(plain_vert), plain_frag, VertexInput::mesh, colour_format, depth_format, true, true};
      r.record_pushed = true;
      r.blend = k.blended ? Blend::over_scene : Blend::none;
      r.layout = p.scene_layout;
      break;
    case Program::field:
      r = {k.cut ? Code(field_vert_section) : Code(field_vert), field_frag, VertexInput::field, colour_format, depth_format, true, true};
      r.blend = Blend::over_scene;
      r.layout = p.scene_layout;
      break;
    case Program::line:
      r = {k.cut ? Code(line_vert_section) : Code(line_vert), line_frag, VertexInput::line, colour_format, depth_format, true, false};
      r.reads_look = true;
      r.blend = Blend::over_scene;
      r.layout = p.scene_layout;
      break;
    case Program::point:
      r = {k.cut ? Code(point_vert_section) : Code(point_vert), point_frag, VertexInput::point, colour_format, depth_format, true, true};
      r.blend = k.blended ? Blend::over_scene : Blend::none;
      r.layout = p.scene_layout;
      break;
    case Program::pick_point:
      r = {k.cut ? Code(point_vert_section) : Code(point_vert), pick_point_frag, VertexInput::point, pick_format, depth_format, true, true};
      r.layout = p.scene_layout;
      break;
    case Program::sky:
      r = {fullscreen_vert, sky_frag, VertexInput::none, colour_format, depth_format, true, false};
      r.compare = VK_COMPARE_OP_EQUAL;
      r.layout = p.scene_layout;
      break;
    case Program::dome:
      r = {dome_vert, dome_frag, VertexInput::none, colour_format, depth_format, true, false};
      r.compare = VK_COMPARE_OP_EQUAL;
      r.layout = p.scene_layout;
      break;
    case Program::shadow:
      r = {shadow_vert, {}, VertexInput::shape, VK_FORMAT_UNDEFINED, depth_format, true, true};
      r.compare = VK_COMPARE_OP_LESS;
      r.clamp = r.slope_bias = true;
      r.layout = p.scene_layout;
      break;
    case Program::select:
      r = {k.cut ? Code(select_vert_section) : Code(select_vert), select_frag, VertexInput::shape, mask_format};
      r.layout = p.scene_layout;
      break;
    case Program::pick_mesh:
      r = {k.cut ? Code(pick_mesh_vert_section) : Code(pick_mesh_vert), pick_frag, VertexInput::shape, pick_format, depth_format, true, true};
      r.layout = p.scene_layout;
      break;
    case Program::pick_line:
      r = {k.cut ? Code(line_vert_section) : Code(line_vert), pick_line_frag, VertexInput::line, pick_format, depth_format, true, true};
      r.reads_look = true;
      r.layout = p.scene_layout;
      break;
    case Program::visible:
      r = {k.cut ? Code(visible_vert_section) : Code(visible_vert), visible_frag, VertexInput::shape, pick_format, depth_format, true, true};
      r.record_pushed = true;
      r.cull_back = k.cull;
      r.layout = p.scene_layout;
      break;
    case Program::cast:
      r = {cast_vert, {}, VertexInput::shape, VK_FORMAT_UNDEFINED, depth_format, true, true};
      r.compare = VK_COMPARE_OP_LESS;
      r.clamp = r.slope_bias = r.record_pushed = true;
      r.layout = p.scene_layout;
      break;
    case Program::ao:
      r = {fullscreen_vert, ao_frag, VertexInput::none, ao_format};
      r.layout = p.post_layout;
      break;
    case Program::composite:
      r = {fullscreen_vert, composite_frag, VertexInput::none, k.blended ? p.accumulation_format : colour_format};
      r.blend = k.blended ? Blend::add : Blend::none;
      r.layout = p.post_layout;
      break;
    case Program::outline:
      r = {fullscreen_vert, outline_frag, VertexInput::none, colour_format};
      r.blend = Blend::over_final;
      r.layout = p.post_layout;
      break;
    case Program::resolve:
      r = {fullscreen_vert, resolve_frag, VertexInput::none, colour_format};
      r.layout = p.overlay_layout;
      break;
    case Program::overlay:
      r = {overlay_vert, overlay_frag, VertexInput::overlay, colour_format};
      r.blend = Blend::over_final;
      r.layout = p.overlay_layout;
      break;
  }
  if (k.direct && r.blend == Blend::over_scene) r.blend = Blend::over_final;
  return r;
}

VkPipelineColorBlendAttachmentState blend_state(Blend b) {
  VkPipelineColorBlendAttachmentState s{};
  s.colorWriteMask = 0xF;
  s.blendEnable = b != Blend::none;
  s.colorBlendOp = s.alphaBlendOp = VK_BLEND_OP_ADD;
  s.srcColorBlendFactor = VK_BLEND_FACTOR_SRC_ALPHA;
  s.dstColorBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA;
  s.srcAlphaBlendFactor = VK_BLEND_FACTOR_ZERO;
  // In the scene, alpha is the ambient share of what lies below: what covers it takes that share away.
  s.dstAlphaBlendFactor = b == Blend::over_scene ? VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA : VK_BLEND_FACTOR_ONE;
  if (b == Blend::add)
    s.srcColorBlendFactor = s.dstColorBlendFactor = s.srcAlphaBlendFactor = s.dstAlphaBlendFactor = VK_BLEND_FACTOR_ONE;
  return s;
}

}  // namespace

Pipelines::Pipelines(Device& device, bool soft_shadows) : device_(device), soft_shadows_(soft_shadows) {
  for (VkFormat f : {VK_FORMAT_R16G16B16A16_UNORM, VK_FORMAT_R32G32B32A32_SFLOAT, VK_FORMAT_R16G16B16A16_SFLOAT})
    if (accumulation_format == VK_FORMAT_UNDEFINED && device.format_has(f, VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BLEND_BIT))
      accumulation_format = f;
  make_layouts();
  make_samplers();
}

Pipelines::~Pipelines() {
  VkDevice d = device_.device;
  for (auto& [key, p] : pipelines_) vkDestroyPipeline(d, p, nullptr);
  for (auto& [key, p] : compute_) vkDestroyPipeline(d, p, nullptr);
  for (VkPipelineLayout l : {scene_layout, post_layout, overlay_layout, compute_layout}) vkDestroyPipelineLayout(d, l, nullptr);
  for (VkDescriptorSetLayout l : {frame_set, material_set, post_set, compute_set}) vkDestroyDescriptorSetLayout(d, l, nullptr);
  for (VkSampler s : {linear_clamp, linear_repeat, nearest_clamp, shadow_compare}) vkDestroySampler(d, s, nullptr);
}

void Pipelines::make_layouts() {
  constexpr auto written = VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, ubo = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, ssbo = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                 image = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
  const auto set = [&](std::initializer_list<VkDescriptorType> types) {
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (VkDescriptorType t : types)
      bindings.push_back({static_cast<std::uint32_t>(bindings.size()), t, 1,
                          VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT | VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    VkDescriptorSetLayoutCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    info.bindingCount = static_cast<std::uint32_t>(bindings.size());
    info.pBindings = bindings.data();
    VkDescriptorSetLayout out;
    vk_check(vkCreateDescriptorSetLayout(device_.device, &info, nullptr, &out), "make a descriptor layout");
    return out;
  };
  frame_set = set({ubo, image, image});
  material_set = set({ssbo, image, image, ssbo, ubo});
  post_set = set({image, image, image, image});
  compute_set = set({image, image, image, image, written});
  const auto layout = [&](std::initializer_list<VkDescriptorSetLayout> sets, VkShaderStageFlags pushed = VK_SHADER_STAGE_VERTEX_BIT) {
    const VkPushConstantRange push{pushed, 0, sizeof(DrawRecord)};
    VkPipelineLayoutCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    info.setLayoutCount = static_cast<std::uint32_t>(sets.size());
    info.pSetLayouts = sets.begin();
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &push;
    VkPipelineLayout out;
    vk_check(vkCreatePipelineLayout(device_.device, &info, nullptr, &out), "make a pipeline layout");
    return out;
  };
  scene_layout = layout({frame_set, material_set});
  post_layout = layout({frame_set, post_set});
  overlay_layout = layout({post_set});
  compute_layout = layout({frame_set, compute_set}, VK_SHADER_STAGE_COMPUTE_BIT);
}

void Pipelines::make_samplers() {
  const auto sampler = [&](VkFilter filter, VkSamplerAddressMode address, bool compare) {
    VkSamplerCreateInfo info{VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO};
    info.magFilter = info.minFilter = filter;
    info.mipmapMode = filter == VK_FILTER_LINEAR ? VK_SAMPLER_MIPMAP_MODE_LINEAR : VK_SAMPLER_MIPMAP_MODE_NEAREST;
    info.addressModeU = info.addressModeV = info.addressModeW = address;
    info.maxLod = VK_LOD_CLAMP_NONE;
    info.compareEnable = compare;
    info.compareOp = VK_COMPARE_OP_LESS_OR_EQUAL;
    if (device_.anisotropy && filter == VK_FILTER_LINEAR && !compare) {
      info.anisotropyEnable = VK_TRUE;
      info.maxAnisotropy = std::min(8.f, device_.properties.limits.maxSamplerAnisotropy);
    }
    VkSampler out;
    vk_check(vkCreateSampler(device_.device, &info, nullptr, &out), "make a sampler");
    return out;
  };
  linear_clamp = sampler(VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE, false);
  linear_repeat = sampler(VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_REPEAT, false);
  nearest_clamp = sampler(VK_FILTER_NEAREST, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE, false);
  const bool smooth = device_.format_has(depth_format, VK_FORMAT_FEATURE_SAMPLED_IMAGE_FILTER_LINEAR_BIT);
  shadow_compare = sampler(smooth ? VK_FILTER_LINEAR : VK_FILTER_NEAREST, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE, true);
}

VkPipeline Pipelines::get(PipelineKey key) {
  constexpr auto cuts = [](Program p) {
    return p == Program::mesh || p == Program::baked || p == Program::plain || p == Program::field || p == Program::line || p == Program::point || p == Program::select ||
           p == Program::pick_mesh || p == Program::pick_line || p == Program::pick_point || p == Program::visible;
  };
  key.cut = cut_ && cuts(key.program);
  auto [it, fresh] = pipelines_.try_emplace(key, nullptr);
  if (fresh) {
    try {
      it->second = make(key);
    } catch (...) {
      pipelines_.erase(it);
      throw;
    }
  }
  return it->second;
}

VkPipeline Pipelines::make(const PipelineKey& key) {
  const Recipe r = recipe_for(key, *this);
  const ShaderModule vertex(device_.device, r.vertex);
  std::optional<ShaderModule> fragment;
  if (!r.fragment.empty()) fragment.emplace(device_.device, r.fragment);

  const struct { std::int32_t a; VkBool32 textured, blended; std::int32_t table_use; VkBool32 soft_shadows, direct, shadows; } constants{
      key.a, key.textured, key.blended, key.table_use, soft_shadows_, key.direct, key.shadows};
  const VkSpecializationMapEntry entries[7]{{0, 0, 4}, {1, 4, 4}, {2, 8, 4}, {3, 12, 4}, {4, 16, 4}, {5, 20, 4}, {6, 24, 4}};
  const VkSpecializationInfo special{7, entries, sizeof constants, &constants};
  VkPipelineShaderStageCreateInfo stages[2]{{VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO},
                                            {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO}};
  stages[0].stage = VK_SHADER_STAGE_VERTEX_BIT;
  stages[0].module = vertex.module;
  stages[1].stage = VK_SHADER_STAGE_FRAGMENT_BIT;
  stages[1].module = fragment ? fragment->module : nullptr;
  for (auto& s : stages) {
    s.pName = "main";
    s.pSpecializationInfo = &special;
  }

  std::vector<VkVertexInputBindingDescription> bindings;
  std::vector<VkVertexInputAttributeDescription> attributes;
  const VkVertexInputAttributeDescription position{0, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(Vertex, x)},
      normal{1, 0, VK_FORMAT_R32_UINT, offsetof(Vertex, normal)}, uv{2, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(Vertex, u)},
      feature{3, 0, VK_FORMAT_R32_UINT, offsetof(Vertex, feature)};
  if (r.input == VertexInput::mesh) attributes = {position, normal, uv, feature};
  if (r.input == VertexInput::shape) attributes = {position, feature};
  if (r.input == VertexInput::field) attributes = {position, uv};
  if (r.input == VertexInput::point) {
    bindings = {{0, sizeof(PointPlace), VK_VERTEX_INPUT_RATE_VERTEX}, {colour_binding, sizeof(Rgba8), VK_VERTEX_INPUT_RATE_VERTEX}};
    attributes = {{0, 0, VK_FORMAT_R16G16B16A16_UNORM, 0}, {1, colour_binding, VK_FORMAT_R8G8B8A8_UNORM, 0}};
  }
  if (!attributes.empty() && bindings.empty()) bindings = {{0, sizeof(Vertex), VK_VERTEX_INPUT_RATE_VERTEX}};
  if (!r.record_pushed && (!attributes.empty() || r.input == VertexInput::line)) {  // the draw's record, shaders/draw.glsl
    bindings.push_back({record_binding, sizeof(DrawRecord), VK_VERTEX_INPUT_RATE_INSTANCE});
    const auto add = [&](std::uint32_t location, VkFormat format, std::size_t offset) {
      attributes.push_back({location, record_binding, format, static_cast<std::uint32_t>(offset)});
    };
    for (std::uint32_t column = 0; column < 4; ++column)
      add(4 + column, VK_FORMAT_R32G32B32A32_SFLOAT, offsetof(DrawRecord, model) + 16 * column);
    if (r.reads_look) add(8, VK_FORMAT_R32G32B32A32_SFLOAT, offsetof(DrawRecord, colour));
    if (r.reads_look || r.input == VertexInput::line || r.input == VertexInput::point) add(9, VK_FORMAT_R32G32B32A32_SFLOAT, offsetof(DrawRecord, params));
    if (r.input != VertexInput::field && r.input != VertexInput::point) add(10, VK_FORMAT_R32G32B32A32_UINT, offsetof(DrawRecord, feature_base));
  }
  if (r.input == VertexInput::overlay) {
    bindings = {{0, sizeof(OverlayVertex), VK_VERTEX_INPUT_RATE_VERTEX}};
    attributes = {{0, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(OverlayVertex, x)},
                  {1, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(OverlayVertex, u)},
                  {2, 0, VK_FORMAT_R8G8B8A8_UNORM, offsetof(OverlayVertex, rgba)}};
  }
  VkPipelineVertexInputStateCreateInfo input{VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO};
  input.vertexBindingDescriptionCount = static_cast<std::uint32_t>(bindings.size());
  input.pVertexBindingDescriptions = bindings.data();
  input.vertexAttributeDescriptionCount = static_cast<std::uint32_t>(attributes.size());
  input.pVertexAttributeDescriptions = attributes.data();
  VkPipelineInputAssemblyStateCreateInfo assembly{VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO};
  assembly.topology = r.input == VertexInput::point ? VK_PRIMITIVE_TOPOLOGY_POINT_LIST : VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
  VkPipelineViewportStateCreateInfo viewport{VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO};
  viewport.viewportCount = viewport.scissorCount = 1;
  VkPipelineRasterizationStateCreateInfo raster{VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO};
  raster.depthClampEnable = r.clamp;
  raster.cullMode = r.cull_back ? VK_CULL_MODE_BACK_BIT : VK_CULL_MODE_NONE;
  raster.frontFace = VK_FRONT_FACE_COUNTER_CLOCKWISE;
  raster.lineWidth = 1;
  if (r.slope_bias) {
    raster.depthBiasEnable = VK_TRUE;
    raster.depthBiasSlopeFactor = 1.5f;
  }
  VkPipelineMultisampleStateCreateInfo samples{VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO};
  samples.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT;
  VkPipelineDepthStencilStateCreateInfo depth{VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO};
  depth.depthTestEnable = r.depth_test;
  depth.depthWriteEnable = r.depth_write;
  depth.depthCompareOp = r.compare;
  const VkPipelineColorBlendAttachmentState attachment = blend_state(r.blend);
  VkPipelineColorBlendStateCreateInfo blend{VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO};
  blend.attachmentCount = r.colour != VK_FORMAT_UNDEFINED ? 1 : 0;
  blend.pAttachments = &attachment;
  const VkDynamicState dynamics[2]{VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
  VkPipelineDynamicStateCreateInfo dynamic{VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO};
  dynamic.dynamicStateCount = 2;
  dynamic.pDynamicStates = dynamics;
  VkPipelineRenderingCreateInfo rendering{VK_STRUCTURE_TYPE_PIPELINE_RENDERING_CREATE_INFO};
  rendering.colorAttachmentCount = blend.attachmentCount;
  rendering.pColorAttachmentFormats = &r.colour;
  rendering.depthAttachmentFormat = r.depth;

  VkGraphicsPipelineCreateInfo info{VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO, &rendering};
  info.stageCount = fragment ? 2 : 1;
  info.pStages = stages;
  info.pVertexInputState = &input;
  info.pInputAssemblyState = &assembly;
  info.pViewportState = &viewport;
  info.pRasterizationState = &raster;
  info.pMultisampleState = &samples;
  info.pDepthStencilState = &depth;
  info.pColorBlendState = &blend;
  info.pDynamicState = &dynamic;
  info.layout = r.layout;
  VkPipeline out;
  vk_check(vkCreateGraphicsPipelines(device_.device, nullptr, 1, &info, nullptr, &out), "make a pipeline");
  return out;
}

}  // namespace tenbo::render
