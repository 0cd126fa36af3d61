#pragma once
// The window's pictures. Made anew when the window's size changes or the system says they are stale; the surface too,
// when it is lost.
#include <vector>

#include "memory.h"

namespace tenbo::render {

class Swapchain {
 public:
  Swapchain(Device& device, const WindowTarget& window);
  ~Swapchain();
  Swapchain(const Swapchain&) = delete;
  Swapchain& operator=(const Swapchain&) = delete;

  struct Frame { std::uint32_t index = 0; VkSemaphore acquired = nullptr, drawn = nullptr; };
  // False: nothing to draw to now (minimised, or between two sizes): try again next frame.
  bool acquire(Frame& frame);
  // Scales `from` (in transfer-source layout) into the acquired picture and makes it presentable.
  void record_copy(VkCommandBuffer cmd, const Frame& frame, const GpuImage& from);
  // Gives an acquired picture up after a failure: its semaphore can not be waited for any more.
  void abandon();
  // `serial`: of the submission that signals frame.drawn.
  void present(const Frame& frame, std::uint64_t serial);

 private:
  bool try_acquire(Frame& frame, glm::uvec2 size);
  void make_surface();
  void renew_surface();    // the old one and what hangs on it go first
  VkResult pretended(const char* call, VkResult real) const;
  bool make();             // false while the window has no size
  void drop_swapchain();
  VkSemaphore make_semaphore();

  Device& device_;
  WindowTarget window_;
  VkSurfaceKHR surface_ = nullptr;
  VkSwapchainKHR swapchain_ = nullptr;
  VkExtent2D extent_{};
  std::vector<VkImage> images_;
  std::vector<VkSemaphore> drawn_;                       // one a picture
  struct Acquire { VkSemaphore semaphore; std::uint64_t serial; };
  std::vector<Acquire> acquire_;                         // reused in turn
  std::size_t next_acquire_ = 0;
  bool stale_ = true;
  bool surface_lost_ = false;
};

}  // namespace tenbo::render
