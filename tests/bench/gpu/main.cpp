// tenbo_gpu_bench: the renderer's own path over a city that is made in memory, in a program that needs a Vulkan driver and
// its loader and nothing else, so that it can be carried to a bare machine. Prints one JSON object; see README.md.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>
#include <map>
#include <string>

#include "png.h"
#include "tiles.h"

namespace {

using namespace tenbo;
using namespace tenbo::bench;
using Clock = std::chrono::steady_clock;
double ms_since(Clock::time_point t) { return std::chrono::duration<double, std::milli>(Clock::now() - t).count(); }

struct Options {
  std::uint32_t buildings = 1'000'000, frames = 300;
  glm::uvec2 size{3840, 2160};
  render::Quality tier = render::Quality::wall;
  std::string tier_name = "wall", png, json, device, path = "both";
  float error = 0;  // px; 0 = the tier's
  bool direct = false, validation = false;
};

constexpr const char* usage =
    "usage: tenbo_gpu_bench [--buildings N] [--size WxH] [--tier software|balanced|wall] [--frames N]\n"
    "                       [--path orbit|flight|both] [--error PX] [--png DIR] [--json FILE] [--device NAME]\n"
    "                       [--direct] [--validation]\n";

[[noreturn]] void stop(int status, const std::string& what) {
  std::fprintf(stderr, "tenbo_gpu_bench: %s\n%s", what.c_str(), status == 2 ? usage : "");
  std::exit(status);
}

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a == "--help") std::printf("%s", usage), std::exit(0);
    if (a == "--direct") { o.direct = true; continue; }
    if (a == "--validation") { o.validation = true; continue; }
    if (i + 1 == argc) stop(2, a + " stands alone");
    const std::string v = argv[++i];
    const auto number = [&](double least, double most) {
      char* end = nullptr;
      const double n = std::strtod(v.c_str(), &end);
      if (*end || !(n >= least && n <= most)) stop(2, a + " " + v + ": a number from " + std::to_string(least) + " to " + std::to_string(most));
      return n;
    };
    if (a == "--buildings") o.buildings = static_cast<std::uint32_t>(number(1, 5e7));
    else if (a == "--frames") o.frames = static_cast<std::uint32_t>(number(1, 1e6));
    else if (a == "--error") o.error = static_cast<float>(number(0.1, 1000));
    else if (a == "--png") o.png = v;
    else if (a == "--json") o.json = v;
    else if (a == "--device") o.device = v;
    else if (a == "--path" && (v == "orbit" || v == "flight" || v == "both")) o.path = v;
    else if (a == "--size" && std::sscanf(v.c_str(), "%ux%u", &o.size.x, &o.size.y) == 2 && o.size.x && o.size.y) continue;
    else if (a == "--tier" && (v == "software" || v == "balanced" || v == "wall")) {
      o.tier_name = v;
      o.tier = v == "wall" ? render::Quality::wall : v == "balanced" ? render::Quality::balanced : render::Quality::software;
    } else stop(2, a + " " + v + " is not understood");
  }
  if (!(o.error > 0)) o.error = o.tier == render::Quality::wall ? 3 : o.tier == render::Quality::balanced ? 4 : 6;
  return o;
}

// Round the whole city, and through it: 5 m a frame, low over the roofs, past the tall middle.
std::vector<Eye> path_of(const std::string& name, const City& city, std::uint32_t frames) {
  std::vector<Eye> out;
  const float reach = city.reach();
  for (std::uint32_t i = 0; i < frames; ++i) {
    Eye e;
    if (name == "orbit") {
      const float turn = 6.2831853f * static_cast<float>(i) / static_cast<float>(frames);
      e.at = glm::vec3(1.35f * reach * std::sin(turn), -1.35f * reach * std::cos(turn), 0.5f * reach + 60);
      e.towards = glm::vec3(0, 0, 0) - e.at;
    } else {
      const float along = 5 * (static_cast<float>(i) - static_cast<float>(frames) / 2);
      e.at = glm::vec3(150 + 140 * std::sin(along / 300), along - 500, 150 + 60 * std::sin(along / 400));
      e.towards = glm::vec3(0.25f + 0.3f * std::sin(along / 500), 1, -0.2f);
    }
    e.towards = glm::normalize(e.towards);
    out.push_back(e);
  }
  return out;
}

