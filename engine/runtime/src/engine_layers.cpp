// Layers from specification to data: load on workers, accept in order, mesh with the ground.
#include <algorithm>
#include <cmath>

#include "drape.h"
#include "check_style.h"
#include "engine_impl.h"
#include "framing.h"
#include "layer_loader.h"
#include "tenbo/base/file.h"
#include "tenbo/base/url.h"

namespace tenbo::runtime {

Layer* EngineImpl::find_layer(std::uint32_t id) {
  for (auto& l : layers_) if (l->id == id) return l.get();
  return nullptr;
}
const Layer* EngineImpl::find_layer(std::uint32_t id) const { return const_cast<EngineImpl*>(this)->find_layer(id); }

Layer& EngineImpl::add_layer(const scene::LayerSpec& spec) {
  auto layer = std::make_unique<Layer>();
  layer->id = next_layer_++;
  layer->spec = spec;
  layer->status.id = layer->id;
  layer->status.name = spec.name;
  layer->status.kind = spec.kind;
  layer->status.attribution = spec.attribution;
  layer->status.source = spec.source;
  layers_.push_back(std::move(layer));
  return *layers_.back();
}

void EngineImpl::fail(Layer& layer, Error error) {
  if (error.file.empty() && !layer.spec.paths.empty()) error.file = shown(layer.spec.paths.front());
  layer.status.state = LayerState::failed;
  layer.status.error = error.text();
  layer.status.diagnostics.fail(std::move(error));
  log_.error("layer \"" + layer.status.name + "\": " + layer.status.error);
}

namespace {
// Where the layer's bake may be looked for. Inspection records stand on features by their rows, which tiles do not have.
std::optional<BakePlace> bakes_of(const EngineOptions& options, const scene::LayerSpec& spec, const scene::SceneFile& scene) {
  io::BakeCache cache(options.cache, options.bake_cache_bytes);
  if (options.bakes == BakeUse::off || !options.graphics || !cache.on() || !spec.bake) return std::nullopt;
  const bool records = std::any_of(scene.layers.begin(), scene.layers.end(), [](const auto& l) { return l.kind == scene::LayerKind::inspection; });
  return BakePlace{std::move(cache), !records};
}
}  // namespace

void EngineImpl::start_load(Layer& layer) {
  if (!layer.ready()) layer.status.state = LayerState::loading;  // what is shown stays until there is something newer
  layer.read_at = std::chrono::steady_clock::now();
  layer.archive_read = layer.archive;
  layer.stamps.clear();
  layer.files.clear();
  for (const auto& p : layer.spec.paths) {
    layer.stamps.push_back(file_stamp(p));
    if (layer.stamps.back().exists) layer.files.push_back(p);
  }
  for (const auto& [name, value] : layer.spec.parameters)
    if ((name == "path" || name == "file") && file_stamp(value).exists) layer.files.emplace_back(value);
  if (!layer.spec.plugin.empty()) {
    auto made = plugins_->create_layer(layer.spec.plugin, plugin_parameters(layer.spec));
    if (!made) { fail(layer, made.error()); return; }
    layer.plugin = std::move(*made);
    return;
  }
  layer.reading = true;
  ++jobs_out_;
  const std::uint64_t resident = current_memory_bytes(), left = ram_ - std::min(ram_, resident);
  const bool said = options_.ram > 0 || scene_.ram_mib > 0;
  // the job holds copies and the queue; the engine may be gone when it ends, then the queue is closed
  jobs_.submit([this, id = layer.id, queue = finished_,
                context = LoadContext{layer.spec, heights_, jobs_, layer.progress, layer.cancel, options_.graphics, left, said, bakes_of(options_, layer.spec, scene_), options_.bake_from, options_.http_cache, ram_, vram_ > 0 ? vram_ : UINT64_MAX, layer.archive}] {
    auto loaded = std::make_shared<Loaded>(load_layer(context));
    if (loaded->city) loaded->framing = framing_extent(loaded->city->features, loaded->city->extent);
    else if (loaded->vectors) loaded->framing = framing_extent(loaded->vectors->features, loaded->vectors->extent);
    queue->push([this, id, loaded] { finish_load(id, std::move(*loaded)); });
  });
}

void EngineImpl::finish_load(std::uint32_t id, Loaded loaded) {
  --jobs_out_;
  if (find_layer(id)) arrived_.insert_or_assign(id, std::move(loaded));
}

namespace {
geo::VerticalKind vertical_of(const Loaded& d) {
  if (d.city) return d.city->vertical;
  if (d.tiles) return d.tiles->mesh.vertical;
  if (d.elevation) return d.elevation->vertical();
  if (d.vectors && d.vectors->has_z) return d.vectors->vertical;
  if (d.points) return d.points->vertical;
  return geo::VerticalKind::unknown;
}
}  // namespace

bool EngineImpl::settle_datum(Layer& layer, geo::VerticalKind kind) {
  layer.status.vertical = kind;
  const bool has_heights = layer.data.city || layer.data.tiles || layer.data.elevation || (layer.data.vectors && layer.data.vectors->has_z) || (layer.data.points && layer.data.points->has_height);
  if (kind == geo::VerticalKind::unknown) {
    if (has_heights && heights_.geoid)
      layer.status.diagnostics.warn({ErrorCode::mismatch, "the heights name no vertical datum and are taken as the scene's (" +
                                     std::string(geo::to_string(heights_.scene)) + ")", "", "", "say \"vertical\" for the layer in the scene"});
    return true;
  }
  if (heights_.scene == geo::VerticalKind::unknown) heights_.scene = kind;
  if (datum_name_.empty()) {
    datum_owner_ = layer.status.name;
    if (layer.data.city) datum_name_ = layer.data.city->crs.vertical_name();
    else if (layer.data.tiles && layer.data.tiles->cached) datum_name_ = layer.data.tiles->cached->info().vertical_name;
    else if (layer.data.tiles && kind != geo::VerticalKind::ellipsoidal) datum_name_ = layer.data.tiles->tree.vertical_name;
    else if (layer.data.tiles) datum_name_ = geo::Crs::parse("EPSG:4979")->vertical_name();
    else if (layer.data.elevation) datum_name_ = layer.data.elevation->grid().crs.vertical_name();
  }
  if (auto s = heights_.accepts(kind); !s) {
    Error e = s.error();
    e.message += "; the scene's heights were set by layer \"" + datum_owner_ + "\"";
    fail(layer, std::move(e));
    return false;
  }
  return true;
}

void EngineImpl::accept_loaded() {
  bool blocked = false;  // an earlier layer may still decide the datum
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = *layers_[i];
    if (layer.plugin || !layer.reading) continue;
    const auto it = arrived_.find(layer.id);
    if (it == arrived_.end()) {
      if (heights_.scene == geo::VerticalKind::unknown && !layer.ready()) blocked = true;
      continue;
    }
    if (blocked && vertical_of(it->second) != geo::VerticalKind::unknown) continue;
    layer.reading = false;
    const bool had_data = layer.data.city || layer.data.tiles || layer.data.vectors || layer.data.elevation || layer.data.imagery || layer.data.field || layer.data.points;
    if (it->second.error && had_data) {  // a newer file that cannot be read does not take away the older picture
      layer.status.state = LayerState::ready;
      layer.status.diagnostics.fail(*it->second.error);
      layer.status.trouble = FileTrouble::unreadable;
      layer.status.trouble_detail = it->second.error->text();
      log_.error("layer \"" + layer.status.name + "\": " + layer.status.trouble_detail);
      layer.bake.wanted |= !layer.bake.damage.empty() && options_.bakes == BakeUse::make;  // what is there of a damaged bake stays, and is baked anew beside it
      arrived_.erase(it);
      continue;
    }
    if (had_data && it->second.digest != 0 && it->second.digest == layer.data.digest) {  // asked again, and nothing is new
      say_offline(layer, it->second.offline);
      arrived_.erase(it);
      continue;
    }
    const auto old_imagery = layer.data.imagery;
    if (layer.data.tiles && layer.data.tiles->cached) {
      if (layer.stream) layer.stream->reset(world_, *renderer_);
      jobs_.submit([stream = std::shared_ptr<TileStream>(std::move(layer.stream)), tiles = std::move(layer.data.tiles)] {});  // the folder of a damaged bake goes with it
      layer.status.tiles.reset();
      layer.status.attributes.clear();
      layer.status.lod.clear();
    }
    layer.data = std::move(it->second);
    arrived_.erase(it);
    layer.status.diagnostics = std::move(layer.data.diagnostics);
    if (layer.data.error) { fail(layer, *layer.data.error); continue; }
    layer.status.trouble = FileTrouble::none;
    layer.status.trouble_detail.clear();
    if (!settle_datum(layer, vertical_of(layer.data))) { layer.data = {}; continue; }
    if (auto s = choose_field(layer); !s) { layer.data = {}; fail(layer, s.error()); continue; }
    fill_status(layer);
    if (layer.data.points) take_points(layer);
    layer.status.state = LayerState::ready;
    if (layer.data.sip) take_sip4d(layer);
    else if (shows_archives(layer.spec)) forget_sip4d(layer);
    if (layer.data.digest != 0) {
      layer.status.issue_time = layer.data.stamped ? layer.data.stamped : layer.spec.live ? wall_clock_ : std::nullopt;
      say_offline(layer, layer.data.offline);
    }
    if (layer.data.imagery) take_imagery(layer);
    if (layer.stream) layer.stream->reset(world_, *renderer_);
    layer.stream.reset();
    if (layer.data.tiles) layer.stream = std::make_unique<TileStream>(layer.data.tiles, layer.id);
    if (layer.data.field) take_field(layer);
    if (layer.data.vectors) layer.stage_two_started = layer.stage_two_done = false;
    layer.needs_style = true;
    note_bake(layer);
    if (layer.data.city)  // records that came first find their bridges now, whatever the order of arrival
      for (auto& l : layers_) if (l->output && l->output->records) bind_inspection(*l);
    collect_times();
    framing_changed();
    const bool ground_changed = layer.data.elevation || layer.data.imagery ||
                                (layer.data.city && layer.status.kind == scene::LayerKind::terrain);
    if (ground_changed && old_imagery && layer.data.imagery && same_extent(*old_imagery, *layer.data.imagery)) repaint_ground();
    else if (ground_changed) rebuild_ground();
  }
  if (!ground_pending())
    for (auto& l : layers_)
      if (l->ready() && (!l->stage_two_started || std::chrono::steady_clock::now() >= l->drape_again)) start_stage_two(*l);
}

