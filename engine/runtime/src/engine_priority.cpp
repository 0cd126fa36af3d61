// The priority list: what of the scene goes into it, and who works it out.
#include <fmt/format.h>

#include "engine_impl.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {

bool waits(const Layer& l) { return l.status.state == LayerState::waiting || l.status.state == LayerState::loading; }

}  // namespace

Result<PriorityPlan> EngineImpl::plan_priority(const scene::PrioritySpec& spec) const {
  const auto find = [&](const std::string& name) -> const Layer* {
    for (const auto& l : layers_)
      if (l->status.name == name) return l.get();
    return nullptr;
  };
  const auto missing = [&](const std::string& name, const char* place) {
    std::vector<std::string> names;
    for (const auto& l : layers_) names.push_back(l->status.name);
    const auto near = nearest(name, names);
    return Error{ErrorCode::not_found, fmt::format("the scene has no layer \"{}\"; it has: {}", name, fmt::join(names, ", ")), "", place, near.empty() ? "" : "did you mean \"" + near + "\"?"};
  };
  PriorityPlan out;
  out.spec = spec;
  const auto* structures = find(spec.structures);
  if (!structures) return missing(spec.structures, "--assets");
  if (!structures->ready()) return Error{ErrorCode::not_found, "the layer \"" + spec.structures + "\" could not be read: " + structures->status.error, "", "--assets", ""};
  if (!structures->output || !structures->output->records || structures->output->structures.empty())
    return Error{ErrorCode::unsupported, "the layer \"" + spec.structures + "\" has no inspected structures", "", "--assets", "name a layer of the plugin infra_inspection, or another that publishes structures"};
  out.structures = structures->output;
  out.source = impact_source_of(*structures);
  const auto* roads = spec.roads.layer.empty() ? nullptr : find(spec.roads.layer);
  if (!spec.roads.layer.empty()) {
    if (!roads) return missing(spec.roads.layer, "--roads");
    if (!roads->ready() || !roads->data.vectors) out.roads_trouble = "the layer \"" + spec.roads.layer + "\" has no lines: a detour needs a network of roads";
    else out.roads = roads->data.vectors;
    out.roads_source = impact_source_of(*roads);
  }
  if (!spec.roads.vehicle.empty() && passability_) {
    std::vector<std::string> known;
    for (const auto& v : passability_->vehicles) known.push_back(v.id);
    if (std::find(known.begin(), known.end(), spec.roads.vehicle) == known.end())
      return Error{ErrorCode::invalid_argument, fmt::format("no rule speaks of the vehicle \"{}\"; there are: {}", spec.roads.vehicle, fmt::join(known, ", ")), "", "--vehicle", ""};
  }
  for (const auto& name : spec.hazards) {
    const auto* hazard = find(name);
    if (!hazard) return missing(name, "--hazard");
    PriorityPlan::Hazard h;
    h.layer = name;
    h.source = impact_source_of(*hazard);
    for (const bool ja : {true, false}) {
      auto& title = ja ? h.title.ja : h.title.en;
      title = hazard->spec.title.in(ja).empty() ? name : hazard->spec.title.in(ja);
    }
    ImpactRequest request;
    request.hazard = name;
    request.assets = spec.structures;
    request.all_times = request.objects = true;
    auto plan = plan_impact(request);
    if (plan) h.on_structures.emplace(std::move(*plan));
    else h.trouble = plan.error().text();  // nothing has been said yet, say: the structures are unknown, not untouched
    if (h.on_structures && h.on_structures->passability && out.roads) {
      request.assets = spec.roads.layer;
      if (auto on_roads = plan_impact(request)) h.on_roads.emplace(std::move(*on_roads));
    }
    out.hazards.push_back(std::move(h));
  }
  return out;
}

Result<std::shared_ptr<const PriorityBase>> EngineImpl::priority(const scene::PrioritySpec& spec) {
  auto plan = plan_priority(spec);
  if (!plan) return plan.error();
  PriorityMemo memo;
  return make_priority_base(*plan, jobs_, memo, {}, {});
}

PriorityState EngineImpl::priority_soon(bool wanted) {
  priority_.wanted = wanted;
  return {priority_.base, priority_.counting, priority_.error};
}

void EngineImpl::tend_priority() {
  const auto& spec = scene_.priority;
  if (!priority_.wanted || priority_.counting || spec.structures.empty()) return;
  std::string structures_key, roads_key, key;
  for (const auto& l : layers_) {
    const bool hazard = std::find(spec.hazards.begin(), spec.hazards.end(), l->status.name) != spec.hazards.end();
    const bool roads = l->status.name == spec.roads.layer, structures = l->status.name == spec.structures;
    if (!hazard && !roads && !structures) continue;
    if (waits(*l)) return;
    const auto own = key_of(*l);
    key += "|" + own;
    if (roads) roads_key = own;
    if (structures) structures_key = own;
  }
  if (priority_.key == key) return;
  priority_.key = key;
  ++revision_;
  auto planned = plan_priority(spec);
  if (!planned) {
    priority_.error = planned.error().text();
    priority_.base.reset();
    return;
  }
  priority_.counting = true;
  priority_.cancel = CancelToken();
  auto plan = std::make_shared<PriorityPlan>(std::move(*planned));
  for (auto& h : plan->hazards)
    for (auto* p : {&h.on_structures, &h.on_roads})
      if (*p && (*p)->context) (*p)->context->cancel = priority_.cancel;
  jobs_.submit([this, plan, memo = priority_.memo, queue = finished_, &jobs = jobs_, cancel = priority_.cancel, generation = priority_.generation, structures_key, roads_key] {
    auto made = cancel.cancelled() ? nullptr : make_priority_base(*plan, jobs, *memo, structures_key, roads_key);
    queue->push([this, made = std::move(made), generation] {  // not run once the engine has gone
      if (generation != priority_.generation) return;
      priority_.counting = false;
      priority_.error.clear();
      priority_.base = made;
      ++revision_;
    });
  });
}

}  // namespace tenbo::runtime
