// Mouse, finger and wheel over the picture, and the buttons of the camera.
#include "desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

#include "format.h"
#include "tenbo/geo/ellipsoid.h"

namespace tenbo::shell {
namespace {

constexpr float click_slack = 5;         // px at scale 1 before a press becomes a drag
constexpr double double_click_time = 0.4;  // s
constexpr float tap_slack = 24;            // px at scale 1 between two taps of one: a finger is no needle

}  // namespace

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
  if (twice && !places_points()) go_to(event.pixel);
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
  if (places_points()) {
    std::optional<geo::GeoPoint> point;
    if (picked) point = picked->position;
    else point = anchor_at(pixel);
    if (state_.tool == Panel::markup) {
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

bool Desk::places_points() const { return state_.tool == Panel::measure || state_.tool == Panel::markup; }

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

}  // namespace tenbo::shell