// Is elevation still on its way? What lies on the ground waits for it.
bool EngineImpl::ground_pending() const {
  for (const auto& l : layers_) {
    const bool terrain = l->spec.kind == scene::LayerKind::terrain;
    if (terrain && (l->status.state == LayerState::loading || l->status.state == LayerState::waiting)) return true;
  }
  return false;
}

void EngineImpl::fill_status(Layer& layer) {
  LayerStatus& s = layer.status;
  const auto summarise = [&](const geo::FeatureTable& t) {
    s.features = t.size();
    s.attributes = t.summary();
  };
  std::vector<std::string> palettes;
  for (const auto& [name, palette] : palettes_) palettes.push_back(name);
  check_style(layer.spec.style, palettes, s.diagnostics);
  if (const auto& t = layer.data.tiles) {
    s.crs = "EPSG:4979";
    s.extent = t->extent;
    if (const auto* notes = t->cached && t->cached->notes() ? &*t->cached->notes() : nullptr) {
      s.crs = notes->crs;
      s.lod = notes->lod;
      s.extent = notes->extent;
    }
    s.kind = scene::LayerKind::buildings;
  } else if (const auto& c = layer.data.city) {
    summarise(c->features);
    s.triangles = c->triangles;
    s.crs = c->crs.id();
    s.extent = c->extent;
    for (int lod : c->lods) s.lod += (s.lod.empty() ? "" : ",") + std::to_string(lod);
    s.diagnostics.merge(std::move(c->diagnostics));
    if (layer.data.boreholes) {
      s.kind = scene::LayerKind::boreholes;
      auto& style = layer.spec.style;  // as logs are drawn, unless the scene says otherwise; the scene file stays as it is
      if (style.attribute.empty() && style.palette.empty() && style.classes.empty() && !style.colour) style.attribute = style.palette = "soil";
      if (style.label_attribute.empty()) style.label_attribute = "name";
    } else if (layer.data.photos) {
      s.kind = scene::LayerKind::photos;
    } else if (!layer.spec.kind_set) s.kind = layer.data.as_model ? scene::LayerKind::model : scene::LayerKind::buildings;
    bool all_relief = !c->batches.empty();
    for (const auto& b : c->batches) all_relief &= b.theme == io::CityTheme::relief;
    if (all_relief) s.kind = scene::LayerKind::terrain;
    layer.flat_city = !c->own_look && (!c->extent.has_height() || (std::abs(c->extent.min_height) < 0.01 && std::abs(c->extent.max_height) < 0.01));
  } else if (const auto& e = layer.data.elevation) {
    s.crs = e->grid().crs.id();
    s.extent = e->extent();
    s.kind = scene::LayerKind::terrain;
    if (s.attribution.empty()) s.attribution = e->attribution();
  } else if (const auto& i = layer.data.imagery) {
    s.crs = i->grid().crs.id();
    s.extent = i->extent();
    s.kind = scene::LayerKind::imagery;
    s.times = i->times();
    if (s.attribution.empty()) s.attribution = i->attribution();
  } else if (const auto& v = layer.data.vectors) {
    summarise(v->features);
    s.crs = v->crs.id();
    s.extent = v->extent;
    if (v->head) {
      s.issue_time = v->head->report_time;
      s.headline = v->head->headline;
      s.actuality = static_cast<Actuality>(v->head->actuality);
      if (s.source.empty()) s.source = v->head->publisher;
    }
  } else if (const auto& m = layer.data.model) {
    s.kind = scene::LayerKind::model;
    s.features = 1;
    for (const auto& p : m->parts) s.triangles += p.mesh.indices.size() / 3;
    const auto frame = geo::LocalFrame::at(layer.spec.position);
    const double h = -layer.spec.heading * M_PI / 180.0, cos_h = std::cos(h), sin_h = std::sin(h);
    glm::dvec2 low(INFINITY), high(-INFINITY);  // m east and north
    for (const auto& part : m->parts)
      for (const auto& vertex : part.mesh.vertices) {
        const glm::dvec2 p(vertex.x * cos_h - vertex.y * sin_h, vertex.x * sin_h + vertex.y * cos_h);
        low = glm::min(low, p);
        high = glm::max(high, p);
      }
    if (low.x <= high.x)
      for (double x : {low.x, high.x}) for (double y : {low.y, high.y}) {
        const auto p = frame.to_geo({x * layer.spec.scale, y * layer.spec.scale, 0});
        s.extent.add(p.lon, p.lat);
      }
    s.extent.min_height = layer.spec.position.height + m->min.z * layer.spec.scale;
    s.extent.max_height = layer.spec.position.height + m->max.z * layer.spec.scale;
  } else if (const auto& f = layer.data.field) {
    s.crs = f->info().grid.crs.id();
    s.extent = f->info().extent;
    s.times = f->info().valid_times;
    s.issue_time = f->info().issue_time;
    if (s.source.empty()) s.source = f->info().source;
    s.kind = scene::LayerKind::field;
  }
}

