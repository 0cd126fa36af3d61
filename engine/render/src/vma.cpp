// The one translation unit that holds the Vulkan Memory Allocator.
#define VMA_IMPLEMENTATION
#define VMA_STATIC_VULKAN_FUNCTIONS 1
#define VMA_DYNAMIC_VULKAN_FUNCTIONS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#include <vulkan/vulkan.h>

#include <vk_mem_alloc.h>
#pragma GCC diagnostic pop
