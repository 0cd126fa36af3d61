// The ledger of a scene: which pair is due, who counts it, and which features stand out on the glass.
#include <fmt/format.h>

#include "engine_impl.h"

namespace tenbo::runtime {

std::string key_of(const Layer& l) {
  std::string style = l.spec.style.attribute + "|" + l.spec.style.palette;
  for (const auto& c : l.spec.style.classes) style += fmt::format("|{}:{}", c.from.value_or(0), c.value);
  return fmt::format("{} {} {} {} {} {} {}", l.id, l.read_at.time_since_epoch().count(), l.output_revision, l.field.revision, l.shown.issue, l.shown.word, style);
}

void EngineImpl::tend_ledger() {
  if (!ledger_.wanted || ledger_.counting) return;
  ledger_.pairs.resize(scene_.impact.size());
  for (std::size_t i = 0; i < scene_.impact.size(); ++i) {
    const auto& spec = scene_.impact[i];
    const Layer *hazard = nullptr, *assets = nullptr;
    for (const auto& l : layers_) {
      if (l->status.name == spec.hazard) hazard = l.get();
      if (l->status.name == spec.assets) assets = l.get();
    }
    const auto waits = [](const Layer* l) { return l && (l->status.state == LayerState::waiting || l->status.state == LayerState::loading); };
    if (waits(hazard) || waits(assets)) continue;
    std::string key = fmt::format("{}|{}|{}", spec.by, spec.weight, spec.filter);
    for (const Layer* l : {hazard, assets}) key += l ? "|" + key_of(*l) : "|";
    key += fmt::format("|{}", assets ? std::count_if(layers_.begin(), layers_.end(), [&](const auto& l) { return l->bound_layer == assets->id; }) : 0);
    if (ledger_.pairs[i].key == key) continue;
    count_again(i, key);
    return;
  }
}

void EngineImpl::count_again(std::size_t i, const std::string& key) {
  const auto& spec = scene_.impact[i];
  auto& pair = ledger_.pairs[i];
  ImpactRequest request;
  request.hazard = spec.hazard;
  request.assets = spec.assets;
  request.by = spec.by;
  request.weight = spec.weight;
  request.filter = spec.filter;
  request.all_times = request.objects = true;
  auto planned = plan_impact(request);
  ++revision_;
  pair.key = key;
  if (!planned) {
    pair.error = planned.error().text();
    pair.report.reset();
    return;
  }
  ledger_.counting = i;
  ledger_.cancel = CancelToken();
  auto plan = std::make_shared<ImpactPlan>(std::move(*planned));
  if (plan->context) plan->context->cancel = ledger_.cancel;
  const Layer* assets = nullptr;
  for (const auto& l : layers_)
    if (l->status.name == spec.assets) assets = l.get();
  jobs_.submit([this, i, plan, memo = pair.memo, queue = finished_, &jobs = jobs_, cancel = ledger_.cancel, generation = ledger_.generation,
                assets_key = fmt::format("{}|{}|{}|{}", spec.by, spec.weight, spec.filter, assets ? key_of(*assets) : std::string())] {
    auto made = cancel.cancelled() ? std::make_shared<Result<ImpactReport>>(Error{ErrorCode::cancelled, "given up", "", "", ""})
                                   : std::make_shared<Result<ImpactReport>>(run_impact(*plan, jobs, *memo, assets_key));
    queue->push([this, i, made, generation] {  // not run once the engine has gone
      if (generation != ledger_.generation || i >= ledger_.pairs.size()) return;
      ledger_.counting.reset();
      auto& p = ledger_.pairs[i];
      p.error = *made ? std::string() : made->error().text();
      if (*made) p.report = std::make_shared<const ImpactReport>(std::move(**made));
      else p.report.reset();
      if (!p.error.empty()) log_.error("ledger: " + p.error);
      ++revision_;
    });
  });
}

std::vector<LedgerPair> EngineImpl::ledger() const {
  std::vector<LedgerPair> out;
  const bool ja = options_.language == Language::ja;
  for (std::size_t i = 0; i < scene_.impact.size(); ++i) {
    LedgerPair p;
    p.spec = scene_.impact[i];
    p.hazard = p.spec.hazard;
    p.assets = p.spec.assets;
    for (const auto& l : layers_) {
      const auto title = l->spec.title.in(ja).empty() ? l->status.name : l->spec.title.in(ja);
      if (l->status.name == p.spec.hazard) p.hazard = title, p.hazard_source = impact_source_of(*l);
      if (l->status.name == p.spec.assets) p.assets = title, p.assets_source = impact_source_of(*l);
    }
    if (i < ledger_.pairs.size()) {
      p.report = ledger_.pairs[i].report;
      p.error = ledger_.pairs[i].error;
    }
    p.counting = ledger_.counting == i || (!p.report && p.error.empty());
    out.push_back(std::move(p));
  }
  return out;
}

void EngineImpl::send_marks(Layer& layer) {
  const auto& ids = ledger_.marked_layer == layer.status.name ? ledger_.marked : nullptr;
  for (auto* stream : {layer.stream.get(), layer.bake.stream.get()})
    if (stream) stream->mark(ids);
  const auto* table = layer.table_of_features();
  if (!table) return;
  constexpr std::uint32_t at_once = 10'000;  // rows that are looked up within a frame: some milliseconds
  if (!ids || table->size() <= at_once) return layer.looks.mark(*table, ids.get());
  ++jobs_out_;
  jobs_.submit([this, id = layer.id, ids, table, city = layer.data.city, vectors = layer.data.vectors, output = layer.output, queue = finished_] {
    auto found = std::make_shared<FeatureLooks>();
    found->mark(*table, ids.get());
    queue->push([this, id, ids, table, found, city, vectors, output] {
      --jobs_out_;
      Layer* l = find_layer(id);
      if (!l || l->table_of_features() != table || ledger_.marked != ids || ledger_.marked_layer != l->status.name) return;  // another row by now
      l->looks.marked = std::move(found->marked);
      ++revision_;
      if (renderer_ && l->ready() && !l->looks.styles.empty()) send_styles(*l);
    });
  });
}

void EngineImpl::mark(const std::string& name, std::shared_ptr<const std::set<std::string, std::less<>>> ids) {
  if (!ids && !ledger_.marked) return;
  const auto before = ledger_.marked_layer;
  ledger_.marked_layer = ids ? name : std::string();
  ledger_.marked = std::move(ids);
  ++revision_;
  for (auto& l : layers_) {
    if (l->status.name != before && l->status.name != name) continue;
    send_marks(*l);
    if (renderer_ && l->ready() && !l->looks.styles.empty()) send_styles(*l);  // streams send what they mark
  }
}

bool EngineImpl::select_id(const std::string& name, const std::string& id, const geo::GeoPoint& at) {
  for (const auto& l : layers_) {
    if (l->status.name != name || !l->ready()) continue;
    if (const auto* table = l->table_of_features())
      if (const auto row = table->find(id)) {
        select(picked_feature(*l, *row, at));
        return true;
      }
    if (l->stream)
      for (const auto& [index, tile] : l->stream->loaded())
        if (const auto row = tile.city->features.find(id)) {
          select(picked_feature(*l, &tile.city->features, *row, at));
          return true;
        }
  }
  return false;
}

}  // namespace tenbo::runtime
