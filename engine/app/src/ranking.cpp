#include "ranking.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "tenbo/base/text.h"
#include "tenbo/runtime/priority_as_of.h"

namespace tenbo::app {
namespace {

Json said(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json finite(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }

Json source_of(const runtime::ImpactSource& s, const char* role) {
  return {{"role", role}, {"layer", s.layer}, {"title", said(s.title)}, {"source", said(s.source)}, {"quantity", said(s.quantity)}, {"unit", said(s.unit)},
          {"certainty", s.certainty}, {"issue_time", to_json(s.issue_time)}, {"status", runtime::to_string(s.actuality)}};
}

Json detour_of(const std::optional<inspection::Detour>& d, bool ja) {
  if (!d) return nullptr;
  const bool found = d->around == inspection::Around::found;
  return {{"around", inspection::to_string(d->around)}, {"words", runtime::detour_words(*d, ja)}, {"metres", found ? finite(d->metres) : Json(nullptr)}, {"extra_metres", found ? finite(d->extra_metres) : Json(nullptr)},
          {"seconds", found ? finite(d->seconds) : Json(nullptr)}, {"extra_seconds", found ? finite(d->extra_seconds) : Json(nullptr)},
          {"from_road_metres", d->around == inspection::Around::not_in_network ? Json(nullptr) : finite(d->from_road)}};
}

}  // namespace

Result<scene::PrioritySpec> spec_of(const Options& o, const scene::SceneFile& scene) {
  auto spec = scene.priority;
  if (!o.assets.empty()) spec.structures = o.assets;
  if (!o.hazards.empty()) spec.hazards = o.hazards;
  if (!o.roads.empty()) spec.roads.layer = o.roads;
  if (!o.vehicle.empty()) spec.roads.vehicle = o.vehicle;
  if (spec.structures.empty())
    for (const auto& l : scene.layers)
      if (l.kind == scene::LayerKind::inspection && l.kind_set && spec.structures.empty()) spec.structures = l.name;
  if (spec.structures.empty()) return Error{ErrorCode::invalid_argument, "the scene has no priority list: which structures?", "", "--assets", "name a layer of inspected structures, or write \"priority\" into the scene"};
  std::string_view rest = o.weights;
  const std::vector<std::string> known{"condition", "hazard", "importance", "arrival"};
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto one = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const auto equals = one.find('=');
    const std::string name(one.substr(0, equals));
    const bool arrival = name == "arrival";
    double value = 0;
    const char* end = one.data() + one.size();
    const auto read = equals == std::string_view::npos ? std::from_chars_result{one.data(), std::errc::invalid_argument} : std::from_chars(one.data() + equals + 1, end, value);
    if (read.ec != std::errc() || read.ptr != end || !(value >= 0 && value <= (arrival ? 8760 : 4)) || std::find(known.begin(), known.end(), name) == known.end()) {
      const auto near = nearest(name, known);
      return Error{ErrorCode::invalid_argument, fmt::format("\"{}\" is no weight such as condition=2: condition, hazard, importance (0 to 4), arrival (hours)", one), "", "--weights",
                   near.empty() || near == name ? "" : "did you mean \"" + near + "\"?"};
    }
    (name == "condition" ? spec.weights.condition : name == "hazard" ? spec.weights.hazard : arrival ? spec.weights.arrival_hours : spec.weights.importance) = value;
  }
  return spec;
}

inspection::PriorityWeights weights_of(const scene::PrioritySpec& s) { return {s.weights.condition, s.weights.hazard, s.weights.importance, s.weights.arrival_hours}; }

runtime::PriorityQuestion question_of(const Options& o, const scene::PrioritySpec& spec, const runtime::Engine& engine) {
  runtime::PriorityQuestion q;
  q.time = engine.time().now;
  if (!o.time.empty())
    if (auto t = geo::parse_instant(o.time)) q.time = *t;
  q.year = runtime::year_of(q.time.value_or(engine.now()));
  q.weights = weights_of(spec);
  q.poor = o.poor;
  q.touched = o.touched;
  q.most = o.top;
  return q;
}

Json json_of(const runtime::PriorityReport& r, bool ja) {
  const auto& base = *r.base;
  Json j;
  j["time"] = to_json(r.question.time);
  j["year"] = r.question.year;
  const auto day = runtime::inspection_day(std::nullopt, r.question.time);
  j["as_of_date"] = r.question.time ? Json(runtime::day_text(day)) : Json(nullptr);
  j["inspected_later"] = runtime::inspected_later(base, day);
  j["structures"] = r.structures;
  j["poor"] = r.poor;
  j["touched"] = r.touched;
  j["unknown"] = r.unknown;
  j["listed"] = r.listed;
  j["ranking"] = Json::array();
  for (const auto& row : r.rows) {
    const auto& s = r.structure(row);
    Json one{{"rank", j["ranking"].size() + 1}, {"score", row.priority.score}, {"id", s.id}, {"name", said(s.name)}, {"kind", said(s.kind)}, {"lon", s.lon}, {"lat", s.lat},
             {"grade", runtime::grade_word(row.facts.grade)}, {"year", row.facts.year ? Json(row.facts.year) : Json(nullptr)}, {"not_inspected_yet", runtime::not_inspected_yet(r, row)}, {"overdue", inspection::overdue(row.facts, r.question.year)},
             {"source", said(std::string(row.facts.source))}, {"touched", row.touched},
             {"factors", {{"condition", row.priority.condition}, {"hazard", row.priority.hazard}, {"importance", row.priority.importance}}}};
    Json reasons = Json::array();
    for (const auto& reason : row.priority.reasons)
      reasons.push_back({{"factor", inspection::to_string(reason.factor)}, {"words", reason.text.in(ja)}, {"value", reason.value}, {"decides", reason.decides}, {"known", reason.known},
                         {"source", said(reason.source)}, {"year", reason.year ? Json(reason.year) : Json(nullptr)}, {"from", to_json(reason.from)}, {"issue_time", to_json(reason.issued)}});
    one["reasons"] = std::move(reasons);
    one["detour"] = detour_of(row.detour, ja);
    one["detour_now"] = detour_of(row.detour_now, ja);
    j["ranking"].push_back(std::move(one));
  }
  const auto& w = r.question.weights;
  namespace v = inspection::priority_value;
  j["rules"] = {{"score", "100 x condition^a x hazard^b x importance^c"},
                {"weights", {{"condition", w.condition}, {"hazard", w.hazard}, {"importance", w.importance}, {"arrival_hours", w.arrival_hours}}},
                {"values", {{"IV", v::grade_IV}, {"III", v::grade_III}, {"not_inspected", v::not_inspected}, {"II", v::grade_II}, {"I", v::grade_I}, {"exempt", v::exempt}, {"overdue", v::overdue_more},
                            {"restricted", v::restricted_least}, {"closed", v::closed}, {"unknown_hazard", v::unknown_hazard}, {"unknown_importance", v::unknown_importance}, {"full_traffic", v::full_traffic}}},
                {"detour", base.roads ? Json{{"by", base.spec.roads.speed.empty() ? "length" : "time"}, {"tolerance_metres", base.spec.roads.tolerance}, {"snap_metres", base.spec.roads.snap},
                                             {"edges", base.roads->edges().size()}, {"without_speed", base.spec.roads.speed.empty() ? Json(nullptr) : Json(base.roads->without_speed())}}
                                      : Json(nullptr)}};
  j["sources"] = Json::array({source_of(base.source, "structures")});
  for (const auto& h : base.hazards) {
    auto one = source_of(h.source, "hazard");
    one["trouble"] = said(h.trouble);
    j["sources"].push_back(std::move(one));
  }
  if (!base.spec.roads.layer.empty()) {
    auto one = source_of(base.roads_source, "roads");
    one["trouble"] = said(base.roads_trouble);
    j["sources"].push_back(std::move(one));
  }
  j["warnings"] = Json::array();
  for (const auto& e : base.diagnostics.warnings) j["warnings"].push_back(e.text());
  for (const auto& d : doubts_of(r)) j["warnings"].push_back(d);
  return j;
}

std::vector<std::string> doubts_of(const runtime::PriorityReport& r) {
  if (!r.question.time) return {};
  const auto day = runtime::inspection_day(std::nullopt, r.question.time);
  const auto later = runtime::inspected_later(*r.base, day);
  if (later == 0) return {};
  return {std::to_string(later) + " structures were inspected after " + runtime::day_text(day) + ": they are ranked by the last inspection until then, where the list has one"};
}

}  // namespace tenbo::app
