#include "desk.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <glm/geometric.hpp>

#include "format.h"
#include "tenbo/base/file.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/image.h"

namespace tenbo::shell {
namespace {

constexpr float click_slack = 5;         // px at scale 1 before a press becomes a drag
constexpr double double_click_time = 0.4;  // s
constexpr float tap_slack = 24;            // px at scale 1 between two taps of one: a finger is no needle
constexpr double long_press_time = 0.6;    // s
constexpr double eye_height = 1.6;         // m above the ground, the lowest the camera goes

bool same(const scene::Camera& a, const scene::Camera& b) {
  return a.lon == b.lon && a.lat == b.lat && a.height == b.height && a.heading == b.heading && a.pitch == b.pitch && a.fov == b.fov;
}

// Keys that change a text field other than by writing into it.
bool edits(const KeyEvent& k) {
  return k.ctrl || k.key == GLFW_KEY_BACKSPACE || k.key == GLFW_KEY_DELETE || k.key == GLFW_KEY_ENTER || k.key == GLFW_KEY_ESCAPE ||
         k.key == GLFW_KEY_TAB || (k.key >= GLFW_KEY_RIGHT && k.key <= GLFW_KEY_UP) || k.key == GLFW_KEY_HOME || k.key == GLFW_KEY_END;
}

bool function_key(int key) { return key >= GLFW_KEY_F1 && key <= GLFW_KEY_F25; }

}  // namespace

Desk::Desk(runtime::Engine& engine, const runtime::TextTable& words, const Bindings& bindings, DeskHost host, DeskOptions options, Log& log)
    : engine_(engine), words_(words), bindings_(bindings), host_(std::move(host)), options_(std::move(options)), log_(log),
      ui_(engine, *engine.glyphs(), state_, bindings_,
          Words{&words_, [this] { return engine_.language(); }},
          {[this](Action a) { act(a); }, host_.clipboard, host_.set_clipboard, [this] { return anchor_at(glm::vec2(size_) * 0.5f); }}) {
  state_.user_scale = options_.ui_scale;
  state_.night = engine_.hud({16, 16}).night;
  last_camera_ = engine_.camera();
}

scene::GroundSampler Desk::ground() const {
  return [this](double lon, double lat) { return engine_.ground_height(lon, lat).value_or(std::nan("")); };
}

// Below ground that one sees through the camera may go.
void Desk::set_camera(const scene::Camera& camera) {
  const auto& layers = engine_.scene().layers;
  const bool through = std::any_of(layers.begin(), layers.end(), [](const auto& l) { return l.kind == scene::LayerKind::terrain && l.visible && l.opacity < 1; });
  engine_.set_camera(through ? camera : scene::keep_above(camera, ground(), eye_height));
}

bool Desk::fits(const InputEvent& event) {
  if (const auto* b = std::get_if<ButtonEvent>(&event)) {
    const unsigned bit = 1u << static_cast<unsigned>(b->button);
    if (seen_.buttons & bit || (!b->down && seen_.moved)) return false;  // a drag's last place is shown before its end
    seen_.buttons |= bit;
  } else if (std::holds_alternative<MoveEvent>(event) || std::holds_alternative<LeaveEvent>(event)) {
    if (seen_.buttons) return false;
    seen_.moved = true;
  } else if (const auto* k = std::get_if<KeyEvent>(&event)) {
    const auto [it, fresh] = seen_.keys.try_emplace(k->key, k->down);
    // A key held for less than a slow frame has still been held.
    const bool matters = edits(*k) || Bindings::is_held(bindings_.find({k->key, k->ctrl, k->shift, k->alt}));
    if (!fresh && it->second != k->down && matters) return false;
    it->second = k->down;
    if (edits(*k) && k->down) {
      if (field_due_ > 0) return false;
      if (seen_.characters) return false;
      seen_.editing = true;
    }
  } else if (std::holds_alternative<CharEvent>(event)) {
    if (seen_.editing || field_due_ > 0) return false;
    seen_.characters = true;
  }
  return true;
}

void Desk::input(glm::uvec2 size, double dt) {
  size_ = size;
  clock_ += dt;
  seen_ = {};
  if (field_due_ > 0) --field_due_;
  while (!queue_.empty() && fits(queue_.front())) {
    const InputEvent event = std::move(queue_.front());
    queue_.pop_front();
    dispatch(event);
  }
  // A finger that has stayed is a right click. One that has left meanwhile still has its end in the queue.
  if (press_ && press_->button == MouseButton::left && !press_->dragged && !press_->long_done && queue_.empty() &&
      clock_ - press_->begun >= long_press_time) {
    press_->long_done = true;
    pin(press_->at);
  }
  navigate(dt);
  glm::dvec3 way{0};  // right, ahead, up
  bool fast = false;
  for (const auto& [key, action] : held_) {
    if (action == Action::move_right) way.x += 1;
    if (action == Action::move_left) way.x -= 1;
    if (action == Action::move_forward) way.y += 1;
    if (action == Action::move_back) way.y -= 1;
    if (action == Action::move_up) way.z += 1;
    if (action == Action::move_down) way.z -= 1;
    fast |= action == Action::move_fast;
  }
  if (way == glm::dvec3(0)) return;
  const scene::Camera& c = engine_.camera();
  const double above = c.height - engine_.ground_height(c.lon, c.lat).value_or(0);
  way = glm::clamp(way, -1.0, 1.0) * scene::walk_speed(above) * (fast ? 4.0 : 1.0) * std::min(dt, 0.25);  // a slow frame is no leap
  set_camera(scene::walk(c, way.x, way.y, way.z));
}

void Desk::dispatch(const InputEvent& event) {
  ui_.feed(event);
  if (const auto* k = std::get_if<KeyEvent>(&event)) key(*k);
  else if (const auto* b = std::get_if<ButtonEvent>(&event)) b->down ? press(*b) : release(*b);
  else if (const auto* m = std::get_if<MoveEvent>(&event)) move(m->pixel);
  else if (const auto* s = std::get_if<ScrollEvent>(&event)) scroll(*s);
  else if (std::holds_alternative<LeaveEvent>(event)) {
    held_.clear();
    press_.reset();
    state_.cursor.reset();
  } else if (const auto* d = std::get_if<DropEvent>(&event)) {
    const Status added = engine_.add_paths(d->paths);
    report(added);
    if (added.ok()) {
      log_.info(fmt::format("window: opened {} dropped path(s)", d->paths.size()));
      state_.say(fmt::format("{} {}", words_.tr("drop.added", engine_.language()), d->paths.front().filename().string()));
    }
  }
}

void Desk::key(const KeyEvent& event) {
  if (!event.down) {
    held_.erase(event.key);
    return;
  }
  const Action action = bindings_.find({event.key, event.ctrl, event.shift, event.alt});
  if (action == Action::count) return;
  // While one types, keys are letters; only what no field uses still acts.
  const bool adds_mark = action == Action::markup_add && state_.markup.active;  // from its note and its author, too
  if (ui_.typing() && !function_key(event.key) && action != Action::find && action != Action::save && action != Action::clear && !adds_mark) return;
  if (adds_mark) ui_.stop_typing();  // or the field would put back the note that the mark has taken
  if (Bindings::is_held(action)) {
    held_[event.key] = action;
    return;
  }
  if (event.repeat && action != Action::step_back && action != Action::step_forward) return;
  act(action);
}

std::optional<geo::GeoPoint> Desk::anchor_at(glm::vec2 pixel) const {
  return scene::ground_under(engine_.camera(), glm::dvec2(pixel) + 0.5, viewport(), ground());
}

void Desk::press(const ButtonEvent& event) {
  if (ui_.covers(event.pixel)) return;
  ui_.stop_typing();
  state_.find_open = state_.bookmarks = state_.save = false;
  if (press_) return;  // one gesture at a time
  Press p;
  p.button = event.button;
  p.begun = clock_;
  p.at = p.last = event.pixel;
  p.start = engine_.camera();
  // Turning is about what is in the middle of the picture, all else about what is under the hand.
  const glm::vec2 middle = glm::vec2(size_) * 0.5f;
  p.anchor = anchor_at(event.button == MouseButton::middle ? middle : event.pixel);
  if (!p.anchor && event.button == MouseButton::middle) p.anchor = anchor_at(event.pixel);
  if (event.button == MouseButton::left && event.shift) p.button = MouseButton::middle;  // for hands without a middle button
  press_ = p;
}

void Desk::move(glm::vec2 pixel) {
  const bool over_panel = ui_.covers(pixel) && !press_;
  state_.cursor = over_panel ? std::nullopt : std::optional(pixel);
  probe_due_ = true;
  if (!press_ || press_->long_done) return;
  Press& p = *press_;
  const float slack = click_slack * std::max(1.0f, applied_scale_);
  if (!p.dragged && glm::length(pixel - p.at) < slack) return;
  if (!p.dragged) p.last = p.at;
  p.dragged = true;
  const glm::vec2 delta = pixel - p.last;
  p.last = pixel;
  const scene::Camera& now = engine_.camera();
  if (!p.anchor) set_camera(scene::turn(now, now.heading - delta.x * 0.1, now.pitch + delta.y * 0.1));  // the sky: turn the head
  else if (p.button == MouseButton::left) set_camera(scene::pan(p.start, *p.anchor, glm::dvec2(pixel) + 0.5, viewport()));
  else if (p.button == MouseButton::right) set_camera(scene::zoom(now, *p.anchor, std::exp(-delta.y * 0.006), viewport()));
  else set_camera(scene::orbit(now, *p.anchor, -delta.x * 0.25, -delta.y * 0.2, viewport()));
}

void Desk::release(const ButtonEvent& event) {
  if (!press_) return;
  const Press p = *press_;
  press_.reset();
  probe_due_ = true;
  if (p.dragged || p.long_done || event.button != MouseButton::left) {
    if (p.dragged) log_.info("camera: moved by hand");
    else if (event.button == MouseButton::right) pin(event.pixel);
    return;
  }
  // By the time the events came at, not by the frames they were dealt with in: those may be slow.
  const double now = event.time > 0 ? event.time : clock_;
  const bool twice = now - last_click_ < double_click_time && glm::length(event.pixel - last_click_at_) < tap_slack * std::max(1.0f, applied_scale_);
  last_click_ = twice ? -1 : now;
  last_click_at_ = event.pixel;
  if (twice && !state_.measure.active && !state_.markup.active) go_to(event.pixel);
  else if (!twice) click(event.pixel);
}

void Desk::scroll(const ScrollEvent& event) {
  if (ui_.covers(event.pixel)) return;
  if (event.alt) {  // two fingers move the map
    if (const auto under = anchor_at(event.pixel))
      set_camera(scene::pan(engine_.camera(), *under, glm::dvec2(event.pixel) + 0.5 + glm::dvec2(event.amount) * (40.0 * applied_scale_), viewport()));
    probe_due_ = true;
    return;
  }
  const auto middle = anchor_at(glm::vec2(size_) * 0.5f);
  if ((event.ctrl || event.amount.x != 0) && middle)
    set_camera(scene::orbit(engine_.camera(), *middle, event.amount.x * 4, event.ctrl ? event.amount.y * 3 : 0, viewport()));
  if (event.ctrl || event.amount.y == 0) return;
  const auto under = anchor_at(event.pixel);
  const double factor = std::pow(event.shift ? 0.95 : 0.82, std::clamp(event.amount.y, -8.0f, 8.0f));
  if (under || middle) set_camera(scene::zoom(engine_.camera(), under ? *under : *middle, factor, viewport()));
  probe_due_ = true;
}

void Desk::click(glm::vec2 pixel) {
  const glm::uvec2 at = glm::min(glm::uvec2(glm::max(pixel, glm::vec2(0))), size_ - 1u);
  const auto picked = engine_.pick(size_, at);
  if (state_.measure.active || state_.markup.active) {
    std::optional<geo::GeoPoint> point;
    if (picked) point = picked->position;
    else point = anchor_at(pixel);
    if (state_.markup.active) {
      if (point && state_.markup.kind == MarkKind::point) state_.markup.points.clear();  // one point: the last
      if (point) state_.markup.points.push_back(*point);
      return;
    }
    if (point) state_.measure.points.push_back(*point);
    log_.info(fmt::format("measure: {} point(s)", state_.measure.points.size()));
    return;
  }
  engine_.select(picked && picked->feature ? picked : std::nullopt);
  state_.card_filter.clear();
  if (picked && picked->feature) log_.info(fmt::format("picked: {} {}", picked->layer_name, picked->feature_id));
  else log_.info("picked: nothing");
}

void Desk::go_to(glm::vec2 pixel) {
  const auto target = anchor_at(pixel);
  if (!target) return;
  const auto& c = engine_.camera();
  const double distance = glm::length(geo::to_ecef(*target) - c.position());
  engine_.fly_to(scene::look_at(*target, std::max(120.0, distance * 0.35), c.heading, std::clamp(c.pitch, -60.0, -20.0), c.fov));
  log_.info("camera: go to");
}

// Keeps the probe on a place, or lets go of it where it is pinned already.
void Desk::pin(glm::vec2 pixel) {
  redraw_ = probe_due_ = true;
  if (state_.pin)
    if (const auto at = engine_.camera().project(geo::to_ecef(*state_.pin), viewport());
        at && glm::length(glm::vec2(*at) - pixel) < 0.5f * tap_slack * std::max(1.0f, applied_scale_)) {
      state_.pin.reset();
      log_.info("probe: unpinned");
      return;
    }
  state_.pin = anchor_at(pixel);
  if (state_.pin) {
    if (const auto ground = engine_.ground_height(state_.pin->lon, state_.pin->lat)) state_.pin->height = *ground;
    state_.probe = true;
  }
  log_.info(state_.pin ? "probe: pinned " + format_place(*state_.pin) : std::string("probe: nothing to pin"));
}

void Desk::navigate(double dt) {
  Nav& nav = state_.nav;
  constexpr const char* names[] = {"", "zoom in", "zoom out", "tilt up", "tilt down", "turn left", "turn right", "north"};
  if (std::exchange(state_.nav_begun, false)) log_.info(std::string("camera: ") + names[static_cast<int>(nav.move)]);
  if (nav.move == NavMove::none || (nav.left <= 0 && !nav.held)) return;
  const scene::Camera& now = engine_.camera();
  if (nav.move == NavMove::north) {
    scene::Camera to = now;
    if (const auto middle = anchor_at(glm::vec2(size_) * 0.5f)) to = scene::orbit(now, *middle, -now.heading, 0, viewport());
    else to.heading = 0;
    nav = {};
    engine_.fly_to(to, 0.6);
    return;
  }
  // A tap moves its whole way also where frames are slow; what is held does not leap.
  const double step = nav.held ? std::min(dt, 0.25) : std::min(dt, nav.left);
  nav.left = std::max(0.0, nav.left - step);
  const auto middle = anchor_at(glm::vec2(size_) * 0.5f);
  const auto turned = [&](double heading, double pitch) {
    return middle ? scene::orbit(now, *middle, heading, pitch, viewport()) : scene::turn(now, now.heading + heading, now.pitch + pitch);
  };
  switch (nav.move) {
    case NavMove::zoom_in: case NavMove::zoom_out:
      if (middle) set_camera(scene::zoom(now, *middle, std::exp((nav.move == NavMove::zoom_in ? -1.6 : 1.6) * step), viewport()));
      break;
    case NavMove::tilt_up: set_camera(turned(0, 30 * step)); break;
    case NavMove::tilt_down: set_camera(turned(0, -30 * step)); break;
    case NavMove::turn_left: set_camera(turned(-45 * step, 0)); break;
    case NavMove::turn_right: set_camera(turned(45 * step, 0)); break;
    default: break;
  }
  probe_due_ = true;
}

MapDrawing Desk::drawing(std::optional<geo::GeoPoint> pending) const {
  return {engine_, *engine_.glyphs(), state_.measure, state_.markup, state_.pin, pending, size_, runtime::metrics::unit * std::max(0.25f, applied_scale_), state_.night};
}

void Desk::step_time(int direction) {
  const auto& time = engine_.time();
  if (time.steps.empty()) return;
  const geo::Instant now = time.now.value_or(time.steps.front());
  std::optional<geo::Instant> to;
  for (const geo::Instant s : time.steps) {
    if (direction > 0 && s > now) {
      to = s;
      break;
    }
    if (direction < 0 && s < now) to = s;
  }
  engine_.set_playing(false);
  if (to) engine_.set_time(*to);
  log_.info("time: " + geo::format_utc(to.value_or(now)));
}

void Desk::play(bool reverse) {
  const auto& time = engine_.time();
  if (time.steps.empty()) return;
  if (time.playing && time.reverse == reverse) {
    engine_.set_playing(false);
  } else {
    // From the far end there is nothing left to play: begin again.
    const geo::Instant end = reverse ? time.steps.front() : time.steps.back();
    if (time.now && (reverse ? *time.now <= end : *time.now >= end)) engine_.set_time(reverse ? time.steps.back() : time.steps.front());
    engine_.set_playing(true, reverse);
  }
  log_.info(fmt::format("time: {}", engine_.time().playing ? (reverse ? "playing back" : "playing") : "stopped"));
}

void Desk::report(const Status& status) {
  if (status.ok()) return;
  log_.error(status.error().text());
  state_.say(status.error().text(), true);
}

void Desk::save() {
  if (engine_.scene().path.empty()) {
    if (state_.save_path.empty()) {
      std::error_code ignored;
      state_.save_path = (std::filesystem::current_path(ignored) / "scene.json").string();
    }
    state_.save = !state_.save;
    return;
  }
  const auto path = engine_.scene().path;
  const Status saved = engine_.save(path);
  report(saved);
  if (!saved.ok()) return;
  log_.info("saved: " + path.string());
  state_.say(words_.tr("save.done", engine_.language()) + " " + path.string());
}

Result<std::filesystem::path> Desk::screenshot() {
  std::error_code error;
  std::filesystem::create_directories(options_.screenshots, error);
  if (error) return Error{ErrorCode::io, "the folder for screenshots cannot be made: " + error.message(), options_.screenshots.string(), {}, "choose another with --screenshots"};
  const bool software = engine_.renderer() && engine_.renderer()->quality() == render::Quality::software;
  const MapDrawing drawn = drawing(std::nullopt);
  auto image = engine_.still_with(glm::max(size_, glm::uvec2(16)), software ? 4 : 8,  // without a GPU each sample is a wait
                                  [&](render::OverlayList& out) {
                                    draw_on_map(drawn, out);
                                    draw_detour(out);
                                  });
  if (!image) return image.error();
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::string stamp = format_jst({now / 1000 * 1000});
  std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
  std::replace(stamp.begin(), stamp.end(), ' ', '-');
  auto path = options_.screenshots / ("tenbo-" + stamp + ".png");
  for (int n = 2; file_stamp(path).exists; ++n) path = options_.screenshots / fmt::format("tenbo-{}-{}.png", stamp, n);
  if (const Status written = io::write_png(path, *image); !written.ok()) return written.error();
  return path;
}

void Desk::act(Action action) {
  const auto say = [&](std::string_view key) { state_.say(words_.tr(key, engine_.language())); };
  switch (action) {
    case Action::home: engine_.fly_to(engine_.home(static_cast<double>(size_.x) / std::max(1u, size_.y))); log_.info("camera: home"); break;
    case Action::find:
      state_.find_focus = state_.find_open = true;
      field_due_ = 3;
      break;
    case Action::measure:
      state_.measure.active = !state_.measure.active;
      state_.measure.clear();
      if (state_.measure.active) state_.style.open = state_.markup.active = false;
      break;
    case Action::markup:
      state_.markup.active = !state_.markup.active;
      state_.markup.points.clear();
      if (state_.markup.active) {
        state_.style.open = state_.measure.active = false;
        load_markup();
      }
      break;
    case Action::markup_add: add_mark(); break;
    case Action::bookmark: {
      std::string name = std::exchange(state_.bookmark_name, {});
      if (name.empty()) name = fmt::format("{} {}", words_.tr("bookmarks.view", engine_.language()), engine_.scene().views.size() + 1);
      engine_.add_bookmark(name);
      state_.say(words_.tr("bookmarks.added", engine_.language()) + " " + name);
      log_.info("bookmark: " + name);
      break;
    }
    case Action::style: state_.style.open = !state_.style.open; break;
    case Action::alarms: open_panel(state_.alarms.open, state_.feeds); break;
    case Action::feeds: open_panel(state_.feeds, state_.alarms.open); break;
    case Action::review: open_panel(state_.review.open, state_.alarms.open); if (state_.review.open) state_.feeds = false; break;
    case Action::ledger:
      state_.ledger.open = !state_.ledger.open;
      if (state_.ledger.open) state_.priority.open = state_.structures.open = state_.style.open = state_.measure.active = state_.markup.active = state_.alarms.open = state_.feeds = state_.forecast.open = state_.review.open = false;
      log_.info(state_.ledger.open ? "ledger: open" : "ledger: closed");
      break;
    case Action::priority:
      state_.priority.open = !state_.priority.open;
      if (state_.priority.open) state_.ledger.open = state_.structures.open = state_.style.open = state_.measure.active = state_.markup.active = state_.alarms.open = state_.feeds = state_.forecast.open = state_.review.open = false;
      log_.info(state_.priority.open ? "priority: open" : "priority: closed");
      break;
    case Action::section:
      open_panel(state_.section, state_.feeds);
      if (state_.section) state_.alarms.open = false;
      state_.section_cut = state_.section;
      break;
    case Action::structures:
      state_.structures.open = !state_.structures.open;
      if (state_.structures.open) state_.ledger.open = state_.priority.open = state_.style.open = state_.measure.active = state_.markup.active = state_.alarms.open = state_.feeds = state_.forecast.open = state_.review.open = false;
      log_.info(state_.structures.open ? "structures: open" : "structures: closed");
      break;
    case Action::layers: state_.layers = !state_.layers; break;
    case Action::clear:
      if (state_.help) state_.help = false;
      else if (state_.find_open || state_.bookmarks || state_.save) state_.find_open = state_.bookmarks = state_.save = false;
      else if (state_.style.open) state_.style.open = false;
      else if (state_.measure.active) state_.measure.active = !state_.measure.points.empty(), state_.measure.clear();
      else if (state_.markup.active) state_.markup.active = !state_.markup.points.empty(), state_.markup.points.clear();
      else if (state_.forecast.open) state_.forecast.open = false;
      else if (state_.pin) state_.pin.reset(), probe_due_ = true;
      else if (engine_.selected()) engine_.select(std::nullopt);
      else if (state_.ledger.row) state_.ledger.row.reset();
      else state_.ledger.open = state_.priority.open = state_.structures.open = state_.alarms.open = state_.feeds = state_.review.open = state_.section = false;
      break;
    case Action::play: play(false); break;
    case Action::play_reverse: play(true); break;
    case Action::step_back: step_time(-1); break;
    case Action::step_forward: step_time(1); break;
    case Action::water_mode: {
      using render::WaterMode;
      const WaterMode next = engine_.water_mode() == WaterMode::both ? WaterMode::classes
                             : engine_.water_mode() == WaterMode::classes ? WaterMode::surface : WaterMode::both;
      engine_.set_water_mode(next);
      const char* word = next == WaterMode::both ? "water.both" : next == WaterMode::classes ? "water.classes" : "water.surface";
      say(word);
      log_.info(std::string("water: ") + word);
      break;
    }
    case Action::night:
      state_.night = !state_.night;
      engine_.set_night(state_.night);
      log_.info(state_.night ? "theme: night" : "theme: day");
      break;
    case Action::language: {
      const bool japanese = engine_.language() == runtime::Language::ja;
      engine_.set_language(japanese ? runtime::Language::en : runtime::Language::ja);
      log_.info(japanese ? "language: en" : "language: ja");
      break;
    }
    case Action::fullscreen: if (host_.toggle_fullscreen) host_.toggle_fullscreen(); break;
    case Action::screenshot: {
      const auto path = screenshot();
      if (!path) {
        report(path.error());
        break;
      }
      log_.info("screenshot: " + path->string());
      state_.say(words_.tr("screenshot.done", engine_.language()) + " " + path->string());
      break;
    }
    case Action::help: state_.help = !state_.help; break;
    case Action::profile: state_.profile = !state_.profile; break;
    case Action::save: save(); break;
    case Action::undo:
      if (!restore_mark()) say(engine_.undo() ? "undo.done" : "undo.none");
      break;
    case Action::redo: say(engine_.redo() ? "redo.done" : "redo.none"); break;
    case Action::bigger: state_.user_scale = std::min(4.0f, state_.user_scale * 1.1f); break;
    case Action::smaller: state_.user_scale = std::max(0.5f, state_.user_scale / 1.1f); break;
    case Action::quit: if (host_.quit) host_.quit(); break;
    default: break;
  }
}

void Desk::probe_cursor() {
  if (press_ && press_->dragged) return;
  probe_due_ = false;
  since_probe_ = 0;
  if (!state_.cursor && !state_.pin) return;  // over a panel: what was read last stays to be read
  state_.ground_values.reset();
  state_.ground = state_.pin ? state_.pin : anchor_at(*state_.cursor);
  if (state_.ground) state_.ground_values = engine_.probe(state_.ground->lon, state_.ground->lat);
}

// Banners stand over everything; the panels begin below them.
float Desk::banner_height(const runtime::HudInput& hud) const {
  if (hud.banners.empty()) return 0;
  runtime::HudInput only;
  only.size = hud.size;
  only.ui_scale = hud.ui_scale;
  only.banners = hud.banners;
  only.words = hud.words;
  float height = 0;
  for (const auto& box : runtime::hud_boxes(only, *engine_.glyphs()))
    if (box.part == runtime::HudPart::banner) height = std::max(height, box.rect.w);
  return height;
}

Desk::Frame Desk::build(glm::uvec2 size, float content_scale, double dt) {
  size_ = size;
  const float scale = content_scale * state_.user_scale;
  if (scale != applied_scale_) engine_.set_ui_scale(applied_scale_ = scale);
  camera_moves_ = !same(engine_.camera(), last_camera_);
  last_camera_ = engine_.camera();
  since_probe_ += dt;
  if (probe_due_ || camera_moves_ || since_probe_ > 0.5 || (engine_.time().playing && since_probe_ > 0.1)) probe_cursor();

  tend_markup();
  tend_alarms();
  tend_impact();
  tend_priority();
  tend_structures();
  Frame frame;
  frame.hud = engine_.hud(size);
  frame.hud.panels = true;
  const bool measuring = state_.measure.active && !state_.measure.points.empty() && state_.cursor && !state_.pin && state_.ground;
  const MapDrawing drawn = drawing(measuring ? state_.ground : std::nullopt);
  for (int round = 0; round < 2; ++round) {  // again where a glyph page was dropped under what is drawn already
    const auto generation = engine_.glyphs()->generation();
    frame.overlay = {};
    draw_on_map(drawn, frame.overlay);
    ui_.build(size, scale, banner_height(frame.hud), round == 0 ? dt : 0, frame.overlay);
    if (engine_.glyphs()->generation() == generation) break;
  }
  frame.on_map = [this](render::OverlayList& out) { draw_detour(out); };
  redraw_ = false;
  if (state_.found_for != last_found_for_) {
    last_found_for_ = state_.found_for;
    if (!last_found_for_.empty()) log_.info(fmt::format("find: {}: {} found", last_found_for_, state_.found.size()));
  }
  const Rect& free = ui_.layout().clear;
  frame.hud.free_area = {free.x0, free.y0, free.x1, free.y1};
  frame.hud.foot_right = ui_.foot_right();
  for (const Rect& r : ui_.covered()) frame.hud.covered.emplace_back(r.x0, r.y0, r.x1, r.y1);
  return frame;
}

bool Desk::busy() const {
  const bool walking = std::any_of(held_.begin(), held_.end(), [](const auto& h) { return h.second != Action::move_fast; });
  return redraw_ || marks_.valid() || ranked_.valid() || counted_.valid() || list_written_.valid() || written_.valid() || state_.nav.left > 0 || state_.nav.held || !queue_.empty() || walking || (press_ && press_->dragged) || ui_.animating() || camera_moves_ || engine_.time().playing || !engine_.settled();
}

}  // namespace tenbo::shell
