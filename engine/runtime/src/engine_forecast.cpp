// Of a field with several issues or members: which is shown, what it is called, and where the members disagree.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "engine_impl.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {

// "p90" -> 90; nullopt: another word.
std::optional<double> percentile_of(const std::string& word) {
  if (word.size() < 2 || word[0] != 'p') return std::nullopt;
  double p = 0;
  const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), p);
  return error == std::errc{} && end == word.data() + word.size() && p >= 0 && p <= 100 ? std::optional(p) : std::nullopt;
}

Error no_member(const geo::Forecast& forecast, const std::string& name) {
  std::string list;
  for (const auto& n : forecast.names()) list += ", " + n;
  const auto near = nearest(name, forecast.names());
  return {ErrorCode::not_found, "the forecast has no member \"" + name + "\"; it has: mean, max, p0 to p100, probability, disagreement" + list, "", "show.member", near.empty() ? "" : "did you mean \"" + near + "\"?"};
}

// Of a plugin's field as the plugin says.
std::string usual_palette(const Layer& layer) {
  if (layer.output) return layer.output->palette;
  return layer.spec.style.palette.empty() ? "flood-depth" : layer.spec.style.palette;
}

}  // namespace

// What a plugin published of a file with several issues or members is chosen from like any other forecast.
void EngineImpl::adopt_forecast(Layer& layer, const PluginOutput& output) {
  layer.data.forecast = output.forecast;
  layer.data.field = output.field;
  if (!output.forecast) return;
  if (auto chosen = choose_field(layer); !chosen) {
    layer.status.diagnostics.fail(chosen.error());
    layer.data.forecast.reset();
  }
}

Status EngineImpl::choose_field(Layer& layer) {
  const auto& forecast = layer.data.forecast;
  if (!forecast) return {};
  const scene::FieldShow& show = layer.spec.show;
  std::optional<geo::Instant> at;
  if (show.issue != "latest") {
    auto t = geo::parse_instant(show.issue);
    if (!t) return t.error();
    at = *t;
  }
  const auto issue = forecast->issue_at(at);
  if (!issue)
    return Error{ErrorCode::not_found, "nothing was issued by " + geo::format_utc(*at) + ": the first issue of \"" + layer.status.name + "\" is " + geo::format_utc(*forecast->issue_time(0)), "", "issue", "ask for that time or a later one"};
  const Palette* usual = palette(usual_palette(layer));
  geo::ForecastView view;
  view.threshold = show.threshold.value_or(usual ? usual->stops.front().from : 0);
  const std::string word = !show.member.empty() ? show.member : forecast->members() > 1 ? "mean" : "";
  if (word.empty()) view.statistic = geo::Statistic::member;
  else if (const auto named = forecast->member_named(word)) view.statistic = geo::Statistic::member, view.member = *named;
  else if (word == "mean") view.statistic = geo::Statistic::mean;
  else if (word == "max") view.statistic = geo::Statistic::maximum;
  else if (word == "probability") view.statistic = geo::Statistic::probability;
  else if (word == "disagreement") view.statistic = geo::Statistic::disagreement;
  else if (const auto p = percentile_of(word)) view.statistic = geo::Statistic::percentile, view.percentile = *p;
  else return no_member(*forecast, word);
  if (view.statistic == geo::Statistic::probability && !show.threshold)
    return Error{ErrorCode::invalid_argument, "a probability of passing what is not said", "", "show.threshold", "give the threshold, in the field's unit"};
  auto field = show.changed ? forecast->changed(*issue, view) : forecast->field(*issue, view);
  if (!field) return field.error();
  layer.data.field = *field;
  layer.shown.issue = *issue;
  layer.shown.view = view;
  layer.shown.word = word;
  layer.shown.own_scale = !show.changed && view.statistic != geo::Statistic::probability && view.statistic != geo::Statistic::disagreement;
  layer.shown.palette = show.changed ? view.statistic == geo::Statistic::probability ? "probability-change" : "change"
                        : view.statistic == geo::Statistic::probability   ? "probability"
                        : view.statistic == geo::Statistic::disagreement ? "disagreement"
                                                                         : usual ? usual->name : "";
  layer.field.disagreement.reset();
  if (layer.shown.own_scale && forecast->members() > 1 && view.statistic != geo::Statistic::member) {
    geo::ForecastView apart = view;
    apart.statistic = geo::Statistic::disagreement;
    if (auto d = forecast->field(*issue, apart)) layer.field.disagreement = *d;
  }
  return {};
}

void EngineImpl::take_field(Layer& layer) {
  if (!layer.field.replace(layer.data.field, renderer_.get())) layer.stage_two_started = layer.stage_two_done = false;
  const bool plain = !layer.data.forecast;
  const auto name = plain ? usual_palette(layer) : layer.shown.palette;
  layer.field.palette.reset();
  if (const auto* p = palette(name)) layer.field.palette = *p;
  layer.field.is_depth = layer.field.palette && layer.field.palette->unit == "m" && (plain || layer.shown.own_scale) && (!layer.output || layer.output->is_water_depth);
  if (layer.field.needs_mesh()) layer.stage_two_started = layer.stage_two_done = false;
  layer.field.colours_buildings = layer.field.is_depth || (!plain && !layer.shown.own_scale && (!layer.output || layer.output->is_water_depth));
}