namespace {
// m between heights under what is draped: what covers a country need not read the finest terrain of all of it.
double drape_spacing(const geo::Extent& e) {
  constexpr double most_across = 4096;
  return e.empty() ? 0 : std::max(e.east - e.west, e.north - e.south) * 111'000 / most_across;
}
}  // namespace

void EngineImpl::start_stage_two(Layer& layer) {
  const bool again = layer.stage_two_done;  // what is shown stays until then
  layer.stage_two_started = true;
  layer.stage_two_done = false;
  layer.drape_again = std::chrono::steady_clock::time_point::max();
  const auto field = layer.output && layer.output->field ? layer.output->field : layer.data.field;
  const auto flat = layer.flat_city && options_.graphics && layer.uploaded == 0 && !layer.meshed.city_draped && !ground_->empty() ? layer.data.city : nullptr;
  const auto points = layer.data.points && !layer.data.points->has_height && options_.graphics ? layer.data.points : nullptr;
  const bool wanted = layer.data.vectors || flat || points || (field && options_.graphics);
  if (!wanted) { layer.stage_two_done = true; return; }
  FieldMeshOptions surface;
  if (field) layer.field.meshed_as_depth = layer.field.is_depth;
  if (!layer.field.is_depth) surface.surface = FieldSurface::ground;
  if (renderer_ && renderer_->quality() == render::Quality::software) surface.most_refined = 120'000;  // each costs a CPU device what hundreds cost a GPU
  ++jobs_out_;
  jobs_.submit([this, id = layer.id, queue = finished_, spec = layer.spec, surface, vectors = layer.data.vectors, flat, points, again,
                field = options_.graphics ? field : nullptr, ground = ground_, spacing = drape_spacing(layer.status.extent)] {
    std::mutex mutex;
    std::vector<std::shared_ptr<const GroundReader>> readers;  // one for each thread that meshed
    const io::GroundSource source = [&]() -> io::GroundSampler {
      auto reader = std::make_shared<const GroundReader>(ground, spacing);
      {
        const std::lock_guard lock(mutex);
        readers.push_back(reader);
      }
      return [reader = std::move(reader)](double lon, double lat) { return reader->at(lon, lat); };
    };
    auto made = std::make_shared<Meshed>(mesh_layer(spec, vectors, flat, field, surface, source, jobs_));
    if (points) made->points = draped(*points, source, jobs_);
    for (const auto& reader : readers) made->retry_seconds = std::min(made->retry_seconds, reader->retry_seconds());
    queue->push([this, id, made, again, ground, in_place = flat != nullptr] {
      --jobs_out_;
      Layer* l = find_layer(id);
      if (!l) return;
      if (ground != ground_ && !in_place) {  // it has changed meanwhile
        l->stage_two_started = false;
        return;
      }
      l->meshed = std::move(*made);
      if (std::isfinite(l->meshed.retry_seconds))
        l->drape_again = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(std::max(1.0, l->meshed.retry_seconds) * 1000));
      if (!again) l->status.diagnostics.merge(std::move(l->meshed.diagnostics));  // told once
      if (l->meshed.vectors) l->status.triangles = 0;
      if (l->meshed.vectors)
        for (const auto& b : l->meshed.vectors->polygons) l->status.triangles += b.mesh.indices.size() / 3;
      l->stage_two_done = true;
      if (renderer_ && !l->data.city) drop_tiles(*l);  // of an older state
      l->needs_style = true;
    });
  });
}

