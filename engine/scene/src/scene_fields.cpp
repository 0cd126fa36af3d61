#include "scene_fields.h"

#include "tenbo/base/url.h"

#include <array>
#include <charconv>
#include <limits>

namespace tenbo::scene {
namespace {

namespace fs = std::filesystem;
constexpr double highest = 1e8;   // m
constexpr double largest = 1e12;  // of any other number
const std::vector<std::string> kind_words{"buildings", "terrain", "imagery", "vector", "model", "field", "inspection", "boreholes", "points"};
const std::vector<std::string> vertical_words{"ellipsoidal", "orthometric"};
const std::vector<std::string> encoding_words{"gsi", "terrain-rgb", "terrarium"};
const std::vector<std::string> certainty_words{"unknown", "confirmed", "estimated", "simulated"};
const std::vector<std::string> mode_words{"", "exercise", "simulation"};
const std::vector<std::string> feed_words{"mqtt", "http", "folder"};
const std::vector<std::string> quality_words{"", "software", "balanced", "wall"};

// --- values of several forms

LocalText read_local(const FileContext& c, const Json& j, const std::string& place) {
  if (j.is_string()) return {"", j.get<std::string>()};
  if (!j.is_object()) wrong(place, found(j) + ", expected a text, or {\"ja\": ..., \"en\": ...}");
  LocalText out;
  read_object(text_fields(), c, j, place, out);
  return out;
}
Json write_local(const FileContext& c, const LocalText& t) { return t.ja.empty() ? Json(t.en) : write_object(text_fields(), c, t); }

template <class T>
Field<T> local_field(const char* key, LocalText T::* member) {
  return {key, [member](const FileContext& c, const Json& j, const std::string& place, T& t) { t.*member = read_local(c, j, place); },
          [member](const FileContext& c, const T& t) { return write_local(c, t.*member); }};
}

// A text that is plain in `member`, and in `local` too where the file has both languages.
template <class T>
Field<T> text_or_local_field(const char* key, std::string T::* member, LocalText T::* local) {
  return {key, [=](const FileContext& c, const Json& j, const std::string& place, T& t) {
            const LocalText text = read_local(c, j, place);
            t.*member = text.in(false);
            t.*local = j.is_object() ? text : LocalText{};
          },
          [=](const FileContext& c, const T& t) -> Json {
            const LocalText& l = t.*local;  // whoever changed the plain text since has the last word
            const bool same = (!l.ja.empty() || !l.en.empty()) && t.*member == l.in(false);
            return same ? write_object(text_fields(), c, l) : Json(t.*member);
          }};
}

// Seconds, or as ISO 8601 writes durations: "PT10M", "PT1H30M", "P1D".
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

// Of a layer: an address too, which is no path and stays as it is written.
fs::path read_layer_path(const FileContext& c, const Json& j, const std::string& place) {
  if (!j.is_string() || !is_url(j.get<std::string>())) return read_path(c, j, place);
  if (const auto url = parse_url(j.get<std::string>()); !url) wrong(place, url.error().message, url.error().remedy);
  return j.get<std::string>();
}

// "tiles.example.org", "localhost:8080".
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
template <class T>
Field<T> time_text_field(const char* key, std::string T::* member) {
  return {key, [member](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_time_text(j, place); },
          [member](const FileContext&, const T& t) -> Json { return t.*member; }};
}

geo::VerticalKind read_vertical(const Json& j, const std::string& place) {
  return read_word(j, place, vertical_words) == "ellipsoidal" ? geo::VerticalKind::ellipsoidal : geo::VerticalKind::orthometric;
}
template <class T>
Field<T> vertical_field(const char* key, geo::VerticalKind T::* member) {
  return {key, [member](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_vertical(j, place); },
          [member](const FileContext&, const T& t) -> Json { return geo::to_string(t.*member); }};
}

template <class T>
std::vector<T> read_list(const Fields<T>& fields, const FileContext& c, const Json& j, const std::string& place) {
  if (!j.is_array()) wrong(place, found(j) + ", expected a list");
  std::vector<T> out(j.size());
  for (std::size_t i = 0; i < j.size(); ++i) read_object(fields, c, j[i], fmt::format("{}[{}]", place, i), out[i]);
  return out;
}
template <class T>
Json write_list(const Fields<T>& fields, const FileContext& c, const std::vector<T>& list) {
  Json out = Json::array();
  for (const T& item : list) out.push_back(write_object(fields, c, item));
  return out;
}

void need(const Json& j, const std::string& place, const char* key) {
  if (j.is_object() && !j.contains(key)) wrong(place, fmt::format("\"{}\" is missing", key));
}
// What one key of a feed alone cannot tell; a folder's address becomes a path. Whether it can be reached is found out later.
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

}  // namespace

const Fields<LocalText>& text_fields() {
  static const Fields<LocalText> fields{text_field("ja", &LocalText::ja), text_field("en", &LocalText::en)};
  return fields;
}

const Fields<Camera>& camera_fields() {
  static const Fields<Camera> fields{
      number_field("lon", &Camera::lon, -180, 180), number_field("lat", &Camera::lat, -90, 90),
      number_field("height", &Camera::height, -highest, highest), number_field("heading", &Camera::heading, -360, 360),
      number_field("pitch", &Camera::pitch, -90, 90), number_field("fov", &Camera::fov, 1, 170)};
  return fields;
}

const Fields<Bookmark>& view_fields() {
  static const Fields<Bookmark> fields{
      text_field("name", &Bookmark::name), local_field("title", &Bookmark::title),
      {"camera", [](const FileContext& c, const Json& j, const std::string& place, Bookmark& b) { b.camera = read_camera(c, j, place); },
       [](const FileContext& c, const Bookmark& b) { return write_camera(c, b.camera); }}};
  return fields;
}

const Fields<StyleClass>& class_fields() {
  static const Fields<StyleClass> fields{
      {"from", [](const FileContext&, const Json& j, const std::string& place, StyleClass& s) { s.from = read_number(j, place, -largest, largest); },
       [](const FileContext&, const StyleClass& s) -> Json { return s.from ? Json(*s.from) : Json(); }},
      {"value", [](const FileContext&, const Json& j, const std::string& place, StyleClass& s) {
         if (j.is_string()) s.value = j.get<std::string>();
         else if (j.is_number() || j.is_boolean()) s.value = j.dump();
         else wrong(place, found(j) + ", expected a text or a number");
       },
       [](const FileContext&, const StyleClass& s) -> Json { return s.value; }},
      {"colour", [](const FileContext&, const Json& j, const std::string& place, StyleClass& s) { s.colour = read_colour(j, place); },
       [](const FileContext&, const StyleClass& s) { return write_colour(s.colour); }},
      local_field("label", &StyleClass::label)};
  return fields;
}

const Fields<LayerStyle>& style_fields() {
  static const Fields<LayerStyle> fields{
      {"colour", [](const FileContext&, const Json& j, const std::string& place, LayerStyle& s) { s.colour = read_colour(j, place); },
       [](const FileContext&, const LayerStyle& s) { return s.colour ? write_colour(*s.colour) : Json(); }},
      text_field("attribute", &LayerStyle::attribute),
      {"classes", [](const FileContext& c, const Json& j, const std::string& place, LayerStyle& s) {
         s.classes = read_list(class_fields(), c, j, place);
         for (std::size_t i = 0; i < s.classes.size(); ++i) {
           const std::string at = fmt::format("{}[{}]", place, i);
           if (s.classes[i].from.has_value() == j[i].contains("value")) wrong(at, "expected either \"from\" (numbers) or \"value\" (words)");
           need(j[i], at, "colour");
           if (i > 0 && s.classes[i].from && s.classes[i - 1].from && !(*s.classes[i].from > *s.classes[i - 1].from))
             wrong(at + ".from", fmt::format("found {}, expected more than the class before it ({})", *s.classes[i].from, *s.classes[i - 1].from));
         }
       },
       [](const FileContext& c, const LayerStyle& s) {
         Json out = write_list(class_fields(), c, s.classes);
         // A class keeps its colour and its value when they are the plain ones too.
         for (std::size_t i = 0; i < s.classes.size(); ++i) {
           out[i]["colour"] = write_colour(s.classes[i].colour);
           if (!s.classes[i].from) out[i]["value"] = s.classes[i].value;
         }
         return out;
       }},
      text_field("palette", &LayerStyle::palette),
      {"risk", [](const FileContext&, const Json& j, const std::string& place, LayerStyle& s) {
         s.risk = read_text(j, place);
         for (const char* word : {"river", "river_planned", "river_maximum", "river_duration", "inland", "high_tide", "tsunami", "reservoir", "flood"})
           if (s.risk == word) return;
         wrong(place, found(j) + ", expected one of \"river\", \"river_planned\", \"river_maximum\", \"river_duration\", \"inland\", \"high_tide\", \"tsunami\", \"reservoir\", \"flood\"");
       },
       [](const FileContext&, const LayerStyle& s) -> Json { return s.risk; }},
      {"filter", [](const FileContext&, const Json& j, const std::string& place, LayerStyle& s) {
         s.filter = read_text(j, place);
         const auto op = s.filter.find_first_of("=!<>");
         const auto blank = [](std::string_view t) { return t.find_first_not_of(" =") == std::string_view::npos; };
         if (!s.filter.empty() && (op == std::string::npos || blank(std::string_view(s.filter).substr(0, op)) ||
                                   blank(std::string_view(s.filter).substr(op + 1)) || (s.filter[op] == '!' && s.filter[op + 1] != '=')))
           wrong(place, found(j) + ", expected \"attribute op value\" with one of = != < <= > >=");
       },
       [](const FileContext&, const LayerStyle& s) -> Json { return s.filter; }},
      number_field("line_width", &LayerStyle::line_width, 0, 100), text_field("label_attribute", &LayerStyle::label_attribute),
      text_field("extrude_attribute", &LayerStyle::extrude_attribute), number_field("extrude_scale", &LayerStyle::extrude_scale, -1e6, 1e6),
      flag_field("textured", &LayerStyle::textured), flag_field("drape", &LayerStyle::drape),
      number_field("point_size", &LayerStyle::point_size, 0, 1000)};
  return fields;
}

const Fields<geo::GeoPoint>& position_fields() {
  static const Fields<geo::GeoPoint> fields{number_field("lon", &geo::GeoPoint::lon, -180, 180), number_field("lat", &geo::GeoPoint::lat, -90, 90),
                                            number_field("height", &geo::GeoPoint::height, -highest, highest)};
  return fields;
}

namespace {

template <class T>
Field<T> paths_field() {
  return {"path", [](const FileContext& c, const Json& j, const std::string& place, T& l) {
            l.paths.clear();
            if (!j.is_array()) { l.paths.push_back(read_layer_path(c, j, place)); return; }
            if (j.empty()) wrong(place, "found an empty list, expected a path or several");
            for (std::size_t i = 0; i < j.size(); ++i) l.paths.push_back(read_layer_path(c, j[i], fmt::format("{}[{}]", place, i)));
          },
          [](const FileContext& c, const T& l) -> Json {
            if (l.paths.size() == 1) return write_path(c, l.paths[0]);
            Json out = Json::array();
            for (const auto& p : l.paths) out.push_back(write_path(c, p));
            return out;
          }};
}

template <class T>
Field<T> members_field() {
  return {"members", [](const FileContext& c, const Json& j, const std::string& place, T& t) {
            t.members = read_list(member_fields(), c, j, place);
            for (std::size_t i = 0; i < t.members.size(); ++i) {
              const std::string at = fmt::format("{}[{}]", place, i);
              need(j[i], at, "name");
              need(j[i], at, "path");
            }
          },
          [](const FileContext& c, const T& t) -> Json { return write_list(member_fields(), c, t.members); }};
}

// "p90" and "p2.5" are percentiles; "p101" is none.
bool is_percentile(const std::string& word) {
  double p = 0;
  const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), p);
  return error == std::errc{} && end == word.data() + word.size() && p >= 0 && p <= 100;
}

}  // namespace

