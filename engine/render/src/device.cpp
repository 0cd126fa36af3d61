#include "device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "tenbo/base/library.h"

namespace tenbo::render {
namespace {

template <class T, class F, class... A>
std::vector<T> enumerate(F f, A... args) {
  std::uint32_t n = 0;
  f(args..., &n, nullptr);
  std::vector<T> out(n);
  f(args..., &n, out.data());
  out.resize(n);
  return out;
}

bool wants_validation(const RendererOptions& options) {
  const char* env = std::getenv("TENBO_VALIDATION");
  return options.validation || (env && *env && std::strcmp(env, "0") != 0);
}

// What we need of a device beyond the core of 1.3; empty when it has all.
std::string missing_features(VkPhysicalDevice physical, const VkPhysicalDeviceProperties& properties) {
  if (properties.apiVersion < VK_API_VERSION_1_3)
    return fmt::format("Vulkan {}.{}", VK_API_VERSION_MAJOR(properties.apiVersion), VK_API_VERSION_MINOR(properties.apiVersion));
  VkPhysicalDeviceVulkan13Features f13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceVulkan12Features f12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &f13};
  VkPhysicalDeviceFeatures2 f{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &f12};
  vkGetPhysicalDeviceFeatures2(physical, &f);
  if (!f13.dynamicRendering) return "no dynamic rendering";
  if (!f13.synchronization2) return "no synchronization2";
  if (!f12.timelineSemaphore) return "no timeline semaphores";
  if (!f.features.depthClamp) return "no depth clamp";
  if (!f.features.shaderClipDistance) return "no clip distances";
  return {};
}

// What the GPU-driven way of drawing needs beyond that (gpu_scene.h); core of 1.3, but for the first five not promised.
bool can_be_gpu_driven(VkPhysicalDevice physical, const VkPhysicalDeviceProperties& properties) {
  VkPhysicalDeviceVulkan12Features f12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkPhysicalDeviceFeatures2 f{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &f12};
  vkGetPhysicalDeviceFeatures2(physical, &f);
  return f.features.multiDrawIndirect && f.features.drawIndirectFirstInstance && f.features.geometryShader &&
         f12.drawIndirectCount && f.features.shaderStorageImageExtendedFormats && f12.bufferDeviceAddress &&
         properties.limits.maxComputeWorkGroupInvocations >= 256 && properties.limits.maxComputeWorkGroupSize[0] >= 256;
}

int rank(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return 4;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return 3;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return 2;
    case VK_PHYSICAL_DEVICE_TYPE_CPU: return 1;
    default: return 0;
  }
}

}  // namespace

Device::Device(const RendererOptions& options) {
  try {
    create_instance(options);
    choose_physical(options);
    create_device(options);
  } catch (...) {
    destroy_all();
    throw;
  }
}

Device::~Device() { destroy_all(); }

void Device::create_instance(const RendererOptions& options) {
  VkApplicationInfo app{VK_STRUCTURE_TYPE_APPLICATION_INFO};
  app.pApplicationName = "tenbo";
  app.apiVersion = VK_API_VERSION_1_3;
  std::vector<const char*> layers, extensions;
  if (options.window)
    for (const auto& e : options.window->instance_extensions) extensions.push_back(e.c_str());
  bool debug = false;
  if (wants_validation(options)) {
    for (const auto& layer : enumerate<VkLayerProperties>(vkEnumerateInstanceLayerProperties))
      if (!std::strcmp(layer.layerName, "VK_LAYER_KHRONOS_validation")) {
        layers.push_back("VK_LAYER_KHRONOS_validation");
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        debug = true;
        break;
      }
    // Asked for but not installed: say so, so that "no messages" never means "nobody looked".
    if (!debug) messages_->lines.push_back("validation layer VK_LAYER_KHRONOS_validation is not installed");
  }
  VkDebugUtilsMessengerCreateInfoEXT dbg{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
  dbg.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  dbg.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
  dbg.pfnUserCallback = on_message;
  dbg.pUserData = messages_.get();

  VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, debug ? &dbg : nullptr};
  info.pApplicationInfo = &app;
  info.enabledLayerCount = static_cast<std::uint32_t>(layers.size());
  info.ppEnabledLayerNames = layers.data();
  info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  vk_check(vkCreateInstance(&info, nullptr, &instance), "create a Vulkan instance");
  if (debug) {
    auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(instance, "vkCreateDebugUtilsMessengerEXT"));
    if (create) vk_check(create(instance, &dbg, nullptr, &messenger_), "create the validation messenger");
  }
}

