#include "window.h"

#define GLFW_INCLUDE_NONE
#define GLFW_INCLUDE_VULKAN
#include <GLFW/glfw3.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace tenbo::shell {
namespace {

Error glfw_error(std::string message, std::string remedy = {}) {
  const char* why = nullptr;
  glfwGetError(&why);
  if (why) message += std::string(": ") + why;
  return {ErrorCode::gpu, std::move(message), {}, {}, std::move(remedy)};
}

}  // namespace

struct GlfwWindow::Cursors {
  std::array<GLFWcursor*, ImGuiMouseCursor_COUNT> all{};
  Cursors() {
    all[ImGuiMouseCursor_TextInput] = glfwCreateStandardCursor(GLFW_IBEAM_CURSOR);
    all[ImGuiMouseCursor_Hand] = glfwCreateStandardCursor(GLFW_HAND_CURSOR);
    glfwGetError(nullptr);  // a theme without them is no error
  }
  ~Cursors() {
    for (GLFWcursor* c : all)
      if (c) glfwDestroyCursor(c);
  }
};

Result<std::unique_ptr<Window>> Window::create(const ShellOptions& options) {
  std::unique_ptr<GlfwWindow> out(new GlfwWindow);
  if (!glfwInit()) return glfw_error("no window can be opened", "is DISPLAY set? Without a display use: tenbo render SCENE -o FILE.png");
  out->glfw_ = true;
  if (!glfwVulkanSupported()) return glfw_error("the Vulkan loader is missing or finds no driver", "install libvulkan1 and mesa-vulkan-drivers");
  std::uint32_t count = 0;
  const char** extensions = glfwGetRequiredInstanceExtensions(&count);
  if (!extensions) return glfw_error("this display has no Vulkan surfaces");
  out->target_.instance_extensions.assign(extensions, extensions + count);

  glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  GLFWmonitor* monitor = options.fullscreen ? glfwGetPrimaryMonitor() : nullptr;
  glm::ivec2 size(glm::clamp(options.size, glm::uvec2(320, 240), glm::uvec2(16384)));
  out->windowed_size_ = size;
  if (monitor)
    if (const GLFWvidmode* mode = glfwGetVideoMode(monitor)) size = {mode->width, mode->height};
  out->window_ = glfwCreateWindow(size.x, size.y, options.title.c_str(), monitor, nullptr);
  if (!out->window_) return glfw_error("the window cannot be opened");
  glfwSetWindowSizeLimits(out->window_, 320, 240, GLFW_DONT_CARE, GLFW_DONT_CARE);
  out->cursors_ = std::make_unique<GlfwWindow::Cursors>();
  GLFWwindow* window = out->window_;
  out->target_.create_surface = [window](void* instance) -> std::uint64_t {
    VkSurfaceKHR surface = VK_NULL_HANDLE;
    if (glfwCreateWindowSurface(static_cast<VkInstance>(instance), window, nullptr, &surface) != VK_SUCCESS) return 0;
    return reinterpret_cast<std::uint64_t>(surface);
  };
  out->target_.framebuffer_size = [raw = out.get()] { return raw->framebuffer_size(); };
  out->target_.note = [raw = out.get()](const std::string& what) { raw->notes_.push_back(what); };
  out->target_.skipped = [raw = out.get()] { raw->damaged_ = true; };
  if (const char* faults = std::getenv("TENBO_SWAPCHAIN_FAULTS")) out->pretend_faults(faults);
  out->listen();
  return std::unique_ptr<Window>(std::move(out));
}

