// tenbo [SCENE]: the window.
#include <cstdio>

#include "options.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "tenbo/shell/shell.h"

namespace tenbo::app {
namespace {

// The demo, where nothing else is asked for: beside the executable, or where tools/run makes it.
std::filesystem::path demo_scene() {
  std::error_code ec;
  for (const auto& candidate : {executable_dir() / "demo/demo.json", executable_dir() / "../demo/demo.json"})
    if (std::filesystem::exists(candidate, ec)) return std::filesystem::weakly_canonical(candidate, ec);
  return {};
}

}  // namespace

int run_viewer(const Options& given) {
  Options o = given;
  if (o.scene.empty()) {
    const auto demo = demo_scene();
    if (demo.empty())
      return report({exit_nothing, {ErrorCode::not_found, "the demo has not been made yet", "", "", "run tools/run, or tenbo make-city build/demo"}});
    o.scene = {demo.string()};
  }
  // Before a window: what is neither a file nor a command was mistyped.
  for (const auto& path : o.scene) {
    std::error_code ec;
    if (is_url(path) || std::filesystem::exists(path, ec) || path.find("{z}") != std::string::npos) continue;
    const auto near = path.find_first_of("./") == std::string::npos ? nearest(path, o.commands) : std::string();
    if (!near.empty())
      return report({exit_usage, {ErrorCode::invalid_argument, "\"" + path + "\" is neither a command nor a file", "", "", "did you mean \"" + near + "\"?"}});
    return report({exit_nothing, {ErrorCode::not_found, "there is no such file or folder", path, "", "check the path"}});
  }
  shell::ShellOptions options;
  auto size = parse_size(o.size, {1600, 900});
  if (!size) return report({exit_usage, size.error()});
  options.size = *size;
  options.fullscreen = o.fullscreen;
  options.ui_scale = o.ui_scale > 0 ? static_cast<float>(o.ui_scale) : 1.f;
  options.bindings = o.bindings;
  auto window = shell::Window::create(options);
  if (!window) return report({exit_nothing, window.error()});
  auto opened = begin_session(o, true, &(*window)->target());
  if (auto* e = std::get_if<OpenError>(&opened)) return report(*e);
  auto& session = *std::get<0>(opened);
  if (auto s = aim(session, o, false); !s) return report({exit_usage, s.error()});
  auto status = shell::run(*session.engine, **window, options, session.log);
  int result = status ? *status : report({exit_nothing, status.error()});
  const auto messages = session.engine->renderer()->validation_messages();
  for (const auto& m : messages) std::fprintf(stderr, "tenbo: validation: %s\n", m.c_str());
  if (!messages.empty()) result = exit_nothing;
  std::get<0>(opened)->engine.reset();  // before its window
  return result;
}

// A window whose feeds are a journal.
int run_replay(const Options& o) { return run_viewer(o); }

}  // namespace tenbo::app