void Device::choose_physical(const RendererOptions& options) {
  int best = -1;
  std::string rejected;
  for (VkPhysicalDevice p : enumerate<VkPhysicalDevice>(vkEnumeratePhysicalDevices, instance)) {
    VkPhysicalDeviceProperties props;
    vkGetPhysicalDeviceProperties(p, &props);
    if (const std::string why = missing_features(p, props); !why.empty()) {
      rejected += fmt::format("; {} has {}", props.deviceName, why);
      continue;
    }
    int score = rank(props.deviceType);
    if (!options.device.empty() && std::string_view(props.deviceName).find(options.device) != std::string_view::npos)
      score += 100;
    if (score > best) {
      best = score;
      physical = p;
      properties = props;
    }
  }
  if (!physical)
    throw GpuFailure(VK_ERROR_INCOMPATIBLE_DRIVER, "no Vulkan 1.3 device found" + rejected +
                     "; install mesa-vulkan-drivers or the graphics card's driver");
  is_cpu = properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

void Device::create_device(const RendererOptions& options) {
  const auto families = enumerate<VkQueueFamilyProperties>(vkGetPhysicalDeviceQueueFamilyProperties, physical);
  queue_family = UINT32_MAX;
  for (std::uint32_t i = 0; i < families.size() && queue_family == UINT32_MAX; ++i)
    if (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT) queue_family = i;
  if (queue_family == UINT32_MAX) throw GpuFailure(VK_ERROR_FEATURE_NOT_PRESENT, "the device has no graphics queue");
  timestamps = families[queue_family].timestampValidBits > 0 && properties.limits.timestampPeriod > 0;

  VkPhysicalDeviceFeatures have;
  vkGetPhysicalDeviceFeatures(physical, &have);
  VkPhysicalDeviceVulkan13Features f13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  f13.dynamicRendering = f13.synchronization2 = f13.maintenance4 = VK_TRUE;  // the last is part of every 1.3
  VkPhysicalDeviceVulkan12Features f12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &f13};
  f12.timelineSemaphore = VK_TRUE;
  VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &f12};
  features.features.depthClamp = features.features.shaderClipDistance = VK_TRUE;
  features.features.samplerAnisotropy = have.samplerAnisotropy;
  features.features.largePoints = have.largePoints;
  if (have.largePoints) largest_point = properties.limits.pointSizeRange[1];
  anisotropy = have.samplerAnisotropy && !is_cpu;  // a real cost on a CPU
  gpu_driven = options.drawing != Drawing::direct && (options.drawing == Drawing::gpu_driven || !is_cpu) &&
               can_be_gpu_driven(physical, properties);
  if (gpu_driven) {
    features.features.multiDrawIndirect = features.features.drawIndirectFirstInstance = VK_TRUE;
    features.features.geometryShader = VK_TRUE;  // for a triangle's number in a fragment shader
    features.features.shaderStorageImageExtendedFormats = VK_TRUE;
    f12.drawIndirectCount = f12.bufferDeviceAddress = VK_TRUE;
  }

  const float priority = 1;
  VkDeviceQueueCreateInfo q{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  q.queueFamilyIndex = queue_family;
  q.queueCount = 1;
  q.pQueuePriorities = &priority;
  std::vector<const char*> extensions;
  if (options.window) extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
  VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &q;
  info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  vk_check(vkCreateDevice(physical, &info, nullptr, &device), "create the Vulkan device");
#if defined(__SANITIZE_ADDRESS__)
  keep_loaded("libvulkan_");  // so that what the driver itself leaks is told from what we do
#endif
  vkGetDeviceQueue(device, queue_family, 0, &queue);

  VmaAllocatorCreateInfo vma{};
  vma.physicalDevice = physical;
  vma.device = device;
  vma.instance = instance;
  vma.vulkanApiVersion = VK_API_VERSION_1_3;
  if (gpu_driven) vma.flags = VMA_ALLOCATOR_CREATE_BUFFER_DEVICE_ADDRESS_BIT;
  if (is_cpu) vma.preferredLargeHeapBlockSize = 8 << 20;  // a block that is empty goes back to the system, and little of it is half empty
  vk_check(vmaCreateAllocator(&vma, &allocator), "create the memory allocator");

  VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
  type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  VkSemaphoreCreateInfo sem{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type};
  vk_check(vkCreateSemaphore(device, &sem, nullptr, &timeline_), "create the timeline");
  VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT | VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
  pool.queueFamilyIndex = queue_family;
  vk_check(vkCreateCommandPool(device, &pool, nullptr, &pool_), "create the command pool");
}

void Device::destroy_all() {
  if (device) {
    finish();
    if (pool_) vkDestroyCommandPool(device, pool_, nullptr);
    if (timeline_) vkDestroySemaphore(device, timeline_, nullptr);
    if (allocator) vmaDestroyAllocator(allocator);
    vkDestroyDevice(device, nullptr);
  }
  if (messenger_) {
    auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(instance, "vkDestroyDebugUtilsMessengerEXT"));
    if (destroy) destroy(instance, messenger_, nullptr);
  }
  if (instance) vkDestroyInstance(instance, nullptr);
}

