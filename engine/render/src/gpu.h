#pragma once
// Vulkan and VMA for this room alone, and how their failures travel: a failed call throws GpuFailure, and the public
// methods of Renderer (renderer.cpp) turn it into an Error. Nothing outside engine/render/src sees either.
#include <vk_mem_alloc.h>
#include <vulkan/vulkan.h>

#include <stdexcept>
#include <string>

#include "tenbo/base/result.h"

namespace tenbo::render {

class GpuFailure : public std::runtime_error {
 public:
  GpuFailure(VkResult result, const std::string& what) : std::runtime_error(what), result_(result) {}
  VkResult result() const { return result_; }
  Error error() const;

 private:
  VkResult result_;
};

const char* result_name(VkResult r);
void vk_check(VkResult r, const char* what);

}  // namespace tenbo::render
