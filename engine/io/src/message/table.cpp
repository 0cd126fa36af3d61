#include "message/table.h"

#include <cmath>

#include "message/table_rows.h"
#include "tenbo/base/file.h"
#include "tenbo/io/cap.h"
#include "tenbo/io/jma.h"

namespace tenbo::io::message {

namespace {

std::string root_of(std::string_view head) {
  for (std::size_t i = head.find('<'); i != std::string_view::npos; i = head.find('<', i + 1)) {
    if (i + 1 >= head.size() || head[i + 1] == '?' || head[i + 1] == '!') continue;
    const auto name = head.substr(i + 1, std::min(head.find_first_of(" \t\r\n/>", i), head.size()) - i - 1);
    const auto colon = name.find(':');
    return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
  }
  return {};
}

const char* word(JmaIntensityPlace::Level level) {
  switch (level) {
    case JmaIntensityPlace::Level::prefecture: return "prefecture";
    case JmaIntensityPlace::Level::area: return "area";
    case JmaIntensityPlace::Level::city: return "city";
    case JmaIntensityPlace::Level::station: return "station";
  }
  return "";
}
const char* word(JmaTsunamiClass c) {
  switch (c) {
    case JmaTsunamiClass::none: return "none";
    case JmaTsunamiClass::slight: return "slight";
    case JmaTsunamiClass::advisory: return "advisory";
    case JmaTsunamiClass::warning: return "warning";
    case JmaTsunamiClass::major: return "major";
    case JmaTsunamiClass::unknown: break;
  }
  return "";
}

void earthquakes(const std::vector<JmaEarthquake>& list, TableRows& rows) {
  for (const auto& e : list) {
    rows.add("hypocentre", e.hypocentre ? e.hypocentre->area : JmaArea{});
    rows.time("origin_time", e.origin_time);
    rows.text("condition", e.condition);
    if (e.hypocentre) rows.quantity("depth", e.hypocentre->depth);
    if (!e.magnitudes.empty()) {
      rows.quantity("magnitude", e.magnitudes.front().value);
      rows.text("magnitude_type", e.magnitudes.front().type);
      rows.text("magnitude_words", e.magnitudes.front().description);
    }
  }
}

void forecast(const JmaForecastIntensity& i, TableRows& rows) {
  rows.text("forecast_from", i.from.word);
  rows.text("forecast_to", i.to.word);
}

void body(const JmaEarthquakeReport& r, TableRows& rows) {
  earthquakes(r.earthquakes, rows);
  if (r.forecast_greatest || !r.forecast.empty()) {
    rows.add("early_warning", JmaArea{});
    if (r.forecast_greatest) forecast(*r.forecast_greatest, rows);
    rows.text("next_advisory", r.next_advisory);
  }
  for (const auto& f : r.forecast) {
    rows.add("forecast", f.area);
    rows.text("prefecture", f.prefecture.name);
    rows.text("kind", f.kind.name);
    rows.text("kind_code", f.kind.code);
    forecast(f.intensity, rows);
    rows.time("arrival", f.arrival);
    rows.text("condition", f.condition);
  }
  for (const auto& p : r.places) {
    rows.add(word(p.level), p.area);
    rows.text("intensity", p.intensity.word);
    rows.text("condition", p.condition);
  }
}

void body(const JmaTsunamiReport& r, TableRows& rows) {
  earthquakes(r.earthquakes, rows);
  const auto heights = [&](const JmaTsunamiArrival& a, const JmaTsunamiHeight& h) {
    rows.time("arrival", a.time);
    rows.text("arrival_condition", a.condition);
    rows.text("initial", a.initial);
    rows.quantity("height", h.height);
    rows.text("height_words", h.description);
    rows.text("height_note", h.note);
    rows.text("height_condition", h.condition);
    rows.time("height_time", h.time);
  };
  const std::pair<const char*, const std::vector<JmaTsunamiCoast>*> parts[]{{"forecast", &r.forecast}, {"observation", &r.observation}, {"estimation", &r.estimation}};
  for (const auto& [part, list] : parts)
    for (const auto& c : *list) {
      rows.add("coast", c.area);
      rows.text("part", part);
      rows.text("warning", word(c.warning));
      rows.text("kind", c.kind.name);
      rows.text("last_kind", c.last_kind.name);
      rows.text("last_warning", c.last_kind.code.empty() ? "" : word(jma_tsunami_class(c.last_kind.code)));
      heights(c.first, c.greatest);
      for (const auto& s : c.stations) {
        rows.add("station", s.station);
        rows.text("part", part);
        rows.text("coast", c.area.code);
        rows.text("sensor", s.sensor);
        rows.time("high_tide", s.high_tide);
        heights(s.first, s.greatest);
      }
    }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : "、") + w;
  return out;
}

void body(const JmaWarningReport& r, TableRows& rows) {
  for (const auto& g : r.groups)
    for (const auto& i : g.items)
      for (const auto& k : i.kinds) {
        rows.add("area", i.area);
        rows.text("group", g.type);
        rows.text("kind", k.name);
        rows.text("kind_code", k.code);
        rows.text("kind_status", k.status);
        rows.text("last_kind", k.last.name);
        rows.text("condition", k.condition);
        rows.text("notes", joined(k.notes));
        rows.boolean("in_force", k.in_force);
        rows.time("event_time", k.event_time);
        if (k.level) rows.integer("level", *k.level);
      }
}

void body(const JmaVolcanoReport& r, TableRows& rows) {
  for (const auto& info : r.infos)
    for (const auto& item : info.items)
      for (const auto& a : item.areas) {
        rows.add(a.place ? "volcano" : "area", a);
        rows.text("group", info.type);
        if (!item.kinds.empty()) {
          rows.text("kind", item.kinds.front().name);
          rows.text("kind_code", item.kinds.front().code);
          rows.text("condition", item.kinds.front().condition);
        }
        if (!item.last_kinds.empty()) rows.text("last_kind", item.last_kinds.front().name);
        if (item.level) rows.integer("level", *item.level);
        rows.time("event_time", item.event_time);
        rows.text("event_doubt", item.event_doubt);
        if (!a.place) continue;  // of the volcano, not of the municipalities around it
        rows.quantity("elevation", a.place->height);
        if (!r.plume) continue;
        rows.quantity("plume_above_crater", r.plume->above_crater);
        rows.quantity("plume_above_sea", r.plume->above_sea);
        rows.text("plume_direction", r.plume->direction);
      }
  for (const auto& f : r.ash)
    for (const auto& item : f.items) {
      rows.add("ash", JmaArea{item.kind.name, item.kind.code, "", std::nullopt});
      for (const auto& ring : item.rings) rows.ring(ring);
      rows.text("group", f.type);
      rows.time("start", f.start);
      rows.time("end", f.end);
      rows.text("direction", item.direction);
      rows.quantity("distance", item.distance);
      rows.quantity("size", item.size);
      std::vector<std::string> names, codes;
      for (const auto& a : item.areas) names.push_back(a.name), codes.push_back(a.code);
      rows.text("areas", joined(names));
      rows.text("area_codes", joined(codes));
    }
}
void body(std::monostate, TableRows&) {}

std::shared_ptr<const MessageHead> head_of(const JmaReport& r) {
  auto h = std::make_shared<MessageHead>();
  h->actuality = r.status == JmaStatus::drill ? MessageHead::Actuality::exercise : r.status == JmaStatus::test ? MessageHead::Actuality::test : MessageHead::Actuality::actual;
  h->info = r.info_type == JmaInfoType::cancel ? MessageHead::Info::cancel : r.info_type == JmaInfoType::correction ? MessageHead::Info::correction : MessageHead::Info::issue;
  h->code = r.code;
  h->title = r.title;
  h->publisher = r.publishing_office;
  h->headline = r.headline.empty() && r.info_type == JmaInfoType::cancel ? r.text : r.headline;
  h->event = r.event_id;
  h->report_time = r.report_time;
  h->valid_until = r.valid_until;
  h->serial = r.serial;
  return h;
}

// Absent of what one system tells another: it warns of nothing.
std::shared_ptr<const MessageHead> head_of(const CapAlert& a) {
  if (a.message == CapMessage::acknowledge || a.message == CapMessage::error) return nullptr;
  auto h = std::make_shared<MessageHead>();
  h->actuality = a.status == CapStatus::actual ? MessageHead::Actuality::actual : a.status == CapStatus::exercise ? MessageHead::Actuality::exercise : MessageHead::Actuality::test;
  h->info = a.message == CapMessage::cancel ? MessageHead::Info::cancel : a.message == CapMessage::update ? MessageHead::Info::correction : MessageHead::Info::issue;
  h->code = "CAP";
  h->event = a.incidents;
  h->publisher = a.sender;
  h->report_time = a.sent;
  if (!a.infos.empty()) {
    const auto& i = a.infos.front();
    h->title = i.event;
    h->headline = i.headline;
    if (!i.sender_name.empty()) h->publisher = i.sender_name;
  }
  bool all = !a.infos.empty();
  for (const auto& i : a.infos) {
    if (!i.expires) all = false;
    else if (!h->valid_until || *h->valid_until < *i.expires) h->valid_until = i.expires;
  }
  if (!all) h->valid_until.reset();
  for (std::size_t at = 0; at < a.references.size();) {
    const auto end = std::min(a.references.find_first_of(" \t\r\n", at), a.references.size());
    if (end > at) h->references += (h->references.empty() ? "" : "\n") + a.references.substr(at, end - at);
    at = end + 1;
  }
  return h;
}

Status jma_table(std::string_view xml, const std::string& label, bool other_telegrams, VectorData& data) {
  auto r = read_jma(xml, label);
  if (!r) return r.error();
  data.diagnostics.merge(std::move(r->diagnostics));
  data.head = head_of(*r);
  data.name = r->head_title.empty() ? r->title : r->head_title;
  const auto warn = [&](std::string text) { data.diagnostics.warn({ErrorCode::invalid_argument, std::move(text), label, "Report", ""}); };
  if (r->status != JmaStatus::normal) warn("this is not real: the message is a " + std::string(r->status == JmaStatus::drill ? "drill" : "test") + " (" + r->status_word + ")");
  if (r->info_type == JmaInfoType::correction) warn("the message corrects the one before it (訂正)");
  if (r->info_type == JmaInfoType::cancel) {
    warn("what was reported is cancelled (取消): " + r->text);
    return {};
  }
  if (r->code.empty() && other_telegrams) {
    warn("messages of the title \"" + r->title + "\" are not read yet; nothing but its head is known");
    return {};
  }
  if (r->code.empty()) return Error{ErrorCode::unsupported, "messages of the title \"" + r->title + "\" are not read yet", label, "Report/Control/Title", ""};
  TableRows rows(data, {{"title", r->title}, {"status", r->status_word}, {"info_type", r->info_type_word}, {"event", r->event_id}, {"report_time", geo::format_offset(r->report_time, geo::jst_offset_minutes)}});
  std::visit([&](const auto& b) { body(b, rows); }, r->body);
  return {};
}

Status cap_table(std::string_view xml, const std::string& label, VectorData& data) {
  auto r = read_cap(xml, label);
  if (!r) return r.error();
  data.diagnostics.merge(std::move(r->diagnostics));
  data.head = head_of(*r);
  data.name = r->infos.empty() ? r->identifier : r->infos.front().event;
  const auto warn = [&](const char* text) { data.diagnostics.warn({ErrorCode::invalid_argument, text, label, "alert", ""}); };
  if (r->status != CapStatus::actual) warn("this is not real: the alert is an exercise, a test, a draft or between systems");
  if (r->message == CapMessage::cancel) {
    warn("the alert cancels those that it refers to");
    return {};
  }
  constexpr const char* severities[]{"unknown", "minor", "moderate", "severe", "extreme"};
  constexpr const char* urgencies[]{"unknown", "past", "future", "expected", "immediate"};
  constexpr const char* certainties[]{"unknown", "unlikely", "possible", "likely", "observed"};
  TableRows rows(data, {{"identifier", r->identifier}, {"sender", r->sender}, {"report_time", geo::format_utc(r->sent)}});
  for (const auto& i : r->infos)
    for (const auto& a : i.areas) {
      rows.add("area", JmaArea{a.description, a.geocodes.empty() ? std::string() : a.geocodes.front().value, "", std::nullopt});
      for (const auto& p : a.polygons) rows.ring(p);
      for (const auto& c : a.circles) rows.circle(c.lon, c.lat, c.radius_km);
      rows.text("event", i.event);
      rows.text("headline", i.headline);
      rows.text("severity", severities[static_cast<int>(i.severity)]);
      rows.text("urgency", urgencies[static_cast<int>(i.urgency)]);
      rows.text("certainty", certainties[static_cast<int>(i.certainty)]);
      rows.text("category", joined(i.categories));
      rows.text("response", joined(i.responses));
      rows.text("language", i.language);
      rows.text("sender_name", i.sender_name);
      rows.text("description", i.description);
      rows.text("instruction", i.instruction);
      rows.time("effective", i.effective);
      rows.time("onset", i.onset);
      rows.time("expires", i.expires);
    }
  return {};
}

}  // namespace

bool looks_like_message(std::string_view head) {
  const std::string root = root_of(head);
  return root == "alert" || (root == "Report" && head.find("xml.kishou.go.jp/jmaxml1") != std::string_view::npos);
}

Result<VectorData> message_table(std::string_view xml, const std::string& label, bool other_telegrams) {
  VectorData data;
  auto crs = geo::Crs::parse("EPSG:4326");
  if (!crs) return crs.error();
  data.crs = std::move(*crs);
  const auto status = root_of(xml.substr(0, 4096)) == "alert" ? cap_table(xml, label, data) : jma_table(xml, label, other_telegrams, data);
  if (!status) return status.error();
  return data;
}

Result<VectorData> read_message_table(const std::filesystem::path& path) {
  const auto text = read_text_file(path, max_message_bytes);
  if (!text) return text.error();
  return message_table(*text, path.string(), false);
}

}  // namespace tenbo::io::message
