#include <tenbo_shaders/ao_comp.h>
#include <tenbo_shaders/composite_comp.h>
#include <tenbo_shaders/cull_comp.h>
#include <tenbo_shaders/cull_scan_comp.h>
#include <tenbo_shaders/cull_write_comp.h>
#include <tenbo_shaders/pyramid_comp.h>
#include <tenbo_shaders/resolve_scene_comp.h>

#include "pipelines.h"
#include "shader_module.h"

namespace tenbo::render {
namespace {

Code code_of(Compute program) {
  using namespace shaders;
  switch (program) {
    case Compute::cull: return cull_comp;
    case Compute::cull_scan: return cull_scan_comp;
    case Compute::cull_write: return cull_write_comp;
    case Compute::pyramid: return pyramid_comp;
    case Compute::resolve_scene: return resolve_scene_comp;
    case Compute::ao: return ao_comp;
    case Compute::composite: return composite_comp;
  }
  return {};
}

}  // namespace

VkPipeline Pipelines::compute(Compute program, std::int32_t constant) {
  VkPipeline& p = compute_[{program, constant}];
  if (p) return p;
  const ShaderModule module(device_.device, code_of(program));
  const struct { std::int32_t constant; VkBool32 soft_shadows; } values{constant, soft_shadows_};
  const VkSpecializationMapEntry entries[2]{{0, 0, 4}, {4, 4, 4}};
  const VkSpecializationInfo special{2, entries, sizeof values, &values};
  VkComputePipelineCreateInfo info{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
  info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  info.stage.module = module.module;
  info.stage.pName = "main";
  info.stage.pSpecializationInfo = &special;
  info.layout = compute_layout;
  vk_check(vkCreateComputePipelines(device_.device, nullptr, 1, &info, nullptr, &p), "make a compute pipeline");
  return p;
}

}  // namespace tenbo::render
