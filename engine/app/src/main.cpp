// tenbo: the command line. Everything it does is in the commands; this file says what can be asked and how.
#include <CLI/CLI.hpp>
#include <cctype>
#include <clocale>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <functional>

#include "options.h"
#include "tenbo/base/terminal.h"
#include "tenbo/base/text.h"

namespace {

using tenbo::app::Options;

// CLI::Range lets a number through that is none.
CLI::Validator range(double low, double high) {
  return CLI::Validator([low, high](std::string& text) {
    double v = 0;
    return CLI::detail::lexical_cast(text, v) && v >= low && v <= high ? std::string() : "\"" + text + "\" is not a number from " + CLI::detail::to_string(low) + " to " + CLI::detail::to_string(high);
  }, "");
}

// A size as it is written, "512M", becomes bytes; K, M, G, T, P and E count by 1024, and may have B or iB behind them.
CLI::Validator bytes() {
  return CLI::Validator([](std::string& text) {
    const std::string given = tenbo::to_valid_utf8(text);
    const auto refused = [&] { return "\"" + given + "\" is no size: write bytes, or a number with K, M, G or T behind it, such as 512M"; };
    std::size_t at = 0;
    while (at < text.size() && (std::isdigit(static_cast<unsigned char>(text[at])) || text[at] == '.')) ++at;
    double number = 0;
    if (!CLI::detail::lexical_cast(text.substr(0, at), number) || !(number >= 0)) return refused();
    std::string unit = CLI::detail::to_lower(CLI::detail::trim_copy(text.substr(at)));
    const auto power = unit.empty() ? std::string::npos : std::string_view("bkmgtpe").find(unit.front());
    const bool whole = unit.size() < 2 || (power != 0 && (unit.substr(1) == "b" || unit.substr(1) == "ib"));
    if (!unit.empty() && (power == std::string::npos || !whole)) return refused();
    number *= std::pow(1024.0, unit.empty() ? 0.0 : static_cast<double>(power));
    if (number < 1 || number > 1e18) return "\"" + given + "\" is not a size from 1 byte to 10^18";
    text = std::to_string(static_cast<std::uint64_t>(number));
    return std::string();
  }, "");
}

void add_cache(CLI::App& app, Options& o) {
  app.add_option("--cache", o.cache, "what is kept between runs: a folder, or off (default: tenbo in the user's cache folder)")->type_name("DIR");
  app.add_option("--cache-limit", o.cache_limit, "bytes that bakes may have in the cache (default 16G)")->transform(bytes())->type_name("BYTES");
}
void add_scene(CLI::App& app, Options& o, bool required) {
  auto* opt = app.add_option("SCENE", o.scene, "a scene file, data files and folders, or addresses (https://...) of 3D Tiles");
  if (required) opt->required();
  app.add_option("--geoid", o.geoid, "geoid grid that joins orthometric and ellipsoidal heights")->type_name("FILE");
  app.add_flag("--exchange-axes", o.exchange_axes, "city models and vectors write longitude and latitude in the other order than their CRS says");
  app.add_option("--allow-host", o.allow_hosts, "a host that data read over HTTP may refer to, beyond its own folder; may be repeated")->type_name("HOST");
  add_cache(app, o);
  app.add_option("--bake-cache", o.bakes, "on or off: heavy city models are shown from their bakes in the cache (default: in a window, which also bakes them)")->check(CLI::IsMember({"on", "off"}));
  app.add_option("--bake-from", o.bake_from, "city models of so many bytes are heavy (default 128M)")->transform(bytes())->type_name("BYTES");
  app.add_option("--log", o.log_level, "debug, info, warning or error")->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  app.add_option("--lang", o.language, "ja or en")->check(CLI::IsMember({"ja", "en"}));
}
void add_view(CLI::App& app, Options& o) {
  app.add_option("--size", o.size, "pixels (default 1920x1080)")->type_name("WxH");
  auto* view = app.add_option("--view", o.view, "a view of the scene by name");
  app.add_option("--camera", o.camera, "degrees, metres; heading clockwise from north, pitch negative downwards")
      ->type_name("LON,LAT,HEIGHT,HEADING,PITCH")->excludes(view);
  app.add_option("--fov", o.fov, "vertical field of view in degrees (default 36)")->check(range(1, 120));
  app.add_option("--time", o.time, "ISO 8601 with an offset, such as 2026-11-21T09:00:00+09:00")->type_name("T");
  app.add_option("--device", o.device, "part of the name of the graphics device to use");
  app.add_option("--quality", o.quality, "software, balanced or wall (default: the scene's, or what suits the device)")
      ->check(CLI::IsMember({"software", "balanced", "wall"}));
  app.add_option("--drawing", o.drawing, "automatic, direct or gpu-driven: who chooses what is drawn (default: automatic)")
      ->check(CLI::IsMember({"automatic", "direct", "gpu-driven"}));
  app.add_option("--ram", o.ram, "memory that streamed tiles keep to, with all else (default: the scene's, or a quarter of the machine's)")
      ->transform(bytes())->type_name("BYTES");
  app.add_option("--vram", o.vram, "the same of the graphics device's memory (default: the scene's, or half of the device's)")
      ->transform(bytes())->type_name("BYTES");
  app.add_option("--ui-scale", o.ui_scale, "size of text and symbols (default: picture height / 1080)")->check(range(0.25, 8));
  app.add_option("--water", o.mode, "both, classes or surface")->check(CLI::IsMember({"both", "classes", "surface"}));
  app.add_flag("--night", o.night, "the theme for dim rooms");
  app.add_flag("--validation", o.validation, "with the Vulkan validation layer");
}
void add_view_of_forecast(CLI::App& app, Options& o) {
  app.add_option("--issue", o.issue, "of what was forecast several times, the last issue not after T (default: the scene's, or the latest)")->type_name("T");
  app.add_option("--member", o.member, "of several futures: a member's name, mean, max, p0 to p100, probability or disagreement")->type_name("MEMBER");
  app.add_option("--threshold", o.threshold, "what the probability is of reaching, in the field's unit");
}
void add_forecast(CLI::App& app, Options& o) {
  add_view_of_forecast(app, o);
  app.add_flag("--changed", o.changed, "the difference from the issue before");
}
void add_journal(CLI::App& app, Options& o) {
  app.add_option("--journal", o.journal, "as the feeds of the scene were known at --time (default: the end of the journal); nothing is connected to")->type_name("JOURNAL");
}
// What a file holds is what its name says.
CLI::Validator ends_with(const char* extension) {
  return CLI::Validator([extension](std::string& text) {
    return tenbo::lower_case(text).ends_with(extension) ? std::string() : "\"" + text + "\" does not end in " + extension + ", which is what is written";
  }, "");
}
void add_json(CLI::App& app, Options& o) { app.add_flag("--json", o.json, "one JSON object on standard output"); }
void add_csv(CLI::App& app, Options& o) {
  auto* csv = app.add_flag("--csv", o.csv, "the rows as CSV")->excludes("--json");
  app.add_flag("--bom", o.bom, "with a byte order mark before it, for a file that Excel opens")->needs(csv);
}

// The option or command nearest to a word that was not understood.
std::string suggestion(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  const CLI::App* active = &app;
  for (const auto* sub : app.get_subcommands()) active = sub;
  for (const auto* option : active->get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return tenbo::nearest(word.substr(0, word.find('=')), names);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no more is an error of its writing
  std::setlocale(LC_ALL, "C.UTF-8");
  std::setlocale(LC_NUMERIC, "C");
  using namespace tenbo::app;
  Options o;
  CLI::App app{"Tenbo: a digital-twin visualizer for hazard forecasts and infrastructure inspection", "tenbo"};
  app.set_version_flag("--version", std::string("tenbo ") + TENBO_VERSION);
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);
  app.footer("Exit status: 0 done; 1 nothing could be done; 2 wrong usage; 3 done, but some layer failed.");
  std::function<int()> run = [&] { return run_viewer(o); };
  add_scene(app, o, false);
  add_view(app, o);
  app.add_flag("--fullscreen", o.fullscreen, "open over the whole screen");
  app.add_option("--bindings", o.bindings, "a JSON file of key and mouse bindings")->type_name("FILE");

  const auto command = [&](const char* name, const char* description, int (*function)(const Options&)) -> CLI::App& {
    auto* sub = app.add_subcommand(name, description);
    sub->callback([&run, &o, function] { run = [&o, function] { return function(o); }; });
    return *sub;
  };
  auto& render = command("render", "draw a scene to a PNG, without a display", run_render);
  add_scene(render, o, true);
  add_view(render, o);
  add_forecast(render, o);
  render.add_option("-o,--output", o.output, "the picture to write")->required()->type_name("F.png");
  render.add_flag("--no-hud", o.no_hud, "the scene alone: no title, legend or attribution (banners stay)");
  render.add_option("--select", o.select, "shows the feature of this id as selected: a sensor with its card")->type_name("ID");
  render.add_option("--detour", o.detour, "draws the way round the structure of this id, as the scene's priority has its structures and roads")->type_name("ID");
  render.add_option("--samples", o.samples, "samples a pixel (default 8)")->check(CLI::Range(1, 64));
  add_journal(render, o);
  auto& replay = command("replay", "play back in a window what the feeds of a scene have brought", run_replay);
  replay.add_option("JOURNAL", o.journal, "folder of a journal")->required();
  add_scene(replay, o, true);
  add_view(replay, o);
  replay.remove_option(replay.get_option("--time"));
  replay.add_option("--speed", o.speed, "seconds of the journal in one second (default 1); 0: it stands")->check(range(0, 1e6));
  replay.add_option("--from", o.from, "where to begin, with all that had arrived by then: ISO 8601 with an offset (default: the journal's first entry)")->type_name("T");
  replay.add_option("--to", o.to, "where to stop (default: its last)")->type_name("T");
  replay.add_flag("--fullscreen", o.fullscreen, "open over the whole screen");
  replay.add_option("--bindings", o.bindings, "a JSON file of key and mouse bindings")->type_name("FILE");
  auto& info = command("info", "what a scene, file or folder holds", run_info);
  add_scene(info, o, true);
  add_journal(info, o);
  info.add_option("--time", o.time, "ISO 8601 with an offset")->type_name("T");
  add_view_of_forecast(info, o);
  info.add_flag("--changed", o.changes, "what the issue that is shown changed against the one before: how many cells or which areas rose and fell, and where");
  add_json(info, o);
  auto& probe = command("probe", "ground height and layer values at a place", run_probe);
  add_scene(probe, o, true);
  probe.add_option("--at", o.at, "degrees")->required()->type_name("LON,LAT");
  probe.add_option("--time", o.time, "ISO 8601 with an offset")->type_name("T");
  add_forecast(probe, o);
  add_journal(probe, o);
  add_json(probe, o);
  auto& pick = command("pick", "what a click on a pixel would select", run_pick);
  add_scene(pick, o, true);
  add_view(pick, o);
  add_journal(pick, o);
  pick.add_option("--pixel", o.pixel, "0,0 is the top left")->required()->type_name("X,Y");
  add_json(pick, o);
  auto& make = command("make-city", "make the demo city", run_make_city);
  make.add_option("DIR", o.output, "folder to write to")->required();
  make.add_option("--buildings", o.buildings, "how many (default 6000)")->check(CLI::Range(1u, 5'000'000u));
  make.add_option("--seed", o.seed, "another number, another city (default 1)");
  auto& bake = command("bake", "city models into OGC 3D Tiles", run_bake);
  bake.add_option("INPUT", o.scene, "CityGML files, folders, PLATEAU packages; vector files of footprints; DEMs");
  bake.add_option("--height", o.height, "attribute that footprints are extruded by (default: a usual name)")->type_name("ATTRIBUTE");
  bake.add_option("-o,--output", o.output, "folder to write to, new or empty")->required()->type_name("DIR");
  bake.add_option("--jobs", o.jobs, "threads (default: as many as the machine has)")->check(CLI::Range(1u, 1024u));
  bake.add_option("--geoid", o.geoid, "geoid grid that makes orthometric heights ellipsoidal")->type_name("FILE");
  bake.add_option("--webp", o.webp, "pictures as WebP of this quality, where that is smaller (default: as they are)")->check(CLI::Range(1u, 100u))->type_name("QUALITY");
  bake.add_option("--part", o.part, "bake the Kth of N shares of the inputs, for --merge")->type_name("K/N");
  bake.add_option("--merge", o.merge, "join the parts of a bake")->type_name("DIR");
  bake.add_flag("--resume", o.resume, "go on where an interrupted bake ended");
  add_json(bake, o);
  auto& cache = command("cache", "what is kept between runs: list it, clear it, or add bakes of city models", run_cache);
  cache.add_option("ACTION", o.action, "list (the default), clear, add")->check(CLI::IsMember({"list", "clear", "add"}));
  cache.add_option("INPUT", o.scene, "add: CityGML files, folders, PLATEAU packages, as one layer has them");
  cache.add_option("--jobs", o.jobs, "threads (default: as many as the machine has)")->check(CLI::Range(1u, 1024u));
  cache.add_flag("--steps", o.steps)->group("");
  add_cache(cache, o);
  add_json(cache, o);
  auto& structures = command("structures", "inspected structures: how many in which grade, overdue, restricted; by municipality, kind, age or grade", run_structures);
  add_scene(structures, o, true);
  structures.add_option("--layer", o.assets, "layer of inspections (default: the first)")->type_name("LAYER");
  structures.add_option("--where", o.where, "only those: grade=III,IV  kind=bridge  access=closed  municipality=NAME  year=2014..2019  built<1970  overdue  text=WORDS; all that are given hold together")->type_name("CONDITION");
  structures.add_option("--by", o.by, "municipality, kind, age or grade (default: grade)")->type_name("WHAT");
  structures.add_option("--time", o.time, "ISO 8601 with an offset: grades as of then, and what was overdue (default: the scene's, else today)")->type_name("T");
  structures.add_flag("--problems", o.problems, "what is wrong in the lists, row by row");
  add_json(structures, o);
  add_csv(structures, o);
  auto& impact = command("impact", "what a hazard touches: how many, by class and group, at each step and at worst", run_impact);
  add_scene(impact, o, true);
  impact.add_option("--hazard", o.hazard, "layer of a field, or of areas with classes")->required()->type_name("LAYER");
  impact.add_option("--assets", o.assets, "layer of buildings, vectors or inspections")->required()->type_name("LAYER");
  impact.add_option("--time", o.time, "ISO 8601 with an offset (default: the scene's)")->type_name("T");
  impact.add_flag("--all-times", o.all_times, "every step of the hazard; with --journal of what was known at --time");
  impact.add_option("--by", o.by, "attribute of the assets to group by")->type_name("ATTR");
  impact.add_option("--weight", o.weight, "attribute to be summed in place of counting, such as people; spread evenly over the asset")->type_name("ATTR");
  impact.add_option("--filter", o.filter, "only assets that pass \"attribute op value\"");
  impact.add_option("--rule", o.rule, "largest: the class of the largest overlapped area; anywhere: the most dangerous one (default: what suits the assets)")
      ->check(CLI::IsMember({"largest", "anywhere"}));
  add_forecast(impact, o);
  add_journal(impact, o);
  add_json(impact, o);
  add_csv(impact, o);
  impact.add_option("--gpkg", o.gpkg, "all assets with their class, worst and first time, as a GeoPackage, besides the answer")->type_name("F.gpkg")->check(ends_with(".gpkg"));
  auto* rank = impact.add_flag("--rank", o.rank, "who to close first: assets by the time from which they are impassable, then by their condition")->excludes("--csv");
  impact.add_option("--vehicle", o.vehicle, "whose passability ranks (default: any)")->type_name("VEHICLE")->needs(rank);
  const auto ranking = [&o](CLI::App& sub) {
    sub.add_option("--hazard", o.hazards, "layer of a field, or of areas with classes; may be repeated (default: the scene's)")->type_name("LAYER");
    sub.add_option("--assets", o.assets, "layer of inspected structures (default: the scene's)")->type_name("LAYER");
    sub.add_option("--roads", o.roads, "layer of lines that detours are sought on (default: the scene's)")->type_name("LAYER");
    sub.add_option("--time", o.time, "ISO 8601 with an offset (default: the scene's)")->type_name("T");
    sub.add_option("--weights", o.weights, "powers of the factors, 0 to 4, and the hours in which a hazard that comes counts half: condition=1,hazard=1,importance=1,arrival=12")->type_name("W");
    sub.add_option("--vehicle", o.vehicle, "whose passability closes roads under water (default: the scene's, or any)")->type_name("VEHICLE");
    add_journal(sub, o);
  };
  auto& priority = command("priority", "which structures to see to first: condition x hazard x importance, and the way round each", run_priority);
  add_scene(priority, o, true);
  ranking(priority);
  priority.add_option("--top", o.top, "how many (default 50; 0 = all)");
  priority.add_flag("--poor", o.poor, "only III, IV, not inspected, restricted or closed");
  priority.add_flag("--touched", o.touched, "only those that a hazard touches, or may touch");
  add_json(priority, o);
  add_csv(priority, o);
  priority.add_option("--gpkg", o.gpkg, "the rows as a GeoPackage, besides the answer")->type_name("F.gpkg")->check(ends_with(".gpkg"));
  auto& sheet = command("sheet", "one A4 page (PDF) of one structure: map, record, history, hazards, priority, detour, sources", run_sheet);
  add_scene(sheet, o, true);
  ranking(sheet);
  sheet.add_option("--structure", o.structure, "its id")->required()->type_name("ID");
  sheet.add_option("-o,--output", o.output, "the file to write")->required()->type_name("F.pdf")->check(ends_with(".pdf"));
  sheet.add_option("--device", o.device, "part of the name of the graphics device to use");
  auto& bench = command("bench", "orbit off screen and measure", run_bench);
  add_scene(bench, o, true);
  add_view(bench, o);
  bench.add_option("--frames", o.frames, "frames to measure (default 90)")->check(CLI::Range(1, 100'000));
  bench.add_flag("--flight", o.flight, "low and straight over the scene instead of round it");
  bench.add_option("--radius", o.radius, "metres from the centre (default 9000)")->check(range(1, 1e7));
  add_json(bench, o);
  auto& plugins = command("plugins", "what is installed, without loading it", run_plugins);
  add_json(plugins, o);
  std::string topic;
  auto* help = app.add_subcommand("help", "help on a command");
  help->add_option("CMD", topic, "the command");
  help->callback([&] {
    run = [&] {
      if (topic.empty()) { std::fputs(app.help().c_str(), stdout); return static_cast<int>(exit_done); }
      std::vector<std::string> names;
      for (const auto* sub : app.get_subcommands([](CLI::App*) { return true; })) {
        names.push_back(sub->get_name());
        if (sub->get_name() == topic) { std::fputs(sub->help().c_str(), stdout); return static_cast<int>(exit_done); }
      }
      const auto near = tenbo::nearest(topic, names);
      std::fprintf(stderr, "tenbo: there is no command \"%s\"%s\n", topic.c_str(), near.empty() ? "" : (" (did you mean \"" + near + "\"?)").c_str());
      return static_cast<int>(exit_usage);
    };
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForAllHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    std::string text = e.what();
    std::fprintf(stderr, "tenbo: %s\n", text.c_str());
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      if (word.size() < 3 || word.compare(0, 2, "--") != 0 || text.find(word.substr(0, word.find('='))) == std::string::npos) continue;
      if (const auto near = suggestion(app, word); !near.empty() && near != word) std::fprintf(stderr, "tenbo: did you mean %s?\n", near.c_str());
    }
    std::fputs("tenbo: see tenbo --help\n", stderr);
    return exit_usage;
  }
  for (const auto* sub : app.get_subcommands([](CLI::App*) { return true; })) o.commands.push_back(sub->get_name());
  if (o.json) o.out = tenbo::reserve_stdout();
  const int status = run();
  if (std::fflush(o.out) != 0 || std::ferror(o.out)) {
    std::fputs("tenbo: standard output cannot be written to\n", stderr);
    return exit_nothing;
  }
  return status;
}