const Fields<FieldMember>& member_fields() {
  static const Fields<FieldMember> fields{text_field("name", &FieldMember::name), paths_field<FieldMember>(), text_field("sublayer", &FieldMember::sublayer)};
  return fields;
}

const Fields<FieldIssue>& issue_fields() {
  static const Fields<FieldIssue> fields{time_text_field("issue_time", &FieldIssue::issue_time), paths_field<FieldIssue>(), members_field<FieldIssue>()};
  return fields;
}

const Fields<FieldShow>& show_fields() {
  static const Fields<FieldShow> fields{
      {"issue", [](const FileContext&, const Json& j, const std::string& place, FieldShow& s) { s.issue = j == "latest" ? "latest" : read_time_text(j, place); },
       [](const FileContext&, const FieldShow& s) -> Json { return s.issue; }},
      {"member", [](const FileContext&, const Json& j, const std::string& place, FieldShow& s) {
         s.member = read_text(j, place);
         if (s.member.empty()) wrong(place, "found an empty text, expected a member's name, \"mean\", \"max\", \"p90\", \"probability\" or \"disagreement\"");
         if (s.member.size() > 1 && s.member[0] == 'p' && s.member.find_first_not_of("0123456789.", 1) == std::string::npos && !is_percentile(s.member))
           wrong(place, found(j) + ", expected a percentile from \"p0\" to \"p100\"");
       },
       [](const FileContext&, const FieldShow& s) -> Json { return s.member; }},
      {"threshold", [](const FileContext&, const Json& j, const std::string& place, FieldShow& s) { s.threshold = read_number(j, place, -largest, largest); },
       [](const FileContext&, const FieldShow& s) { return s.threshold ? Json(*s.threshold) : Json(); }},
      flag_field("changed", &FieldShow::changed)};
  return fields;
}

