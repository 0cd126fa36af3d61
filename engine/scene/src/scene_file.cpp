#include "tenbo/scene/scene_file.h"

#include <algorithm>
#include <unordered_map>

#include "scene_fields.h"
#include "tenbo/base/file.h"
#include "tenbo/base/url.h"

namespace tenbo::scene {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t largest_file = 64 << 20;  // bytes

// A field of several files, each a member or an issue.
void gather_files(LayerSpec& l, const std::string& place) {
  if (!l.paths.empty()) wrong(place, "found \"path\" and \"members\" or \"issues\"", "name the files in one of them");
  if (!l.members.empty() && !l.issues.empty()) wrong(place, "found \"members\" and \"issues\"", "put the members into each issue");
  if (!l.plugin.empty()) wrong(place, "found \"members\" or \"issues\" with a plugin", "leave \"plugin\" out: a field with a palette needs none");
  if (l.kind_set && l.kind != LayerKind::field) wrong(place + ".kind", fmt::format("found \"{}\" with \"members\" or \"issues\"", to_string(l.kind)), "only a \"field\" has them");
  l.kind = LayerKind::field;
  l.kind_set = true;
  const auto take = [&](const std::vector<fs::path>& paths) { l.paths.insert(l.paths.end(), paths.begin(), paths.end()); };
  for (const auto& m : l.members) take(m.paths);
  for (const auto& issue : l.issues) {
    take(issue.paths);
    for (const auto& m : issue.members) take(m.paths);
  }
}

// What one key alone cannot tell.
void check_layers(SceneFile& scene) {
  std::unordered_map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < scene.layers.size(); ++i) {
    LayerSpec& l = scene.layers[i];
    const std::string place = fmt::format("$.layers[{}]", i);
    if (!l.members.empty() || !l.issues.empty()) gather_files(l, place);
    for (std::size_t k = 0; k < l.feeds.size(); ++k) {
      std::vector<std::string> known;
      for (const auto& f : scene.feeds) known.push_back(f.name);
      if (std::find(known.begin(), known.end(), l.feeds[k]) != known.end()) continue;
      const std::string near = did_you_mean(l.feeds[k], known);
      wrong(fmt::format("{}.feeds[{}]", place, k), "the scene has no feed \"" + l.feeds[k] + "\"", !near.empty() ? near : known.empty() ? "name it in \"feeds\"" : "there are " + quoted_list(known));
    }
    if (!l.feeds.empty() && l.plugin.empty() && !(l.kind_set && l.kind == LayerKind::vector && l.paths.empty()))
      wrong(place + ".feeds", "found feeds of a layer without a plugin", "messages are for plugins to read; a layer of the SIP4D-ZIP archives that a feed brings has \"kind\": \"vector\" and no \"path\"");
    if (l.paths.empty() && l.plugin.empty() && l.feeds.empty()) wrong(place, "\"path\" is missing", "say which file the layer shows");
    const auto says_its_place = [](const std::filesystem::path& p) { return p.extension() == ".ifc" || p.extension() == ".IFC"; };
    if (l.kind == LayerKind::model && l.kind_set && !l.position_set && !std::all_of(l.paths.begin(), l.paths.end(), says_its_place)) wrong(place, "\"position\" is missing", "a model needs {\"lon\", \"lat\", \"height\"}");
    if (l.name.empty()) continue;
    const auto [other, fresh] = names.emplace(l.name, i);
    if (!fresh) wrong(place + ".name", fmt::format("\"{}\" is the name of $.layers[{}] too", l.name, other->second), "give each layer its own name");
  }
  // A layer without a name gets one from what it shows.
  for (LayerSpec& l : scene.layers) {
    if (!l.name.empty()) continue;
    std::string base = stem_of(!l.paths.empty() ? l.paths.front() : fs::path(l.plugin.empty() ? l.feeds.front() : l.plugin));
    if (base.empty()) base = "layer";
    l.name = base;
    for (int n = 2; !names.emplace(l.name, 0).second; ++n) l.name = base + " " + std::to_string(n);
  }
  for (std::size_t i = 0; i < scene.impact.size(); ++i)
    for (const auto& [key, name] : {std::pair("hazard", &scene.impact[i].hazard), std::pair("assets", &scene.impact[i].assets)}) {
      if (names.count(*name)) continue;
      std::vector<std::string> known;
      for (const auto& l : scene.layers) known.push_back(l.name);
      const std::string near = did_you_mean(*name, known);
      wrong(fmt::format("$.impact[{}].{}", i, key), "the scene has no layer \"" + *name + "\"", near.empty() ? "name one of \"layers\"" : near);
    }
  std::vector<std::pair<std::string, std::string>> asked{{"$.priority.structures", scene.priority.structures}, {"$.priority.roads.layer", scene.priority.roads.layer}};
  for (std::size_t i = 0; i < scene.priority.hazards.size(); ++i) asked.emplace_back(fmt::format("$.priority.hazards[{}]", i), scene.priority.hazards[i]);
  for (std::size_t i = 0; scene.section && i < scene.section->keep.size(); ++i) asked.emplace_back(fmt::format("$.section.keep[{}]", i), scene.section->keep[i]);
  for (const auto& [at, name] : asked) {
    if (name.empty() || names.count(name)) continue;
    std::vector<std::string> known;
    for (const auto& l : scene.layers) known.push_back(l.name);
    const std::string near = did_you_mean(name, known);
    wrong(at, "the scene has no layer \"" + name + "\"", near.empty() ? "name one of \"layers\"" : near);
  }
}

}  // namespace