// For tests: "acquire:5:out_of_date present:9:surface_lost" = the fifth acquire and the ninth present fail like that.
void GlfwWindow::pretend_faults(const std::string& text) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto first = word.find(':'), second = word.find(':', first + 1);
    if (first == word.npos || second == word.npos) continue;
    const std::string what = word.substr(second + 1);
    faults_.push_back({word.substr(0, first), std::atoi(word.substr(first + 1).c_str()),
                       what == "surface_lost" ? VK_ERROR_SURFACE_LOST_KHR : what == "suboptimal" ? VK_SUBOPTIMAL_KHR : VK_ERROR_OUT_OF_DATE_KHR});
  }
  target_.pretend = [this](const std::string& call) -> std::int32_t {
    std::int32_t result = 0;
    for (Fault& f : faults_)
      if (f.call == call && --f.countdown == 0) {
        result = f.result;
        notes_.push_back("pretending " + std::string(result == VK_ERROR_SURFACE_LOST_KHR ? "a lost surface" : "a stale swapchain") + " at " + call);
      }
    return result;
  };
}

GlfwWindow::~GlfwWindow() {
  cursors_.reset();
  if (window_) glfwDestroyWindow(window_);
  if (glfw_) glfwTerminate();
}

void GlfwWindow::listen() {
  glfwSetWindowUserPointer(window_, this);
  double start_x = 0, start_y = 0;
  glfwGetCursorPos(window_, &start_x, &start_y);
  at_ = pixel(start_x, start_y);
  const auto self = [](GLFWwindow* w) -> GlfwWindow& { return *static_cast<GlfwWindow*>(glfwGetWindowUserPointer(w)); };
  static_assert(std::is_empty_v<decltype(self)>);
  using Self = decltype(self);
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int mods) {
    GlfwWindow& me = Self{}(w);
    const bool down = action != GLFW_RELEASE;
    // X reports a modifier's own press without it and its release with it.
    bool ctrl = mods & GLFW_MOD_CONTROL, shift = mods & GLFW_MOD_SHIFT;
    if (key == GLFW_KEY_LEFT_CONTROL || key == GLFW_KEY_RIGHT_CONTROL) ctrl = down;
    if (key == GLFW_KEY_LEFT_SHIFT || key == GLFW_KEY_RIGHT_SHIFT) shift = down;
    me.ctrl_ = ctrl;
    me.shift_ = shift;
    me.alt_ = (mods & GLFW_MOD_ALT) != 0;
    if (key == GLFW_KEY_LEFT_ALT || key == GLFW_KEY_RIGHT_ALT) me.alt_ = down;
    const bool is_modifier = key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
    me.queue_.push_back(KeyEvent{key, down, action == GLFW_REPEAT, is_modifier ? ctrl && key != GLFW_KEY_LEFT_CONTROL : ctrl,
                                 is_modifier ? shift && key != GLFW_KEY_LEFT_SHIFT && key != GLFW_KEY_RIGHT_SHIFT : shift,
                                 (mods & GLFW_MOD_ALT) != 0});
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned c) { Self{}(w).queue_.push_back(CharEvent{c}); });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
    GlfwWindow& me = Self{}(w);
    me.at_ = me.pixel(x, y);
    const MoveEvent move{me.at_};
    // A fast mouse sends hundreds a frame: the last one counts.
    if (!me.queue_.empty() && std::holds_alternative<MoveEvent>(me.queue_.back())) me.queue_.back() = move;
    else me.queue_.push_back(move);
  });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int entered) {
    GlfwWindow& me = Self{}(w);
    bool held = false;
    for (int b = 0; b < 3; ++b) held |= glfwGetMouseButton(w, b) == GLFW_PRESS;
    if (!entered && !held) me.queue_.push_back(LeaveEvent{});
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
    if (focused) return;
    GlfwWindow& me = Self{}(w);
    me.ctrl_ = me.shift_ = me.alt_ = false;  // released elsewhere
    me.queue_.push_back(LeaveEvent{});
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int mods) {
    if (button > 2) return;
    GlfwWindow& me = Self{}(w);
    me.queue_.push_back(ButtonEvent{static_cast<MouseButton>(button), action == GLFW_PRESS, me.at_, (mods & GLFW_MOD_SHIFT) != 0, glfwGetTime()});
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double dx, double dy) {
    GlfwWindow& me = Self{}(w);
    me.queue_.push_back(ScrollEvent{{dx, dy}, me.at_, me.ctrl_, me.shift_, me.alt_});
  });
  glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
    DropEvent drop;
    for (int i = 0; i < count; ++i) drop.paths.emplace_back(paths[i]);
    if (count > 0) Self{}(w).queue_.push_back(std::move(drop));
  });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { Self{}(w).damaged_ = true; });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { Self{}(w).damaged_ = true; });
  glfwSetWindowIconifyCallback(window_, [](GLFWwindow* w, int) { Self{}(w).damaged_ = true; });
}

