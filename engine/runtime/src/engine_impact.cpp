// What a hazard touches. The assets are read from their source, whole, whatever of them is drawn at the moment.
#include "engine_impl.h"
#include "impact/plan.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {

namespace {

Error no_layer(const std::string& name, const char* option, const std::vector<std::string>& names) {
  std::string list;
  for (const auto& n : names) list += (list.empty() ? "" : ", ") + n;
  const auto near = nearest(name, names);
  return {ErrorCode::not_found, "the scene has no layer \"" + name + "\"; it has: " + list, "", option, near.empty() ? "" : "did you mean \"" + near + "\"?"};
}

}  // namespace

ImpactSource EngineImpl::impact_source_of(const Layer& layer) const {
  ImpactSource out;
  out.layer = layer.status.name;
  out.title = layer.spec.title.in(options_.language == Language::ja);
  out.source = layer.status.source.empty() ? layer.status.attribution : layer.status.source;
  out.issue_time = layer.status.issue_time;
  out.actuality = layer.status.actuality;
  out.member = layer.shown.word;
  out.certainty = geo::to_string(geo::Certainty::unknown);
  if (layer.output) out.certainty = geo::to_string(layer.output->certainty);
  if (layer.field.field) {
    const auto& info = layer.field.field->info();
    out.quantity = info.quantity;
    out.unit = info.unit;
    if (!layer.output) out.certainty = geo::to_string(info.certainty);
    if (out.source.empty()) out.source = info.source;
  }
  return out;
}

Result<ImpactReport> EngineImpl::impact(const ImpactRequest& request) {
  auto plan = plan_impact(request);
  if (!plan) return plan.error();
  ImpactMemo memo;
  return run_impact(*plan, jobs_, memo);
}

Result<ImpactPlan> EngineImpl::plan_impact(const ImpactRequest& request) const {
  std::vector<std::string> names;
  const Layer *hazard = nullptr, *assets = nullptr;
  for (const auto& l : layers_) {
    names.push_back(l->status.name);
    if (l->status.name == request.hazard) hazard = l.get();
    if (l->status.name == request.assets) assets = l.get();
  }
  if (!hazard) return no_layer(request.hazard, "--hazard", names);
  if (!assets) return no_layer(request.assets, "--assets", names);
  for (const auto* l : {hazard, assets})
    if (!l->ready())
      return Error{ErrorCode::not_found, "the layer \"" + l->status.name + "\" could not be read: " + l->status.error, "", l == hazard ? "--hazard" : "--assets", ""};

  // --- the hazard
  ImpactPlan out;
  out.request = request;
  const char* const remedy = hazard->data.city ? "PLATEAU's areas are a hazard through a plugin: \"hazard_flood\" with \"areas\" (fld, ifld, htd), \"hazard_tsunami\" with \"inundation\" (tnm), \"hazard_landslide\" with \"zones\" (lsld)"
                                               : "name a field, or a vector layer of areas whose style has classes";
  Result<HazardPlaces> places = Error{ErrorCode::unsupported, "the layer \"" + hazard->status.name + "\" is no hazard: it has neither a field nor polygons", "", "--hazard", remedy};
  const Palette* used = nullptr;
  if (hazard->field.field) {
    if (!hazard->field.palette)
      return Error{ErrorCode::invalid_argument, "the layer \"" + hazard->status.name + "\" has no palette, and so no classes to count by", "", "--hazard", "give its style a \"palette\" such as \"flood-depth\""};
    used = &*hazard->field.palette;
    places = field_places(hazard->field.field, *used);
    if (places && hazard->data.forecast && hazard->shown.own_scale)
      if (auto s = add_forecast(*hazard->data.forecast, hazard->shown.issue, hazard->shown.view, *places); !s) return s.error();
  } else if (hazard->output && hazard->output->shapes) {
    places = shape_places(hazard->output, hazard->status.name);
  } else if (hazard->data.vectors) {
    used = palette(hazard->spec.style.palette);
    places = zone_places(hazard->data.vectors, hazard->spec.style, used);
    if (!hazard->spec.style.classes.empty()) used = nullptr;
  }
  if (!places) return places.error();
  out.rule_source = hazard->output && hazard->output->shapes ? "the classes of the layer \"" + hazard->status.name + "\", from the mildest to the worst by their level" : used ? used->source : "the style of the layer \"" + hazard->status.name + "\"";

  // --- the steps
  std::vector<std::size_t> steps;
  if (request.all_times || places->times.empty()) {
    for (std::size_t i = 0; i < places->steps(); ++i) steps.push_back(i);
  } else {
    const auto at = request.time ? request.time : time_.now;
    const auto after = at ? std::upper_bound(places->times.begin(), places->times.end(), *at) : places->times.end();
    if (after == places->times.begin())
      return Error{ErrorCode::invalid_argument, "at " + geo::format_utc(*at) + " nothing is forecast yet: the first step of \"" + hazard->status.name + "\" is " + geo::format_utc(places->times.front()),
                   "", "--time", "ask for that time or a later one, or for --all-times"};
    steps.push_back(static_cast<std::size_t>(after - places->times.begin()) - 1);
  }

  // --- the assets
  if (assets->output) out.records = assets->output;
  else out.context.emplace(LoadContext{assets->spec, heights_, jobs_, std::make_shared<Progress>(), CancelToken(), true, UINT64_MAX, false, std::nullopt, 0, options_.http_cache, ram_, UINT64_MAX, assets->archive});
  for (const auto& a : assets->status.attributes) out.attributes.push_back(a.name);
  out.grades = grades_of(*assets);
  if (hazard->field.field && hazard->field.is_depth && hazard->shown.own_scale) out.passability = passability_;
  out.steps = std::move(steps);
  out.places = std::move(*places);
  out.hazard = impact_source_of(*hazard);
  out.assets = impact_source_of(*assets);
  return out;
}

// By the records themselves, or by those that are tied to a 3D bridge.
std::optional<std::map<std::string, Grade>> EngineImpl::grades_of(const Layer& assets) const {
  std::optional<std::map<std::string, Grade>> out;
  const auto add = [&](std::string_view id, Grade grade) {
    if (!out) out.emplace();
    auto& known = out->try_emplace(std::string(id), grade).first->second;  // of several records of one structure the worst
    if (grade != Grade::exempt && (known == Grade::exempt || grade > known)) known = grade;
  };
  if (assets.output && assets.output->records)
    for (const auto& s : assets.output->structures) add(assets.output->records->id(s.feature), s.grade);
  if (!assets.data.city) return out;
  for (const auto& l : layers_)
    if (l->output && l->bound_layer == assets.id)
      for (const auto& [structure, feature] : l->bound)
        if (structure < l->output->structures.size() && feature < assets.data.city->features.size()) add(assets.data.city->features.id(feature), l->output->structures[structure].grade);
  return out;
}

}  // namespace tenbo::runtime
