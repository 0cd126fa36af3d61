#pragma once
// SPIR-V on its way into a pipeline.
#include <cstdint>
#include <span>

#include "gpu.h"

namespace tenbo::render {

using Code = std::span<const std::uint32_t>;

class ShaderModule {
 public:
  ShaderModule(VkDevice device, Code code) : device_(device) {
    VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
    info.codeSize = code.size_bytes();
    info.pCode = code.data();
    vk_check(vkCreateShaderModule(device, &info, nullptr, &module), "load a shader");
  }
  ~ShaderModule() { vkDestroyShaderModule(device_, module, nullptr); }
  ShaderModule(const ShaderModule&) = delete;
  ShaderModule& operator=(const ShaderModule&) = delete;
  VkShaderModule module = nullptr;

 private:
  VkDevice device_;
};

}  // namespace tenbo::render
