#include "gpu.h"

#include <fmt/format.h>

namespace tenbo::render {

const char* result_name(VkResult r) {
  switch (r) {
    case VK_SUCCESS: return "success";
    case VK_ERROR_OUT_OF_HOST_MEMORY: return "out of host memory";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY: return "out of device memory";
    case VK_ERROR_INITIALIZATION_FAILED: return "initialization failed";
    case VK_ERROR_DEVICE_LOST: return "device lost";
    case VK_ERROR_LAYER_NOT_PRESENT: return "layer not present";
    case VK_ERROR_EXTENSION_NOT_PRESENT: return "extension not present";
    case VK_ERROR_FEATURE_NOT_PRESENT: return "feature not present";
    case VK_ERROR_INCOMPATIBLE_DRIVER: return "incompatible driver";
    case VK_ERROR_TOO_MANY_OBJECTS: return "too many objects";
    case VK_ERROR_FORMAT_NOT_SUPPORTED: return "format not supported";
    case VK_ERROR_SURFACE_LOST_KHR: return "surface lost";
    case VK_ERROR_OUT_OF_DATE_KHR: return "swapchain out of date";
    default: return "unexpected result";
  }
}

void vk_check(VkResult r, const char* what) {
  if (r < 0) throw GpuFailure(r, fmt::format("{}: {} ({})", what, result_name(r), static_cast<int>(r)));
}

Error GpuFailure::error() const {
  const bool memory = result_ == VK_ERROR_OUT_OF_DEVICE_MEMORY || result_ == VK_ERROR_OUT_OF_HOST_MEMORY;
  Error e;
  e.code = memory ? ErrorCode::out_of_budget : ErrorCode::gpu;
  e.message = what();
  if (memory) e.remedy = "show fewer or smaller layers, or a smaller picture";
  if (result_ == VK_ERROR_DEVICE_LOST) e.remedy = "restart the program; if it happens again, update the graphics driver";
  return e;
}

}  // namespace tenbo::render