VkCommandBuffer Device::begin_commands() {
  const std::uint64_t done = completed();
  while (!commands_.empty() && commands_.front().serial <= done) {
    free_commands_.push_back(commands_.front().cmd);
    commands_.pop_front();
  }
  VkCommandBuffer cmd;
  if (free_commands_.empty()) {
    VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
    info.commandPool = pool_;
    info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    info.commandBufferCount = 1;
    vk_check(vkAllocateCommandBuffers(device, &info, &cmd), "allocate a command buffer");
  } else {
    cmd = free_commands_.back();
    free_commands_.pop_back();
  }
  VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  vk_check(vkBeginCommandBuffer(cmd, &begin), "begin a command buffer");
  ++recording_;
  return cmd;
}

std::uint64_t Device::submit(VkCommandBuffer cmd, VkSemaphore wait_for, VkSemaphore signal) {
  vk_check(vkEndCommandBuffer(cmd), "end a command buffer");
  VkCommandBufferSubmitInfo c{VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO};
  c.commandBuffer = cmd;
  VkSemaphoreSubmitInfo w{VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO};
  w.semaphore = wait_for;
  w.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
  VkSemaphoreSubmitInfo s[2]{{VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO}, {VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO}};
  s[0].semaphore = timeline_;
  s[0].value = next_serial_;
  s[0].stageMask = s[1].stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
  s[1].semaphore = signal;
  VkSubmitInfo2 info{VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
  info.waitSemaphoreInfoCount = wait_for ? 1 : 0;
  info.pWaitSemaphoreInfos = &w;
  info.commandBufferInfoCount = 1;
  info.pCommandBufferInfos = &c;
  info.signalSemaphoreInfoCount = signal ? 2 : 1;
  info.pSignalSemaphoreInfos = s;
  vk_check(vkQueueSubmit2(queue, 1, &info, nullptr), "submit to the GPU");
  --recording_;
  commands_.push_back({next_serial_, cmd});
  return next_serial_++;
}

void Device::abandon(VkCommandBuffer cmd) {
  vkEndCommandBuffer(cmd);
  --recording_;
  free_commands_.push_back(cmd);
}

std::uint64_t Device::completed() const {
  std::uint64_t value = 0;
  vk_check(vkGetSemaphoreCounterValue(device, timeline_, &value), "read the timeline");
  return value;
}

void Device::wait(std::uint64_t serial) const {
  VkSemaphoreWaitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
  info.semaphoreCount = 1;
  info.pSemaphores = &timeline_;
  info.pValues = &serial;
  vk_check(vkWaitSemaphores(device, &info, UINT64_MAX), "wait for the GPU");
}

void Device::retire(std::function<void()> destroy) {
  retired_.push_back({next_serial_, std::move(destroy)});
  if (recording_ == 0) collect();
}

void Device::collect() {
  const std::uint64_t done = completed(), safe = recording_ == 0 && done == last_submitted() ? next_serial_ : done;
  while (!retired_.empty() && retired_.front().serial <= safe) {
    auto destroy = std::move(retired_.front().destroy);
    retired_.pop_front();
    destroy();
  }
}

void Device::finish() {
  if (device) vkDeviceWaitIdle(device);
  while (!retired_.empty()) {
    auto destroy = std::move(retired_.front().destroy);
    retired_.pop_front();
    destroy();
  }
}

std::uint64_t Device::memory_bytes() const {
  VmaBudget budgets[VK_MAX_MEMORY_HEAPS]{};
  vmaGetHeapBudgets(allocator, budgets);
  std::uint64_t sum = 0;
  for (const auto& b : budgets) sum += b.statistics.allocationBytes;
  return sum;
}

std::uint64_t Device::memory_size() const {
  const VkPhysicalDeviceMemoryProperties* p = nullptr;
  vmaGetMemoryProperties(allocator, &p);
  std::uint64_t largest = 0;
  for (std::uint32_t i = 0; i < p->memoryHeapCount; ++i)
    if (p->memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) largest = std::max<std::uint64_t>(largest, p->memoryHeaps[i].size);
  return largest;
}

std::vector<std::string> Device::messages() const {
  std::lock_guard lock(messages_->mutex);
  return messages_->lines;
}

bool Device::format_has(VkFormat format, VkFormatFeatureFlags wanted) const {
  VkFormatProperties p;
  vkGetPhysicalDeviceFormatProperties(physical, format, &p);
  return (p.optimalTilingFeatures & wanted) == wanted;
}

VkBool32 VKAPI_PTR Device::on_message(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                      const VkDebugUtilsMessengerCallbackDataEXT* data, void* user) {
  auto& messages = *static_cast<Messages*>(user);
  std::lock_guard lock(messages.mutex);
  if (messages.lines.size() < 200) messages.lines.emplace_back(data->pMessage);
  return VK_FALSE;
}

}  // namespace tenbo::render