void EngineImpl::rebuild_ground() {
  auto ground = std::make_shared<Ground>();
  TerrainSources sources;
  sources.resolution = 1e9;
  geo::Extent buildings;
  for (const auto& l : layers_) {
    if (!l->ready()) continue;
    if ((l->data.city || l->data.tiles) && !l->status.extent.empty()) buildings.add(l->status.extent);
    if (l->data.city && l->status.kind == scene::LayerKind::terrain && l->spec.visible)
      ground->tins.push_back(std::make_shared<TinGround>(*l->data.city));
    if (!l->spec.visible) continue;
    if (l->data.elevation) {
      ground->elevations.push_back(l->data.elevation);
      sources.extent.add(l->data.elevation->extent());
      sources.resolution = std::min(sources.resolution, l->data.elevation->resolution());
      sources.layer = l->id;
    } else if (l->data.imagery) {
      if (l->picture) sources.imagery.push_back({l->id, l->picture, l->spec.opacity});
      if (sources.layer == 0) sources.layer = l->id;
    }
  }
  if (ground->elevations.empty() && sources.layer != 0) {
    for (const auto& l : layers_)
      if (l->ready() && l->spec.visible && l->data.imagery) sources.extent.add(l->data.imagery->extent());
    sources.resolution = 50;
    if (buildings.has_height()) sources.flat_height = buildings.min_height;
  }
  ground_ = ground;
  sources.ground = ground;
  if (renderer_) terrain_.reset(std::move(sources), world_, renderer_.get());
  rebuild_plain_ground();
  for (auto& l : layers_) {
    l->looks.hazard_key = 0;
    l->looks.base_height.clear();
    for (auto* stream : {l->stream.get(), l->bake.stream.get()}) if (stream) stream->forget_ground();
    // what was meshed on another ground is meshed again
    if (l->ready() && l->stage_two_done && (l->data.vectors || l->field.field || (l->data.points && !l->data.points->has_height))) l->stage_two_started = l->stage_two_done = false;
  }
}

