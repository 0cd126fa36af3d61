#include "tenbo/io/cap.h"

#include <cmath>

#include "message/xml_tree.h"

namespace tenbo::io {

namespace {

using message::Element;

template <class E>
E word(const std::string& text, std::initializer_list<std::pair<const char*, E>> words) {
  for (const auto& [w, e] : words)
    if (text == w) return e;
  return E::unknown;
}

// "51.8,-171.4": latitude and longitude.
std::optional<std::pair<double, double>> place_of(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto lat = message::number_of(text.substr(0, comma)), lon = message::number_of(text.substr(comma + 1));
  if (!lat || !lon || std::abs(*lat) > 90 || std::abs(*lon) > 180) return std::nullopt;
  return std::pair{*lon, *lat};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) break;
    const auto end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return out;
}

std::vector<CapValue> values(const Element& e, std::string_view name) {
  std::vector<CapValue> out;
  for (const Element* v : e.all(name)) out.push_back({v->text_of("valueName"), v->text_of("value")});
  return out;
}

// An edge goes the shorter way round the Earth: from 179 E to 179 W it is 2 degrees long, to 181 E. Not of a ring around a pole.
std::vector<std::pair<double, double>> over_the_date_line(std::vector<std::pair<double, double>> ring) {
  auto out = ring;
  for (std::size_t i = 1; i < out.size(); ++i)
    while (out[i].first - out[i - 1].first > 180) out[i].first -= 360;
  for (std::size_t i = 1; i < out.size(); ++i)
    while (out[i].first - out[i - 1].first < -180) out[i].first += 360;
  return out.front() == out.back() ? out : ring;
}

CapArea area_of(const Element& e, const std::string& label, Diagnostics& diagnostics) {
  CapArea out;
  out.description = e.text_of("areaDesc");
  const auto lost = [&](const Element& at, const char* what) {
    diagnostics.warn({ErrorCode::malformed, std::string("\"") + at.text.substr(0, 40) + "\" is not a " + what + "; it is left out", label, "line " + std::to_string(at.line), ""});
  };
  for (const Element* p : e.all("polygon")) {
    std::vector<std::pair<double, double>> ring;
    bool good = true;
    for (const auto w : words_of(p->text)) {
      const auto at = place_of(w);
      good = good && at;
      if (at) ring.push_back(*at);
    }
    if (p->text.empty()) continue;
    const bool closed = ring.size() >= 4 && ring.front() == ring.back();
    if (!good || (!closed && ring.size() < 3)) {
      lost(*p, "closed polygon");
      continue;
    }
    if (!closed) {  // an area that people are warned of is not lost over its last corner
      diagnostics.warn({ErrorCode::malformed, "\"" + p->text.substr(0, 40) + "\" is not closed; it is taken as closed", label, "line " + std::to_string(p->line), ""});
      ring.push_back(ring.front());
    }
    out.polygons.push_back(over_the_date_line(std::move(ring)));
  }
  for (const Element* c : e.all("circle")) {
    const auto w = words_of(c->text);
    const auto at = w.size() == 2 ? place_of(w[0]) : std::nullopt;
    const auto radius = at ? message::number_of(w[1]) : std::nullopt;
    if (radius && *radius >= 0) out.circles.push_back({at->first, at->second, *radius});
    else if (!c->text.empty()) lost(*c, "circle");
  }
  out.geocodes = values(e, "geocode");
  return out;
}

CapInfo info_of(const Element& e, const std::string& label, Diagnostics& diagnostics) {
  CapInfo i;
  if (const auto language = e.text_of("language"); !language.empty()) i.language = language;
  for (const Element* c : e.all("category")) i.categories.push_back(c->text);
  for (const Element* r : e.all("responseType")) i.responses.push_back(r->text);
  i.event = e.text_of("event");
  i.urgency = word<CapUrgency>(e.text_of("urgency"), {{"Immediate", CapUrgency::immediate}, {"Expected", CapUrgency::expected}, {"Future", CapUrgency::future}, {"Past", CapUrgency::past}});
  i.severity = word<CapSeverity>(e.text_of("severity"), {{"Extreme", CapSeverity::extreme}, {"Severe", CapSeverity::severe}, {"Moderate", CapSeverity::moderate}, {"Minor", CapSeverity::minor}});
  i.certainty = word<CapCertainty>(e.text_of("certainty"), {{"Observed", CapCertainty::observed}, {"Likely", CapCertainty::likely}, {"Very Likely", CapCertainty::likely},
                                                            {"Possible", CapCertainty::possible}, {"Unlikely", CapCertainty::unlikely}});
  i.effective = message::time_of(e.find("effective"), label, diagnostics);
  i.onset = message::time_of(e.find("onset"), label, diagnostics);
  i.expires = message::time_of(e.find("expires"), label, diagnostics);
  i.sender_name = e.text_of("senderName");
  i.headline = e.text_of("headline");
  i.description = e.text_of("description");
  i.instruction = e.text_of("instruction");
  i.web = e.text_of("web");
  i.parameters = values(e, "parameter");
  i.event_codes = values(e, "eventCode");
  for (const Element* a : e.all("area")) i.areas.push_back(area_of(*a, label, diagnostics));
  return i;
}

}  // namespace

Result<CapAlert> read_cap(std::string_view xml, const std::string& label) {
  const auto tree = message::read_tree(xml, label);
  if (!tree) return tree.error();
  const auto bad = [&](ErrorCode code, std::string text, std::string place) { return Error{code, std::move(text), label, std::move(place), ""}; };
  if (tree->name == "feed") return bad(ErrorCode::unsupported, "a feed of alerts is no alert: each entry is one", "feed");
  if (tree->name != "alert") return bad(ErrorCode::malformed, "the XML is not an alert of the Common Alerting Protocol", tree->name);
  CapAlert out;
  out.identifier = tree->text_of("identifier");
  out.sender = tree->text_of("sender");
  out.status = word<CapStatus>(tree->text_of("status"), {{"Actual", CapStatus::actual}, {"Exercise", CapStatus::exercise}, {"System", CapStatus::system}, {"Test", CapStatus::test}, {"Draft", CapStatus::draft}});
  out.message = word<CapMessage>(tree->text_of("msgType"), {{"Alert", CapMessage::alert}, {"Update", CapMessage::update}, {"Cancel", CapMessage::cancel}, {"Ack", CapMessage::acknowledge}, {"Error", CapMessage::error}});
  if (out.identifier.empty() || out.sender.empty()) return bad(ErrorCode::malformed, "the alert has no identifier or no sender", "alert");
  if (out.status == CapStatus::unknown) return bad(ErrorCode::malformed, "the status \"" + tree->text_of("status") + "\" is not one: it cannot be told whether the alert is real", "alert/status");
  if (out.message == CapMessage::unknown) return bad(ErrorCode::malformed, "the msgType \"" + tree->text_of("msgType") + "\" is not one", "alert/msgType");
  const auto sent = message::time_of(tree->find("sent"), label, out.diagnostics);
  if (!sent) return bad(ErrorCode::malformed, "the alert does not say when it was sent", "alert/sent");
  out.sent = *sent;
  out.scope = tree->text_of("scope");
  out.note = tree->text_of("note");
  out.references = tree->text_of("references");
  out.incidents = tree->text_of("incidents");
  for (const Element* i : tree->all("info")) out.infos.push_back(info_of(*i, label, out.diagnostics));
  return out;
}

}  // namespace tenbo::io
