#include "sensor_things.h"

#include <charconv>
#include <cmath>

#include "read_time.h"

namespace sensors {
namespace {
std::string id_text(const Json* v) {
  return v && (v->is(Json::Kind::text) || v->is(Json::Kind::number)) ? v->text : std::string();
}

class Reader {
 public:
  Reader(Store& store, std::optional<std::int64_t> now) : store_(store), now_(now) {}
  ThingsRead out;

  // Whatever it is: the keys say.
  void entity(const Json& e, const std::string& stream) {
    if (!e.is(Json::Kind::object)) return;
    if (e.find("result")) return observation(e, stream);
    if (const Json* data = e.list_of("dataArray")) return data_array(e, *data, stream);
    if (e.find("Datastreams") || (e.find("Locations") && !e.find("unitOfMeasurement"))) return thing(e);
    if (e.find("unitOfMeasurement") || e.find("observationType") || e.find("Observations")) return datastream(e, nullptr, {});
    if (const auto link = datastream_of(e.text_of("@iot.selfLink")); !link.empty()) return datastream(e, nullptr, {});
  }
  void document(const Json& root, const std::string& stream) {
    if (root.is(Json::Kind::list)) {
      for (const auto& e : root.items) entity(e, stream);
    } else if (const Json* value = root.list_of("value")) {
      out.more = root.find("@iot.nextLink") != nullptr;
      for (const auto& e : value->items) entity(e, stream);
    } else {
      entity(root, stream);
    }
  }

 private:
  static bool place(const Json& geometry, double& lon, double& lat) {
    if (!geometry.is(Json::Kind::object)) return false;
    if (const Json* inner = geometry.find("geometry"); inner && geometry.text_of("type") == "Feature") return place(*inner, lon, lat);
    const Json* c = geometry.text_of("type") == "Point" ? geometry.list_of("coordinates") : nullptr;
    if (!c || c->items.size() < 2 || !c->items[0].is(Json::Kind::number) || !c->items[1].is(Json::Kind::number)) return false;
    if (std::abs(c->items[0].number) > 360 || std::abs(c->items[1].number) > 90) return false;
    lon = c->items[0].number;
    lat = c->items[1].number;
    return true;
  }
  static bool place_of_thing(const Json& thing, double& lon, double& lat) {
    if (const Json* all = thing.list_of("Locations"))
      for (const auto& l : all->items)
        if (const Json* at = l.find("location"); at && place(*at, lon, lat)) return true;
    return false;
  }

  void thing(const Json& t) {
    ++out.entities;
    if (const Json* streams = t.list_of("Datastreams"))
      for (const auto& d : streams->items)
        if (d.is(Json::Kind::object)) datastream(d, &t, {});
  }

  void datastream(const Json& d, const Json* thing, const std::string& known) {
    std::string id = id_text(d.find("@iot.id"));
    if (id.empty()) id = datastream_of(d.text_of("@iot.selfLink"));
    if (id.empty()) id = known;
    Station* s = store_.station(id);
    if (!s) return;
    ++out.entities;
    if (!thing)
      if (const Json* t = d.find("Thing"); t && t->is(Json::Kind::object)) thing = t;
    const auto name = d.text_of("name");
    const auto of = thing ? thing->text_of("name") : std::string_view();
    if (!name.empty() || !of.empty()) s->name = std::string(of) + (!of.empty() && !name.empty() && of != name ? " · " : "") + (of == name ? "" : std::string(name));
    if (const Json* unit = d.find("unitOfMeasurement"); unit && unit->is(Json::Kind::object)) {
      const auto symbol = unit->text_of("symbol");
      s->unit = std::string(symbol.empty() ? unit->text_of("name") : symbol);
    }
    if (const Json* property = d.find("ObservedProperty"); property && property->is(Json::Kind::object)) s->quantity = std::string(property->text_of("name"));
    bool placed = thing && place_of_thing(*thing, s->lon, s->lat);
    if (const Json* area = d.find("observedArea"); !placed && area) placed = place(*area, s->lon, s->lat);
    if (thing)
      if (const Json* p = thing->find("properties"); p && p->is(Json::Kind::object)) properties(*p, *s);
    if (const Json* p = d.find("properties"); p && p->is(Json::Kind::object)) properties(*p, *s);
    if (const Json* all = d.list_of("Observations"))
      for (const auto& o : all->items)
        if (o.is(Json::Kind::object)) observation(o, id);
  }

  // A member as a table would have it: text, or a number as it is written.
  static std::string word_of(const Json& p, std::string_view key) {
    const Json* v = p.find(key);
    return v && (v->is(Json::Kind::text) || v->is(Json::Kind::number)) ? v->text : std::string();
  }
  static void part(const Json& p, Station& s) {
    Part out;
    for (auto [key, to] : {std::pair{"structure", &out.structure}, {"member", &out.member}, {"element", &out.element}}) *to = word_of(p, key);
    read_span(word_of(p, "span"), out.span);
    for (auto [key, to] : {std::pair{"along", &out.along}, {"across", &out.across}, {"up", &out.up}}) read_length(word_of(p, key), *to);
    s.part.take(out);
  }
  // What was observed says where, too: its geometry where it is a point, and the part in its properties.
  static void feature(const Json& f, Station& s) {
    if (const Json* at = f.find("feature"); at && !s.placed()) place(*at, s.lon, s.lat);
    if (const Json* p = f.find("properties"); p && p->is(Json::Kind::object)) part(*p, s);
  }