const char* to_string(LayerKind kind) {
  switch (kind) {
    case LayerKind::buildings: return "buildings";
    case LayerKind::terrain: return "terrain";
    case LayerKind::imagery: return "imagery";
    case LayerKind::vector: return "vector";
    case LayerKind::model: return "model";
    case LayerKind::field: return "field";
    case LayerKind::boreholes: return "boreholes";
    case LayerKind::points: return "points";
    case LayerKind::photos: return "photos";
    case LayerKind::inspection: break;
  }
  return "inspection";
}

std::optional<LayerKind> parse_layer_kind(std::string_view word) {
  for (const LayerKind kind : {LayerKind::buildings, LayerKind::terrain, LayerKind::imagery, LayerKind::vector, LayerKind::model,
                               LayerKind::field, LayerKind::inspection, LayerKind::boreholes, LayerKind::points, LayerKind::photos})
    if (word == to_string(kind)) return kind;
  return std::nullopt;
}

std::vector<std::pair<std::string, std::vector<std::string>>> scene_file_keys() {
  return {{"scene", keys_of(scene_fields())}, {"layer", keys_of(layer_fields())},       {"style", keys_of(style_fields())},
          {"class", keys_of(class_fields())}, {"view", keys_of(view_fields())},         {"camera", keys_of(camera_fields())},
          {"feed", keys_of(feed_fields())},   {"impact", keys_of(impact_fields())},
          {"priority", keys_of(priority_fields())}, {"priority_weights", keys_of(weights_fields())}, {"priority_roads", keys_of(roads_fields())},
          {"section", keys_of(section_fields())}, {"text", keys_of(text_fields())},   {"position", keys_of(position_fields())},
          {"member", keys_of(member_fields())}, {"issue", keys_of(issue_fields())},   {"show", keys_of(show_fields())}};
}

Result<SceneFile> parse_scene(const std::string& text, const fs::path& base_dir) {
  try {
    auto json = parse_strict_json(text);
    if (!json) return std::move(json).error();
    SceneFile scene;
    read_object(scene_fields(), {base_dir}, *json, "$", scene);
    check_layers(scene);
    return scene;
  } catch (const Wrong& w) {
    return w.error;
  } catch (const std::exception& e) {  // of the JSON library or the file system's paths
    return Error{ErrorCode::internal, e.what(), "", "", ""};
  }
}

Result<SceneFile> read_scene(const fs::path& path) {
  auto text = read_text_file(path, largest_file);
  if (!text) return std::move(text).error();
  std::error_code ec;
  fs::path absolute = fs::absolute(path, ec).lexically_normal();
  if (ec) absolute = path;
  auto scene = parse_scene(*text, absolute.parent_path());
  if (!scene) {
    scene.error().file = path.string();
    return scene;
  }
  scene->path = absolute;
  return scene;
}

std::string format_scene(const SceneFile& scene, const fs::path& folder) {
  // Text that is not UTF-8 (from file names) must not make the scene unreadable.
  return write_object(scene_fields(), {folder}, scene).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status write_scene(const SceneFile& scene, const fs::path& path) {
  try {
    std::error_code ec;
    fs::path absolute = fs::absolute(path, ec).lexically_normal();
    if (ec) absolute = path;
    return write_file_atomic(path, format_scene(scene, absolute.parent_path()));
  } catch (const std::exception& e) {
    return Error{ErrorCode::internal, e.what(), path.string(), "", ""};
  }
}

}  // namespace tenbo::scene
