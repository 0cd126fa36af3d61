// What a person changes of the scene, and how it is taken back.
#include <algorithm>

#include "engine_impl.h"

namespace tenbo::runtime {

namespace fs = std::filesystem;

void EngineImpl::remember() {
  ++revision_;
  undo_.push_back(scene_);
  if (undo_.size() > 100) undo_.erase(undo_.begin());
  redo_.clear();
}

void EngineImpl::set_visible(std::uint32_t id, bool visible) {
  Layer* l = find_layer(id);
  if (!l || l->spec.visible == visible) return;
  remember();
  l->spec.visible = visible;
  for (auto& spec : scene_.layers) if (spec.name == l->spec.name) spec.visible = visible;
  if (l->spec.kind == scene::LayerKind::imagery || l->data.elevation) rebuild_ground();
  collect_times();
}

void EngineImpl::set_opacity(std::uint32_t id, double opacity) {
  Layer* l = find_layer(id);
  if (!l) return;
  remember();
  const double before = std::exchange(l->spec.opacity, std::clamp(opacity, 0.0, 1.0));
  if (l->data.imagery && l->spec.opacity != before) repaint_ground();  // pictures are put together by workers
  for (auto& spec : scene_.layers) if (spec.name == l->spec.name) spec.opacity = l->spec.opacity;
}

void EngineImpl::set_style(std::uint32_t id, const scene::LayerStyle& style) {
  Layer* l = find_layer(id);
  if (!l) return;
  remember();
  change_style(*l, style);
  for (auto& spec : scene_.layers) if (spec.name == l->spec.name) spec.style = style;
}

// What is meshed by the style is meshed again, and pictures that were left out are read.
void EngineImpl::change_style(Layer& layer, const scene::LayerStyle& style) {
  const auto& old = layer.spec.style;
  const bool remesh = style.drape != old.drape || style.extrude_attribute != old.extrude_attribute || style.extrude_scale != old.extrude_scale;
  for (auto* stream : {layer.stream.get(), layer.bake.stream.get()})
    if (stream && style.textured != old.textured) stream->reset(world_, *renderer_);
  layer.spec.style = style;
  layer.needs_style = true;
  layer.looks.hazard_key = 0;
  if (remesh && layer.data.vectors) { drop_gpu(layer); layer.stage_two_started = layer.stage_two_done = false; }
}

const scene::LayerStyle& EngineImpl::style(std::uint32_t id) const {
  static const scene::LayerStyle none;
  const Layer* l = find_layer(id);
  return l ? l->spec.style : none;
}

void EngineImpl::move_layer(std::uint32_t id, int places) {
  const auto at = std::find_if(layers_.begin(), layers_.end(), [&](const auto& l) { return l->id == id; });
  if (at == layers_.end() || places == 0) return;
  remember();
  const auto from = at - layers_.begin();
  const auto to = std::clamp<std::ptrdiff_t>(from + places, 0, static_cast<std::ptrdiff_t>(layers_.size()) - 1);
  auto moved = std::move(*at);
  layers_.erase(at);
  layers_.insert(layers_.begin() + to, std::move(moved));
  scene_.layers.clear();
  for (const auto& l : layers_) scene_.layers.push_back(l->spec);
  rebuild_ground();
}

Status EngineImpl::add_paths(const std::vector<fs::path>& paths) {
  auto more = scene_for(paths);
  if (!more) return more.error();
  if (!more->path.empty()) return open(std::move(*more));
  remember();
  for (auto& spec : more->layers) {
    std::string name = spec.name;
    const auto taken = [&] { return std::any_of(layers_.begin(), layers_.end(), [&](const auto& l) { return l->spec.name == spec.name; }); };
    for (int n = 2; taken(); ++n) spec.name = name + " " + std::to_string(n);
    scene_.layers.push_back(spec);
    start_load(add_layer(spec));
  }
  return {};
}

void EngineImpl::remove_layer(std::uint32_t id) {
  const auto at = std::find_if(layers_.begin(), layers_.end(), [&](const auto& l) { return l->id == id; });
  if (at == layers_.end()) return;
  remember();
  (*at)->cancel.cancel();
  drop_gpu(**at);
  if (selected_ && selected_->layer == id) selected_.reset();
  layers_.erase(at);
  scene_.layers.clear();
  for (const auto& l : layers_) scene_.layers.push_back(l->spec);
  rebuild_ground();
  collect_times();
}

// Brings the layers in line with another state of the scene: what stays is kept, what is new is loaded.
void EngineImpl::apply_scene(const scene::SceneFile& target) {
  std::vector<std::unique_ptr<Layer>> old = std::move(layers_);
  layers_.clear();
  scene_ = target;
  for (const auto& spec : target.layers) {
    const auto same = std::find_if(old.begin(), old.end(), [&](const auto& l) { return l && l->spec.name == spec.name && l->spec.paths == spec.paths; });
    if (same != old.end()) {
      auto layer = std::move(*same);
      change_style(*layer, spec.style);
      const bool shown = layer->spec.show == spec.show;
      layer->spec = spec;
      if (!shown && layer->ready() && choose_field(*layer)) reshow(*layer);
      layers_.push_back(std::move(layer));
    } else {
      start_load(add_layer(spec));
    }
  }
  for (auto& l : old)
    if (l) { l->cancel.cancel(); drop_gpu(*l); }
  rebuild_ground();
  collect_times();
}

bool EngineImpl::undo() {
  if (undo_.empty()) return false;
  redo_.push_back(scene_);
  const auto target = std::move(undo_.back());
  undo_.pop_back();
  apply_scene(target);
  return true;
}

bool EngineImpl::redo() {
  if (redo_.empty()) return false;
  undo_.push_back(scene_);
  const auto target = std::move(redo_.back());
  redo_.pop_back();
  apply_scene(target);
  return true;
}

void EngineImpl::add_bookmark(const std::string& name) {
  remember();
  scene_.views.push_back({name, {name, name}, camera_});
}

Status EngineImpl::save(const fs::path& path) {
  auto copy = scene_;
  copy.home = camera_;
  copy.time = feeds_ && following_ ? std::nullopt : time_.now;  // whoever follows the clock does so the next time, too
  if (auto s = scene::write_scene(copy, path); !s) return s;
  scene_.path = path;
  if (const auto file = corrections_file(path); file != corrections_.file) {  // what people said goes with the scene
    corrections_.file = file;
    corrections_.trouble.clear();
    if (!corrections_.all.empty()) return write_corrections(file, corrections_.all);
  }
  return {};
}

}  // namespace tenbo::runtime
