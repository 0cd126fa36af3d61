// What `tenbo pick --json` says of a structure: its record, the part, its defects and its 3D model.
#include <cmath>

#include "json_out.h"
#include "tenbo/inspection/decal.h"
#include "tenbo/inspection/model.h"

namespace tenbo::app {
namespace {

Json finite(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }
Json text(std::string_view v) { return v.empty() ? Json(nullptr) : Json(v); }
Json number(int v) { return v > 0 ? Json(v) : Json(nullptr); }

Json defect_json(const inspection::Register& r, const inspection::Defect& d, const runtime::DefectCard& state) {
  Json assumed = Json::array();
  const std::pair<inspection::Guess, const char*> names[] = {{inspection::guess_along, "along"}, {inspection::guess_across, "across"}, {inspection::guess_up, "up"},
                                                             {inspection::guess_size, "size"}, {inspection::guess_member, "member"}};
  for (const auto& [guess, name] : names)
    if (state.guesses & guess) assumed.push_back(name);
  return {{"id", text(r.word(d.id))}, {"kind", inspection::to_string(d.kind)}, {"kind_word", text(r.word(d.kind_word))}, {"grade", d.grade ? Json(std::string(1, d.grade)) : Json(nullptr)},
          {"response", text(r.word(d.response))}, {"member", inspection::to_string(d.member)}, {"member_word", text(r.word(d.member_word))}, {"element", text(r.word(d.element))},
          {"span", number(d.span)}, {"along", finite(static_cast<double>(d.along))}, {"length", finite(static_cast<double>(d.length))}, {"width", finite(static_cast<double>(d.width))},
          {"year", number(d.year)}, {"change", inspection::to_string(state.change)}, {"placed", state.placed}, {"assumed", std::move(assumed)},
          {"photo", text(r.word(d.photo))}, {"note", text(r.word(d.note))}};
}

const char* to_string(runtime::SensorCondition c) {
  switch (c) {
    case runtime::SensorCondition::no_value: return "no_value";
    case runtime::SensorCondition::current: return "current";
    case runtime::SensorCondition::stale: return "stale";
    default: return "missing";
  }
}
Json sensor_json(const runtime::StructureSensor& s) {
  const auto& p = s.part;
  Json thresholds = Json::array();
  for (const auto& l : s.card.levels) thresholds.push_back({{"value", l.value}, {"label", l.label}});
  return {{"id", s.id}, {"title", s.card.title}, {"condition", to_string(s.condition)}, {"value", finite(s.value)}, {"unit", text(s.unit)},
          {"time", s.time ? Json(geo::format_utc(*s.time)) : Json(nullptr)}, {"level", s.level >= 0 ? Json(s.level) : Json(nullptr)}, {"state", text(s.card.state)}, {"thresholds", std::move(thresholds)},
          {"member", inspection::to_string(p.member)}, {"member_word", text(p.member_word)}, {"span", number(p.span)}, {"element", text(p.element)}, {"along", finite(p.along)},
          {"across", finite(p.across)}, {"up", finite(p.up)}, {"on_picked_part", s.here}, {"source", text(s.source)}};
}

}  // namespace

Json to_json(const runtime::StructureCard& card) {
  const auto& r = *card.records;
  const auto s = card.pick.structure;
  Json j{{"id", text(r.id(s))}, {"name", text(r.name(s))}, {"kind", inspection::to_string(r.kind(s))}, {"grade", inspection::to_string(card.state.grade)},
         {"inspected", number(card.state.inspected)}, {"change", inspection::to_string(card.state.change)}, {"years", card.years}, {"source", text(r.word(r.source(s)))}};
  j["part"] = {{"member", inspection::to_string(card.pick.member)}, {"span", number(card.pick.span)}, {"element", text(card.pick.element)}, {"along", finite(card.pick.along)},
               {"estimated", card.pick.estimated}, {"id", text(card.pick.part_id)}, {"type", text(card.pick.part_type)}, {"name", text(card.pick.part_name)}};
  Json assumed = Json::array();
  for (const auto what : inspection::all_assumed)
    if (card.assumed & what) assumed.push_back(inspection::to_string(what));
  j["model"] = {{"generated", card.generated}, {"assumed", std::move(assumed)}};
  j["binding"] = nullptr;
  if (const auto& b = card.binding) {
    Json choices = Json::array();
    for (const auto& c : b->choices) {
      Json reasons = Json::array();
      for (const auto reason : c.reasons) reasons.push_back(inspection::to_string(reason));
      choices.push_back({{"id", c.id}, {"name", text(c.name)}, {"layer", c.layer}, {"score", c.score}, {"distance", finite(static_cast<double>(c.distance))}, {"reasons", std::move(reasons)}});
    }
    j["binding"] = {{"surety", inspection::to_string(b->surety)}, {"reviewed", b->reviewed}, {"by", text(b->by)}, {"at", text(b->at)}, {"models", std::move(choices)}};
  }
  j["defect"] = nullptr;
  j["defects"] = Json::array();
  const auto defects = r.defects(s);
  for (const auto& d : card.defects) {
    j["defects"].push_back(defect_json(r, defects[d.defect], d));
    if (card.pick.defect == d.defect) j["defect"] = j["defects"].back();
  }
  j["sensors"] = Json::array();
  for (const auto& sensor : card.sensors) j["sensors"].push_back(sensor_json(sensor));
  return j;
}

}  // namespace tenbo::app
