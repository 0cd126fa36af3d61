#include "scene_values.h"

#include <array>
#include <charconv>

#include "tenbo/base/url.h"

namespace tenbo::scene {

namespace { const std::vector<std::string> vertical_words{"ellipsoidal", "orthometric"}; }

LocalText read_local(const FileContext& c, const Json& j, const std::string& place) {
  if (j.is_string()) return {"", j.get<std::string>()};
  if (!j.is_object()) wrong(place, found(j) + ", expected a text, or {\"ja\": ..., \"en\": ...}");
  LocalText out;
  read_object(text_fields(), c, j, place, out);
  return out;
}

Json write_local(const FileContext& c, const LocalText& t) { return t.ja.empty() ? Json(t.en) : write_object(text_fields(), c, t); }

double read_interval(const Json& j, const std::string& place) {
  if (j.is_number()) return read_number(j, place, 0, largest);
  constexpr const char* expected = ", expected seconds or a duration such as \"PT10M\", \"PT1H30M\" or \"P1D\"";
  const std::string s = j.is_string() ? j.get<std::string>() : "";
  double total = 0;
  bool any = false, time = false;
  std::string_view units = "D";
  if (s.empty() || s[0] != 'P') wrong(place, found(j) + expected);
  for (std::size_t i = 1; i < s.size();) {
    if (s[i] == 'T' && !time) { time = true, units = "HMS", any = false, ++i; continue; }
    double n = 0;
    const auto [end, error] = std::from_chars(s.data() + i, s.data() + s.size(), n);
    const auto at = static_cast<std::size_t>(end - s.data());
    const auto unit = at < s.size() && error == std::errc{} ? units.find(s[at]) : std::string_view::npos;
    if (unit == std::string_view::npos || !(n >= 0 && n <= largest)) wrong(place, found(j) + expected);
    total += n * (s[at] == 'D' ? 86400 : s[at] == 'H' ? 3600 : s[at] == 'M' ? 60 : 1);
    units.remove_prefix(unit + 1);
    any = true, i = at + 1;
  }
  if (!any || !(total <= largest)) wrong(place, found(j) + expected);
  return total;
}

Rgba8 read_colour(const Json& j, const std::string& place) {
  constexpr const char* expected = ", expected a colour: \"#rrggbb\", \"#rrggbbaa\" or [r, g, b] with 0 to 255";
  std::array<std::uint8_t, 4> v{0, 0, 0, 255};
  if (j.is_array() && (j.size() == 3 || j.size() == 4)) {
    for (std::size_t i = 0; i < j.size(); ++i) {
      if (!j[i].is_number_integer() || j[i].get<double>() < 0 || j[i].get<double>() > 255) wrong(fmt::format("{}[{}]", place, i), found(j[i]) + expected);
      v[i] = static_cast<std::uint8_t>(j[i].get<int>());
    }
    return {v[0], v[1], v[2], v[3]};
  }
  const std::string s = j.is_string() ? j.get<std::string>() : "";
  if ((s.size() != 7 && s.size() != 9) || s[0] != '#' || s.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
    wrong(place, found(j) + expected);
  for (std::size_t i = 0; i * 2 + 1 < s.size(); ++i) v[i] = static_cast<std::uint8_t>(std::stoi(s.substr(i * 2 + 1, 2), nullptr, 16));
  return {v[0], v[1], v[2], v[3]};
}

Json write_colour(const Rgba8& c) {
  return c.a == 255 ? fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b) : fmt::format("#{:02x}{:02x}{:02x}{:02x}", c.r, c.g, c.b, c.a);
}

fs::path read_path(const FileContext& c, const Json& j, const std::string& place) {
  const std::string text = read_text(j, place);
  if (text.empty()) wrong(place, "found an empty text, expected a path");
  return (c.folder / fs::path(text)).lexically_normal();
}

Json write_path(const FileContext& c, const fs::path& path) {
  if (path.empty()) return "";
  if (is_url(path)) return path.string();
  // Below the scene's folder the path goes with the folder when it is moved; elsewhere it stays absolute.
  const fs::path relative = path.lexically_relative(c.folder);
  return relative.empty() || *relative.begin() == ".." ? path.string() : relative.generic_string();
}

fs::path read_layer_path(const FileContext& c, const Json& j, const std::string& place) {
  if (!j.is_string() || !is_url(j.get<std::string>())) return read_path(c, j, place);
  if (const auto url = parse_url(j.get<std::string>()); !url) wrong(place, url.error().message, url.error().remedy);
  return j.get<std::string>();
}

std::vector<std::string> read_hosts(const Json& j, const std::string& place) {
  if (!j.is_array()) wrong(place, found(j) + ", expected a list of hosts");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < j.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", place, i), host = read_text(j[i], at);
    const auto url = host.find_first_of("/?#@") == std::string::npos ? parse_url("https://" + host) : Result<Url>(Error{});
    if (!url) wrong(at, found(j[i]) + ", expected a host such as \"tiles.example.org\" or \"localhost:8080\"");
    out.push_back(host);
  }
  return out;
}

std::vector<std::string> read_texts(const Json& j, const std::string& place, const char* what) {
  if (!j.is_array()) wrong(place, found(j) + ", expected a list of " + what);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < j.size(); ++i) {
    out.push_back(read_text(j[i], fmt::format("{}[{}]", place, i)));
    if (out.back().empty()) wrong(fmt::format("{}[{}]", place, i), "found an empty text");
  }
  return out;
}

