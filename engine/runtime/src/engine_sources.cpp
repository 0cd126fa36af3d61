// Where layers come from, after they were read: files that are replaced or vanish, and what plugins publish.
#include <algorithm>

#include "engine_impl.h"
#include "meant.h"
#include "tenbo/base/file.h"
#include "tenbo/base/url.h"
#include "tenbo/io/remote_vector.h"

namespace tenbo::runtime {

// What the layer itself says (path, unit, source, ...) reaches its plugin too, where the plugin knows such a parameter and
// "parameters" does not say otherwise.
std::vector<std::pair<std::string, std::string>> EngineImpl::plugin_parameters(const scene::LayerSpec& spec) const {
  auto out = spec.parameters;
  const auto& installed = plugins_->installed();
  const auto it = std::find_if(installed.begin(), installed.end(), [&](const auto& m) { return m.id == spec.plugin; });
  if (it == installed.end()) return out;
  const auto offer = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    const bool given = std::any_of(out.begin(), out.end(), [&](const auto& p) { return p.first == name; });
    const bool known = std::any_of(it->parameters.begin(), it->parameters.end(), [&](const auto& p) { return p.name == name; });
    if (known && !given) out.emplace_back(name, value);
  };
  if (std::none_of(out.begin(), out.end(), [](const auto& p) { return p.first == "path"; }))
    for (const auto& path : spec.paths) out.emplace_back("path", path.string());
  offer("source", spec.source);
  offer("quantity", spec.quantity);
  offer("unit", spec.unit);
  offer("start", spec.start);
  offer("issue_time", spec.issue_time);
  offer("certainty", spec.certainty);
  offer("variable", spec.sublayer);
  offer("layer", spec.sublayer);
  offer("palette", spec.style.palette);
  if (spec.step_seconds > 0) offer("step_seconds", std::to_string(spec.step_seconds));
  if (spec.expected_interval > 0) offer("expected_interval", std::to_string(spec.expected_interval));
  if (spec.nodata_is_dry) offer("nodata_is_dry", "true");
  return out;
}

// A field's file that was replaced is read again; the old picture stays until the new one is there.
void EngineImpl::watch_files() {
  for (auto& l : layers_) {
    if (!l->ready()) continue;
    // A file that has gone takes nothing away either, but the glass says so.
    const auto gone = std::find_if(l->files.begin(), l->files.end(), [](const auto& p) { return !file_stamp(p).exists; });
    const bool was_gone = l->status.trouble == FileTrouble::vanished;
    if (gone != l->files.end() && !was_gone) {
      l->status.trouble = FileTrouble::vanished;
      l->status.trouble_detail = gone->string();
      log_.warning("layer \"" + l->status.name + "\": " + gone->string() + " has vanished; what is shown is the last good data");
      ++revision_;
    } else if (gone == l->files.end() && was_gone) {
      l->status.trouble = FileTrouble::none;
      l->status.trouble_detail.clear();
      ++revision_;
    }
    if (l->plugin || (!l->data.field && !l->data.sip && l->spec.kind != scene::LayerKind::inspection)) continue;
    for (std::size_t i = 0; i < l->spec.paths.size() && i < l->stamps.size(); ++i) {
      const auto now = file_stamp(l->spec.paths[i]);
      if (now.exists && !(now == l->stamps[i])) { start_load(*l); break; }
    }
  }
}

// Twice within the interval that the layer's next state is expected in; also where there has been none yet.
void EngineImpl::ask_again() {
  constexpr double least_seconds = 1;
  for (auto& l : layers_) {
    if (l->reading || l->plugin || l->spec.expected_interval <= 0 || l->spec.paths.empty()) continue;
    const bool pictures = l->spec.kind == scene::LayerKind::imagery || l->data.imagery;
    const bool archives = l->spec.kind == scene::LayerKind::vector && io::is_remote_zip(l->spec.paths.front());
    if (!io::is_remote_vector(l->spec.paths.front()) && !archives && !(pictures && is_url(l->spec.paths.front()))) continue;
    const bool failed = l->status.state == LayerState::failed;
    const double since = std::chrono::duration<double>(std::chrono::steady_clock::now() - l->read_at).count();
    if ((!l->ready() && !failed) || since < std::max(l->spec.expected_interval / 2, least_seconds)) continue;
    if (failed) {
      l->status.diagnostics = {};
      l->status.error.clear();
    }
    start_load(*l);
  }
}

// On the glass: what is shown is what was had last.
void EngineImpl::say_offline(Layer& layer, const std::string& why) {
  const auto trouble = why.empty() ? FileTrouble::none : FileTrouble::unreadable;
  if (layer.status.trouble == trouble && layer.status.trouble_detail == why) return;
  layer.status.trouble = trouble;
  layer.status.trouble_detail = why;
  ++revision_;
}