struct Scenery { render::MeshHandle ground, river; };

render::FrameView view_of(const Eye& e, const Options& o, const Tiles& tiles, const Scenery& scenery) {
  render::FrameView v;
  v.size = o.size;
  v.view = glm::lookAt(glm::vec3(0), e.towards, glm::vec3(0, 0, 1));
  v.near_plane = 1;
  v.anchor = -e.at;
  v.camera_height = e.at.z;
  v.sun_direction = glm::normalize(glm::vec3(-0.6f, -0.45f, 0.62f));
  v.haze_distance = std::max(30'000.f, 2.5f * tiles.reach());
  const float focal = static_cast<float>(o.size.y) / 2 / std::tan(v.fov_y / 2);
  tiles.add_to(v, e, {focal, o.error});
  for (const auto& [mesh, material, colour] : {std::tuple{scenery.ground, render::Material::ground, Rgba8{196, 198, 184, 255}},
                                               {scenery.river, render::Material::water_body, Rgba8{122, 150, 172, 255}}}) {
    render::MeshDraw& d = v.meshes.emplace_back();
    d.mesh = mesh;
    d.material = material;
    d.colour = colour;
    d.casts_shadow = false;
    d.model = glm::translate(glm::mat4(1), -e.at);
  }
  return v;
}

struct Series {
  std::vector<double> values;
  double at(double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size()))) - (share > 0 ? 1 : 0))];
  }
  std::string json() {
    char text[160];
    std::snprintf(text, sizeof text, "{\"median\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"max\": %.3f}", at(0.5), at(0.95), at(0.99), at(1));
    return text;
  }
};

std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (char c : s) out += c == '"' || c == '\\' ? std::string{'\\', c} : static_cast<unsigned char>(c) < 32 ? " " : std::string(1, c);
  return out + "\"";
}

std::string run_path(const std::string& name, const std::vector<Eye>& path, const Options& o, render::Renderer& r, const Tiles& tiles,
                     const Scenery& scenery) {
  const auto need = [](const Status& s) { if (!s.ok()) stop(1, s.error().text()); };
  for (std::uint32_t i = 0; i < 8; ++i) need(r.render_offscreen(view_of(path[std::min<std::size_t>(i, path.size() - 1)], o, tiles, scenery)));
  Series gpu, frame, cpu, triangles, shadow, draws;
  std::map<std::string, Series> passes;
  std::vector<std::string> order;
  for (const Eye& e : path) {
    const auto start = Clock::now();
    const render::FrameView v = view_of(e, o, tiles, scenery);
    const double choose = ms_since(start);
    need(r.render_offscreen(v));
    frame.values.push_back(ms_since(start));
    const render::FrameStats s = r.stats();
    cpu.values.push_back(choose + s.record_ms);
    gpu.values.push_back(s.gpu_ms);
    triangles.values.push_back(static_cast<double>(s.triangles));
    shadow.values.push_back(static_cast<double>(s.clusters.shadow_triangles));
    draws.values.push_back(static_cast<double>(v.meshes.size()));
    std::map<std::string, double> sums;
    for (const auto& p : s.passes) sums[p.name] += p.ms;
    for (const auto& [pass, ms] : sums) {
      if (!passes.contains(pass)) order.push_back(pass);
      passes[pass].values.push_back(ms);
    }
  }
  if (!o.png.empty())
    for (int k = 0; k < 3; ++k) {
      auto image = r.render(view_of(path[path.size() * static_cast<std::size_t>(k) / 3], o, tiles, scenery));
      if (!image) stop(1, image.error().text());
      need(write_png(*image, o.png + "/" + name + "_" + std::to_string(k) + ".png"));
    }
  std::string out = "    {\"path\": " + quoted(name) + ", \"frames\": " + std::to_string(path.size()) + ",\n     \"gpu_ms\": " + gpu.json() +
                    ",\n     \"frame_ms\": " + frame.json() + ",\n     \"cpu_ms\": " + cpu.json() + ",\n     \"triangles\": " + triangles.json() +
                    ",\n     \"shadow_triangles\": " + shadow.json() + ",\n     \"tiles\": " + draws.json() + ",\n     \"pass_ms\": {";
  for (std::size_t i = 0; i < order.size(); ++i) out += (i ? ", " : "") + quoted(order[i]) + ": " + passes[order[i]].json();
  return out + "}}";
}

}  // namespace

