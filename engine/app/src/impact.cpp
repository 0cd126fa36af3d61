// tenbo impact: what one layer of a scene touches of another.
#include <fmt/format.h>

#include <cmath>

#include "json_out.h"
#include "options.h"

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
  j["total"] = amount(r.total);
  j["unit"] = r.unit;
  j["features"] = r.features;
  j["without_weight"] = r.without_weight;
  j["by"] = by.empty() ? Json(nullptr) : Json(by);
  j["steps"] = Json::array();
  for (const auto& s : r.sums)
    j["steps"].push_back({{"time", to_json(s.time)}, {"touched", amount(s.touched)}, {"untouched", amount(s.untouched)}, {"unknown", amount(s.unknown)}, {"outside", amount(s.outside)}, {"unplaced", amount(s.unplaced)}});
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
  for (const auto& c : r.classes) classes.push_back({{"class", c.label.in(ja)}, {"from", finite(c.from)}, {"level", c.level ? Json(*c.level) : Json(nullptr)}});
  j["rules"] = {{"class_of_an_asset", impact::to_string(r.rule)}, {"ties", "the more dangerous class"}, {"cells", "constant squares"},
                {"nodata", r.nodata_is_dry ? "untouched, as the layer declares" : "unknown"}, {"classes", std::move(classes)}, {"source", r.rule_source}};
  j["sources"] = Json::array({source_of(r.hazard, "hazard"), source_of(r.assets, "assets")});
  j["warnings"] = Json::array();
  for (const auto& w : r.diagnostics.warnings) j["warnings"].push_back(w.text());
  j["errors"] = Json::array();
  for (const auto& e : r.diagnostics.errors) j["errors"].push_back(e.text());
  return j;
}

// RFC 4180.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string time_text(const std::optional<geo::Instant>& t) { return t ? geo::format_utc(*t) : std::string(); }

// What is not known stands apart, as words in the place of a class.
void print_csv(std::FILE* out, const runtime::ImpactReport& r, bool ja) {
  const bool several = !r.members.empty();
  fmt::print(out, "time,class,group,count,min,max,unit,source,issue_time,certainty,status{}\r\n", several ? ",member,p10,p50,p90" : "");
  const std::string tail = fmt::format(",{},{},{},{},{}", cell(r.unit), cell(r.hazard.source), time_text(r.hazard.issue_time), r.hazard.certainty, runtime::to_string(r.hazard.actuality));
  for (const auto& row : r.rows)
    fmt::print(out, "{},{},{},{},{},{}{}{}\r\n", time_text(row.time), cell(label(r, row.hazard_class, ja)), cell(r.groups[row.group]), row.count, row.min, row.max, tail,
               several ? fmt::format(",{},{},{},{}", cell(r.hazard.member), row.p10, row.p50, row.p90) : "");
  for (const auto& s : r.sums)
    for (const auto& [word, n] : {std::pair("unknown", s.unknown), std::pair("outside", s.outside), std::pair("unplaced", s.unplaced)})
      if (n > 0) fmt::print(out, "{},{},,{},{},{}{}{}\r\n", time_text(s.time), word, n, n, n, tail, several ? fmt::format(",{},,,", cell(r.hazard.member)) : "");
}

void print_text(std::FILE* out, const runtime::ImpactReport& r, bool ja) {
  const auto said = [](const std::string& s) { return s.empty() ? std::string("source not stated") : s; };
  if (r.hazard.actuality != runtime::Actuality::actual)
    fmt::print(out, "*** {} ***\n", r.hazard.actuality == runtime::Actuality::test ? "試験 / TEST" : "訓練 / EXERCISE");
  fmt::print(out, "{} touched by {}  ({}{}; {})\n", r.assets.layer, r.hazard.layer, said(r.hazard.source),
             r.hazard.issue_time ? ", issued " + geo::format_utc(*r.hazard.issue_time) : "", r.hazard.certainty == "unknown" ? "certainty not stated" : r.hazard.certainty);
  for (const auto& s : r.sums) {
    fmt::print(out, "{}  {} of {} {} touched{}{}{}\n", s.time ? geo::format_utc(*s.time) : std::string("no time"), s.touched, r.total, r.unit,
               s.unknown > 0 ? fmt::format(", {} unknown", s.unknown) : "", s.outside > 0 ? fmt::format(", {} outside", s.outside) : "",
               s.unplaced > 0 ? fmt::format(", {} of no known place", s.unplaced) : "");
    for (const auto& row : r.rows)
      if (row.time == s.time) fmt::print(out, "  {:<16} {:<24} {}{}\n", label(r, row.hazard_class, ja), r.groups[row.group], row.count,
                                        r.members.empty() ? "" : fmt::format("  ({} to {}; half of the {} members at least {:g})", row.min, row.max, r.members.size(), row.p50));
    for (const auto& c : r.changes)
      if (c.time == s.time && r.since) fmt::print(out, "  since the issue of {}: {} up, {} down, {} the same\n", geo::format_utc(*r.since), c.up, c.down, c.same);
  }
  if (r.sums.size() > 1) {
    fmt::print(out, "at worst\n");
    for (const auto& row : r.worst) fmt::print(out, "  {:<16} {:<24} {}\n", label(r, row.hazard_class, ja), r.groups[row.group], row.count);
  }
  if (r.without_weight > 0) fmt::print(out, "{} features have no \"{}\" and are counted nowhere\n", r.without_weight, r.unit);
  fmt::print(out, "rule: {}; no data is {}; classes: {}\n", impact::to_string(r.rule), r.nodata_is_dry ? "dry" : "unknown", r.rule_source);
}

}  // namespace

int run_impact(const Options& o) {
  const bool ja = o.language != "en";
  const auto refuse = [&](const OpenError& e) {
    if (o.json && e.status != exit_usage)
      print(o.out, {{"rows", Json::array()}, {"unknown", nullptr}, {"rules", nullptr}, {"sources", Json::array()}, {"errors", Json::array({e.error.text()})}});
    return report(e);
  };
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
  if (!o.time.empty())
    if (auto t = geo::parse_instant(o.time)) request.time = *t;
  if (o.rule == "largest") request.rule = impact::Rule::largest_share;
  if (o.rule == "anywhere") request.rule = impact::Rule::anywhere;
  auto made = session.engine->impact(request);
  if (!made) return refuse({exit_nothing, made.error()});
  for (const auto& e : made->diagnostics.errors) std::fprintf(stderr, "tenbo: %s\n", e.text().c_str());
  if (o.json) print(o.out, json_of(*made, o.by, ja));
  else if (o.csv) print_csv(o.out, *made, ja);
  else print_text(o.out, *made, ja);
  return made->diagnostics.errors.empty() ? session.exit_status() : static_cast<int>(exit_partly);
}

}  // namespace tenbo::app
