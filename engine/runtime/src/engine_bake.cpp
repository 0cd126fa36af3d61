// Heavy city models: baked in the background into the cache, and shown from there once all that the view needs is loaded.
#include <algorithm>

#include "engine_impl.h"
#include "layer_loader.h"
#include "tenbo/base/file.h"

namespace tenbo::runtime {
namespace {

constexpr double source_interval = 2;  // s between two looks at the sources' files

}  // namespace

void EngineImpl::note_bake(Layer& l) {
  if (l.bake.stream) l.bake.stream->reset(world_, *renderer_);
  const std::string damage = l.bake.damage.empty() ? l.data.bake_damage : l.bake.damage;
  l.bake = {};
  l.status.bake = BakeState::none;
  l.status.bake_error.clear();
  if (!damage.empty()) {
    const Error e{ErrorCode::malformed, "its bake in the cache was damaged and has been removed (" + damage + ")", "", "",
                  options_.bakes == BakeUse::make ? "it is baked anew" : "it is shown from its source; a window, or tenbo cache add, bakes it anew"};
    log_.warning("layer \"" + l.status.name + "\": " + e.text());
    l.status.diagnostics.warn(e);
  }
  if (!l.data.source) return;
  l.bake.stamp = l.bake.seen = l.data.stamp;
  if (l.data.tiles) {
    l.bake.possible = true;
    l.bake.notes = l.data.tiles->cached->notes().value_or(io::BakeNotes{});
    l.status.bake = BakeState::baked;
    return;
  }
  const bool records = std::any_of(layers_.begin(), layers_.end(), [](const auto& o) { return o->spec.kind == scene::LayerKind::inspection || o->output; });
  l.bake.possible = options_.bakes == BakeUse::make && l.status.kind == scene::LayerKind::buildings && !l.flat_city && l.data.city->bytes >= options_.bake_from &&
                    !(l.data.bridges && records);
  if (!l.bake.possible) return;
  l.bake.notes = {l.status.crs, l.status.lod, l.status.extent, l.data.framing, l.data.bridges};
  l.bake.wanted = true;
  l.status.bake = BakeState::waiting;
}

void EngineImpl::tend_bakes(double dt) {
  if (options_.bakes == BakeUse::off || !renderer_) return;
  for (auto& l : layers_) {
    if (!l->data.tiles || !l->data.tiles->cached || !l->data.tiles->cached->damaged() || !l->bake.damage.empty()) continue;
    l->bake.damage = "a tile cannot be read";
    ++revision_;
    if (l->reading || l->bake.stream || (baker_ && baker_layer_ == l->id)) continue;  // something newer is on its way
    // The source is read. What of the bake is shown stays until then while somebody watches; else it makes room.
    const auto errors = l->stream ? l->stream->take_errors() : std::vector<Error>();
    if (!errors.empty()) l->bake.damage = errors.front().text();
    if (dt <= 0) {
      if (l->stream) l->stream->reset(world_, *renderer_);
      l->stream.reset();
      l->data.tiles.reset();
      l->status.tiles.reset();
      l->status.lod.clear();
      l->status.attributes.clear();
      l->status.state = LayerState::loading;
    }
    start_load(*l);
  }
  if (options_.bakes != BakeUse::make) return;
  if (baker_) {
    Layer* l = find_layer(baker_layer_);
    if (!l || !l->spec.bake) baker_.reset();  // nobody wants it any more
    else if (baker_->done()) end_bake();
    else if (const double now = baker_->progress(); now - l->status.bake_progress >= 0.01) {
      l->status.bake_progress = now;
      ++revision_;
    }
  }
  if (!baker_)
    for (auto& l : layers_) {
      if (!l->ready() || !l->bake.wanted || l->bake.stream || !l->spec.bake) continue;
      l->bake.wanted = false;
      l->status.bake = BakeState::baking;
      l->status.bake_progress = 0;
      l->status.bake_error.clear();
      baker_layer_ = l->id;
      baker_ = std::make_unique<Baker>(Baker::Order{options_.bake_program.empty() ? executable_dir() / "tenbo" : options_.bake_program, options_.cache, options_.bake_cache_bytes, l->spec.paths, options_.bake_idle});
      ++revision_;
      break;
    }
  since_source_watch_ += std::max(0.0, dt);
  if (since_source_watch_ < source_interval) return;
  since_source_watch_ = 0;
  for (auto& l : layers_) if (l->ready() && l->bake.possible && !l->bake.looking) watch_source(*l);
}

void EngineImpl::end_bake() {
  const auto baker = std::move(baker_);
  Layer* l = find_layer(baker_layer_);
  ++revision_;
  if (!baker->key().empty()) {
    open_bake(*l, baker->key());
    return;
  }
  l->status.bake = BakeState::failed;
  l->status.bake_error = baker->error();
  if (std::exchange(bake_trouble_, baker->error()) != baker->error())
    log_.warning("layer \"" + l->status.name + "\": is not baked: " + baker->error());
}

// What is in the cache, as a stream that nobody sees yet.
void EngineImpl::open_bake(Layer& layer, const std::string& key) {
  struct Opened {
    std::shared_ptr<const TileSet> set;
    std::string error;
  };
  jobs_.submit([this, id = layer.id, queue = finished_, key, cache = io::BakeCache(options_.cache, options_.bake_cache_bytes), heights = heights_, notes = layer.bake.notes] {
    auto out = std::make_shared<Opened>();
    if (!notes.extent.empty()) (void)cache.set_notes(key, notes);  // without them the next start says less of it
    const auto found = cache.find_key(key);
    if (found.bake) {
      auto set = baked_set(found.bake, heights);
      if (set) out->set = std::move(*set);
      else out->error = set.error().text();
    } else {
      out->error = found.damage.empty() ? "its bake has gone from the cache" : found.damage;
    }
    queue->push([this, id, out] {
      Layer* l = find_layer(id);
      if (!l) return;
      if (!out->set) {
        l->status.bake = BakeState::failed;
        l->status.bake_error = out->error;
        log_.warning("layer \"" + l->status.name + "\": " + out->error);
        return;
      }
      l->bake.set = out->set;
      l->bake.stream = std::make_unique<TileStream>(out->set, 0);
    });
  });
}

// A source that changes is baked anew once it rests; what is shown stays until then.
void EngineImpl::watch_source(Layer& layer) {
  layer.bake.looking = true;
  jobs_.submit([this, id = layer.id, queue = finished_, paths = layer.spec.paths] {
    const auto stamp = io::input_stamp(paths);
    queue->push([this, id, stamp] {
      Layer* l = find_layer(id);
      if (!l) return;
      auto& b = l->bake;
      b.looking = false;
      const bool rests = std::exchange(b.seen, stamp) == stamp;
      if (!rests || stamp == b.stamp || stamp == 0 || b.stream || (baker_ && baker_layer_ == id)) return;
      b.stamp = stamp;
      b.wanted = true;
      b.notes.extent = {};  // they were of what it held before
      l->status.bake = BakeState::waiting;
      log_.info("layer \"" + l->status.name + "\": its files have changed");
    });
  });
}

// Between two frames: what was loaded for the view takes the place of what was shown.
void EngineImpl::switch_over() {
  for (auto& l : layers_) {
    if (!l->bake.stream || !l->ready() || l->needs_style || l->stage_two_started != l->stage_two_done) continue;
    if (l->bake.set->cached->damaged()) {  // the source stays; once more, and not for ever
      l->bake.stream->reset(world_, *renderer_);
      l->bake.stream.reset();
      l->bake.set.reset();
      l->bake.wanted = l->bake.damage.empty();
      l->bake.damage = "what was baked cannot be read back";
      l->status.bake = l->bake.wanted ? BakeState::waiting : BakeState::failed;
      l->status.bake_error = l->bake.damage;
      continue;
    }
    if (!l->spec.visible || (l->bake.stream->settled() && !classes_late_)) show_bake(*l);
  }
}

void EngineImpl::show_bake(Layer& l) {
  auto old_stream = std::move(l.stream);
  if (old_stream) old_stream->reset(world_, *renderer_);
  drop_tiles(l);
  for (auto t : l.textures) if (t) renderer_->destroy(t);
  l.textures.clear();
  l.texture_asked.clear();
  l.looks.drop(*renderer_);
  struct Old {
    Loaded data;
    FeatureLooks looks;
  };
  auto old = std::make_shared<Old>(Old{std::move(l.data), std::move(l.looks)});
  l.data = {};
  l.looks = {};
  l.data.framing = old->data.framing;
  l.data.source = true;
  l.data.bridges = old->data.bridges;
  jobs_.submit([old = std::move(old)] {});  // a million features are not freed within a frame

  l.data.tiles = std::move(l.bake.set);
  l.stream = std::move(l.bake.stream);
  l.stream->give_to(l.id, world_);
  l.bake.held = camera_;
  l.bake.error = 1;
  l.bake.damage.clear();
  if (l.bake.notes.extent.empty()) l.status.extent = l.data.tiles->extent;
  l.status.bake = BakeState::baked;
  log_.info("layer \"" + l.status.name + "\": is shown from its bake");
  ++revision_;
}

}  // namespace tenbo::runtime
