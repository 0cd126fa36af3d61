// What each feature looks like now: its style, its hazard class, its inspection grade.
#include <algorithm>
#include <cmath>

#include "building_risk.h"
#include "engine_impl.h"
#include "style.h"
#include "tenbo/io/tiles.h"

namespace tenbo::runtime {

const Palette* EngineImpl::palette(const std::string& name) const {
  const auto it = palettes_.find(name);
  return it == palettes_.end() ? nullptr : &it->second;
}

Rgba8 EngineImpl::grade_colour(Grade grade) const {
  // the palette's stops stand at 0 (not inspected), 1..4 (I..IV), 5 (exempt)
  if (const auto* p = palette("inspection-grade"))
    if (const auto* stop = p->class_of(static_cast<double>(grade))) return stop->colour;
  return {160, 160, 160, 255};
}

void EngineImpl::restyle(Layer& layer) {
  layer.needs_style = false;
  if (layer.output && layer.output->shapes) {
    layer.needs_style = renderer_ && layer.shapes.drawn == layer.output;  // tend_shapes
    return;
  }
  if (layer.data.points) return repaint_points(layer);
  if (layer.plugin) return;  // markers and fields have no table of their own
  StyleRecipe recipe;
  recipe.style = layer.spec.style;
  if (const auto* p = palette(layer.spec.style.palette)) recipe.palette = *p;
  if (const auto* p = palette("flood-depth"); p && (layer.data.city || layer.stream)) recipe.flood_ranks = *p;
  if (!layer.spec.style.risk.empty())
    if (const auto* p = palette(risk_palette(layer.spec.style.risk))) recipe.risk = *p;
  recipe.revision = layer.recipe ? layer.recipe->revision + 1 : 1;
  layer.recipe = std::make_shared<const StyleRecipe>(std::move(recipe));
  const auto* table = layer.table_of_features();
  if (!table) return;  // a stream's tiles have each their own, and take the recipe
  auto& styles = layer.looks.styles;
  styles = layer.recipe->styles_of(*table, &layer.flood_ranks);
  layer.risk_sources.clear();
  if (layer.recipe->risk && layer.data.city) {
    auto unused = styles;
    colour_risks(*table, layer.spec.style.risk, *layer.recipe->risk, unused, &layer.risk_sources);
  }
  // structures bound to this layer's 3D bridges show their grade on the bridge itself
  for (const auto& l : layers_) {
    if (!l->output || l->bound_layer != layer.id) continue;
    const auto* at = as_of(*l);
    for (const auto& [structure, feature] : l->bound)
      if (feature < styles.size() && structure < l->output->structures.size())
        styles[feature].colour = grade_colour(grade_shown(*l, at, structure));
    if (layer.data.city && layer.data.city->elements.size() == styles.size()) colour_parts(*layer.data.city, l->bound, styles);
  }
  layer.looks.hazard_key = 0;
  if (ledger_.marked) send_marks(layer);
  send_styles(layer);
}

void EngineImpl::send_styles(Layer& layer) {
  if (!layer.structures.features.empty()) {
    paint_structures(layer);
    return;
  }
  if (layer.output && layer.output->shapes) {
    if (layer.shapes.drawn == layer.output) show_shapes(layer);
    return;
  }
  const bool here = selected_ && selected_->layer == layer.id;
  if (layer.bake.stream)
    if (auto s = layer.bake.stream->select(here ? std::optional(selected_->feature_id) : std::nullopt, *renderer_); !s) fail(layer, s.error());
  if (layer.stream) {
    if (auto s = layer.stream->select(here ? std::optional(selected_->feature_id) : std::nullopt, *renderer_); !s) fail(layer, s.error());
    return;
  }
  if (auto s = layer.looks.send(*renderer_, here ? selected_->feature : std::nullopt); !s) fail(layer, s.error());
}

// Slices of the steps that count now and next, read by workers.
void EngineImpl::request_field_steps() {
  for (auto& layer : layers_) {
    auto& f = layer->field;
    if (!f.field || !layer->ready() || !layer->spec.visible) continue;
    const auto step = f.step_at(time_.now);
    if (!step) continue;
    for (std::size_t s = *step; s < std::min(*step + 2, f.field->steps()); ++s) {
      if (f.slices.count(s) || f.asked.count(s) || f.failed.count(s)) continue;
      f.asked.insert(s);
      ++jobs_out_;
      jobs_.submit([this, id = layer->id, queue = finished_, field = f.field, apart = renderer_ ? f.disagreement : nullptr, unknown = renderer_ && f.hatches_unknown(), s, revision = f.revision] {
        auto slice = std::make_shared<Result<std::shared_ptr<const geo::FieldSlice>>>(field->slice(s));
        std::shared_ptr<const std::vector<float>> drawn;  // with the cells marked where members disagree
        if (unknown && *slice) drawn = std::make_shared<const std::vector<float>>(with_unknown_hatched((**slice)->values));
        if (apart && *slice)
          if (auto marks = apart->slice(s)) drawn = std::make_shared<const std::vector<float>>(with_hatching((**slice)->values, (*marks)->values));
        queue->push([this, id, s, revision, slice, drawn] {
          --jobs_out_;
          Layer* l = find_layer(id);
          if (!l || l->field.revision != revision) return;
          l->field.asked.erase(s);
          if (!*slice) {
            l->field.failed.emplace(s, slice->error().text());
            l->status.diagnostics.fail(slice->error());
            log_.error("layer \"" + l->status.name + "\": " + slice->error().text());
            return;
          }
          l->field.slices[s] = **slice;
          if (!renderer_) return;
          const auto& grid = l->field.field->info().grid;
          auto handle = renderer_->create_grid(grid.width, grid.height, drawn ? *drawn : (**slice)->values);
          if (handle) l->field.grids.put(s, *handle, *renderer_);
          else l->field.failed.emplace(s, handle.error().text());
        });
      });
    }
    // keep a few steps around the present one
    std::erase_if(f.slices, [&](const auto& kv) { return kv.first + 3 < *step || kv.first > *step + 4; });
    if (!renderer_) continue;
    if (f.failed.count(*step)) f.grids.blank(*renderer_);
    else f.grids.show(*step, *renderer_);
    f.grids.keep_around(*step, *renderer_);
  }
}

void EngineImpl::request_textures() {
  if (!renderer_) return;
  const int max_edge = renderer_->quality() == render::Quality::software ? 1024 : 2048;
  for (auto& layer : layers_) {
    if (!layer->ready() || !layer->data.city || !(layer->spec.style.textured || layer->own_look())) continue;
    const auto& textures = layer->data.city->textures;
    layer->textures.resize(textures.size());
    layer->texture_asked.resize(textures.size());
    for (std::size_t i = 0; i < textures.size(); ++i) {
      if (layer->texture_asked[i]) continue;
      layer->texture_asked[i] = true;
      ++textures_out_;
      jobs_.submit([this, id = layer->id, i, queue = finished_, texture = textures[i], max_edge = textures[i].edge > 0 ? std::min(max_edge, textures[i].edge) : max_edge] {
        auto image = std::make_shared<Result<Image>>(io::read_texture(texture, max_edge));
        queue->push([this, id, i, image, repeat = texture.repeat] {
          --textures_out_;
          Layer* l = find_layer(id);
          if (!l || i >= l->textures.size()) return;
          if (!*image) { l->status.diagnostics.warn(image->error()); return; }
          if (auto t = renderer_->create_texture(**image, repeat)) l->textures[i] = *t;
          else l->status.diagnostics.warn(t.error());
        });
      });
    }
  }
}

// Building classes under the first visible water field, again when field, step or styles have changed.
void EngineImpl::classify() {
  classes_late_ = false;
  const Layer* water = nullptr;
  for (const auto& l : layers_)
    if (l->ready() && l->spec.visible && l->field.field && (l->field.is_depth || (l->data.forecast && l->field.colours_buildings))) water = l.get();
  std::optional<std::size_t> step;
  if (water) step = water->field.step_at(time_.now);
  HazardSource hazard;
  if (water && step) {
    const auto it = water->field.slices.find(*step);
    const bool had = it != water->field.slices.end();
    classes_late_ = !had && !water->field.failed.count(*step);
    if (classes_late_) return;  // on its way: what is shown stays until then
    hazard.field = &water->field;
    if (had) hazard.slice = it->second;                     // else no class at all, as there is no water to be seen
    hazard.key = (static_cast<std::uint64_t>(water->id) << 48) ^ (water->field.revision << 24) ^ (*step + 2);
    if (had && cells_key_ != hazard.key) cells_ = std::make_shared<const std::vector<impact::Class>>(classify_cells(water->field, *hazard.slice)), cells_key_ = hazard.key;
    hazard.places = cells_;
    hazard.jobs = &jobs_;
    hazard.run = [this](std::function<void()> work) {
      ++jobs_out_;
      jobs_.submit([this, work = std::move(work), queue = finished_] {
        work();
        queue->push([this] { --jobs_out_; });
      });
    };
  }
  for (auto& l : layers_) {
    if (!l->ready()) continue;
    const bool here = selected_ && selected_->layer == l->id;
    for (auto* stream : {l->stream.get(), l->bake.stream.get()})
      if (stream)
        if (auto s = stream->classify(hazard, classes_late_, *ground_, here ? std::optional(selected_->feature_id) : std::nullopt, *renderer_); !s) fail(*l, s.error());
  }
  for (auto& l : layers_) {
    if (!l->ready() || !l->data.city) continue;
    const auto classified = l->looks.classify(hazard, l->data.city->features, l->data.footprints, l->data.outlines, *ground_);
    classes_late_ |= classified == FeatureLooks::Classified::late;
    if (classified == FeatureLooks::Classified::changed) send_styles(*l);
  }
}

void EngineImpl::collect_times() {
  std::set<geo::Instant> all;
  for (const auto& l : layers_)
    if (l->ready() && l->spec.visible) all.insert(l->status.times.begin(), l->status.times.end());
  if (feeds_) {  // the time bar goes back over what has arrived
    all.insert(live::to_instant(feeds_->first()));
    all.insert({(feeds_->last().us + 999) / 1000});
    for (const auto minute : feeds_->minutes()) all.insert({minute * 60'000});
  }
  time_.steps.assign(all.begin(), all.end());
  // A forecast is shown from its beginning on, of what is measured the latest.
  const bool forecast = std::any_of(layers_.begin(), layers_.end(), [](const auto& l) { return l->ready() && l->spec.visible && !(l->output && l->output->sensors) && !l->data.imagery && !l->data.points && !l->status.times.empty(); });
  if (!time_.now && !time_.steps.empty()) time_.now = forecast ? time_.steps.front() : time_.steps.back();
}

}  // namespace tenbo::runtime
