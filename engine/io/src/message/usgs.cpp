#include "tenbo/io/usgs.h"

#include <cmath>

#include "json/node.h"
#include "tenbo/io/jma.h"

namespace tenbo::io {

namespace {

using json::Node;
using json::Value;

std::string text(const Value& v, const char* key) {
  const auto it = v.find(key);
  return it != v.end() && it->is_string() ? it->get<std::string>() : std::string();
}
std::optional<double> number(const Value& v, const char* key) {
  const auto it = v.find(key);
  if (it == v.end() || !it->is_number()) return std::nullopt;
  const double d = it->get<double>();
  return std::isfinite(d) ? std::optional(d) : std::nullopt;
}
std::optional<geo::Instant> time(const Value& v, const char* key) {
  const auto ms = number(v, key);
  if (!ms || std::abs(*ms) > 2.5e14) return std::nullopt;
  return geo::Instant{std::llround(*ms)};
}

UsgsEarthquake earthquake(const Node& feature) {
  UsgsEarthquake e;
  const auto geometry = feature("geometry"), properties = feature("properties");
  const auto place = geometry("coordinates");
  place.array(2, 3);
  const Value& coordinates = place.value();
  const auto lon = place.at(0), lat = place.at(1);
  e.lon = lon.number();
  e.lat = lat.number();
  if (std::abs(e.lon) > 360 || std::abs(e.lat) > 90) place.bad("is not a longitude and latitude");
  if (e.lon > 180) e.lon -= 360;
  if (e.lon < -180) e.lon += 360;
  if (coordinates.size() > 2 && coordinates[2].is_number()) e.depth = geo::Quantity::number(coordinates[2].get<double>(), "km");
  properties.object();
  const Value& p = properties.value();
  const auto at = time(p, "time");
  if (!at) properties.bad("has no time");
  e.time = *at;
  e.updated = time(p, "updated");
  e.id = text(feature.value(), "id");
  e.title = text(p, "title");
  e.place = text(p, "place");
  e.type = text(p, "type");
  e.status = text(p, "status");
  if (const auto m = number(p, "mag")) e.magnitude = geo::Quantity::number(*m, "");
  e.magnitude_type = text(p, "magType");
  if (const auto m = number(p, "mmi")) e.intensity = geo::Quantity::number(*m, "MMI");
  e.alert = text(p, "alert");
  e.tsunami = number(p, "tsunami").value_or(0) != 0;
  return e;
}

}  // namespace

Result<UsgsEarthquakes> read_usgs(std::string_view json_text, const std::string& label) {
  if (json_text.size() > max_message_bytes) return Error{ErrorCode::out_of_budget, "a message of " + std::to_string(json_text.size() >> 20) + " MiB is more than is read", label, "", ""};
  try {
    const Value document = json::parse(json_text, label);
    const Node root(document, label);
    root.object();
    UsgsEarthquakes out;
    const auto take = [&](const Node& feature) {
      try {
        feature.object();
        out.earthquakes.push_back(earthquake(feature));
      } catch (const json::Bad& b) {
        out.diagnostics.fail(b.error);
      }
    };
    const std::string type = text(document, "type");
    if (type == "Feature") take(root);
    else if (type == "FeatureCollection") {
      const auto features = root("features");
      features.array();
      for (std::size_t i = 0; i < features.size(); ++i) take(features.at(i));
      if (const auto meta = document.find("metadata"); meta != document.end() && meta->is_object()) out.generated = time(*meta, "generated");
    } else {
      root.bad("is no GeoJSON of earthquakes: type is \"" + type.substr(0, 40) + "\"");
    }
    if (out.earthquakes.empty() && !out.diagnostics.errors.empty()) return out.diagnostics.errors.front();
    return out;
  } catch (const json::Bad& b) {
    return b.error;
  }
}

}  // namespace tenbo::io