Status EngineImpl::show(std::uint32_t id, const scene::FieldShow& show) {
  Layer* l = find_layer(id);
  if (!l || !l->ready() || !l->data.forecast) return Error{ErrorCode::not_found, "the layer has no forecast to choose from", "", "", ""};
  const auto before = l->spec.show;
  l->spec.show = show;
  if (auto s = choose_field(*l); !s) {
    l->spec.show = before;
    return s;
  }
  if (before == show) return {};
  remember();
  for (auto& spec : scene_.layers) if (spec.name == l->spec.name) spec.show = show;
  reshow(*l);
  collect_times();
  return {};
}

void EngineImpl::reshow(Layer& layer) {
  take_field(layer);  // also where the field stays: what is hatched may be another
  layer.status.times = layer.data.field->info().valid_times;
  layer.status.issue_time = layer.data.field->info().issue_time;
  ++revision_;
}

Status EngineImpl::show_issue(std::optional<geo::Instant> t) {
  for (auto& l : layers_) {
    if (!l->ready() || !l->data.forecast) continue;
    auto wanted = l->spec.show;
    wanted.issue = t ? geo::format_utc(*t) : "latest";
    if (auto s = show(l->id, wanted); !s) return s;
  }
  return {};
}

Status EngineImpl::show_member(const std::string& member, std::optional<double> threshold, bool changed) {
  bool any = false;
  for (auto& l : layers_) {
    if (!l->ready() || !l->data.forecast) continue;
    if (!(l->data.forecast->members() > 1 || (changed && l->data.forecast->issues() > 1))) continue;
    auto wanted = l->spec.show;
    if (!member.empty()) wanted.member = member;
    if (threshold) wanted.threshold = threshold;
    wanted.changed = changed;
    if (auto s = show(l->id, wanted); !s) return s;
    any = true;
  }
  return any ? Status() : Status(Error{ErrorCode::not_found, "no layer of the scene has a forecast of several members or issues", "", "--member", ""});
}

std::optional<ForecastStatus> EngineImpl::forecast_status(const Layer& l) const {
  const auto& f = l.data.forecast;
  if (!f || !l.ready() || (f->members() == 1 && f->issues() == 1)) return std::nullopt;
  ForecastStatus out;
  for (std::size_t i = 0; i < f->issues(); ++i)
    if (const auto t = f->issue_time(i)) out.issues.push_back(*t);
  out.members = f->names();
  out.issue = l.shown.issue;
  out.show = l.spec.show;
  out.show.member = l.shown.word;
  out.unit = f->member(0, 0)->info().unit;
  out.threshold = l.shown.view.threshold;
  if (const Palette* usual = palette(usual_palette(l)))
    for (const auto& stop : usual->stops) out.thresholds.push_back(stop.from);
  const auto n = std::to_string(f->members());
  const auto& unit = f->member(0, 0)->info().unit;
  const auto limit = fmt::format("{:g}", l.shown.view.threshold) + (unit.empty() ? "" : " " + unit);
  // The first class of a palette of depths begins just above 0, where water begins: nobody says that as 1e-06 m.
  const bool any = l.shown.view.threshold > 0 && l.shown.view.threshold <= 1e-5;
  const auto nothing = unit.empty() ? std::string("0") : "0 " + unit;
  switch (l.shown.view.statistic) {
    case geo::Statistic::member:
      if (!l.shown.word.empty()) out.label = word("member.one", {{"name", l.shown.word}, {"n", n}});
      break;
    case geo::Statistic::mean: out.label = word("member.mean", {{"n", n}}); break;
    case geo::Statistic::maximum: out.label = word("member.max", {{"n", n}}); break;
    case geo::Statistic::percentile: out.label = word("member.percentile", {{"p", fmt::format("{:g}", l.shown.view.percentile)}, {"n", n}}); break;
    case geo::Statistic::probability: out.label = word(any ? "member.probability_any" : "member.probability", {{"limit", any ? nothing : limit}, {"n", n}}); break;
    case geo::Statistic::disagreement: out.label = word(any ? "member.disagreement_any" : "member.disagreement", {{"limit", any ? nothing : limit}, {"n", n}}); break;
  }
  out.what = out.label;
  if (l.field.disagreement) out.label += (out.label.empty() ? "" : "\n") + word("member.hatched");
  if (l.spec.show.changed && l.shown.issue > 0)
    out.label += (out.label.empty() ? "" : "\n") + word("member.changed", {{"time", time_text(*f->issue_time(l.shown.issue - 1))}});
  return out;
}

}  // namespace tenbo::runtime
