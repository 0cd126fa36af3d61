#include "message/jma_parts.h"

namespace tenbo::io {

JmaTsunamiClass jma_tsunami_class(const std::string& code) {
  if (code == "52" || code == "53") return JmaTsunamiClass::major;
  if (code == "51") return JmaTsunamiClass::warning;
  if (code == "62") return JmaTsunamiClass::advisory;
  if (code == "71" || code == "72" || code == "73") return JmaTsunamiClass::slight;
  if (code == "00" || code == "50" || code == "60") return JmaTsunamiClass::none;
  return JmaTsunamiClass::unknown;
}

namespace message {

namespace {

JmaTsunamiArrival arrival(const Element& parent, const JmaContext& c) {
  JmaTsunamiArrival a;
  const Element* e = parent.find("FirstHeight");
  if (!e) return a;
  a.time = c.time(*e, "ArrivalTime");
  a.condition = e->text_of("Condition");
  a.initial = e->text_of("Initial");
  a.revise = e->text_of("Revise");
  return a;
}

JmaTsunamiHeight height(const Element& parent, const JmaContext& c) {
  JmaTsunamiHeight h;
  const Element* e = parent.find("MaxHeight");
  if (!e) return h;
  h.note = e->text_of("Condition");
  h.time = c.time(*e, "DateTime");
  h.revise = e->text_of("Revise");
  if (const Element* t = e->find("TsunamiHeight")) {
    h.height = jma_quantity(*t);
    h.type = t->attribute("type");
    h.description = t->attribute("description");
    h.condition = t->attribute("condition");
  } else if (!h.note.empty()) {
    h.height = geo::Quantity::word(h.note, "m");  // 微弱, 観測中, 欠測: in place of a height
  }
  return h;
}

std::vector<JmaTsunamiCoast> coasts(const Element* part, JmaTsunamiReport& out, const JmaContext& c) {
  std::vector<JmaTsunamiCoast> list;
  if (!part) return list;
  for (auto& t : jma_code_tables(*part)) out.code_tables.push_back({part->name + "/" + t.path, std::move(t.table)});
  for (const Element* item : part->all("Item")) {
    JmaTsunamiCoast coast;
    if (const Element* area = item->find("Area")) coast.area = jma_area(*area, c);
    if (const Element* kind = item->find("Category/Kind")) {
      coast.kind = jma_kind(*kind);
      coast.warning = jma_tsunami_class(coast.kind.code);
      if (coast.warning == JmaTsunamiClass::unknown) c.warn(*kind, "a tsunami warning of code \"" + coast.kind.code + "\" is not known");
    }
    if (const Element* kind = item->find("Category/LastKind")) coast.last_kind = jma_kind(*kind);
    coast.first = arrival(*item, c);
    coast.greatest = height(*item, c);
    for (const Element* s : item->all("Station")) {
      JmaTsunamiStation station;
      station.station = jma_area(*s, c);
      station.sensor = s->text_of("Sensor");
      station.high_tide = c.time(*s, "HighTideDateTime");
      station.first = arrival(*s, c);
      station.greatest = height(*s, c);
      coast.stations.push_back(std::move(station));
    }
    list.push_back(std::move(coast));
  }
  return list;
}

}  // namespace

JmaTsunamiReport jma_tsunami_report(const Element& body, const JmaContext& c) {
  JmaTsunamiReport out;
  if (const Element* tsunami = body.find("Tsunami")) {
    out.forecast = coasts(tsunami->find("Forecast"), out, c);
    out.observation = coasts(tsunami->find("Observation"), out, c);
    out.estimation = coasts(tsunami->find("Estimation"), out, c);
  }
  for (const Element* e : body.all("Earthquake")) out.earthquakes.push_back(jma_earthquake(*e, c));
  out.comments = jma_comments(body);
  return out;
}

}  // namespace message
}  // namespace tenbo::io