const Fields<LayerSpec>& layer_fields() {
  static const Fields<LayerSpec> fields{
      text_field("name", &LayerSpec::name), local_field("title", &LayerSpec::title),
      {"kind", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) { l.kind = *parse_layer_kind(read_word(j, place, kind_words)); },
       [](const FileContext&, const LayerSpec& l) { return l.kind_set ? Json(to_string(l.kind)) : Json(); }},
      {"path", paths_field<LayerSpec>().read,
       [](const FileContext& c, const LayerSpec& l) { return l.members.empty() && l.issues.empty() ? paths_field<LayerSpec>().write(c, l) : Json(); }},
      {"allow_hosts", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) { l.allow_hosts = read_hosts(j, place); },
       [](const FileContext&, const LayerSpec& l) -> Json { return l.allow_hosts; }},
      {"zoom", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) {
         if (!j.is_array() || j.size() != 2 || !j[0].is_number_integer() || !j[1].is_number_integer()) wrong(place, found(j) + ", expected [coarsest, finest], such as [2, 18]");
         const double low = read_number(j[0], place + "[0]", 0, 22), high = read_number(j[1], place + "[1]", low, 22);
         l.zoom = {static_cast<int>(low), static_cast<int>(high)};
       },
       [](const FileContext&, const LayerSpec& l) -> Json { return l.zoom ? Json::array({l.zoom->first, l.zoom->second}) : Json(); }},
      word_field("encoding", &LayerSpec::encoding, encoding_words), text_field("sublayer", &LayerSpec::sublayer), flag_field("visible", &LayerSpec::visible), number_field("opacity", &LayerSpec::opacity, 0, 1),
      {"style", [](const FileContext& c, const Json& j, const std::string& place, LayerSpec& l) { read_object(style_fields(), c, j, place, l.style); },
       [](const FileContext& c, const LayerSpec& l) { return write_object(style_fields(), c, l.style); }},
      text_or_local_field("attribution", &LayerSpec::attribution, &LayerSpec::attribution_local), vertical_field("vertical", &LayerSpec::vertical),
      {"exchange_axes", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) { l.exchange_axes = read_flag(j, place); },
       [](const FileContext&, const LayerSpec& l) { return l.exchange_axes ? Json(*l.exchange_axes) : Json(); }},
      {"stream", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) { l.stream = read_flag(j, place); },
       [](const FileContext&, const LayerSpec& l) { return l.stream ? Json(*l.stream) : Json(); }},
      flag_field("bake", &LayerSpec::bake),
      {"position", [](const FileContext& c, const Json& j, const std::string& place, LayerSpec& l) {
         read_object(position_fields(), c, j, place, l.position);
         need(j, place, "lon");
         need(j, place, "lat");
         l.position_set = true;
       },
       [](const FileContext&, const LayerSpec& l) -> Json {
         if (!l.position_set) return {};
         return {{"lon", l.position.lon}, {"lat", l.position.lat}, {"height", l.position.height}};
       }},
      number_field("heading", &LayerSpec::heading, -360, 360), number_field("scale", &LayerSpec::scale, 1e-9, 1e9),
      text_field("plugin", &LayerSpec::plugin), {"parameters", read_parameters, write_parameters},
      text_field("quantity", &LayerSpec::quantity), text_field("unit", &LayerSpec::unit), text_or_local_field("source", &LayerSpec::source, &LayerSpec::source_local),
      time_text_field("start", &LayerSpec::start), time_text_field("issue_time", &LayerSpec::issue_time),
      word_field("certainty", &LayerSpec::certainty, certainty_words), number_field("step_seconds", &LayerSpec::step_seconds, 0, largest),
      flag_field("nodata_is_dry", &LayerSpec::nodata_is_dry), members_field<LayerSpec>(),
      {"issues", [](const FileContext& c, const Json& j, const std::string& place, LayerSpec& l) {
         l.issues = read_list(issue_fields(), c, j, place);
         for (std::size_t i = 0; i < l.issues.size(); ++i)
           if (l.issues[i].paths.empty() == l.issues[i].members.empty())
             wrong(fmt::format("{}[{}]", place, i), "expected either \"path\" or \"members\"", "a file that holds all members, or one file a member");
       },
       [](const FileContext& c, const LayerSpec& l) -> Json { return write_list(issue_fields(), c, l.issues); }},
      {"show", [](const FileContext& c, const Json& j, const std::string& place, LayerSpec& l) {
         if (j == "latest") return;  // the short form of {"issue": "latest"}
         read_object(show_fields(), c, j, place, l.show);
         if (l.show.member == "probability" && !l.show.threshold) wrong(place, "\"threshold\" is missing", "say what is to be passed, in the field's unit: {\"member\": \"probability\", \"threshold\": 0.5}");
       },
       [](const FileContext& c, const LayerSpec& l) { return write_object(show_fields(), c, l.show); }},
      {"expected_interval", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) { l.expected_interval = read_interval(j, place); },
       [](const FileContext&, const LayerSpec& l) -> Json { return l.expected_interval; }},
      flag_field("live", &LayerSpec::live),
      {"feeds", [](const FileContext&, const Json& j, const std::string& place, LayerSpec& l) { l.feeds = read_texts(j, place, "names of feeds"); },
       [](const FileContext&, const LayerSpec& l) -> Json { return l.feeds; }}};
  return fields;
}