// Without terrain the scene stands on a plain square at its lowest height; it says nothing about the ground.
void EngineImpl::rebuild_plain_ground() {
  if (!renderer_) return;
  std::vector<scene::Entity> gone;
  world_.view<PlainGround>().each([&](scene::Entity e, PlainGround& g) { renderer_->destroy(g.mesh); gone.push_back(e); });
  for (auto e : gone) world_.destroy(e);
  if (terrain_.active()) return;
  geo::Extent all;
  for (const auto& l : layers_) {
    if (!l->ready() || l->status.extent.empty()) continue;
    if (l->status.kind == scene::LayerKind::terrain) return;  // a TIN is ground enough
    all.add(l->status.extent);
  }
  if (all.empty()) return;
  const double height = (all.has_height() ? all.min_height : 0.0) - 0.15;  // just below what stands on it
  const auto frame = geo::LocalFrame::at({all.centre().lon, all.centre().lat, height});
  glm::vec3 min, max;
  auto mesh = renderer_->create_mesh(plain_ground(frame, all, height, min, max));
  if (!mesh) return;
  const auto e = world_.create();
  world_.emplace<LayerTag>(e, LayerTag{0});
  world_.emplace<TileFrame>(e, TileFrame{frame, min, max});
  world_.emplace<PlainGround>(e, PlainGround{*mesh});
}

