// The commands that answer: info, probe, pick, plugins, make-city.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "json_out.h"
#include "options.h"
#include "tenbo/base/file.h"
#include "tenbo/base/terminal.h"
#include "tenbo/io/make_city.h"

namespace tenbo::app {
namespace {

// Nothing could be opened: with --json the object is there all the same, its answers null.
int refuse(const Options& o, const OpenError& e, Json nulls) {
  if (o.json && e.status != exit_usage) {
    nulls["vertical_datum"] = nullptr;
    nulls["errors"] = Json::array({e.error.text()});
    print(o.out, nulls);
  }
  return report(e);
}

}  // namespace

namespace {
// What the scene declares, and with a journal what was known of each.
Json feeds_json(const runtime::Engine& engine) {
  Json out = Json::array();
  const auto states = engine.feeds();
  for (const auto& f : engine.scene().feeds) {
    Json j{{"name", f.name}, {"kind", f.kind}, {"state", nullptr}, {"messages", nullptr}, {"report_time", nullptr}, {"arrival", nullptr}, {"age_seconds", nullptr}};
    for (const auto& s : states) {
      if (s.name != f.name) continue;
      const auto time = [](const auto& t) { return t ? Json(geo::format_utc(live::to_instant(*t))) : Json(nullptr); };
      j["state"] = live::to_string(s.state);
      j["messages"] = s.messages;
      j["report_time"] = time(s.times.report);
      j["arrival"] = time(s.times.arrival);
      j["age_seconds"] = s.age.seconds ? Json(*s.age.seconds) : Json(nullptr);
    }
    out.push_back(std::move(j));
  }
  return out;
}
}  // namespace

namespace {
// With a journal: what stood in it by then, the open ones first.
Json alarms_json(const runtime::Engine& engine) {
  Json out = Json::array();
  for (const auto& a : engine.alarms()) {
    Json j{{"id", a.id}, {"subject", live::to_string(a.subject)}, {"level", a.level ? Json(a.level) : Json(nullptr)}, {"at", geo::format_utc(a.at)},
           {"layer", a.layer}, {"what", a.in(true)}, {"what_en", a.in(false)}, {"source", a.source},
           {"lon", a.place ? Json(a.place->lon) : Json(nullptr)}, {"lat", a.place ? Json(a.place->lat) : Json(nullptr)},
           {"acknowledged_by", a.acknowledged_at ? Json(a.acknowledged_by) : Json(nullptr)}, {"acknowledged_at", to_json(a.acknowledged_at)}};
    out.push_back(std::move(j));
  }
  return out;
}
}  // namespace

namespace {
void print_changes(const Result<runtime::LayerChanges>& changes) {
  if (!changes) return;  // most layers have none: only JSON says why
  const auto& c = *changes;
  if (c.field) {
    fmt::print("  changed since {}{}: {} cells rose, {} fell, {} the same, {} unknown\n", c.cells.since ? geo::format_utc(*c.cells.since) : "the issue before",
               c.cells.valid_time ? ", valid " + geo::format_utc(*c.cells.valid_time) : "", c.cells.rose, c.cells.fell, c.cells.same, c.cells.unknown);
    for (const auto* list : {&c.cells.risen, &c.cells.fallen})
      for (const auto& p : *list) fmt::print("    {:+.2f} {}  {:.2f} -> {:.2f}  at {:.6f},{:.6f}\n", p.change(), c.unit, p.before, p.now, p.lon, p.lat);
    return;
  }
  fmt::print("  changed: {} areas, {} the same, {} that do not say\n", c.areas.size(), c.same, c.unknown);
  for (const auto& a : c.areas) fmt::print("    {}: {} -> {}\n", a.name, a.from, a.to);
}
}  // namespace

int run_info(const Options& o) {
  const auto begun = std::chrono::steady_clock::now();
  auto opened = open_session(o, false);
  if (auto* e = std::get_if<OpenError>(&opened)) {
    if (o.json)
      print(o.out, {{"layers", Json::array()}, {"errors", Json::array({e->error.text()})}, {"vertical_datum", nullptr},
                    {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count()}, {"peak_memory_bytes", peak_memory_bytes()}});
    return report(*e);
  }
  auto& session = *std::get<0>(opened);
  const auto layers = session.engine->layers();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (o.json) {
    Json j;
    j["layers"] = Json::array();
    for (const auto& l : layers) {
      j["layers"].push_back(to_json(l));
      if (o.changes) j["layers"].back()["changed"] = to_json(session.engine->changes(l.id));
    }
    j["vertical_datum"] = session.engine->vertical_datum();
    j["feeds"] = feeds_json(*session.engine);
    j["alarms"] = alarms_json(*session.engine);
    j["seconds"] = seconds;
    j["peak_memory_bytes"] = peak_memory_bytes();
    print(o.out, j);
  } else {
    for (const auto& l : layers) {
      fmt::print("{}  ({}{})\n", l.name, scene::to_string(l.kind), l.state == runtime::LayerState::failed ? ", FAILED" : "");
      if (l.state == runtime::LayerState::failed) { fmt::print("  {}\n", l.error); continue; }
      fmt::print("  features {}   triangles {}   CRS {}{}\n", l.features, l.triangles, l.crs.empty() ? "none" : l.crs,
                 l.lod.empty() ? "" : "   LOD " + l.lod);
      if (!l.extent.empty())
        fmt::print("  west {:.7f}  south {:.7f}  east {:.7f}  north {:.7f}{}\n", l.extent.west, l.extent.south, l.extent.east, l.extent.north,
                   l.extent.has_height() ? fmt::format("  height {:.2f} to {:.2f} m", l.extent.min_height, l.extent.max_height) : "");
      if (!l.times.empty()) fmt::print("  times {}: {} to {}\n", l.times.size(), geo::format_utc(l.times.front()), geo::format_utc(l.times.back()));
      if (l.age_seconds && std::isnan(*l.age_seconds)) fmt::print("  age unknown: its source names no moment\n");
      for (const auto& a : l.attributes) fmt::print("    {:<48} {:<8} {}\n", a.name, geo::to_string(a.type), a.count);
      if (l.actuality != runtime::Actuality::actual) fmt::print("  *** {} ***\n", runtime::banner_words(l.actuality));
      if (!l.drills.empty()) fmt::print("  not real: {}; real: {} records\n", fmt::join(l.drills, ", "), l.real_records);
      if (!l.headline.empty()) fmt::print("  {}\n", l.headline);
      for (const auto& n : l.notes) fmt::print("  note: {}\n", n);
      if (o.changes) print_changes(session.engine->changes(l.id));
      for (const auto& w : l.diagnostics.warnings) fmt::print("  warning: {}\n", w.text());
      for (const auto& w : l.diagnostics.errors) fmt::print("  error: {}\n", w.text());
    }
    fmt::print("vertical datum: {}\n{:.3f} s, {:.0f} MB at the peak\n", session.engine->vertical_datum(), seconds, static_cast<double>(peak_memory_bytes()) / 1e6);
  }
  return session.exit_status();
}

int run_probe(const Options& o) {
  const auto at = parse_lon_lat(o.at);
  if (!at) return report({exit_usage, at.error()});
  auto opened = open_session(o, false);
  if (auto* e = std::get_if<OpenError>(&opened))
    return refuse(o, *e, {{"lon", at->first}, {"lat", at->second}, {"ground_height", nullptr}, {"time", nullptr}, {"layers", Json::array()}});
  auto& session = *std::get<0>(opened);
  const auto probe = session.engine->probe(at->first, at->second);
  const auto statuses = session.engine->layers();
  if (o.json) {
    Json j;
    j["lon"] = at->first;
    j["lat"] = at->second;
    j["ground_height"] = probe.ground_height ? Json(*probe.ground_height) : Json(nullptr);
    j["vertical_datum"] = session.engine->vertical_datum();
    j["time"] = to_json(session.engine->time().now);
    j["layers"] = Json::array();
    for (const auto& l : probe.layers) {
      Json p;
      p["layer"] = l.layer;
      p["value"] = l.value ? Json(*l.value) : Json(nullptr);
      p["unit"] = l.unit.empty() ? Json(nullptr) : Json(l.unit);
      p["class"] = l.value_class.empty() ? Json(nullptr) : Json(l.value_class);
      p["valid_time"] = to_json(l.valid_time);
      p["issue_time"] = to_json(l.issue_time);
      p["source"] = l.source.empty() ? Json(nullptr) : Json(l.source);
      p["member"] = l.member.empty() ? Json(nullptr) : Json(l.member);
      p["members"] = l.members;
      p["note"] = l.note.empty() ? Json(nullptr) : Json(l.note);
      for (const auto& s : statuses)
        if (s.name == l.layer) p["status"] = runtime::to_string(s.actuality);
      j["layers"].push_back(std::move(p));
    }
    print(o.out, j);
  } else {
    if (probe.ground_height) fmt::print("ground {:.3f} m ({})\n", *probe.ground_height, session.engine->vertical_datum());
    else fmt::print("ground unknown\n");
    for (const auto& l : probe.layers)
      fmt::print("{}{}: {}{}{}{}{}\n", l.layer, l.member.empty() ? std::string() : fmt::format(" ({} of {})", l.member, l.members), l.value ? fmt::format("{:g} {}", *l.value, l.unit) : l.note.empty() ? "unknown" : l.note,
                 l.value_class.empty() ? "" : "  [" + l.value_class + "]", l.valid_time ? "  valid " + geo::format_utc(*l.valid_time) : "",
                 l.issue_time ? "  issued " + geo::format_utc(*l.issue_time) : "", l.source.empty() ? "" : "  " + l.source);
  }
  return session.exit_status();
}

int run_pick(const Options& o) {
  const auto pixel = parse_pixel(o.pixel);
  if (!pixel) return report({exit_usage, pixel.error()});
  auto opened = open_session(o, true);
  if (auto* e = std::get_if<OpenError>(&opened))
    return refuse(o, *e, {{"layer", nullptr}, {"feature", nullptr}, {"attributes", Json::object()}, {"position", nullptr}});
  auto& session = *std::get<0>(opened);
  if (pixel->x >= session.size.x || pixel->y >= session.size.y)
    return report({exit_usage, {ErrorCode::invalid_argument, fmt::format("{} lies outside a picture of {}x{}", o.pixel, session.size.x, session.size.y), "", "--pixel", ""}});
  const auto picked = session.engine->pick(session.size, *pixel);
  if (o.json) {
    Json j;
    j["layer"] = picked ? Json(picked->layer_name) : Json(nullptr);
    j["feature"] = picked && picked->feature ? Json(picked->feature_id) : Json(nullptr);
    j["attributes"] = Json::object();
    if (picked)
      for (const auto& [name, value] : picked->attributes) {
        // a repeated attribute becomes a list
        Json v = to_json(value);
        if (!j["attributes"].contains(name)) j["attributes"][name] = std::move(v);
        else if (j["attributes"][name].is_array()) j["attributes"][name].push_back(std::move(v));
        else j["attributes"][name] = Json::array({j["attributes"][name], std::move(v)});
      }
    if (picked) j["position"] = {{"lon", picked->position.lon}, {"lat", picked->position.lat}, {"height", picked->position.height}};
    else j["position"] = nullptr;
    session.engine->select(picked);
    if (const auto card = session.engine->structure_card()) j["structure"] = to_json(*card);
    j["vertical_datum"] = session.engine->vertical_datum();
    print(o.out, j);
  } else if (!picked) {
    fmt::print("nothing there\n");
  } else {
    fmt::print("{}  {}\n{:.8f} {:.8f} {:.3f} m\n", picked->layer_name, picked->feature_id, picked->position.lon, picked->position.lat, picked->position.height);
    for (const auto& [name, value] : picked->attributes) fmt::print("  {}: {}\n", name, geo::to_text(value));
  }
  return session.exit_status();
}

int run_plugins(const Options& o) {
  JobSystem jobs(1);
  Log log(LogLevel::warning);
  runtime::PluginHostOptions options;
  options.folders.push_back(executable_dir() / "plugins");
  const auto host = runtime::PluginHost::create(options, jobs, log);
  Json j;
  j["plugins"] = Json::array();
  for (const auto& p : host->installed()) {
    Json one;
    one["id"] = p.id;
    one["name"] = p.name;
    one["version"] = p.version;
    one["description"] = p.description;
    one["vendor"] = p.vendor;
    one["licence"] = p.licence;
    one["abi"] = fmt::format("{}.{}", p.abi_major, p.abi_minor);
    one["parameters"] = Json::array();
    for (const auto& q : p.parameters) one["parameters"].push_back({{"name", q.name}, {"type", q.type}, {"unit", q.unit}, {"required", q.required}, {"default", q.default_value}});
    one["error"] = p.error.empty() ? Json(nullptr) : Json(p.error);
    j["plugins"].push_back(std::move(one));
    if (!o.json) fmt::print("{:<20} {:<8} {}{}\n", p.id, p.version, p.description, p.error.empty() ? "" : "  UNUSABLE: " + p.error);
  }
  if (o.json) print(o.out, j);
  return exit_done;
}

int run_make_city(const Options& o) {
  JobSystem jobs;
  Progress progress;
  std::atomic<bool> done{false};
  const bool terminal = stderr_is_terminal();
  std::thread ticker([&] {
    const auto begun = std::chrono::steady_clock::now();
    while (!done.load()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      if (!terminal) continue;
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
      const auto total = progress.total.load(), made = progress.done.load();
      if (total) std::fprintf(stderr, "\r\033[K%3.0f %%  %.0f/s  %.0f s left", 100.0 * made / total, made / seconds, made ? seconds / made * (total - made) : 0.0);
    }
    if (terminal) std::fputs("\r\033[K", stderr);
  });
  const auto status = io::make_city(o.output, {o.buildings, o.seed}, jobs, progress);
  done = true;
  ticker.join();
  if (!status) return report({exit_nothing, status.error()});
  std::fprintf(stderr, "made a city of %u buildings in %s\n", o.buildings, o.output.c_str());
  return exit_done;
}

}  // namespace tenbo::app