const Fields<ImpactSpec>& impact_fields() {
  static const Fields<ImpactSpec> fields{text_field("hazard", &ImpactSpec::hazard), text_field("assets", &ImpactSpec::assets), text_field("by", &ImpactSpec::by),
                                         text_field("weight", &ImpactSpec::weight), text_field("filter", &ImpactSpec::filter)};
  return fields;
}

const Fields<PriorityWeightsSpec>& weights_fields() {
  static const Fields<PriorityWeightsSpec> fields{number_field("condition", &PriorityWeightsSpec::condition, 0, 4), number_field("hazard", &PriorityWeightsSpec::hazard, 0, 4),
                                                  number_field("importance", &PriorityWeightsSpec::importance, 0, 4), number_field("arrival_hours", &PriorityWeightsSpec::arrival_hours, 0, 8760)};
  return fields;
}
const Fields<RoadsSpec>& roads_fields() {
  static const Fields<RoadsSpec> fields{text_field("layer", &RoadsSpec::layer), text_field("speed", &RoadsSpec::speed), text_field("oneway", &RoadsSpec::oneway),
                                        text_field("vehicle", &RoadsSpec::vehicle), number_field("tolerance", &RoadsSpec::tolerance, 0, 100), number_field("snap", &RoadsSpec::snap, 0, 5000)};
  return fields;
}
const Fields<PrioritySpec>& priority_fields() {
  static const Fields<PrioritySpec> fields{
      text_field("structures", &PrioritySpec::structures),
      {"hazards", [](const FileContext&, const Json& j, const std::string& place, PrioritySpec& p) { p.hazards = read_texts(j, place, "names of layers"); },
       [](const FileContext&, const PrioritySpec& p) -> Json { return p.hazards; }},
      {"weights", [](const FileContext& c, const Json& j, const std::string& place, PrioritySpec& p) { read_object(weights_fields(), c, j, place, p.weights); },
       [](const FileContext& c, const PrioritySpec& p) { return write_object(weights_fields(), c, p.weights); }},
      {"roads", [](const FileContext& c, const Json& j, const std::string& place, PrioritySpec& p) {
         read_object(roads_fields(), c, j, place, p.roads);
         need(j, place, "layer");
       },
       [](const FileContext& c, const PrioritySpec& p) { return write_object(roads_fields(), c, p.roads); }}};
  return fields;
}

