#pragma once
// What the commands share: their options as typed, and how they end.
#include <cstdio>
#include <filesystem>
#include <glm/vec2.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/log.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::app {

// Exit statuses of the command line; stable.
enum Exit : int { exit_done = 0, exit_nothing = 1, exit_usage = 2, exit_partly = 3 };

struct Options {
  std::vector<std::string> scene;
  std::vector<std::string> allow_hosts;
  std::string output, view, camera, time, size, geoid, language = "ja", device, at, pixel, log_level = "warning", bindings;
  double fov = 0;          // degrees; 0 = the camera's own
  double radius = 9000;    // m, bench
  double ui_scale = 0;     // 0 = by the picture's height
  bool flight = false;     // bench: over the scene instead of round it
  int frames = 90;         // bench
  int samples = 8;         // stills
  std::uint32_t buildings = 6000;
  std::uint64_t seed = 1;
  bool json = false, validation = false, fullscreen = false, no_hud = false, night = false, exchange_axes = false;
  std::string select;  // id of a feature that is shown as selected
  std::string detour;  // render: id of a structure whose way round is drawn
  std::string height;                // bake: attribute
  unsigned webp = 0;                 // bake: quality; 0 = pictures as they are
  std::string part;                  // bake: K/N
  std::vector<std::string> merge;    // bake: folders of parts
  std::uint64_t ram = 0, vram = 0;   // bytes; 0 = the scene's
  unsigned jobs = 0;                 // bake: threads; 0 = as many as the machine has
  bool resume = false;               // bake
  std::string cache;                 // folder; "off" = none, empty = the user's
  std::uint64_t cache_limit = 0;     // bytes of bakes in it; 0 = the usual
  std::uint64_t bake_from = 0;       // bytes; 0 = the usual
  std::string bakes;                 // on, off; empty = on in a window, off elsewhere
  std::string action = "list";       // cache
  std::string hazard, assets, by, weight, filter, rule;  // impact
  bool all_times = false, csv = false, bom = false, rank = false;     // impact
  std::string gpkg, vehicle;                             // impact, priority
  std::vector<std::string> hazards;                      // priority, sheet
  std::string roads, weights, structure;                 // the same
  unsigned top = 50;                                     // priority: rows; 0 = all
  bool poor = false, touched = false;                    // priority
  std::string issue, member;         // of forecasts; empty = as the scene has it
  std::optional<double> threshold;   // the same
  bool changed = false;              // the difference from the issue before
  bool changes = false;              // info: what the last issue changed, as a list
  std::string journal, from, to;     // replay, and --journal
  double speed = 1;                  // replay
  std::vector<std::string> where;    // structures
  bool problems = false;             // structures
  bool steps = false;                // cache add: progress for the program that started it
  std::FILE* out = stdout; // where answers go; with --json nothing but the JSON reaches it
  std::vector<std::string> commands;  // all there are, to name the nearest right one
  std::string quality;     // software, balanced, wall; empty = the scene's, or the device's
  std::string drawing;     // automatic, direct, gpu-driven
  std::string mode;        // water: both, classes, surface
};

// Parsed and checked forms; a wrong value is an error that says how to write it.
Result<glm::uvec2> parse_size(const std::string& text, glm::uvec2 fallback);
Result<glm::uvec2> parse_pixel(const std::string& text);
Result<std::pair<double, double>> parse_lon_lat(const std::string& text);
Result<scene::Camera> parse_camera(const std::string& text, double fov);

// A running engine with the scene that the options name, loaded and settled.
struct Session {
  explicit Session(LogLevel level) : log(level) {}
  JobSystem jobs;
  Log log;
  std::unique_ptr<runtime::Engine> engine;
  glm::uvec2 size{1920, 1080};
  double load_seconds = 0;

  bool any_ready() const;
  bool any_failed() const;
  int exit_status() const { return !any_ready() ? exit_nothing : any_failed() ? exit_partly : exit_done; }
};
struct OpenError { int status; Error error; };
// Engine made and scene opened; nothing waited for. `target`: a window's, or null.
std::variant<std::unique_ptr<Session>, OpenError> begin_session(const Options& options, bool graphics, const render::WindowTarget* target);
// Applies --view, --camera, --fov and --time. Before the layers are there (`loaded` not set) the camera is set only where it is
// known without them: the engine frames what arrives, as long as nobody has set one.
Status aim(Session& session, const Options& options, bool loaded = true);
// begin, settle with a progress bar, aim, settle again.
std::variant<std::unique_ptr<Session>, OpenError> open_session(const Options& options, bool graphics);
int report(const OpenError& error);  // to standard error; returns the status
// Layer failures to standard error, each once.
void report_layers(const Session& session);

// --- commands; each returns the exit status
int run_viewer(const Options& options);
int run_replay(const Options& options);
int run_render(const Options& options);
int run_info(const Options& options);
int run_probe(const Options& options);
int run_pick(const Options& options);
int run_make_city(const Options& options);
int run_bake(const Options& options);
int run_cache(const Options& options);
int run_bench(const Options& options);
int run_plugins(const Options& options);
int run_impact(const Options& options);
int run_structures(const Options& options);
int run_priority(const Options& options);
int run_sheet(const Options& options);

}  // namespace tenbo::app