std::deque<InputEvent> GlfwWindow::events(double seconds) {
  if (seconds > 0) glfwWaitEventsTimeout(seconds);
  else glfwPollEvents();
  return std::exchange(queue_, {});
}

bool GlfwWindow::should_close() const { return glfwWindowShouldClose(window_); }
void GlfwWindow::close() { glfwSetWindowShouldClose(window_, GLFW_TRUE); }
bool GlfwWindow::damaged() { return std::exchange(damaged_, false); }

glm::uvec2 GlfwWindow::framebuffer_size() const {
  if (glfwGetWindowAttrib(window_, GLFW_ICONIFIED)) return {0, 0};
  int w = 0, h = 0;
  glfwGetFramebufferSize(window_, &w, &h);
  return {static_cast<unsigned>(std::max(w, 0)), static_cast<unsigned>(std::max(h, 0))};
}

glm::vec2 GlfwWindow::pixel(double x, double y) const {
  int w = 1, h = 1, fw = 1, fh = 1;
  glfwGetWindowSize(window_, &w, &h);
  glfwGetFramebufferSize(window_, &fw, &fh);
  return {x * fw / std::max(w, 1), y * fh / std::max(h, 1)};
}

float GlfwWindow::content_scale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  return std::clamp(std::max(x, y), 0.5f, 4.0f);
}

void GlfwWindow::toggle_fullscreen() {
  if (glfwGetWindowMonitor(window_)) {
    glfwSetWindowMonitor(window_, nullptr, windowed_at_.x, windowed_at_.y, windowed_size_.x, windowed_size_.y, GLFW_DONT_CARE);
    return;
  }
  glfwGetWindowPos(window_, &windowed_at_.x, &windowed_at_.y);
  glfwGetWindowSize(window_, &windowed_size_.x, &windowed_size_.y);
  // The monitor that shows the window's middle.
  const glm::ivec2 middle = windowed_at_ + windowed_size_ / 2;
  int count = 0;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  GLFWmonitor* chosen = glfwGetPrimaryMonitor();
  for (int i = 0; i < count; ++i) {
    int x = 0, y = 0;
    glfwGetMonitorPos(monitors[i], &x, &y);
    const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
    if (mode && middle.x >= x && middle.x < x + mode->width && middle.y >= y && middle.y < y + mode->height) chosen = monitors[i];
  }
  if (!chosen) return;
  if (const GLFWvidmode* mode = glfwGetVideoMode(chosen))
    glfwSetWindowMonitor(window_, chosen, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void GlfwWindow::set_cursor(int imgui_cursor) {
  if (imgui_cursor == cursor_) return;
  cursor_ = imgui_cursor;
  glfwSetCursor(window_, imgui_cursor >= 0 && imgui_cursor < ImGuiMouseCursor_COUNT ? cursors_->all[static_cast<std::size_t>(imgui_cursor)] : nullptr);
}

void GlfwWindow::set_title(const std::string& title) { glfwSetWindowTitle(window_, title.c_str()); }

std::string GlfwWindow::clipboard() const {
  const char* text = glfwGetClipboardString(window_);
  glfwGetError(nullptr);  // an empty clipboard is none
  return text ? text : "";
}

void GlfwWindow::set_clipboard(const std::string& text) { glfwSetClipboardString(window_, text.c_str()); }

}  // namespace tenbo::shell
