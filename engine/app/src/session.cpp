#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <tuple>

#include "options.h"
#include "tenbo/base/pages.h"
#include "tenbo/base/terminal.h"
#include "tenbo/base/text.h"
#include "tenbo/geo/instant.h"
#include "tenbo/io/cache.h"
#include "tenbo/runtime/picture_size.h"

namespace tenbo::app {
namespace {

// "a,b,c" to exactly `count` finite numbers.
bool numbers(const std::string& text, char separator, std::size_t count, double* out) {
  const char* p = text.data();
  const char* end = p + text.size();
  for (std::size_t i = 0; i < count; ++i) {
    while (p < end && *p == ' ') ++p;
    const auto [next, ec] = std::from_chars(p, end, out[i]);
    if (ec != std::errc{} || !std::isfinite(out[i])) return false;
    p = next;
    while (p < end && *p == ' ') ++p;
    if (i + 1 < count) {
      if (p == end || *p != separator) return false;
      ++p;
    }
  }
  return p == end;
}

Error wrong(const char* option, const std::string& found, const char* expected) {
  return {ErrorCode::invalid_argument, "\"" + found + "\" is not " + expected, "", option, ""};
}

// Says on a terminal that something is still being looked into, as an archive that is unpacked, until it ends.
class Opening {
 public:
  explicit Opening(const std::vector<std::string>& what) {
    if (what.empty() || !stderr_is_terminal()) return;
    thread_ = std::thread([this, name = what.front()] {
      const auto begun = std::chrono::steady_clock::now();
      bool shown = false;
      std::unique_lock lock(mutex_);
      while (!end_.wait_for(lock, std::chrono::milliseconds(200), [this] { return ended_; })) {
        std::fprintf(stderr, "\r\033[Kopening %s  %.1f s", name.c_str(), std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
        std::fflush(stderr);
        shown = true;
      }
      if (shown) std::fputs("\r\033[K", stderr);
    });
  }
  ~Opening() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    end_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  std::thread thread_;
};

class ProgressBar {
 public:
  explicit ProgressBar(const runtime::Engine& engine) : engine_(engine), on_(stderr_is_terminal()) {}
  ~ProgressBar() { if (shown_) std::fputs("\r\033[K", stderr); }
  void show() {
    if (!on_) return;
    std::string line;
    const auto layers = engine_.layers();
    const auto total = layers.size();
    std::size_t done = total;
    double parts = 0;  // of layers on their way
    for (const auto& l : layers) {
      if (l.state != runtime::LayerState::loading && l.state != runtime::LayerState::waiting) continue;
      --done;
      parts += std::clamp(l.progress, 0.0, 1.0);
      if (line.empty()) line = (l.progress >= 0 ? fmt::format("{} {:3.0f} %", l.name, l.progress * 100) : l.name) + (l.rate.empty() ? "" : "  " + l.rate);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    const double share = total ? (static_cast<double>(done) + parts) / static_cast<double>(total) : 1;
    const int width = 24, filled = static_cast<int>(width * std::min(share, 1.0));
    const std::string rest = share > 0.01 ? fmt::format(", about {:.0f} s left", seconds / share * (1 - std::min(share, 1.0))) : "";
    std::fprintf(stderr, "\r\033[K[%s%s] %zu/%zu layers  %.1f s%s  %s", std::string(static_cast<std::size_t>(filled), '#').c_str(),
                 std::string(static_cast<std::size_t>(width - filled), '.').c_str(), done, total, seconds, rest.c_str(), line.c_str());
    std::fflush(stderr);
    shown_ = true;
  }

 private:
  const runtime::Engine& engine_;
  bool on_, shown_ = false;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

LogLevel level_of(const std::string& word) {
  if (word == "debug") return LogLevel::debug;
  if (word == "info") return LogLevel::info;
  if (word == "error") return LogLevel::error;
  return LogLevel::warning;
}

}  // namespace

Result<glm::uvec2> parse_size(const std::string& text, glm::uvec2 fallback) {
  if (text.empty()) return fallback;
  double v[2];
  if (!numbers(text, 'x', 2, v) || v[0] < 1 || v[1] < 1 || v[0] > 16384 || v[1] > 16384 || v[0] != std::floor(v[0]) || v[1] != std::floor(v[1]))
    return wrong("--size", text, "a size such as 1920x1080 (1 to 16384 pixels each)");
  return glm::uvec2(v[0], v[1]);
}

Result<glm::uvec2> parse_pixel(const std::string& text) {
  double v[2];
  if (!numbers(text, ',', 2, v) || v[0] < 0 || v[1] < 0 || v[0] != std::floor(v[0]) || v[1] != std::floor(v[1]) || v[0] > 16384 || v[1] > 16384)
    return wrong("--pixel", text, "a pixel such as 960,540 (0,0 is the top left)");
  return glm::uvec2(v[0], v[1]);
}

Result<std::pair<double, double>> parse_lon_lat(const std::string& text) {
  double v[2];
  if (!numbers(text, ',', 2, v) || std::abs(v[0]) > 360 || std::abs(v[1]) > 90)
    return wrong("--at", text, "a place lon,lat in degrees such as 139.767,35.681");
  return std::pair(v[0], v[1]);
}

Result<scene::Camera> parse_camera(const std::string& text, double fov) {
  double v[5];
  if (!numbers(text, ',', 5, v) || std::abs(v[0]) > 360 || std::abs(v[1]) > 90 || std::abs(v[2]) > 1e8 || std::abs(v[3]) > 3600 || std::abs(v[4]) > 90)
    return wrong("--camera", text, "lon,lat,height,heading,pitch such as 139.767,35.681,800,0,-35 (degrees and metres; pitch from -90 to 90)");
  scene::Camera c;
  c.lon = v[0];
  c.lat = v[1];
  c.height = v[2];
  c.heading = v[3];
  c.pitch = v[4];
  if (fov > 0) c.fov = fov;
  return c;
}

bool Session::any_ready() const {
  for (const auto& l : engine->layers()) if (l.state == runtime::LayerState::ready) return true;
  return false;
}
bool Session::any_failed() const {
  for (const auto& l : engine->layers())
    if (l.state == runtime::LayerState::failed || !l.diagnostics.errors.empty()) return true;
  return false;
}

int report(const OpenError& e) {
  std::fprintf(stderr, "tenbo: %s\n", e.error.text().c_str());
  return e.status;
}

void report_layers(const Session& session) {
  for (const auto& l : session.engine->layers()) {
    if (l.state == runtime::LayerState::failed) continue;  // the engine has logged it
    for (const auto& e : l.diagnostics.errors) std::fprintf(stderr, "tenbo: layer \"%s\": %s\n", l.name.c_str(), e.text().c_str());
  }
}

std::variant<std::unique_ptr<Session>, OpenError> begin_session(const Options& o, bool graphics, const render::WindowTarget* target) {
  auto size = parse_size(o.size, {1920, 1080});
  if (!size) return OpenError{exit_usage, size.error()};
  std::optional<geo::Instant> time, from, to, issue;
  for (const auto& [text, at, option] : {std::tuple(&o.time, &time, "--time"), {&o.from, &from, "--from"}, {&o.to, &to, "--to"}, {&o.issue, &issue, "--issue"}}) {
    if (text->empty()) continue;
    auto t = geo::parse_instant(*text);
    if (!t) {
      auto e = t.error();
      e.place = option;
      return OpenError{exit_usage, e};
    }
    *at = *t;
  }
  if (from && to && *to < *from) return OpenError{exit_usage, Error{ErrorCode::invalid_argument, "the end lies before the beginning", "", "--to", ""}};
  if (!o.camera.empty())
    if (auto c = parse_camera(o.camera, o.fov); !c) return OpenError{exit_usage, c.error()};
  std::vector<std::filesystem::path> paths(o.scene.begin(), o.scene.end());
  auto scene = [&] {
    const Opening opening(o.scene);
    return runtime::Engine::scene_for(paths);
  }();
  if (!scene) return OpenError{exit_nothing, scene.error()};
  if (o.exchange_axes)
    for (auto& layer : scene->layers)
      if (!layer.exchange_axes) layer.exchange_axes = true;
  for (auto& layer : scene->layers) layer.allow_hosts.insert(layer.allow_hosts.end(), o.allow_hosts.begin(), o.allow_hosts.end());
  if (!o.view.empty()) {
    std::vector<std::string> names;
    bool found = false;
    for (const auto& v : scene->views) { names.push_back(v.name); found |= v.name == o.view; }
    if (!found && o.view != "home") {
      std::string list;
      for (const auto& n : names) list += (list.empty() ? "" : ", ") + n;
      const auto near = nearest(o.view, names);
      return OpenError{exit_usage, Error{ErrorCode::invalid_argument, "the scene has no view \"" + o.view + "\"; it has: home" + (list.empty() ? "" : ", ") + list,
                                         "", "--view", near.empty() ? "" : "did you mean \"" + near + "\"?"}};
    }
  }
  const std::uint64_t ram = o.ram ? o.ram : static_cast<std::uint64_t>(std::max(0.0, static_cast<double>(scene->ram_mib)) * (1 << 20));
  if (ram && ram <= small_ram) return_freed_memory();
  auto session = std::make_unique<Session>(level_of(o.log_level));
  session->size = *size;
  runtime::EngineOptions e;
  e.graphics = graphics;
  e.geoid = o.geoid;
  e.language = o.language == "en" ? runtime::Language::en : runtime::Language::ja;
  e.ram = o.ram;
  e.vram = o.vram;
  e.cache = io::cache_root(o.cache);
  if (!o.cache.empty()) e.http_cache = e.cache.empty() ? e.cache : e.cache / "http";
  if (o.cache_limit) e.bake_cache_bytes = o.cache_limit;
  if (o.bake_from) e.bake_from = o.bake_from;
  // A picture must not depend on what happens to be in a cache: without a window bakes are used where they are asked for.
  if (o.bakes == "on" || (o.bakes.empty() && target)) e.bakes = target ? runtime::BakeUse::make : runtime::BakeUse::existing;
  e.ui_scale = o.ui_scale > 0 ? static_cast<float>(o.ui_scale) : std::max(0.75f, static_cast<float>(size->y) / 1080.f);
  const char* env = std::getenv("TENBO_VALIDATION");
  e.renderer.validation = o.validation || (env && *env && std::string(env) != "0");
  e.renderer.device = o.device;
  const std::string& quality = o.quality.empty() ? scene->quality : o.quality;
  e.renderer.quality_set = !quality.empty();
  e.renderer.drawing = o.drawing == "gpu-driven" ? render::Drawing::gpu_driven : o.drawing == "direct" ? render::Drawing::direct : render::Drawing::automatic;
  e.renderer.quality = quality == "wall" ? render::Quality::wall : quality == "software" ? render::Quality::software : render::Quality::balanced;
  e.renderer.window = target;
  // Whatever has no window connects to nothing.
  if (!o.journal.empty()) e.feeds = {runtime::FeedUse::Source::journal, o.journal, target ? from : time, target ? to : std::nullopt, target ? o.speed : 0};
  else if (target) e.feeds.source = runtime::FeedUse::Source::connect;
  auto engine = runtime::Engine::create(e, session->jobs, session->log);
  if (!engine) return OpenError{exit_nothing, engine.error()};
  session->engine = std::move(*engine);
  runtime::expect_picture(*session->engine, *size);
  session->engine->set_night(o.night);
  if (o.mode == "classes") session->engine->set_water_mode(render::WaterMode::classes);
  if (o.mode == "surface") session->engine->set_water_mode(render::WaterMode::surface);
  if (target && o.fov > 0) {  // what is framed as it arrives is framed with it
    auto camera = session->engine->camera();
    camera.fov = o.fov;
    session->engine->set_camera(camera);
  }
  if (auto s = session->engine->open(std::move(*scene)); !s) return OpenError{exit_nothing, s.error()};
  return session;
}

Status aim(Session& session, const Options& o, bool loaded) {
  auto& engine = *session.engine;
  const bool named = !o.camera.empty() || (!o.view.empty() && o.view != "home");
  const bool known = loaded || named || (engine.scene().home && (!o.view.empty() || o.fov > 0));
  auto camera = engine.home(static_cast<double>(session.size.x) / session.size.y);
  if (!o.view.empty())
    for (const auto& v : engine.scene().views) if (v.name == o.view) camera = v.camera;
  if (!o.camera.empty()) {
    auto c = parse_camera(o.camera, o.fov);
    if (!c) return c.error();
    camera = *c;
  }
  if (o.fov > 0) camera.fov = o.fov;
  if (known) engine.set_camera(camera);
  if (!o.time.empty()) {
    auto t = geo::parse_instant(o.time);
    if (!t) return t.error();
    engine.set_time(*t);
  }
  return {};
}

std::variant<std::unique_ptr<Session>, OpenError> open_session(const Options& o, bool graphics) {
  const auto begun = std::chrono::steady_clock::now();
  auto opened = begin_session(o, graphics, nullptr);
  auto* session = std::get_if<std::unique_ptr<Session>>(&opened);
  if (!session) return opened;
  if ((*session)->engine->layers().empty())
    return OpenError{exit_nothing, {ErrorCode::not_found, "the scene has no layers: there is nothing to show", o.scene.front(), "$.layers", "name one: {\"path\": ...}"}};
  ProgressBar bar(*(*session)->engine);
  // A view that needs no layer to be known is looked at from the start: what streams is not read for another one first.
  if (!o.camera.empty() || (!o.view.empty() && o.view != "home"))
    if (auto s = aim(**session, o); !s) return OpenError{exit_usage, s.error()};
  (*session)->engine->settle([&] { bar.show(); });
  if (!o.issue.empty())
    if (auto s = (*session)->engine->show_issue(*geo::parse_instant(o.issue)); !s) return OpenError{exit_usage, s.error()};
  if (!o.member.empty() || o.threshold || o.changed)
    if (auto s = (*session)->engine->show_member(o.member, o.threshold, o.changed); !s) return OpenError{exit_usage, s.error()};
  if (auto s = aim(**session, o); !s) return OpenError{exit_usage, s.error()};
  (*session)->engine->settle([&] { bar.show(); });
  (*session)->load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  report_layers(**session);
  return opened;
}

}  // namespace tenbo::app
