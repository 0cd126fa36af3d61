#include "json_out.h"

#include <cmath>
#include <cstdio>

#include "tenbo/runtime/csv_cell.h"

namespace tenbo::app {

Json to_json(const geo::AttributeValue& value) {
  if (const auto* s = std::get_if<std::string_view>(&value)) return std::string(*s);
  if (const auto* i = std::get_if<std::int64_t>(&value)) return *i;
  if (const auto* d = std::get_if<double>(&value)) return std::isfinite(*d) ? Json(*d) : Json(nullptr);
  if (const auto* b = std::get_if<bool>(&value)) return *b;
  return nullptr;
}

Json to_json(const std::optional<geo::Instant>& t) { return t ? Json(geo::format_utc(*t)) : Json(nullptr); }

namespace {
Json finite(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }
const char* to_string(runtime::Freshness f) {
  return f == runtime::Freshness::fresh ? "current" : f == runtime::Freshness::late ? "late" : f == runtime::Freshness::stale ? "stale" : "undated";
}
}  // namespace

Json to_json(const runtime::LayerStatus& l) {
  Json j;
  j["name"] = l.name;
  j["kind"] = scene::to_string(l.kind);
  j["state"] = l.state == runtime::LayerState::ready ? "ready" : l.state == runtime::LayerState::failed ? "failed" : "loading";
  j["features"] = l.features;
  j["triangles"] = l.triangles;
  j["crs"] = l.crs.empty() ? Json(nullptr) : Json(l.crs);
  j["vertical_datum"] = l.vertical == geo::VerticalKind::unknown ? Json(nullptr) : Json(geo::to_string(l.vertical));
  if (l.extent.empty()) j["bounds"] = nullptr;
  else
    j["bounds"] = {{"west", l.extent.west}, {"south", l.extent.south}, {"east", l.extent.east}, {"north", l.extent.north},
                   {"min_height", finite(l.extent.min_height)}, {"max_height", finite(l.extent.max_height)}};
  j["times"] = Json::array();
  for (const auto& t : l.times) j["times"].push_back(geo::format_utc(t));
  j["issue_time"] = to_json(l.issue_time);
  const bool known = l.age_seconds && !std::isnan(*l.age_seconds);
  j["age_seconds"] = known ? Json(*l.age_seconds) : Json(nullptr);
  j["age"] = known || !l.age_seconds ? to_string(l.freshness) : "unknown";
  j["status"] = runtime::to_string(l.actuality);
  if (!l.drills.empty()) j["drills"] = l.drills, j["real_records"] = l.real_records;
  j["headline"] = l.headline.empty() ? Json(nullptr) : Json(l.headline);
  j["notes"] = l.notes;
  j["forecast"] = nullptr;
  if (const auto& f = l.forecast) {
    Json issues = Json::array();
    for (const auto& t : f->issues) issues.push_back(geo::format_utc(t));
    j["forecast"] = {{"issues", std::move(issues)}, {"members", f->members}, {"member", f->show.member.empty() ? Json(nullptr) : Json(f->show.member)},
                     {"threshold", f->threshold}, {"unit", f->unit.empty() ? Json(nullptr) : Json(f->unit)}};
  }
  if (const auto& s = l.structures) j["structures"] = {{"count", s->structures}, {"defects", s->defects}, {"bound", s->sure}, {"doubtful", s->doubtful}};
  j["source"] = l.source.empty() ? Json(nullptr) : Json(l.source);
  j["attributes"] = Json::array();
  for (const auto& a : l.attributes) j["attributes"].push_back({{"name", a.name}, {"type", geo::to_string(a.type)}, {"count", a.count}});
  j["lod"] = Json::array();
  for (std::size_t at = 0; at < l.lod.size();) {
    const auto end = std::min(l.lod.find(',', at), l.lod.size());
    j["lod"].push_back(std::stoi(l.lod.substr(at, end - at)));
    at = end + 1;
  }
  const auto list = [](const std::vector<Error>& errors, std::uint64_t dropped) {
    Json a = Json::array();
    for (const auto& e : errors) a.push_back(e.text());
    if (dropped) a.push_back("and " + std::to_string(dropped) + " more");
    return a;
  };
  j["warnings"] = list(l.diagnostics.warnings, l.diagnostics.warnings_dropped);
  j["errors"] = list(l.diagnostics.errors, l.diagnostics.errors_dropped);
  return j;
}

Json to_json(const Result<runtime::LayerChanges>& changes) {
  if (!changes) return {{"none", changes.error().text()}};
  const runtime::LayerChanges& c = *changes;
  Json j{{"issue_time", to_json(c.issue)}};
  if (c.field) {
    const auto places = [&](const std::vector<geo::ChangedPlace>& list) {
      Json a = Json::array();
      for (const auto& p : list)
        a.push_back({{"lon", p.lon}, {"lat", p.lat}, {"from", finite(static_cast<double>(p.before))}, {"to", finite(static_cast<double>(p.now))}, {"change", finite(static_cast<double>(p.change()))}});
      return a;
    };
    j["since"] = to_json(c.cells.since);
    j["valid_time"] = to_json(c.cells.valid_time);
    j["member"] = c.shown.empty() ? Json(nullptr) : Json(c.shown);
    j["unit"] = c.unit;
    j["same_from"] = c.low;
    j["same_below"] = c.high;
    j["cells"] = {{"rose", c.cells.rose}, {"fell", c.cells.fell}, {"same", c.cells.same}, {"unknown", c.cells.unknown}};
    j["risen"] = places(c.cells.risen);
    j["fallen"] = places(c.cells.fallen);
    return j;
  }
  j["areas"] = Json::array();
  const auto level = [](int l) { return l < 0 ? Json(nullptr) : Json(l); };
  for (const auto& a : c.areas)
    j["areas"].push_back({{"id", a.id}, {"name", a.name}, {"from", a.from}, {"to", a.to}, {"from_level", level(a.from_level)}, {"to_level", level(a.to_level)}});
  j["same"] = c.same;
  j["unknown"] = c.unknown;
  return j;
}

void print(std::FILE* out, const Json& json) {
  const auto text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  std::fwrite(text.data(), 1, text.size(), out);
  std::fputc('\n', out);
  std::fflush(out);
}

void print_csv(std::FILE* out, const std::string& table, bool byte_order_mark) {
  if (byte_order_mark) std::fwrite(runtime::byte_order_mark.data(), 1, runtime::byte_order_mark.size(), out);
  std::fwrite(table.data(), 1, table.size(), out);
}

}  // namespace tenbo::app
