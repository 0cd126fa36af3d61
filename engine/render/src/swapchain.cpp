#include "swapchain.h"

#include <algorithm>
#include <string>
#include <utility>

namespace tenbo::render {

Swapchain::Swapchain(Device& device, const WindowTarget& window) : device_(device), window_(window) {
  try {
    make_surface();
    for (int i = 0; i < 3; ++i) acquire_.push_back({make_semaphore(), 0});
  } catch (...) {
    if (surface_) vkDestroySurfaceKHR(device_.instance, surface_, nullptr);
    for (auto& a : acquire_) vkDestroySemaphore(device_.device, a.semaphore, nullptr);
    throw;
  }
}

Swapchain::~Swapchain() {
  vkDeviceWaitIdle(device_.device);
  drop_swapchain();
  for (auto& a : acquire_) vkDestroySemaphore(device_.device, a.semaphore, nullptr);
  if (surface_) vkDestroySurfaceKHR(device_.instance, surface_, nullptr);
}

VkSemaphore Swapchain::make_semaphore() {
  VkSemaphoreCreateInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
  VkSemaphore s;
  vk_check(vkCreateSemaphore(device_.device, &info, nullptr, &s), "make a semaphore");
  return s;
}

void Swapchain::make_surface() {
  surface_ = reinterpret_cast<VkSurfaceKHR>(window_.create_surface(device_.instance));
  if (!surface_) throw GpuFailure(VK_ERROR_INITIALIZATION_FAILED, "the window gave no Vulkan surface");
  VkBool32 can_present = VK_FALSE;
  vk_check(vkGetPhysicalDeviceSurfaceSupportKHR(device_.physical, device_.queue_family, surface_, &can_present), "ask the surface");
  if (!can_present) throw GpuFailure(VK_ERROR_FEATURE_NOT_PRESENT, "the device cannot present to this window");
  stale_ = true;
}

void Swapchain::renew_surface() {
  drop_swapchain();
  if (surface_) vkDestroySurfaceKHR(device_.instance, surface_, nullptr);
  surface_ = nullptr;
  make_surface();
  surface_lost_ = false;
  if (window_.note) window_.note("surface made anew");
}

VkResult Swapchain::pretended(const char* call, VkResult real) const {
  const std::int32_t other = window_.pretend ? window_.pretend(call) : 0;
  return other ? static_cast<VkResult>(other) : real;
}

void Swapchain::drop_swapchain() {
  for (VkSemaphore s : drawn_) vkDestroySemaphore(device_.device, s, nullptr);
  drawn_.clear();
  images_.clear();
  if (swapchain_) vkDestroySwapchainKHR(device_.device, swapchain_, nullptr);
  swapchain_ = nullptr;
}

bool Swapchain::make() {
  // Presentation holds semaphores that no fence of ours covers: an idle device is the one safe moment. Resizing is rare.
  vkDeviceWaitIdle(device_.device);
  const glm::uvec2 size = window_.framebuffer_size();
  if (size.x == 0 || size.y == 0) return false;
  if (surface_lost_ || !surface_) renew_surface();
  VkSurfaceCapabilitiesKHR caps;
  VkResult r = vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device_.physical, surface_, &caps);
  if (r == VK_ERROR_SURFACE_LOST_KHR) {
    renew_surface();
    r = vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device_.physical, surface_, &caps);
  }
  vk_check(r, "ask the surface's capabilities");
  extent_ = caps.currentExtent.width != UINT32_MAX ? caps.currentExtent : VkExtent2D{size.x, size.y};
  extent_.width = std::clamp(extent_.width, caps.minImageExtent.width, caps.maxImageExtent.width);
  extent_.height = std::clamp(extent_.height, caps.minImageExtent.height, caps.maxImageExtent.height);
  if (extent_.width == 0 || extent_.height == 0) return false;
  if (!(caps.supportedUsageFlags & VK_IMAGE_USAGE_TRANSFER_DST_BIT))
    throw GpuFailure(VK_ERROR_FEATURE_NOT_PRESENT, "the window's pictures cannot be copied to");

  std::uint32_t n = 0;
  vk_check(vkGetPhysicalDeviceSurfaceFormatsKHR(device_.physical, surface_, &n, nullptr), "ask the surface's formats");
  std::vector<VkSurfaceFormatKHR> formats(n);
  vk_check(vkGetPhysicalDeviceSurfaceFormatsKHR(device_.physical, surface_, &n, formats.data()), "ask the surface's formats");
  if (formats.empty()) throw GpuFailure(VK_ERROR_FORMAT_NOT_SUPPORTED, "the window offers no format");
  VkSurfaceFormatKHR format = formats[0];
  for (const auto& f : formats)  // our pictures are sRGB-encoded already: no second encoding
    if (f.format == VK_FORMAT_B8G8R8A8_UNORM || f.format == VK_FORMAT_R8G8B8A8_UNORM) { format = f; break; }

  VkSwapchainCreateInfoKHR info{VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR};
  info.surface = surface_;
  info.minImageCount = caps.maxImageCount ? std::min(caps.minImageCount + 1, caps.maxImageCount) : caps.minImageCount + 1;
  info.imageFormat = format.format;
  info.imageColorSpace = format.colorSpace;
  info.imageExtent = extent_;
  info.imageArrayLayers = 1;
  info.imageUsage = VK_IMAGE_USAGE_TRANSFER_DST_BIT;
  info.imageSharingMode = VK_SHARING_MODE_EXCLUSIVE;
  info.preTransform = caps.currentTransform;
  info.compositeAlpha = caps.supportedCompositeAlpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                            ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR : VK_COMPOSITE_ALPHA_INHERIT_BIT_KHR;
  info.presentMode = VK_PRESENT_MODE_FIFO_KHR;
  info.clipped = VK_TRUE;
  info.oldSwapchain = swapchain_;
  VkSwapchainKHR made = nullptr;
  r = vkCreateSwapchainKHR(device_.device, &info, nullptr, &made);
  drop_swapchain();
  if (r == VK_ERROR_SURFACE_LOST_KHR || r == VK_ERROR_NATIVE_WINDOW_IN_USE_KHR) {  // next frame asks again
    surface_lost_ = true;
    return false;
  }
  vk_check(r, "make the swapchain");
  swapchain_ = made;
  vk_check(vkGetSwapchainImagesKHR(device_.device, swapchain_, &n, nullptr), "list the swapchain's images");
  images_.resize(n);
  vk_check(vkGetSwapchainImagesKHR(device_.device, swapchain_, &n, images_.data()), "list the swapchain's images");
  for (std::uint32_t i = 0; i < n; ++i) drawn_.push_back(make_semaphore());
  stale_ = false;
  if (window_.note) window_.note("swapchain made, " + std::to_string(extent_.width) + "x" + std::to_string(extent_.height));
  return true;
}

