// tenbo impact: what one layer of a scene touches of another.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "json_out.h"
#include "options.h"
#include "tenbo/base/text.h"
#include "tenbo/runtime/impact_drills.h"

namespace tenbo::app {
namespace {

const std::string& label(const runtime::ImpactReport& r, impact::Class c, bool ja) { return r.classes[c - 1u].label.in(ja); }
Json finite(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }
// Features are whole numbers, people need not be.
Json amount(double v) { return v == std::floor(v) && std::abs(v) < 1e15 ? Json(static_cast<std::int64_t>(v)) : Json(v); }

Json rows_of(const std::vector<runtime::ImpactRow>& rows, const runtime::ImpactReport& r, bool ja, bool timed) {
  Json out = Json::array();
  for (const auto& row : rows) {
    Json j;
    if (timed) j["time"] = to_json(row.time);
    j["class"] = label(r, row.hazard_class, ja);
    j["group"] = r.groups[row.group];
    j["count"] = amount(row.count);
    j["min"] = amount(row.min);
    j["max"] = amount(row.max);
    if (!r.members.empty() && timed) {
      j["p10"] = amount(row.p10);
      j["p50"] = amount(row.p50);
      j["p90"] = amount(row.p90);
    }
    out.push_back(std::move(j));
  }
  return out;
}

Json source_of(const runtime::ImpactSource& s, const char* role) {
  const auto said = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  return {{"role", role}, {"layer", s.layer}, {"title", said(s.title)}, {"source", said(s.source)}, {"quantity", said(s.quantity)},
          {"unit", said(s.unit)}, {"certainty", s.certainty}, {"issue_time", to_json(s.issue_time)}, {"status", runtime::to_string(s.actuality)}, {"member", said(s.member)}};
}

Json json_of(const runtime::ImpactReport& r, const std::string& by, bool ja) {
  Json j;
  j["rows"] = rows_of(r.rows, r, ja, true);
  j["unknown"] = amount(r.whole.unknown);
  j["outside"] = amount(r.whole.outside);
  j["unplaced"] = amount(r.whole.unplaced);
  j["untouched"] = amount(r.whole.untouched);
  j["touched"] = amount(r.whole.touched);
  j["exercise_alone"] = amount(runtime::touched_in_drill(r, std::nullopt));
  j["total"] = amount(r.total);
  j["unit"] = r.unit;
  j["features"] = r.features;
  j["without_weight"] = r.without_weight;
  j["by"] = by.empty() ? Json(nullptr) : Json(by);
  j["steps"] = Json::array();
  for (const auto& s : r.sums)
    j["steps"].push_back({{"time", to_json(s.time)}, {"touched", amount(s.touched)}, {"exercise_alone", amount(runtime::touched_in_drill(r, static_cast<std::size_t>(&s - r.sums.data())))}, {"untouched", amount(s.untouched)}, {"unknown", amount(s.unknown)}, {"outside", amount(s.outside)}, {"unplaced", amount(s.unplaced)}});
  if (!r.members.empty()) {
    j["members"] = Json::array();
    for (std::size_t k = 0; k < r.members.size(); ++k) {
      Json rows = Json::array();
      for (const auto& row : r.member_rows[k])
        rows.push_back({{"time", to_json(row.time)}, {"class", label(r, row.hazard_class, ja)}, {"group", r.groups[row.group]}, {"count", amount(row.count)}});
      j["members"].push_back({{"member", r.members[k]}, {"rows", std::move(rows)}});
    }
  }
  if (!r.changes.empty()) {
    Json steps = Json::array();
    for (const auto& c : r.changes) steps.push_back({{"time", to_json(c.time)}, {"up", amount(c.up)}, {"down", amount(c.down)}, {"same", amount(c.same)}, {"unknown", amount(c.unknown)}});
    j["changed"] = {{"since", to_json(r.since)}, {"steps", std::move(steps)}};
  }
  j["worst"] = rows_of(r.worst, r, ja, false);
  j["first_touched"] = rows_of(r.first, r, ja, true);
  j["first"] = Json::array();
  for (const auto& a : r.touched)
    j["first"].push_back({{"id", a.id}, {"group", r.groups[a.group]}, {"time", to_json(a.first)}, {"worst", label(r, a.worst, ja)}, {"lon", finite(a.lon)}, {"lat", finite(a.lat)}});
  Json classes = Json::array();
  for (std::size_t k = 0; k < r.classes.size(); ++k) {
    const auto& c = r.classes[k];
    classes.push_back({{"class", c.label.in(ja)}, {"from", finite(c.from)}, {"level", c.level ? Json(*c.level) : Json(nullptr)}, {"status", runtime::to_string(runtime::class_actuality(r, static_cast<impact::Class>(k + 1)))}});
  }
  j["rules"] = {{"class_of_an_asset", impact::to_string(r.rule)}, {"ties", "the more dangerous class"}, {"cells", "constant squares"},
                {"nodata", r.nodata_is_dry ? "untouched, as the layer declares" : "unknown"}, {"classes", std::move(classes)}, {"source", r.rule_source}};
  j["sources"] = Json::array({source_of(r.hazard, "hazard"), source_of(r.assets, "assets")});
  j["warnings"] = Json::array();
  for (const auto& w : r.diagnostics.warnings) j["warnings"].push_back(w.text());
  j["errors"] = Json::array();
  for (const auto& e : r.diagnostics.errors) j["errors"].push_back(e.text());
  return j;
}

// For people: shares of people to a tenth.
std::string said(double v) { return v == std::floor(v) ? fmt::format("{:.0f}", v) : fmt::format("{:.1f}", v); }

void print_text(std::FILE* out, const runtime::ImpactReport& r, bool ja) {
  const auto stated = [](const std::string& s) { return s.empty() ? std::string("source not stated") : s; };
  if (r.hazard.actuality != runtime::Actuality::actual)
    fmt::print(out, "*** {} ***\n", runtime::banner_words(r.hazard.actuality));
  fmt::print(out, "{} touched by {}  ({}{}; {})\n", r.assets.layer, r.hazard.layer, stated(r.hazard.source),
             r.hazard.issue_time ? ", issued " + geo::format_utc(*r.hazard.issue_time) : "", r.hazard.certainty == "unknown" ? "certainty not stated" : r.hazard.certainty);
  for (const auto& s : r.sums) {
    const double drill = runtime::touched_in_drill(r, static_cast<std::size_t>(&s - r.sums.data()));
    fmt::print(out, "{}  {} of {} {} touched{}{}{}{}\n", s.time ? geo::format_utc(*s.time) : std::string("no time"), said(s.touched), said(r.total), r.unit,
               drill > 0 ? fmt::format(" ({} by an exercise or a test alone)", said(drill)) : "",
               s.unknown > 0 ? fmt::format(", {} unknown", said(s.unknown)) : "", s.outside > 0 ? fmt::format(", {} outside", said(s.outside)) : "",
               s.unplaced > 0 ? fmt::format(", {} of no known place", said(s.unplaced)) : "");
    for (const auto& row : r.rows)
      if (row.time == s.time) fmt::print(out, "  {:<16} {:<24} {}{}\n", label(r, row.hazard_class, ja), r.groups[row.group], said(row.count),
                                        r.members.empty() ? "" : fmt::format("  ({} to {}; half of the {} members at least {})", said(row.min), said(row.max), r.members.size(), said(row.p50)));
    for (const auto& c : r.changes)
      if (c.time == s.time && r.since) fmt::print(out, "  since the issue of {}: {} up, {} down, {} the same\n", geo::format_utc(*r.since), said(c.up), said(c.down), said(c.same));
  }
  if (r.sums.size() > 1) {
    fmt::print(out, "at worst\n");
    for (const auto& row : r.worst) fmt::print(out, "  {:<16} {:<24} {}\n", label(r, row.hazard_class, ja), r.groups[row.group], said(row.count));
  }
  if (r.without_weight > 0) fmt::print(out, "{} features have no \"{}\" and are counted nowhere\n", r.without_weight, r.unit);
  fmt::print(out, "rule: {}; no data is {}; classes: {}\n", impact::to_string(r.rule), r.nodata_is_dry ? "dry" : "unknown", r.rule_source);
}

const char* word_of(const std::optional<runtime::Grade>& grade) {
  static constexpr const char* words[] = {"not inspected", "I", "II", "III", "IV", "exempt"};
  return grade ? words[static_cast<std::size_t>(*grade)] : "no record";
}

std::optional<geo::Instant> time_at(const runtime::ImpactObjects& o, std::uint32_t step) { return step == runtime::ImpactObjects::never ? std::nullopt : o.times[step]; }

void add_ranking(const runtime::ImpactReport& r, std::size_t vehicle, bool ja, Json& j) {
  const auto& o = *r.objects;
  j["ranking"] = Json::array();
  for (const auto a : runtime::ranked(r, vehicle)) {
    const auto place = o.extent(a);
    const auto& name = o.assets->names[a];
    Json row{{"rank", j["ranking"].size() + 1}, {"id", o.assets->ids[a]}, {"name", name.empty() ? Json(nullptr) : Json(name)}, {"group", o.assets->groups[o.assets->group[a]]},
             {"first_touched", to_json(time_at(o, o.first[a]))}, {"worst", label(r, o.worst[a], ja)},
             {"greatest", o.greatest.empty() ? Json(nullptr) : finite(static_cast<double>(o.greatest[a]))},
             {"condition", o.condition.empty() ? Json(nullptr) : Json(word_of(o.condition[a]))},
             {"lon", place.empty() ? Json(nullptr) : Json(place.centre().lon)}, {"lat", place.empty() ? Json(nullptr) : Json(place.centre().lat)}};
    Json closed = Json::object();
    for (std::size_t k = 0; k < o.closed.size(); ++k) closed[r.passability->vehicles[k].id] = to_json(time_at(o, o.closed[k][a]));
    row["closed"] = r.passability ? std::move(closed) : Json(nullptr);
    j["ranking"].push_back(std::move(row));
  }
  if (!r.passability) {
    j["rules"]["passability"] = nullptr;
    return;
  }
  Json vehicles = Json::array();
  for (const auto& v : r.passability->vehicles)
    vehicles.push_back({{"vehicle", v.id}, {"title", v.label.in(ja)}, {"impassable_from", v.impassable_from}, {"unit", "m"}, {"source", v.source}});
  j["rules"]["passability"] = {{"title", r.passability->title.in(ja)}, {"version", r.passability->version}, {"note", r.passability->note.in(ja)},
                               {"ranked_by", r.passability->vehicles[vehicle].id}, {"vehicles", std::move(vehicles)}};
}

void print_ranking(std::FILE* out, const runtime::ImpactReport& r, std::size_t vehicle, bool ja) {
  const auto& o = *r.objects;
  if (r.hazard.actuality != runtime::Actuality::actual)
    fmt::print(out, "*** {} ***\n", runtime::banner_words(r.hazard.actuality));
  std::size_t rank = 0;
  for (const auto a : runtime::ranked(r, vehicle)) {
    const auto closed = vehicle < o.closed.size() ? time_at(o, o.closed[vehicle][a]) : std::nullopt;
    const auto first = time_at(o, o.first[a]);
    fmt::print(out, "{:>4}  {}  {}{}{}  {}{}\n", ++rank,
               o.closed.empty() ? std::string("touched ") + (first ? geo::format_utc(*first) : "now")
                                : closed ? "closed from " + geo::format_utc(*closed) : std::string("passable, touched ") + (first ? geo::format_utc(*first) : "now"),
               o.assets->names[a].empty() ? o.assets->ids[a] : o.assets->names[a] + " (" + o.assets->ids[a] + ")",
               o.greatest.empty() || !std::isfinite(o.greatest[a]) ? "" : fmt::format("  {:.2f} {}", o.greatest[a], r.hazard.unit),
               o.condition.empty() ? "" : std::string("  condition: ") + word_of(o.condition[a]), label(r, o.worst[a], ja), "");
  }
  if (r.whole.unknown > 0) fmt::print(out, "{} unknown: nobody knows whether they are touched\n", r.whole.unknown);
  if (r.passability) {
    const auto& v = r.passability->vehicles[vehicle];
    fmt::print(out, "rule: {} does not pass from {:g} m of water ({}). {}\n", v.label.in(ja), v.impassable_from, v.source, r.passability->note.in(ja));
  }
}

}  // namespace

int run_impact(const Options& o) {
  const bool ja = o.language != "en";
  const auto refuse = [&](const OpenError& e) {
    if (o.json && e.status != exit_usage)
      print(o.out, {{"rows", Json::array()}, {"unknown", nullptr}, {"rules", nullptr}, {"sources", Json::array()}, {"errors", Json::array({e.error.text()})}});
    return report(e);
  };
  if (o.all_times && !o.time.empty() && o.journal.empty())
    return report({exit_usage, {ErrorCode::invalid_argument, "--all-times excludes --time", "", "--time", "leave one of them out; with --journal the time says when it was known"}});
  auto opened = open_session(o, false);
  if (auto* e = std::get_if<OpenError>(&opened)) return refuse(*e);
  auto& session = *std::get<0>(opened);
  runtime::ImpactRequest request;
  request.hazard = o.hazard;
  request.assets = o.assets;
  request.all_times = o.all_times;
  request.by = o.by;
  request.weight = o.weight;
  request.filter = o.filter;
  request.objects = o.rank || !o.gpkg.empty();
  if (o.rank) request.all_times = true;  // an order of times
  if (!o.time.empty())
    if (auto t = geo::parse_instant(o.time)) request.time = *t;
  if (o.rule == "largest") request.rule = impact::Rule::largest_share;
  if (o.rule == "anywhere") request.rule = impact::Rule::anywhere;
  auto made = session.engine->impact(request);
  if (!made) return refuse({exit_nothing, made.error()});
  std::size_t vehicle = 0;
  if (o.rank) {
    if (!made->passability && !o.vehicle.empty())
      return refuse({exit_usage, {ErrorCode::unsupported, "\"" + o.hazard + "\" is no depth of water: whether a vehicle passes is not known", "", "--vehicle", "leave it out: the order is then that of the first touch"}});
    if (made->passability && !o.vehicle.empty()) {
      std::vector<std::string> known;
      for (const auto& v : made->passability->vehicles) known.push_back(v.id);
      vehicle = static_cast<std::size_t>(std::find(known.begin(), known.end(), o.vehicle) - known.begin());
      if (vehicle == known.size()) {
        const auto near = nearest(o.vehicle, known);
        return refuse({exit_usage, {ErrorCode::invalid_argument, fmt::format("no rule speaks of the vehicle \"{}\"; there are: {}", o.vehicle, fmt::join(known, ", ")), "", "--vehicle", near.empty() ? "" : "did you mean \"" + near + "\"?"}});
      }
    }
  }
  if (!o.gpkg.empty())
    if (auto s = runtime::write_impact_geopackage(o.gpkg, *made, o.all_times ? std::nullopt : std::optional<std::size_t>(0), ja); !s) return refuse({exit_nothing, s.error()});
  for (const auto& e : made->diagnostics.errors) std::fprintf(stderr, "tenbo: %s\n", e.text().c_str());
  for (const auto& w : made->diagnostics.warnings)
    if (w.code == ErrorCode::mismatch) std::fprintf(stderr, "tenbo: warning: %s\n", w.text().c_str());  // what makes the figures doubtful
  if (o.json) {
    auto j = json_of(*made, o.by, ja);
    if (o.rank) add_ranking(*made, vehicle, ja, j);
    print(o.out, j);
  } else if (o.rank) print_ranking(o.out, *made, vehicle, ja);
  else if (o.csv) print_csv(o.out, runtime::impact_csv(*made, ja), o.bom);
  else print_text(o.out, *made, ja);
  return made->diagnostics.errors.empty() ? session.exit_status() : static_cast<int>(exit_partly);
}

}  // namespace tenbo::app
