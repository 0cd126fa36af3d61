// What a hazard touches. The assets are read from their source, whole, whatever of them is drawn at the moment.
#include "engine_impl.h"
#include "impact/report.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {

namespace {

Error no_layer(const std::string& name, const char* option, const std::vector<std::string>& names) {
  std::string list;
  for (const auto& n : names) list += (list.empty() ? "" : ", ") + n;
  const auto near = nearest(name, names);
  return {ErrorCode::not_found, "the scene has no layer \"" + name + "\"; it has: " + list, "", option, near.empty() ? "" : "did you mean \"" + near + "\"?"};
}

ImpactSource source_of(const Layer& layer, bool japanese) {
  ImpactSource out;
  out.layer = layer.status.name;
  out.title = layer.spec.title.in(japanese);
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

}  // namespace

Result<ImpactReport> EngineImpl::impact(const ImpactRequest& request) {
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
  const bool ja = options_.language == Language::ja;
  ImpactReport out;
  Result<HazardPlaces> places = Error{ErrorCode::unsupported, "the layer \"" + hazard->status.name + "\" is no hazard: it has neither a field nor polygons", "", "--hazard", "name a field, or a vector layer of areas whose style has classes"};
  const Palette* used = nullptr;
  if (hazard->field.field) {
    if (!hazard->field.palette)
      return Error{ErrorCode::invalid_argument, "the layer \"" + hazard->status.name + "\" has no palette, and so no classes to count by", "", "--hazard", "give its style a \"palette\" such as \"flood-depth\""};
    used = &*hazard->field.palette;
    places = field_places(hazard->field.field, *used);
    if (places && hazard->data.forecast && hazard->shown.own_scale)
      if (auto s = add_forecast(*hazard->data.forecast, hazard->shown.issue, hazard->shown.view, *places); !s) return s.error();
  } else if (hazard->output && hazard->output->shapes) {
    places = shape_places(hazard->output->shapes, hazard->status.name);
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
  const AssetOptions wanted{request.by, request.weight, request.filter};
  Result<LayerAssets> made = Error{ErrorCode::internal, "", "", "", ""};
  if (assets->output) {
    made = assets_of(*assets->output, wanted);
  } else {
    const LoadContext context{assets->spec, heights_, jobs_, std::make_shared<Progress>(), CancelToken(), true, UINT64_MAX, false, std::nullopt, 0, options_.http_cache, ram_};
    made = read_assets(context, wanted, out.diagnostics);
  }
  if (!made) return made.error();
  if (made->shapes.count == 0)
    return Error{ErrorCode::not_found, "the layer \"" + assets->status.name + "\" has no feature" + (request.filter.empty() ? std::string() : " that passes \"" + request.filter + "\""), "", "--assets", ""};
  const auto nothing_known = [&](const std::string& attribute, const char* option) -> std::optional<Error> {
    std::vector<std::string> known;
    for (const auto& a : assets->status.attributes) known.push_back(a.name);
    if (known.empty() || std::find(known.begin(), known.end(), attribute) != known.end()) return std::nullopt;
    const auto near = nearest(attribute, known);
    return Error{ErrorCode::not_found, "no feature of \"" + assets->status.name + "\" has the attribute \"" + attribute + "\"", "", option, near.empty() ? "see \"tenbo info\"" : "did you mean \"" + near + "\"?"};
  };
  if (!request.by.empty())
    if (auto e = nothing_known(request.by, "--by")) return *e;
  if (!request.weight.empty())
    if (auto e = nothing_known(request.weight, "--weight")) return *e;

  auto rule = request.rule.value_or(made->crossed ? impact::Rule::anywhere : impact::Rule::largest_share);
  if (!request.rule && !made->shapes.parts.empty() &&
      std::none_of(made->shapes.parts.begin(), made->shapes.parts.end(), [](const auto& p) { return p.shape == impact::Shape::area; }))
    rule = impact::Rule::anywhere;  // lines
  if (auto s = make_report(*places, *made, steps, rule, request.weight, jobs_, out); !s) return s.error();
  out.hazard = source_of(*hazard, ja);
  out.assets = source_of(*assets, ja);
  return out;
}

}  // namespace tenbo::runtime