bool Swapchain::acquire(Frame& frame) {
  const glm::uvec2 size = window_.framebuffer_size();
  if (size.x == 0 || size.y == 0) return false;  // minimised
  const bool got = try_acquire(frame, size);
  if (!got && window_.skipped) window_.skipped();
  return got;
}

bool Swapchain::try_acquire(Frame& frame, glm::uvec2 size) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if ((stale_ || !swapchain_ || size.x != extent_.width || size.y != extent_.height) && attempt == 0 && !make()) return false;
    if (!swapchain_) return false;
    Acquire& a = acquire_[next_acquire_];
    if (a.serial) device_.wait(a.serial);  // its last wait must be over before it is signalled again
    // A pretended failure asks nobody, so that nothing is acquired and nothing signalled: as with a real one.
    constexpr std::uint64_t patience = 2'000'000'000;  // ns: a window that nobody shows must not hold the program
    VkResult r = pretended("acquire", VK_SUCCESS);
    if (r == VK_SUCCESS) r = vkAcquireNextImageKHR(device_.device, swapchain_, patience, a.semaphore, nullptr, &frame.index);
    if (r == VK_SUCCESS || r == VK_SUBOPTIMAL_KHR) {
      if (r == VK_SUBOPTIMAL_KHR) stale_ = true;  // good for this frame
      frame.acquired = a.semaphore;
      frame.drawn = drawn_[frame.index];
      return true;
    }
    if (r == VK_TIMEOUT || r == VK_NOT_READY) return false;
    surface_lost_ |= r == VK_ERROR_SURFACE_LOST_KHR;
    if (r != VK_ERROR_OUT_OF_DATE_KHR && r != VK_ERROR_SURFACE_LOST_KHR) vk_check(r, "acquire a picture of the window");
    if (!make()) return false;
  }
  return false;
}

void Swapchain::record_copy(VkCommandBuffer cmd, const Frame& frame, const GpuImage& from) {
  const auto barrier = [&](VkImageLayout before, VkImageLayout after) {
    VkImageMemoryBarrier2 b{VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2};
    b.srcStageMask = b.dstStageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
    b.srcAccessMask = VK_ACCESS_2_MEMORY_WRITE_BIT;
    b.dstAccessMask = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT;
    b.oldLayout = before;
    b.newLayout = after;
    b.srcQueueFamilyIndex = b.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    b.image = images_[frame.index];
    b.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    VkDependencyInfo dep{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
    dep.imageMemoryBarrierCount = 1;
    dep.pImageMemoryBarriers = &b;
    vkCmdPipelineBarrier2(cmd, &dep);
  };
  barrier(VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
  VkImageBlit blit{};
  blit.srcSubresource = blit.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  blit.srcOffsets[1] = {static_cast<std::int32_t>(from.desc.width), static_cast<std::int32_t>(from.desc.height), 1};
  blit.dstOffsets[1] = {static_cast<std::int32_t>(extent_.width), static_cast<std::int32_t>(extent_.height), 1};
  const bool same = from.desc.width == extent_.width && from.desc.height == extent_.height;
  vkCmdBlitImage(cmd, from.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, images_[frame.index],
                 VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &blit, same ? VK_FILTER_NEAREST : VK_FILTER_LINEAR);
  barrier(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_PRESENT_SRC_KHR);
}

void Swapchain::abandon() {
  vkDeviceWaitIdle(device_.device);
  drop_swapchain();
  Acquire& a = acquire_[next_acquire_];
  vkDestroySemaphore(device_.device, std::exchange(a.semaphore, nullptr), nullptr);
  a = {make_semaphore(), 0};
}

void Swapchain::present(const Frame& frame, std::uint64_t serial) {
  acquire_[next_acquire_].serial = serial;
  next_acquire_ = (next_acquire_ + 1) % acquire_.size();
  VkPresentInfoKHR info{VK_STRUCTURE_TYPE_PRESENT_INFO_KHR};
  info.waitSemaphoreCount = 1;
  info.pWaitSemaphores = &frame.drawn;
  info.swapchainCount = 1;
  info.pSwapchains = &swapchain_;
  info.pImageIndices = &frame.index;
  const VkResult r = pretended("present", vkQueuePresentKHR(device_.queue, &info));
  surface_lost_ |= r == VK_ERROR_SURFACE_LOST_KHR;
  if (r == VK_SUBOPTIMAL_KHR || r == VK_ERROR_OUT_OF_DATE_KHR || r == VK_ERROR_SURFACE_LOST_KHR) stale_ = true;
  else vk_check(r, "present");
}

}  // namespace tenbo::render
