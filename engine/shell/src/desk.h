#pragma once
// Everything between events and a frame: who gets the event (panels, tools, camera), what keys ask for, and what is
// then drawn. Needs no window, so that tests sit at the same desk as people. [main]
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>

#include "events.h"
#include "map_drawing.h"
#include "state.h"
#include "tenbo/base/log.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/runtime/text_table.h"
#include "tenbo/scene/camera_controls.h"
#include "tenbo/shell/bindings.h"
#include "ui.h"

namespace tenbo::shell {

struct DeskHost {
  std::function<void()> toggle_fullscreen, quit;
  std::function<std::string()> clipboard;
  std::function<void(const std::string&)> set_clipboard;
  std::function<void(int level)> sound;  // a tone for an alarm; empty: there is none
};
struct DeskOptions {
  std::filesystem::path screenshots = "screenshots";  // folder, made when needed
  float ui_scale = 1;
  std::filesystem::path markup = ".";  // folder for the mark-up of what has no scene file
};

class Desk {
 public:
  Desk(runtime::Engine& engine, const runtime::TextTable& words, const Bindings& bindings, DeskHost host, DeskOptions options, Log& log);

  void post(InputEvent event) { queue_.push_back(std::move(event)); }
  // Deals with the events that fit into this frame; ImGui sees at most one change of each button and key a frame, so
  // that a click within one slow frame is a click. Moves the camera by what is held down.
  void input(glm::uvec2 size, double dt);
  // Builds the panels.
  struct Frame { runtime::HudInput hud; render::OverlayList overlay; runtime::Engine::DrawOnMap on_map; };  // on_map: under the hud
  Frame build(glm::uvec2 size, float content_scale, double dt);
  void tend_alarms();  // their sound; also where nothing is drawn (desk_alarms.cpp)
  // More frames are wanted now: events wait, something moves or eases.
  bool busy() const;

  void act(Action action);
  State& state() { return state_; }
  Ui& ui() { return ui_; }
  // Draws a still of the last size and writes it; the path, for the log and tests.
  Result<std::filesystem::path> screenshot();

 private:
  struct Press {
    double begun = 0;       // s of clock_
    bool long_done = false;  // it was a long press, and has done what that does
    MouseButton button = MouseButton::left;
    glm::vec2 at{0}, last{0};
    bool dragged = false;
    scene::Camera start;
    std::optional<geo::GeoPoint> anchor;
  };
  bool fits(const InputEvent& event);
  void dispatch(const InputEvent& event);
  void key(const KeyEvent& event);
  // pointer (desk_pointer.cpp)
  void press(const ButtonEvent& event);
  void release(const ButtonEvent& event);
  void move(glm::vec2 pixel);
  void scroll(const ScrollEvent& event);
  void click(glm::vec2 pixel);
  bool places_points() const;  // clicks set points of a tool
  void go_to(glm::vec2 pixel);
  void pin(glm::vec2 pixel);
  void navigate(double dt);
  MapDrawing drawing(std::optional<geo::GeoPoint> pending) const;
  // actions (desk_actions.cpp)
  bool toggle(Panel panel);
  void step_time(int direction);
  void play(bool reverse);
  void save();
  void probe_cursor();
  // mark-up (desk_markup.cpp)
  std::filesystem::path markup_file() const;
  void load_markup();
  void add_mark();
  bool restore_mark();
  void tend_markup();
  Result<std::vector<Mark>> marks_now() const;
  // the ledger (desk_impact.cpp)
  struct Marking {
    std::string layer;
    std::shared_ptr<const runtime::ImpactReport> report;
    LedgerRow row;
    std::optional<std::size_t> step;
    friend bool operator==(const Marking&, const Marking&) = default;
  };
  void tend_impact();
  void go_to_asset(const runtime::ImpactReport& report, std::uint32_t asset);
  void mark_row(const std::shared_ptr<const runtime::ImpactReport>& report);
  void write_ledger(std::shared_ptr<const runtime::ImpactReport> report, bool gpkg);
  // the priority list (desk_priority.cpp)
  void tend_priority();
  // the panel of structures (desk_structures.cpp)
  void tend_structures();
  void go_to_structure(const StructuresTool::Source& source, const inspection::Register& records, std::uint32_t structure);
  void draw_detour(render::OverlayList& out) const;
  void write_priority();
  void write_sheet();
  std::optional<geo::GeoPoint> anchor_at(glm::vec2 pixel) const;
  scene::GroundSampler ground() const;
  void set_camera(const scene::Camera& camera);  // kept above the ground
  glm::dvec2 viewport() const { return glm::dvec2(size_); }
  float banner_height(const runtime::HudInput& hud) const;
  void report(const Status& status);

  runtime::Engine& engine_;
  const runtime::TextTable& words_;
  Bindings bindings_;
  DeskHost host_;
  DeskOptions options_;
  Log& log_;
  State state_;
  Ui ui_;
  std::deque<InputEvent> queue_;
  struct Seen { unsigned buttons = 0; bool characters = false, editing = false, moved = false; std::map<int, bool> keys; } seen_;  // of this frame
  int field_due_ = 0;  // frames until the find box has the keyboard: what is typed meanwhile waits for it
  std::map<int, Action> held_;
  std::optional<Press> press_;
  glm::uvec2 size_{1, 1};
  double clock_ = 0, last_click_ = -1;  // s
  glm::vec2 last_click_at_{0};
  bool probe_due_ = true;
  bool redraw_ = false;  // something changed without an event
  double since_probe_ = 0;
  scene::Camera last_camera_;
  bool camera_moves_ = false;
  float applied_scale_ = 0;
  std::string last_found_for_;
  std::optional<std::filesystem::path> alarms_of_;  // scene whose word on sound has been taken
  std::optional<Marking> marking_;  // whose objects stand out, or will
  std::future<std::shared_ptr<const std::set<std::string, std::less<>>>> marks_;
  std::future<std::shared_ptr<const runtime::PriorityReport>> ranked_;
  std::future<std::shared_ptr<const StructuresAnswer>> counted_;
  std::optional<std::uint32_t> filtered_;  // layer whose markers follow the panel of structures
  std::future<Result<std::filesystem::path>> list_written_;
  std::future<Result<std::filesystem::path>> written_;
  std::filesystem::path markup_of_, markup_seen_;  // file that state_.markup.marks are of, and the last that was looked for
};

}  // namespace tenbo::shell