const Fields<FeedSpec>& feed_fields() {
  const auto path_field = [](const char* key, fs::path FeedSpec::* member) -> Field<FeedSpec> {
    return {key, [member](const FileContext& c, const Json& j, const std::string& place, FeedSpec& f) { f.*member = read_path(c, j, place); },
            [member](const FileContext& c, const FeedSpec& f) { return write_path(c, f.*member); }};
  };
  const auto interval_field = [](const char* key, double FeedSpec::* member) -> Field<FeedSpec> {
    return {key, [member](const FileContext&, const Json& j, const std::string& place, FeedSpec& f) { f.*member = read_interval(j, place); },
            [member](const FileContext&, const FeedSpec& f) -> Json { return f.*member; }};
  };
  static const Fields<FeedSpec> fields{
      text_field("name", &FeedSpec::name), word_field("kind", &FeedSpec::kind, feed_words), text_field("address", &FeedSpec::address),
      {"topics", [](const FileContext&, const Json& j, const std::string& place, FeedSpec& f) { f.topics = read_texts(j, place, "topics"); },
       [](const FileContext&, const FeedSpec& f) -> Json { return f.topics; }},
      number_field("mqtt_version", &FeedSpec::mqtt_version, 3, 5), number_field("qos", &FeedSpec::qos, 0, 2),
      interval_field("expected_interval", &FeedSpec::expected_interval), interval_field("poll_seconds", &FeedSpec::poll_seconds),
      path_field("credentials", &FeedSpec::credentials), path_field("ca_file", &FeedSpec::ca_file),
      text_field("group", &FeedSpec::group), number_field("most_mib", &FeedSpec::most_mib, 0.001, 256)};
  return fields;
}

