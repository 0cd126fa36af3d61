#pragma once
// The window: opened before the engine (the renderer needs its surface), then run until it is closed. [main]
#include <filesystem>
#include <glm/vec2.hpp>
#include <memory>
#include <string>

#include "tenbo/base/log.h"
#include "tenbo/base/result.h"
#include "tenbo/render/renderer.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/shell/bindings.h"

namespace tenbo::shell {

struct ShellOptions {
  glm::uvec2 size{1600, 900};               // of the window, in the display's own units
  std::string title = "Tenbo";
  bool fullscreen = false;
  float ui_scale = 1;                       // times the display's own scale
  std::filesystem::path bindings;           // --bindings; empty = the user's file, else the defaults
  std::filesystem::path screenshots = "screenshots";  // folder for F12
  std::filesystem::path assets;             // for the language files; empty = as the engine finds them
  double close_after = 0;                   // s; 0 = when a person closes it
};

class Window {
 public:
  // Fails with a clear message where there is no display or no Vulkan loader.
  static Result<std::unique_ptr<Window>> create(const ShellOptions& options);
  virtual ~Window() = default;
  // For RendererOptions::window; lives as long as the window, which must outlive the renderer.
  virtual const render::WindowTarget& target() const = 0;
};

// Runs until the window is closed; the exit status. Errors of one frame are reported and the loop goes on; a device that
// stays lost ends it. Every step a person takes leaves a line in the log ("picked: ...", "screenshot: ...").
Result<int> run(runtime::Engine& engine, Window& window, const ShellOptions& options, Log& log);

}  // namespace tenbo::shell
