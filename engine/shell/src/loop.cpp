// The window's loop: events, engine, panels, picture. Rests when nothing moves.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "desk.h"
#include "sound.h"
#include "tenbo/base/file.h"
#include "window.h"

namespace tenbo::shell {
namespace {

// assets/lang beside the executable, under its prefix, or in the source tree.
std::filesystem::path language_folder(const ShellOptions& options) {
  if (!options.assets.empty()) return options.assets / "lang";
  std::filesystem::path dir = executable_dir();
  for (int up = 0; up < 5 && !dir.empty(); ++up, dir = dir.parent_path())
    for (const auto& candidate : {dir / "assets" / "lang", dir / "share" / "tenbo" / "assets" / "lang"})
      if (file_stamp(candidate / "ja.json").exists) return candidate;
  return "assets/lang";
}

constexpr double idle_wait = 0.1;       // s between looks at files and feeds while nothing moves
constexpr double listening_wait = 0.01;  // s, where messages may come at any moment
constexpr double idle_redraw = 0.5;     // s between pictures when the engine cannot say whether they would differ
constexpr double linger = 0.3;          // s of full rate after the last event: what it started has begun by then
constexpr double loading_frame = 0.05;  // s: while layers load their workers need the processor more than the picture does
constexpr int errors_in_a_row = 20;

geo::Instant wall_clock() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace

Result<int> run(runtime::Engine& engine, Window& window_base, const ShellOptions& options, Log& log) {
  auto* window = dynamic_cast<GlfwWindow*>(&window_base);
  if (!window || !engine.glyphs()) return Error{ErrorCode::invalid_argument, "the window needs an engine with graphics"};
  auto bindings = Bindings::load_or_default(options.bindings);
  if (!bindings) return bindings.error();
  auto words = runtime::TextTable::load(language_folder(options));
  if (!words) return words.error();
  DeskHost host;
  host.toggle_fullscreen = [window] { window->toggle_fullscreen(); };
  host.quit = [window] { window->close(); };
  host.clipboard = [window] { return window->clipboard(); };
  host.set_clipboard = [window](const std::string& text) { window->set_clipboard(text); };
  Sound sound;
  if (sound.possible()) host.sound = [&sound](int level) { sound.play(level); };
  else log.info("sound: none (neither pw-play, paplay nor aplay is installed)");
  Desk desk(engine, *words, *bindings, host, {options.screenshots, options.ui_scale}, log);

  using Clock = std::chrono::steady_clock;
  const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  const auto start = Clock::now();
  auto last = start, last_event = start, last_drawn = start - std::chrono::hours(1);
  std::uint64_t revision = 0;
  bool was_settled = false, first = true;
  int failures = 0;
  glm::uvec2 shown{0};
  while (!window->should_close()) {
    const bool lively = desk.busy() || seconds(Clock::now() - last_event) < linger;
    auto events = window->events(lively ? 0 : engine.listening() ? listening_wait : idle_wait);
    const auto now = Clock::now();
    const double dt = seconds(now - last);
    last = now;
    if (!events.empty()) last_event = now;
    for (auto& e : events) desk.post(std::move(e));
    if (options.close_after > 0 && seconds(now - start) > options.close_after) window->close();

    const glm::uvec2 size = window->framebuffer_size();
    if (size.x == 0 || size.y == 0) {  // minimised: time and feeds go on, nothing is drawn
      engine.update(dt);
      desk.tend_alarms();
      if (shown.x) log.info("window: minimised");
      shown = {0, 0};
      window->events(idle_wait).swap(events);
      for (auto& e : events) desk.post(std::move(e));
      continue;
    }
    if (size != shown) log.info(fmt::format("window: {}x{} at scale {:.2f}", size.x, size.y, window->content_scale()));
    const bool damaged = window->damaged() || size != shown;
    shown = size;
    desk.input(size, dt);
    engine.set_wall_clock(wall_clock());  // the age of what is live
    engine.update(dt);
    const std::uint64_t now_revision = engine.revision();
    const double since = seconds(now - last_drawn);
    const bool only_loading = !engine.settled() && seconds(now - last_event) > linger && !engine.time().playing;
    const bool due = damaged || lively || !events.empty() || desk.busy() ||
                     (now_revision ? now_revision != revision : since > idle_redraw);
    if (!due || (only_loading && !damaged && since < loading_frame)) {
      if (only_loading) {
        auto more = window->events(std::max(0.005, loading_frame - since));
        if (!more.empty()) last_event = Clock::now();
        for (auto& e : more) desk.post(std::move(e));
      }
      continue;
    }
    revision = now_revision;
    auto frame = desk.build(size, window->content_scale(), std::min(since, 1.0));
    window->set_cursor(desk.ui().cursor());
    const Status drawn = engine.present(size, frame.hud, frame.overlay, frame.on_map);
    last_drawn = now;
    for (const auto& note : window->notes()) log.info("window: " + note);
    if (drawn.ok()) {
      failures = 0;
      if (std::exchange(first, false)) log.info("window: first frame");
    } else {
      log.error(drawn.error().text());
      if (++failures >= errors_in_a_row) return drawn.error();
    }
    if (engine.settled() && !std::exchange(was_settled, true)) log.info("window: loaded");
  }
  log.info("window: closed");
  return 0;
}

}  // namespace tenbo::shell