const Fields<SceneFile>& scene_fields() {
  static const Fields<SceneFile> fields{
      local_field("title", &SceneFile::title),
      {"time", [](const FileContext&, const Json& j, const std::string& place, SceneFile& s) { s.time = *geo::parse_instant(read_time_text(j, place)); },
       [](const FileContext&, const SceneFile& s) { return s.time ? Json(geo::format_utc(*s.time)) : Json(); }},
      vertical_field("vertical_datum", &SceneFile::vertical_datum),
      {"geoid", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) { s.geoid = read_path(c, j, place); },
       [](const FileContext& c, const SceneFile& s) { return write_path(c, s.geoid); }},
      number_field("ram_mib", &SceneFile::ram_mib, 0, 1e9), number_field("vram_mib", &SceneFile::vram_mib, 0, 1e9),
      flag_field("alarm_sound", &SceneFile::alarm_sound), word_field("mode", &SceneFile::mode, mode_words), word_field("quality", &SceneFile::quality, quality_words),
      {"home", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) { s.home = read_camera(c, j, place); },
       [](const FileContext& c, const SceneFile& s) { return s.home ? write_camera(c, *s.home) : Json(); }},
      {"views", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) {
         s.views = read_list(view_fields(), c, j, place);
         for (std::size_t i = 0; i < s.views.size(); ++i) {
           const std::string at = fmt::format("{}[{}]", place, i);
           need(j[i], at, "name");
           need(j[i], at, "camera");
           if (s.views[i].name.empty()) wrong(at + ".name", "found an empty text, expected a name");
           for (std::size_t k = 0; k < i; ++k)
             if (s.views[k].name == s.views[i].name) wrong(at + ".name", fmt::format("\"{}\" is the name of {}[{}] too", s.views[i].name, place, k));
         }
       },
       [](const FileContext& c, const SceneFile& s) {
         Json out = write_list(view_fields(), c, s.views);
         for (std::size_t i = 0; i < s.views.size(); ++i) out[i]["camera"] = write_camera(c, s.views[i].camera);
         return out;
       }},
      {"feeds", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) {
         s.feeds = read_list(feed_fields(), c, j, place);
         for (std::size_t i = 0; i < s.feeds.size(); ++i) check_feed(c, s.feeds, i, j[i], fmt::format("{}[{}]", place, i));
       },
       [](const FileContext& c, const SceneFile& s) {
         Json out = write_list(feed_fields(), c, s.feeds);
         for (std::size_t i = 0; i < s.feeds.size(); ++i)
           if (s.feeds[i].kind == "folder") out[i]["address"] = write_path(c, s.feeds[i].address);
         return out;
       }},
      {"impact", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) {
         s.impact = read_list(impact_fields(), c, j, place);
         for (std::size_t i = 0; i < s.impact.size(); ++i)
           for (const char* key : {"hazard", "assets"}) need(j[i], fmt::format("{}[{}]", place, i), key);
       },
       [](const FileContext& c, const SceneFile& s) {  // without what names a layer that was taken away
         auto kept = s.impact;
         const auto gone = [&](const std::string& name) { return std::none_of(s.layers.begin(), s.layers.end(), [&](const auto& l) { return l.name == name; }); };
         std::erase_if(kept, [&](const ImpactSpec& i) { return gone(i.hazard) || gone(i.assets); });
         return write_list(impact_fields(), c, kept);
       }},
      {"priority", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) {
         read_object(priority_fields(), c, j, place, s.priority);
         need(j, place, "structures");
       },
       [](const FileContext& c, const SceneFile& s) {  // without what names a layer that was taken away
         auto kept = s.priority;
         const auto gone = [&](const std::string& name) { return std::none_of(s.layers.begin(), s.layers.end(), [&](const auto& l) { return l.name == name; }); };
         if (gone(kept.structures)) return Json();
         std::erase_if(kept.hazards, gone);
         if (gone(kept.roads.layer)) kept.roads = {};
         return write_object(priority_fields(), c, kept);
       }},
      {"journal", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) { s.journal = read_path(c, j, place); },
       [](const FileContext& c, const SceneFile& s) { return write_path(c, s.journal); }},
      {"layers", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) {
         s.layers = read_list(layer_fields(), c, j, place);
         for (std::size_t i = 0; i < s.layers.size(); ++i) s.layers[i].kind_set = j[i].contains("kind");
       },
       [](const FileContext& c, const SceneFile& s) {
         Json out = write_list(layer_fields(), c, s.layers);
         for (std::size_t i = 0; i < s.layers.size(); ++i)
           if (s.layers[i].kind_set) out[i]["kind"] = to_string(s.layers[i].kind);
         return out;
       }}};
  return fields;
}

}  // namespace tenbo::scene
