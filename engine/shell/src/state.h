#pragma once
// What the window remembers that is not the engine's: which panels are open, what is being typed or measured.
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ledger.h"
#include "markup.h"
#include "measure.h"
#include "priority.h"
#include "structures.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::shell {

struct Toast {
  std::string text;
  bool error = false;
  double left = 4;  // seconds on screen
};

// What the column on the right can hold. A tool stands before the panel that is open, which comes back when the tool is put down.
enum class Panel { none, style, measure, markup, forecast, ledger, priority, structures, section, review, alarms, feeds };
constexpr bool is_tool(Panel p) { return p >= Panel::style && p <= Panel::forecast; }
constexpr bool is_list(Panel p) { return p >= Panel::ledger && p <= Panel::structures; }  // keeps its place above the card of what is picked

struct MeasureTool {
  std::vector<geo::GeoPoint> points;
  std::vector<ProfilePoint> profile;  // of `points`, made again when `profile_of` differs from their number
  std::size_t profile_of = 0;
  void clear() { points.clear(), profile.clear(), profile_of = 0; }
};

struct MarkupTool {
  MarkKind kind = MarkKind::point;
  std::vector<geo::GeoPoint> points;   // of the mark that is being drawn
  std::string note, author;
  std::vector<Mark> marks;             // as they stand in the file
  std::optional<std::size_t> remove;   // asked for in the panel
  std::vector<std::pair<std::size_t, Mark>> removed;  // in this run, and where they stood: undo brings the last one back while the tool is open
};

struct AlarmTool {
  bool sound = true;      // of alarms that are raised
  bool can_sound = true;  // there is something that plays it
  std::string by;         // who acknowledges, remembered for the run
};

struct ForecastTool {
  bool typing = false;                  // the threshold is being written
  std::optional<std::uint32_t> layer;   // of the card and of the time bar's words
  std::string threshold;
};

// Records whose 3D model a person must choose.
struct ReviewTool {
  std::string by;  // who says so, remembered for the run
};

struct StructureTool {
  std::optional<std::pair<std::uint32_t, std::uint32_t>> photo;  // of a structure and its defect: the one that is shown large
};

struct StyleTool {
  std::optional<std::uint32_t> layer;
  int classes = 5;
  int ramp = 0;
  std::string filter, error;
};

// A button of the camera's column: moves for as long as it is held, and a little when tapped.
enum class NavMove { none, zoom_in, zoom_out, tilt_up, tilt_down, turn_left, turn_right, north };
struct Nav {
  NavMove move = NavMove::none;
  double left = 0;    // s still to move
  bool held = false;
};

struct State {
  Panel tool = Panel::none, panel = Panel::none;  // what is open on the right
  bool shows(Panel p) const { return p != Panel::none && (tool == p || panel == p); }
  void open(Panel p) {
    tool = is_tool(p) ? p : Panel::none;
    if (!is_tool(p)) panel = p;
  }
  void close(Panel p) {
    if (tool == p) tool = Panel::none;
    if (panel == p) panel = Panel::none;
  }
  bool layers = true, help = false, profile = false, bookmarks = false, save = false, probe = true, night = false;
  float user_scale = 1;  // times the display's own
  // find
  bool find_focus = false, find_open = false;
  std::string find_text, found_for;
  std::vector<runtime::Found> found;
  double find_wait = 0;  // s until the search runs, so that typing does not search at each key
  // others
  std::string save_path, bookmark_name, card_filter;
  std::set<std::uint32_t> unfolded;  // layers whose details show
  StyleTool style;
  ForecastTool forecast;
  MeasureTool measure;
  MarkupTool markup;
  AlarmTool alarms;
  ReviewTool review;
  StructureTool structure;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> photo_large;  // layer and feature of the photograph that is shown large
  bool section_cut = false;  // it has just been asked for: where there is no plane, the next frame makes one
  LedgerTool ledger;
  PriorityTool priority;
  StructuresTool structures;
  Nav nav;
  bool nav_begun = false;                   // since the desk last looked
  std::optional<geo::GeoPoint> pin;         // a point kept under the probe
  std::optional<glm::vec2> cursor;          // px, over the picture
  std::optional<geo::GeoPoint> ground;      // under the cursor
  std::optional<runtime::Probe> ground_values;
  std::deque<Toast> toasts;
  double frame_ms = 0;   // mean of the last frames, for the profile
  double last_step = 0;  // s: of the frame being built

  void say(std::string text, bool error = false) {
    if (toasts.size() > 4) toasts.pop_front();
    toasts.push_back({std::move(text), error, error ? 8.0 : 3.0});
  }
};

}  // namespace tenbo::shell
