#pragma once
// The window as the loop sees it.
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "events.h"
#include "tenbo/shell/shell.h"

struct GLFWwindow;

namespace tenbo::shell {

class GlfwWindow final : public Window {
 public:
  ~GlfwWindow() override;
  const render::WindowTarget& target() const override { return target_; }

  // Waits at most `seconds` for something to happen (0 = only looks), then hands over what did, in order.
  std::deque<InputEvent> events(double seconds);
  bool should_close() const;
  void close();
  bool damaged();  // resized, uncovered or brought back since the last call
  glm::uvec2 framebuffer_size() const;
  float content_scale() const;
  void toggle_fullscreen();
  void set_cursor(int imgui_cursor);
  void set_title(const std::string& title);
  std::vector<std::string> notes() { return std::exchange(notes_, {}); }  // what happened to surface and swapchain
  std::string clipboard() const;
  void set_clipboard(const std::string& text);

 private:
  friend class Window;
  GlfwWindow() = default;
  void listen();
  void pretend_faults(const std::string& text);
  glm::vec2 pixel(double x, double y) const;  // window coordinates to framebuffer px

  GLFWwindow* window_ = nullptr;
  bool glfw_ = false;
  render::WindowTarget target_;
  std::deque<InputEvent> queue_;
  std::vector<std::string> notes_;
  struct Fault { std::string call; int countdown = 0; std::int32_t result = 0; };
  std::vector<Fault> faults_;
  bool damaged_ = true;
  bool shift_ = false, ctrl_ = false, alt_ = false;
  glm::vec2 at_{0};  // px: the cursor as of the last event, not as of now: a slow frame meets a press long after it
  struct Cursors;
  std::unique_ptr<Cursors> cursors_;
  int cursor_ = 0;
  glm::ivec2 windowed_at_{0}, windowed_size_{1600, 900};
};

}  // namespace tenbo::shell
