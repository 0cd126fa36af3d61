#include "json_out.h"

#include <cmath>
#include <cstdio>

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
  j["status"] = runtime::to_string(l.actuality);
  j["headline"] = l.headline.empty() ? Json(nullptr) : Json(l.headline);
  j["notes"] = l.notes;
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

void print(std::FILE* out, const Json& json) {
  const auto text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  std::fwrite(text.data(), 1, text.size(), out);
  std::fputc('\n', out);
  std::fflush(out);
}

}  // namespace tenbo::app