std::string read_time_text(const Json& j, const std::string& place) {
  const std::string text = read_text(j, place);
  if (auto t = geo::parse_instant(text); !t) wrong(place, t.error().message, t.error().remedy);
  return text;
}

geo::VerticalKind read_vertical(const Json& j, const std::string& place) {
  return read_word(j, place, vertical_words) == "ellipsoidal" ? geo::VerticalKind::ellipsoidal : geo::VerticalKind::orthometric;
}

void need(const Json& j, const std::string& place, const char* key) {
  if (j.is_object() && !j.contains(key)) wrong(place, fmt::format("\"{}\" is missing", key));
}

void check_feed(const FileContext& c, std::vector<FeedSpec>& feeds, std::size_t i, const Json& j, const std::string& place) {
  FeedSpec& f = feeds[i];
  for (const char* key : {"name", "kind", "address"}) need(j, place, key);
  if (f.name.empty()) wrong(place + ".name", "found an empty text, expected a name");
  for (std::size_t k = 0; k < i; ++k)
    if (feeds[k].name == f.name) wrong(place + ".name", fmt::format("\"{}\" is the name of $.feeds[{}] too", f.name, k), "give each feed its own name");
  const auto begins = [&](std::string_view scheme) { return f.address.starts_with(scheme); };
  if (f.kind == "folder") {
    if (is_url(f.address) || begins("mqtt:") || begins("mqtts:")) wrong(place + ".address", "found an address, expected the path of a folder or a file", "or another \"kind\"");
    f.address = read_path(c, f.address, place + ".address").string();
  } else if (f.kind == "mqtt") {
    if (!begins("mqtt://") && !begins("mqtts://")) wrong(place + ".address", found(f.address) + ", expected mqtt://HOST or mqtts://HOST");
    if (f.topics.empty()) wrong(place, "\"topics\" is missing", "\"#\" is all topics there are");
  } else if (!begins("http://") && !begins("https://")) {
    wrong(place + ".address", found(f.address) + ", expected an address that begins with http:// or https://");
  }
  if (f.kind != "folder" && f.address.substr(f.address.find("//") + 2, f.address.find('/', f.address.find("//") + 2) - f.address.find("//") - 2).find('@') != std::string::npos)
    wrong(place + ".address", "found a user in an address", "name them in a file: \"credentials\"");
  if (f.kind != "mqtt" && !f.topics.empty()) wrong(place + ".topics", "found topics of a feed that is not \"mqtt\"");
  if (f.mqtt_version != 5 && f.mqtt_version != 3) wrong(place + ".mqtt_version", fmt::format("found {}, expected 5, or 3 for MQTT 3.1.1", f.mqtt_version));
  if (f.qos != 0 && f.qos != 1 && f.qos != 2) wrong(place + ".qos", fmt::format("found {}, expected 0, 1 or 2", f.qos));
}

Camera read_camera(const FileContext& c, const Json& j, const std::string& place) {
  Camera out;
  read_object(camera_fields(), c, j, place, out);
  need(j, place, "lon");
  need(j, place, "lat");
  return out;
}

Json write_camera(const FileContext&, const Camera& v) {
  return {{"lon", v.lon}, {"lat", v.lat}, {"height", v.height}, {"heading", v.heading}, {"pitch", v.pitch}, {"fov", v.fov}};
}

namespace {

// Which parameters of a plugin are files, told by their names: the scene is read without the plugin at hand.
bool is_path_parameter(const std::string& name) {
  for (const char* word : {"path", "paths", "file", "files", "areas", "coasts", "stations", "inundation", "zones", "mesh", "history", "defects", "photos"})
    if (name == word) return true;
  return name.ends_with("_path") || name.ends_with("_file");
}
// A database is no file; nor is a mapping that Tenbo ships, which is told by its bare name.
bool is_path_value(const std::string& name, const Json& value) {
  if (name.ends_with("mapping")) return value.is_string() && value.get<std::string>().ends_with(".json");
  return is_path_parameter(name) && !(value.is_string() && value.get<std::string>().starts_with("PG:"));
}

}  // namespace


void read_parameters(const FileContext& c, const Json& j, const std::string& place, LayerSpec& layer) {
  if (!j.is_object()) wrong(place, found(j) + ", expected an object of parameters");
  layer.parameters.clear();
  const auto one = [&](const std::string& key, const Json& value, const std::string& at) {
    if (is_path_value(key, value)) layer.parameters.emplace_back(key, read_path(c, value, at).string());
    else if (value.is_string()) layer.parameters.emplace_back(key, value.get<std::string>());
    else if (value.is_number() || value.is_boolean()) layer.parameters.emplace_back(key, value.dump());
    else wrong(at, found(value) + ", expected a text, a number, true or false");
  };
  for (const auto& [key, value] : j.items()) {
    if (!value.is_array()) { one(key, value, place + "." + key); continue; }
    for (std::size_t i = 0; i < value.size(); ++i) one(key, value[i], fmt::format("{}.{}[{}]", place, key, i));  // given several times
  }
}

Json write_parameters(const FileContext& c, const LayerSpec& layer) {
  Json out = Json::object();
  for (const auto& [key, value] : layer.parameters) {
    const Json written = is_path_value(key, Json(value)) && !value.empty() ? write_path(c, value) : Json(value);
    if (!out.contains(key)) out[key] = written;
    else if (out[key].is_array()) out[key].push_back(written);
    else out[key] = Json::array({out[key], written});
  }
  return out;
}

}  // namespace tenbo::scene
