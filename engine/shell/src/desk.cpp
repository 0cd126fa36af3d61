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
  const bool adds_mark = action == Action::markup_add && state_.tool == Panel::markup;  // from its note and its author, too
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

MapDrawing Desk::drawing(std::optional<geo::GeoPoint> pending) const {
  return {engine_, *engine_.glyphs(), state_.tool, state_.measure, state_.markup, state_.pin, pending, size_, runtime::metrics::unit * std::max(0.25f, applied_scale_), state_.night};
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
  const bool measuring = state_.tool == Panel::measure && !state_.measure.points.empty() && state_.cursor && !state_.pin && state_.ground;
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