int main(int argc, char** argv) {
  const Options o = parse(argc, argv);
  auto created = render::Renderer::create({.validation = o.validation, .device = o.device, .quality_set = true, .quality = o.tier,
                                           .drawing = o.direct ? render::Drawing::direct : render::Drawing::gpu_driven});
  if (!created) stop(1, created.error().text());
  render::Renderer& r = **created;
  const auto start = Clock::now();
  const City city(o.buildings);
  const double city_s = ms_since(start) / 1000;
  Tiles tiles(city);
  std::map<std::string, std::vector<Eye>> paths;
  for (const char* name : {"orbit", "flight"})
    if (o.path == "both" || o.path == name) paths[name] = path_of(name, city, o.frames);
  const float focal = static_cast<float>(o.size.y) / 2 / std::tan(render::FrameView{}.fov_y / 2);
  for (const auto& [name, path] : paths) {
    std::vector<Eye> some;  // enough of them: neighbours are metres apart, and tiles hundreds
    const std::size_t step = std::max<std::size_t>(1, path.size() / 120);
    for (std::size_t i = 0; i < path.size(); i += step) some.push_back(path[i]);
    some.push_back(path.back());
    if (const Status s = tiles.make(r, some, {focal, o.error * 0.9f}); !s.ok()) stop(1, s.error().text());
  }
  Scenery scenery;
  {
    MeshData ground;
    const float half = city.side() / 2 + 60'000;
    const std::uint32_t up = encode_normal({0, 0, 1});
    for (const auto& [x, y] : {std::pair{-half, -half}, {half, -half}, {half, half}, {-half, half}}) ground.vertices.push_back({x, y, 0, up, 0, 0, no_feature});
    ground.indices = {0, 1, 2, 0, 2, 3};
    auto a = r.create_mesh(ground), b = r.create_mesh(city.river_mesh());
    if (!a || !b) stop(1, (!a ? a : b).error().text());
    scenery = {*a, *b};
  }
  const double make_s = ms_since(start) / 1000;
  std::string runs;
  for (const auto& [name, path] : paths) runs += (runs.empty() ? "" : ",\n") + run_path(name, path, o, r, tiles, scenery);

  char numbers[512];
  std::snprintf(numbers, sizeof numbers,
                "  \"buildings\": %u, \"with_a_mesh_of_their_own\": %llu, \"meshes\": %llu, \"triangles_in_memory\": %llu,\n"
                "  \"width\": %u, \"height\": %u, \"error_px\": %.2f, \"gpu_driven\": %s,\n"
                "  \"gpu_memory_mib\": %.0f, \"city_s\": %.2f, \"ready_s\": %.2f,\n",
                city.buildings(), static_cast<unsigned long long>(tiles.own), static_cast<unsigned long long>(tiles.meshes),
                static_cast<unsigned long long>(tiles.triangles), o.size.x, o.size.y, static_cast<double>(o.error),
                r.gpu_driven() ? "true" : "false", static_cast<double>(r.gpu_memory_bytes()) / 1048576, city_s, make_s);
  std::string json = "{\n  \"device\": " + quoted(r.device_name()) + ", \"driver\": " + quoted(r.driver()) + ", \"tier\": " + quoted(o.tier_name) +
                     ",\n" + numbers + "  \"runs\": [\n" + runs + "]\n}\n";
  std::fputs(json.c_str(), stdout);
  if (!o.json.empty()) {
    std::FILE* f = std::fopen(o.json.c_str(), "w");
    if (!f || std::fputs(json.c_str(), f) < 0 || std::fclose(f) != 0) stop(1, o.json + " cannot be written");
  }
  const auto messages = r.validation_messages();
  for (const auto& m : messages) std::fprintf(stderr, "tenbo_gpu_bench: validation: %s\n", m.c_str());
  return messages.empty() ? 0 : 1;
}
