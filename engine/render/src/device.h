#pragma once
// The Vulkan device, its one queue and timeline, recycled command buffers, and deferred destruction.
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gpu.h"
#include "tenbo/render/renderer.h"

namespace tenbo::render {

class Device {
 public:
  explicit Device(const RendererOptions& options);  // throws GpuFailure
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  VkInstance instance = nullptr;
  VkPhysicalDevice physical = nullptr;
  VkDevice device = nullptr;
  VkQueue queue = nullptr;
  std::uint32_t queue_family = 0;
  VmaAllocator allocator = nullptr;
  VkPhysicalDeviceProperties properties{};
  bool is_cpu = false;
  bool anisotropy = false;
  float largest_point = 1;   // px
  bool timestamps = false;
  bool gpu_driven = false;             // has, enabled, all that gpu_scene.h needs

  // --- one timeline: every submission has a serial, completed in order
  VkCommandBuffer begin_commands();
  // Submits a command buffer from begin_commands(); optional binary semaphores are the swapchain's.
  std::uint64_t submit(VkCommandBuffer cmd, VkSemaphore wait = nullptr, VkSemaphore signal = nullptr);
  void abandon(VkCommandBuffer cmd);   // begun but never submitted (an error on the way)
  std::uint64_t completed() const;
  void wait(std::uint64_t serial) const;
  std::uint64_t last_submitted() const { return next_serial_ - 1; }

  // Runs `destroy` once the GPU has finished everything submitted so far and whatever is being recorded now: at once where that is
  // nothing, so that what goes while no frame is drawn makes room for what comes.
  void retire(std::function<void()> destroy);
  void collect();                      // runs what has become safe
  void finish();                       // waits for the GPU, runs everything retired

  std::uint64_t memory_bytes() const;
  std::uint64_t memory_size() const;
  std::vector<std::string> messages() const;
  bool format_has(VkFormat format, VkFormatFeatureFlags wanted) const;  // as an optimally tiled image

 private:
  struct Messages {
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  struct Retired { std::uint64_t serial; std::function<void()> destroy; };
  struct Commands { std::uint64_t serial; VkCommandBuffer cmd; };

  void create_instance(const RendererOptions& options);
  void choose_physical(const RendererOptions& options);
  void create_device(const RendererOptions& options);
  void destroy_all();
  static VkBool32 VKAPI_PTR on_message(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                       const VkDebugUtilsMessengerCallbackDataEXT*, void*);

  std::unique_ptr<Messages> messages_ = std::make_unique<Messages>();
  VkDebugUtilsMessengerEXT messenger_ = nullptr;
  VkSemaphore timeline_ = nullptr;
  VkCommandPool pool_ = nullptr;
  std::uint64_t next_serial_ = 1;
  int recording_ = 0;                  // command buffers begun and neither submitted nor abandoned
  std::deque<Retired> retired_;
  std::deque<Commands> commands_;      // submitted, oldest first
  std::vector<VkCommandBuffer> free_commands_;
};

}  // namespace tenbo::render