void EngineImpl::take_plugin_output(Layer& layer) {
  if (layer.plugin->state() == PluginState::failed) {
    if (layer.status.state != LayerState::failed) fail(layer, layer.plugin->error());
    return;
  }
  auto output = layer.plugin->output();
  if (!output) {  // running, and nothing to say yet
    if (layer.plugin->state() == PluginState::ready && layer.status.state == LayerState::loading) layer.status.state = LayerState::ready;
    return;
  }
  if (output == layer.output || output == layer.shapes.next) return;
  if (output->revision == layer.output_revision) {  // the same data, but something new to be said of it
    if (layer.shapes.drawn == layer.output) layer.shapes.drawn = output;
    if (layer.structures.of == layer.output) layer.structures.of = output;
    layer.output = output;
    layer.status.diagnostics = {};
    for (const auto& w : output->warnings) layer.status.diagnostics.warn({ErrorCode::malformed, w, "", "", ""});
    layer.status.trouble = FileTrouble::unreadable;  // plugins report without data only what keeps them from newer data
    layer.status.trouble_detail = output->warnings.empty() ? "" : output->warnings.back();
    ++revision_;
    return;
  }
  // What other shapes are drawn stays until these are meshed; the same ones with other classes need not wait.
  if (renderer_ && output->shapes && layer.output && layer.shapes.drawn == layer.output && layer.output->shapes) {
    if (!same_geometry(*layer.output->shapes, *output->shapes)) {
      layer.shapes.next = output;
      return;
    }
    layer.shapes.drawn = output;
  }
  adopt(layer, output);
}

void EngineImpl::adopt(Layer& layer, const std::shared_ptr<const PluginOutput>& output) {
  layer.shapes.next.reset();
  if (renderer_ && layer.shapes.drawn && !output->shapes) {
    drop_tiles(layer);
    layer.shapes = {};
  }
  ++revision_;
  layer.output = output;
  layer.output_revision = output->revision;
  LayerStatus& s = layer.status;
  const bool first = s.state != LayerState::ready;
  const auto extent = s.extent;
  s.state = LayerState::ready;
  s.trouble = FileTrouble::none;
  s.trouble_detail.clear();
  if (s.source.empty() || !output->source.empty()) s.source = output->source;
  s.issue_time = output->issue_time;
  s.diagnostics = {};
  for (const auto& w : output->warnings) s.diagnostics.warn({ErrorCode::malformed, w, "", "", ""});
  if (output->field) {
    const auto& info = output->field->info();
    s.kind = scene::LayerKind::field;
    s.crs = info.grid.crs.id();
    s.extent = info.extent;
    s.times = info.valid_times;
    if (!s.issue_time) s.issue_time = info.issue_time;
    adopt_forecast(layer, *output);
    if (layer.data.forecast) {
      s.issue_time = layer.data.field->info().issue_time;
      s.times = layer.data.field->info().valid_times;
      take_field(layer);
    } else {
      if (!layer.field.replace(output->field, renderer_.get())) layer.stage_two_started = layer.stage_two_done = false;
      layer.field.is_depth = output->is_water_depth;
      if (layer.field.needs_mesh()) layer.stage_two_started = layer.stage_two_done = false;
      layer.field.colours_buildings = true;
      layer.field.disagreement.reset();
      layer.field.palette.reset();
      if (const auto* p = palette(output->palette)) layer.field.palette = *p;
    }
  }
  auto meant = meant_by(*output);
  s.actuality = meant.whole;
  s.drills = std::move(meant.drills);
  s.real_records = meant.real;
  s.headline = output->headline;
  s.notes = output->notes;
  if (output->sensors) {
    take_sensors_output(layer);
  } else if (output->shapes) {
    s.features = output->records->size();
    s.attributes = output->records->summary();
    s.extent = output->shapes->extent;
    s.times = shape_times(*output->shapes);
    s.kind = scene::LayerKind::vector;
  } else if (output->records) {
    s.features = output->records->size();
    s.attributes = output->records->summary();
    s.extent = {};
    for (const auto& st : output->structures) s.extent.add(st.lon, st.lat);
    s.kind = scene::LayerKind::inspection;
    bind_inspection(layer);
  }
  layer.needs_style = true;
  collect_times();
  const auto& e = s.extent;  // messages come by the hundred, and mostly about the same places
  if (first || e.west != extent.west || e.south != extent.south || e.east != extent.east || e.north != extent.north) framing_changed();
}

}  // namespace tenbo::runtime
