// What keys and buttons ask for, done.
#include "desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "format.h"
#include "tenbo/base/file.h"
#include "tenbo/io/image.h"

namespace tenbo::shell {

// Opens or closes; what it is now. A list leaves what is picked beside it, another panel takes its place.
bool Desk::toggle(Panel p) {
  if (state_.shows(p)) return state_.close(p), false;
  state_.open(p);
  if (!is_tool(p) && !is_list(p)) engine_.select(std::nullopt);
  return true;
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
      toggle(Panel::measure);
      state_.measure.clear();
      break;
    case Action::markup:
      state_.markup.points.clear();
      if (toggle(Panel::markup)) load_markup();
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
    case Action::style: toggle(Panel::style); break;
    case Action::alarms: toggle(Panel::alarms); break;
    case Action::feeds: toggle(Panel::feeds); break;
    case Action::review: toggle(Panel::review); break;
    case Action::ledger: log_.info(toggle(Panel::ledger) ? "ledger: open" : "ledger: closed"); break;
    case Action::priority: log_.info(toggle(Panel::priority) ? "priority: open" : "priority: closed"); break;
    case Action::structures: log_.info(toggle(Panel::structures) ? "structures: open" : "structures: closed"); break;
    case Action::section: state_.section_cut = toggle(Panel::section); break;
    case Action::layers: state_.layers = !state_.layers; break;
    case Action::clear:
      if (state_.help) state_.help = false;
      else if (state_.find_open || state_.bookmarks || state_.save) state_.find_open = state_.bookmarks = state_.save = false;
      else if (state_.tool == Panel::measure && !state_.measure.points.empty()) state_.measure.clear();
      else if (state_.tool == Panel::markup && !state_.markup.points.empty()) state_.markup.points.clear();
      else if (state_.tool != Panel::none) state_.tool = Panel::none;
      else if (state_.pin) state_.pin.reset(), probe_due_ = true;
      else if (engine_.selected()) engine_.select(std::nullopt);
      else if (state_.ledger.row) state_.ledger.row.reset();
      else state_.panel = Panel::none;
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

}  // namespace tenbo::shell
