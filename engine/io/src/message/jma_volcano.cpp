#include <cmath>

#include "message/jma_parts.h"

namespace tenbo::io::message {

namespace {

// "+31.6844+131.3000/+31.6853+131.3200/...": a ring of places.
std::optional<std::vector<std::pair<double, double>>> ring_of(const Element& e, const JmaContext& c) {
  std::vector<std::pair<double, double>> out;
  const std::string_view text = e.text;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('/', at);
    if (end == std::string_view::npos) break;
    const std::string_view one = text.substr(at, end - at);
    const auto split = one.find_first_of("+-", 1);
    const auto lat = split == std::string_view::npos ? std::nullopt : number_of(one.substr(0, split));
    const auto lon = lat ? number_of(one.substr(split)) : std::nullopt;
    if (!lon || std::abs(*lat) > 90 || std::abs(*lon) > 180) {
      c.warn(e, "\"" + std::string(one.substr(0, 40)) + "\" is not a place; the area is left out");
      return std::nullopt;
    }
    out.emplace_back(*lon, *lat);
    at = end + 1;
  }
  if (out.size() < 3) {
    c.warn(e, "an area of " + std::to_string(out.size()) + " places is left out");
    return std::nullopt;
  }
  return out;
}

JmaVolcanoItem item_of(const Element& e, const JmaContext& c) {
  JmaVolcanoItem item;
  for (const Element* k : e.all("Kind")) item.kinds.push_back(jma_kind(*k));
  for (const Element* k : e.all("LastKind")) item.last_kinds.push_back(jma_kind(*k));
  for (const auto& k : item.kinds)
    if (!item.level) item.level = level_in(k.name);
  item.areas = jma_areas(e, c);
  if (const Element* at = e.find("EventTime/EventDateTime")) {
    item.event_time = time_of(at, c.label, c.diagnostics);
    item.event_doubt = at->attribute("dubious");
  }
  return item;
}

JmaAshItem ash_item(const Element& e, const JmaContext& c) {
  JmaAshItem out;
  if (const Element* kind = e.find("Kind")) {
    out.kind = jma_kind(*kind);
    for (const Element* p : kind->all("Property")) {
      for (const Element* polygon : p->all("Polygon"))
        if (auto ring = ring_of(*polygon, c)) out.rings.push_back(std::move(*ring));
      if (const Element* d = p->find("PlumeDirection")) out.direction = d->text;
      if (const Element* d = p->find("Distance")) out.distance = jma_quantity(*d);
      if (const Element* s = p->find("Size")) out.size = jma_quantity(*s);
    }
  }
  out.areas = jma_areas(e, c);
  return out;
}

}  // namespace

JmaVolcanoReport jma_volcano_report(const Element& body, const JmaContext& c) {
  JmaVolcanoReport out;
  for (const Element* info : body.all("VolcanoInfo")) {
    JmaVolcanoInfo i{info->attribute("type"), {}};
    for (const Element* e : info->all("Item")) i.items.push_back(item_of(*e, c));
    out.infos.push_back(std::move(i));
  }
  for (const Element* infos : body.all("AshInfos"))
    for (const Element* e : infos->all("AshInfo")) {
      JmaAshForecast f;
      f.type = e->attribute("type");
      f.start = c.time(*e, "StartTime");
      f.end = c.time(*e, "EndTime");
      for (const Element* item : e->all("Item")) f.items.push_back(ash_item(*item, c));
      out.ash.push_back(std::move(f));
    }
  if (const Element* plume = body.find("VolcanoObservation/ColorPlume")) {
    JmaPlume p;
    if (const Element* h = plume->find("PlumeHeightAboveCrater")) p.above_crater = jma_quantity(*h);
    if (const Element* h = plume->find("PlumeHeightAboveSeaLevel")) p.above_sea = jma_quantity(*h);
    p.direction = plume->text_of("PlumeDirection");
    out.plume = std::move(p);
  }
  out.headline = body.text_of("VolcanoInfoContent/VolcanoHeadline");
  out.activity = body.text_of("VolcanoInfoContent/VolcanoActivity");
  out.prevention = body.text_of("VolcanoInfoContent/VolcanoPrevention");
  return out;
}

}  // namespace tenbo::io::message
