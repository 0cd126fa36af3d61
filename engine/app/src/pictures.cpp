// The commands that draw: render, bench.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "json_out.h"
#include "options.h"
#include "ranking.h"
#include "tenbo/base/file.h"
#include "tenbo/io/image.h"
#include "tenbo/runtime/sheet.h"

namespace tenbo::app {
namespace {

// The validation layer's word is law: a picture made with complaints is a failure.
int silent(const Session& session, int status) {
  const auto messages = session.engine->renderer()->validation_messages();
  for (const auto& m : messages) std::fprintf(stderr, "tenbo: validation: %s\n", m.c_str());
  return messages.empty() ? status : static_cast<int>(exit_nothing);
}

}  // namespace

namespace {

// With the roads that are open at the time shown; one that nothing leads round is an error that says so.
Result<inspection::Detour> detour_of(const Options& o, runtime::Engine& engine) {
  auto spec = spec_of(o, engine.scene());
  if (!spec) return spec.error();
  auto base = engine.priority(*spec);
  if (!base) return base.error();
  auto question = question_of(o, *spec, engine);
  question.most = 0;
  question.detours = 0;
  auto all = runtime::rank(*base, question);
  for (auto& row : all.rows) {
    if (all.structure(row).id != o.detour) continue;
    runtime::add_detours(**base, question, row);
    const auto& detour = row.detour_now ? row.detour_now : row.detour;
    if (!detour) return Error{ErrorCode::not_found, "the scene names no roads to go round on", "", "--detour", "name them in \"priority\": {\"roads\": {\"layer\": ...}}"};
    if (detour->around != inspection::Around::found)
      return Error{ErrorCode::not_found, std::string("there is no way round \"") + o.detour + "\": " + inspection::to_string(detour->around), "", "--detour", ""};
    return *detour;
  }
  return Error{ErrorCode::not_found, "no structure of \"" + spec->structures + "\" has the id \"" + o.detour + "\"", "", "--detour", ""};
}

}  // namespace

int run_render(const Options& o) {
  // Not after minutes of loading.
  std::error_code ec;
  const auto folder = std::filesystem::absolute(o.output, ec).parent_path();
  if (!std::filesystem::is_directory(folder, ec))
    return report({exit_nothing, {ErrorCode::not_found, "there is no such folder to write to", folder.string(), "--output", "make it first"}});
  auto opened = open_session(o, true);
  if (auto* e = std::get_if<OpenError>(&opened)) return report(*e);
  auto& session = *std::get<0>(opened);
  if (!session.any_ready()) return exit_nothing;
  if (!o.select.empty()) {
    const auto found = session.engine->find(o.select, 1);
    if (found.empty() || !found.front().layer || found.front().text != o.select)
      return report({exit_nothing, {ErrorCode::not_found, "no feature has the id \"" + o.select + "\"", "", "--select", ""}});
    runtime::Picked picked;
    picked.layer = *found.front().layer;
    picked.feature = found.front().feature;
    picked.feature_id = o.select;
    session.engine->select(std::move(picked));
  }
  const auto samples = static_cast<std::uint32_t>(std::clamp(o.samples, 1, 64));
  std::optional<inspection::Detour> detour;
  if (!o.detour.empty()) {
    auto found = detour_of(o, *session.engine);
    if (!found) return report({exit_nothing, found.error()});
    detour = std::move(*found);
  }
  auto& engine = *session.engine;
  auto image = !detour ? engine.still(session.size, samples, !o.no_hud) : engine.still_with(session.size, samples, [&](render::OverlayList& list) {
    const float unit = std::max(6.f, static_cast<float>(session.size.y) / 135);  // as the panels' at this height
    if (engine.glyphs()) runtime::draw_route(engine, *engine.glyphs(), *detour, session.size, unit, {0x00, 0x8f, 0xff, 255}, list);
  });
  if (!image) return report({exit_nothing, image.error()});
  if (auto s = io::write_png(o.output, *image); !s) return report({exit_nothing, s.error()});
  return silent(session, session.exit_status());
}

namespace {

// Round the middle, 2 degrees a frame; or low and straight over all of it, from the south-west to the north-east, so that
// what is seen is never what was.
scene::Camera bench_camera(const Options& o, const geo::Extent& all, const geo::GeoPoint& centre, int frame) {
  const double fov = o.fov > 0 ? o.fov : 36;
  if (!o.flight) return scene::look_at(centre, o.radius, 2.0 * frame, -35, fov);
  const double k = static_cast<double>(frame) / std::max(1, o.frames);
  scene::Camera c;
  c.lon = all.west + (all.east - all.west) * k;
  c.lat = all.south + (all.north - all.south) * k;
  c.height = centre.height + 400;
  c.heading = 45 + 30 * std::sin(12 * k);
  c.pitch = -18;
  c.fov = fov;
  return c;
}

}  // namespace

int run_bench(const Options& o) {
  const auto begun = std::chrono::steady_clock::now();
  const auto since = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
  auto opened = open_session(o, true);
  if (auto* e = std::get_if<OpenError>(&opened)) return report(*e);
  auto& session = *std::get<0>(opened);
  auto& engine = *session.engine;
  if (!session.any_ready()) return exit_nothing;
  geo::Extent all;
  for (const auto& l : engine.layers()) if (!l.extent.empty()) all.add(l.extent);
  auto centre = all.centre();
  if (const auto ground = engine.ground_height(centre.lon, centre.lat)) centre.height = *ground;
  const double load_seconds = session.load_seconds;
  std::vector<double> ms;
  double first_frame = 0;
  std::uint64_t triangles = 0;
  std::map<std::string, std::vector<double>> passes;  // milliseconds on the GPU, by pass
  struct Slow { int frame; double ms, update_ms; std::uint64_t triangles; std::vector<std::pair<std::string, double>> passes; };
  std::vector<Slow> slowest;
  for (int i = 0; i < std::max(2, o.frames + 1); ++i) {
    const auto frame_begun = std::chrono::steady_clock::now();
    engine.set_camera(bench_camera(o, all, centre, i));
    engine.update(1.0 / 60);
    const double updated = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - frame_begun).count();
    if (auto s = engine.draw_offscreen(session.size); !s) return report({exit_nothing, s.error()});
    const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - frame_begun).count();
    if (i == 0) first_frame = since();  // includes the start, the load and whatever the driver compiles
    else ms.push_back(took);
    if (i == 0) continue;
    slowest.push_back({i, took, updated, engine.renderer()->stats().triangles, {}});
    for (const auto& pass : engine.renderer()->stats().passes) {
      passes[pass.name].push_back(pass.ms);
      slowest.back().passes.emplace_back(pass.name, pass.ms);
    }
  }
  std::sort(ms.begin(), ms.end());
  const auto percentile = [&](double p) { return ms[std::min(ms.size() - 1, static_cast<std::size_t>(p * static_cast<double>(ms.size())))]; };
  Json j;
  j["load_seconds"] = load_seconds;
  j["first_frame_seconds"] = first_frame;
  j["frame_ms"] = {{"p50", percentile(0.50)}, {"p95", percentile(0.95)}, {"p99", percentile(0.99)}, {"p99.5", percentile(0.995)}, {"longest", ms.back()}};
  j["frames"] = ms.size();
  for (auto& [name, times] : passes) {
    std::sort(times.begin(), times.end());
    j["pass_ms"][name] = times[times.size() / 2];
  }
  for (const auto& f : slowest) triangles = std::max(triangles, f.triangles);
  j["triangles"] = triangles;
  std::sort(slowest.begin(), slowest.end(), [](const Slow& a, const Slow& b) { return a.ms > b.ms; });
  for (std::size_t i = 0; i < std::min<std::size_t>(slowest.size(), 10); ++i)
  {
    const auto& f = slowest[i];
    Json frame = {{"frame", f.frame}, {"ms", f.ms}, {"update_ms", f.update_ms}, {"triangles", f.triangles}};
    for (const auto& [name, pass_ms] : f.passes) frame["pass_ms"][name] = pass_ms;
    j["slowest"].push_back(std::move(frame));
  }
  for (const auto& l : engine.layers())
    if (l.tiles)
      j["tiles"][l.name] = {{"all", l.tiles->all}, {"loaded", l.tiles->loaded}, {"drawn", l.tiles->drawn}, {"waiting", l.tiles->waiting},
                            {"gpu_bytes", l.tiles->gpu_bytes}, {"cpu_bytes", l.tiles->cpu_bytes}, {"coarser", l.tiles->coarser}};
  j["peak_memory_bytes"] = peak_memory_bytes();
  j["gpu_memory_bytes"] = engine.renderer()->gpu_memory_bytes();
  j["device"] = engine.renderer()->device_name();
  j["quality"] = engine.renderer()->quality() == render::Quality::wall ? "wall" : engine.renderer()->quality() == render::Quality::software ? "software" : "balanced";
  j["gpu_driven"] = engine.renderer()->gpu_driven();
  j["size"] = {session.size.x, session.size.y};
  j["cores"] = std::thread::hardware_concurrency();
  if (o.json) print(o.out, j);
  else
    fmt::print("load {:.2f} s   first frame {:.2f} s   frame p50 {:.1f} ms  p95 {:.1f}  p99 {:.1f}   {} triangles   {:.0f} MB + {:.0f} MB GPU   {}\n",
               load_seconds, first_frame, percentile(0.5), percentile(0.95), percentile(0.99), triangles, peak_memory_bytes() / 1e6,
               engine.renderer()->gpu_memory_bytes() / 1e6, engine.renderer()->device_name());
  return silent(session, session.exit_status());
}

}  // namespace tenbo::app
