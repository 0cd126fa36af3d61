#include "scene_fields.h"

#include <charconv>
#include <limits>

#include "scene_values.h"

namespace tenbo::scene {
namespace {

constexpr double highest = 1e8;   // m
const std::vector<std::string> kind_words{"buildings", "terrain", "imagery", "vector", "model", "field", "inspection", "boreholes", "points", "photos"};
const std::vector<std::string> encoding_words{"gsi", "terrain-rgb", "terrarium"};
const std::vector<std::string> certainty_words{"unknown", "confirmed", "estimated", "simulated"};
const std::vector<std::string> mode_words{"", "exercise", "simulation"};
const std::vector<std::string> feed_words{"mqtt", "http", "folder"};
const std::vector<std::string> quality_words{"", "software", "balanced", "wall"};

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

const Fields<SectionSpec>& section_fields() {
  const auto optional_number = [](const char* key, std::optional<double> SectionSpec::* member, double least, double most) -> Field<SectionSpec> {
    return {key, [=](const FileContext&, const Json& j, const std::string& place, SectionSpec& s) { s.*member = read_number(j, place, least, most); },
            [member](const FileContext&, const SectionSpec& s) { return s.*member ? Json(*(s.*member)) : Json(); }};
  };
  static const Fields<SectionSpec> fields{
      number_field("lon", &SectionSpec::lon, -180, 180), number_field("lat", &SectionSpec::lat, -90, 90), optional_number("azimuth", &SectionSpec::azimuth, -360, 360),
      optional_number("height", &SectionSpec::height, -highest, highest),
      {"keep", [](const FileContext&, const Json& j, const std::string& place, SectionSpec& s) { s.keep = read_texts(j, place, "names of layers"); },
       [](const FileContext&, const SectionSpec& s) -> Json { return s.keep; }}};
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
      {"section", [](const FileContext& c, const Json& j, const std::string& place, SceneFile& s) {
         s.section.emplace();
         read_object(section_fields(), c, j, place, *s.section);
         need(j, place, "lon");
         need(j, place, "lat");
         if (s.section->azimuth.has_value() == s.section->height.has_value())
           wrong(place, "expected either \"azimuth\" or \"height\"", "azimuth for an upright plane, height for a level one");
       },
       [](const FileContext& c, const SceneFile& s) {
         if (!s.section) return Json();
         auto kept = *s.section;  // without what names a layer that was taken away
         std::erase_if(kept.keep, [&](const std::string& name) { return std::none_of(s.layers.begin(), s.layers.end(), [&](const auto& l) { return l.name == name; }); });
         Json out = write_object(section_fields(), c, kept);
         out["lon"] = s.section->lon;  // also where they are 0
         out["lat"] = s.section->lat;
         return out;
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