// What all layers together are framed on.
geo::Extent EngineImpl::framed() const {
  geo::Extent all, world;  // pictures of the whole world lie under the rest, and are no reason to look at all of it
  for (const auto& l : layers_) {
    if (!l->ready() || l->status.extent.empty()) continue;
    const bool wide = (l->data.imagery || (l->data.elevation && l->data.elevation->tiled())) && l->status.extent.east - l->status.extent.west > 180;
    (wide ? world : all).add(l->data.framing.empty() ? l->status.extent : l->data.framing);
  }
  return all.empty() ? world : all;
}

void EngineImpl::framing_changed() {
  rebuild_plain_ground();
  geo::Extent all = framed();
  if (camera_set_) anchor_ = geo::LocalFrame::at({camera_.lon, camera_.lat, 0});
  if (all.empty()) return;
  if (!all.has_height()) all.min_height = all.max_height = 0;
  // The middle of the whole Earth is no place to take up, and the sun, from.
  if (!camera_set_ || all.east - all.west < 180) anchor_ = geo::LocalFrame::at({all.centre().lon, all.centre().lat, 0});
  if (camera_set_) return;
  camera_ = scene::frame_extent(all, static_cast<double>(last_size_.x) / std::max(1u, last_size_.y), camera_.fov);
}

}  // namespace tenbo::runtime