  // Ours, since the standard has no word for them: thresholds, falling, expected_interval, source, kind, and the part of a structure.
  static void properties(const Json& p, Station& s) {
    if (const auto v = p.text_of("source"); !v.empty()) s.source = std::string(v);
    if (const auto v = p.text_of("kind"); !v.empty()) s.kind = std::string(v);
    if (const Json* v = p.find("falling"); v && v->is(Json::Kind::boolean)) s.falling = v->truth;
    if (const Json* v = p.find("expected_interval"); v && v->is(Json::Kind::number) && v->number >= 0 && v->number < 1e9) s.expected_interval = v->number;
    part(p, s);
    const Json* all = p.list_of("thresholds");
    if (!all) return;
    std::vector<Threshold> out;
    for (const auto& t : all->items) {
      const Json *level = t.find("level"), *value = t.find("value"), *label = t.find("label");
      if (!level || !value || !level->is(Json::Kind::number) || !value->is(Json::Kind::number) || out.size() >= 16) continue;
      if (!(level->number >= 1 && level->number <= 5) || level->number != std::floor(level->number)) continue;
      Threshold made{static_cast<int>(level->number), value->number, {}, {}};
      if (label && label->is(Json::Kind::text)) made.label_ja = label->text;
      else if (label && label->is(Json::Kind::object)) made.label_ja = std::string(label->text_of("ja")), made.label_en = std::string(label->text_of("en"));
      out.push_back(std::move(made));
    }
    s.thresholds = std::move(out);
  }

  double result(const Json& r, bool& usable) {
    usable = true;
    switch (r.kind) {
      case Json::Kind::number: return r.number;
      case Json::Kind::null: return nan;
      case Json::Kind::boolean: return r.truth ? 1 : 0;
      case Json::Kind::text: return read_value(r.text, store_.left());
      default: break;
    }
    ++store_.left().no_result;
    usable = false;
    return nan;
  }
  void observation(const Json& o, std::string stream) {
    if (const Json* d = o.find("Datastream"); d && d->is(Json::Kind::object)) {
      if (auto id = id_text(d->find("@iot.id")); !id.empty()) stream = std::move(id);
      if (d->keys.size() > 1 && !stream.empty()) datastream(*d, nullptr, stream);
    }
    if (stream.empty()) stream = datastream_of(o.text_of("Datastream@iot.navigationLink"));
    if (const Json* f = o.find("FeatureOfInterest"); f && f->is(Json::Kind::object) && !stream.empty())
      if (Station* s = store_.station(stream)) feature(*f, *s);
    const Json* r = o.find("result");
    if (!r) return;
    auto time = read_time(o.text_of("phenomenonTime"), std::nullopt);
    if (!time) time = read_time(o.text_of("resultTime"), std::nullopt);
    add(stream, time, *r);
  }
  void add(const std::string& stream, std::optional<std::int64_t> time, const Json& r) {
    if (!time) {
      ++store_.left().no_time;
      return;
    }
    bool usable = false;
    const double v = result(r, usable);
    if (!usable) return;
    if (stream.empty()) {
      ++store_.left().no_id;
      return;
    }
    ++out.entities;
    store_.add(stream, {*time, v}, now_);
  }
  // The extension for many observations at once: rows of the components it names.
  void data_array(const Json& e, const Json& data, std::string stream) {
    if (const Json* d = e.find("Datastream"); d && d->is(Json::Kind::object))
      if (auto id = id_text(d->find("@iot.id")); !id.empty()) stream = std::move(id);
    if (stream.empty()) stream = datastream_of(e.text_of("Datastream@iot.navigationLink"));
    const Json* components = e.list_of("components");
    if (!components) return;
    std::size_t time = SIZE_MAX, other = SIZE_MAX, value = SIZE_MAX;
    for (std::size_t i = 0; i < components->items.size(); ++i) {
      if (components->items[i].text == "phenomenonTime") time = i;
      if (components->items[i].text == "resultTime") other = i;
      if (components->items[i].text == "result") value = i;
    }
    if (time == SIZE_MAX) time = other;
    for (const auto& row : data.items) {
      if (!row.is(Json::Kind::list) || value >= row.items.size() || time >= row.items.size()) {
        ++store_.left().no_result;
        continue;
      }
      add(stream, read_time(row.items[time].text, std::nullopt), row.items[value]);
    }
  }

  Store& store_;
  std::optional<std::int64_t> now_;
};
}  // namespace

std::string datastream_of(std::string_view topic) {
  constexpr std::string_view mark = "Datastreams(";
  const auto at = topic.rfind(mark);
  if (at == std::string_view::npos) return {};
  auto rest = topic.substr(at + mark.size());
  const bool quoted = !rest.empty() && rest.front() == '\'';
  if (quoted) rest.remove_prefix(1);
  const auto end = rest.find(quoted ? "')" : ")");
  return end == std::string_view::npos ? std::string() : std::string(rest.substr(0, end));
}

std::string page_after(std::string_view source) {
  constexpr std::string_view mark = "#page=";
  const auto at = source.rfind(mark);
  unsigned page = 1;
  if (at != std::string_view::npos) std::from_chars(source.data() + at + mark.size(), source.data() + source.size(), page);
  return std::string(source.substr(0, at)) + std::string(mark) + std::to_string(page + 1);
}

ThingsRead read_things(std::string_view json, std::string_view topic, std::optional<std::int64_t> now, Store& store) {
  return read_things(parse_json(json), topic, now, store);
}

ThingsRead read_things(const Json& root, std::string_view topic, std::optional<std::int64_t> now, Store& store) {
  Reader reader(store, now);
  reader.document(root, datastream_of(topic));
  return reader.out;
}

}  // namespace sensors
