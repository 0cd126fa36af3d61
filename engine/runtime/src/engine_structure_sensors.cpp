// Sensors on structures: which one each names, where on its model it stands, and what the structure's card and marker say of them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine_impl.h"
#include "hud/words.h"
#include "local_name.h"
#include "tenbo/inspection/decal.h"
#include "tenbo/runtime/structure_name.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {
constexpr std::size_t most_on_card = 200;

bool same_place(const Sensor& a, const Sensor& b) {
  const auto same = [](double x, double y) { return x == y || (x != x && y != y); };
  return a.id == b.id && a.structure == b.structure && a.part.member == b.part.member && a.part.element == b.part.element && a.part.span == b.part.span &&
         same(a.part.along, b.part.along) && same(a.part.across, b.part.across) && same(a.part.up, b.part.up) && same(a.lon, b.lon) && same(a.lat, b.lat) && a.height == b.height;
}

// The sensor as a defect of the same part: defects know how to lie on a surface.
inspection::Defect as_defect(const SensorPart& p) {
  inspection::Defect d;
  d.kind = inspection::DefectKind::other;
  d.member = p.member;
  d.span = static_cast<std::int16_t>(p.span);
  d.along = static_cast<float>(p.along), d.across = static_cast<float>(p.across), d.up = static_cast<float>(p.up);
  d.length = d.width = 0.1f;
  return d;
}

SensorTie on_model(const Sensor& s, const NearStructure& n, SensorTie tie) {
  inspection::Place place;
  if (s.placed() && !std::isfinite(s.part.along)) {  // its own, where nobody measured it along the structure
    glm::vec3 p(n.frame.to_local(geo::GeoPoint{s.lon, s.lat, s.height.value_or(n.frame.anchor.height)}));
    if (!s.height) p.z = NAN;
    place = p;
  }
  auto defect = as_defect(s.part);
  if (place) defect.lon = s.lon, defect.lat = s.lat;
  if (!inspection::has_place(defect, n.model.outline)) defect.span = 1;  // a member of some span: the first, and its place is assumed
  if (const auto decal = inspection::make_decal(defect, s.part.element, place, n.model.outline, n.surface)) {
    tie.at = n.frame.to_world(glm::dvec3(decal->at + decal->normal * 0.1f));
    tie.guesses = decal->guesses & ~static_cast<std::uint32_t>(inspection::guess_size);
  } else {  // the structure alone is known: above the middle of its deck
    tie.at = n.frame.to_world(glm::dvec3(0, 0, 0.1));
    tie.guesses = inspection::guess_member;
  }
  return tie;
}
}  // namespace

void EngineImpl::tie_sensors() {
  std::string key;  // of all that has structures
  for (const auto& l : layers_)
    if (l->ready() && l->structures.records) key += fmt::format("{}:{}:{};", l->id, l->output_revision, static_cast<const void*>(l->structures.records.get()));
  bool changed = false;
  for (auto& l : layers_) {
    auto& t = l->ties;
    const bool sensors = l->ready() && l->output && l->output->sensors;
    if (!sensors) {
      changed = changed || !t.all.empty();
      t = {};
      continue;
    }
    if (t.of == l->output && t.key == key) continue;
    const auto& all = *l->output->sensors;
    const auto before = std::move(t);
    t = {};
    t.of = l->output;
    t.key = key;
    t.placed = before.placed;
    if (std::none_of(all.begin(), all.end(), [](const Sensor& s) { return !s.structure.empty(); })) {
      changed = changed || !before.all.empty();
      continue;
    }
    t.all.resize(all.size());
    const bool known = before.key == key && before.of && before.of->sensors && before.all.size() == before.of->sensors->size();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].structure.empty()) continue;
      if (known && i < before.all.size() && same_place(all[i], (*before.of->sensors)[i])) {  // messages come by the hundred, and mostly bring a value
        t.all[i] = before.all[i];
        continue;
      }
      t.placed.clear();
      changed = true;
      if (const auto found = structure_named(all[i].structure)) t.all[i].layer = found->first->id, t.all[i].structure = found->second;
    }
    changed = changed || t.all.size() != before.all.size();
  }
  if (!changed) return;
  ++revision_;
  std::map<std::uint32_t, std::set<std::uint32_t>> watched;
  for (const auto& l : layers_)
    for (const auto& tie : l->ties.all)
      if (tie.layer) watched[tie.layer].insert(tie.structure);
  for (auto& l : layers_) {
    auto& now = watched[l->id];
    if (now == l->structures.watched) continue;
    l->structures.watched = std::move(now);
    l->structures.key.clear();  // those that a sensor stands on are near ones, too
  }
}

void EngineImpl::place_sensors() {
  std::string key;
  for (const auto& l : layers_)
    if (!l->structures.near.empty()) key += fmt::format("{}:{};", l->id, l->structures.key);
  for (auto& l : layers_) {
    auto& t = l->ties;
    if (t.all.empty() || t.placed == key + "|") continue;
    t.placed = key + "|";
    ++revision_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, const NearStructure*> near;
    for (const auto& other : layers_)
      for (const auto& n : other->structures.near) near[{other->id, n.structure}] = &n;
    for (std::size_t i = 0; i < t.all.size(); ++i) {
      auto& tie = t.all[i];
      tie.at.reset();
      tie.guesses = 0;
      if (const auto n = near.find({tie.layer, tie.structure}); tie.layer && n != near.end()) tie = on_model((*t.of->sensors)[i], *n->second, tie);
    }
  }
}

Watched EngineImpl::watched_structures() const {
  Watched out;
  for (const auto& l : layers_) {
    const auto& t = l->ties;
    if (t.all.empty() || t.of != l->output || !l->spec.visible) continue;
    for (std::size_t i = 0; i < t.all.size(); ++i) {
      if (!t.all[i].layer) continue;
      auto& w = out[{t.all[i].layer, t.all[i].structure}];
      ++w.sensors;
      w.level = std::max(w.level, state_at((*t.of->sensors)[i], time_.now).level);
    }
  }
  return out;
}

std::string EngineImpl::part_words(const SensorPart& p, Language language, bool along) const {
  const auto say = [&](std::string_view key, const std::vector<std::pair<std::string_view, std::string>>& values = {}) { return hud::say(texts_ ? &*texts_ : nullptr, language, key, values); };
  std::string out;
  const auto put = [&](const std::string& text) { out += (out.empty() ? "" : " · ") + text; };
  if (p.member == inspection::Member::other) put(p.member_word);
  else if (p.member != inspection::Member::unknown) put(say(std::string("member.") + inspection::to_string(p.member)));
  if (p.span > 0) put(say("structure.span", {{"n", std::to_string(p.span)}}));
  if (!p.element.empty()) put(say("structure.element", {{"n", p.element}}));
  if (along && std::isfinite(p.along)) put(say(p.span > 0 ? "structure.along_span" : "structure.along", {{"m", fmt::format("{:.1f}", p.along)}}));
  return out;
}

std::optional<std::pair<const Layer*, std::uint32_t>> EngineImpl::structure_named(const std::string& id) const {
  for (const auto& l : layers_)
    if (l->ready() && l->structures.records)
      if (const auto found = l->structures.records->find(id)) return std::pair(static_cast<const Layer*>(l.get()), *found);
  return std::nullopt;
}

std::string EngineImpl::structure_name(const Layer& layer, std::uint32_t structure, bool ja) const {
  const std::string name = layer.output ? runtime::structure_name(*layer.output, structure, ja) : std::string();
  return name.empty() ? local_half(layer.structures.records->name(structure), ja) : name;
}

Words EngineImpl::standing(const Sensor& s) const {
  Words out;
  const auto found = s.structure.empty() ? std::nullopt : structure_named(s.structure);
  if (!found || !found->first->output) return out;
  const auto& [of, structure] = *found;
  const auto& r = *of->structures.records;
  for (const bool ja : {true, false}) {
    std::string name = structure_name(*of, structure, ja);
    if (name.empty()) name = r.id(structure);
    const auto part = part_words(s.part, ja ? Language::ja : Language::en, false);
    (ja ? out.ja : out.en) = part.empty() ? name : name + " · " + part;
  }
  return out;
}

std::vector<StructureSensor> EngineImpl::sensors_on(const Layer& layer, const StructurePick& pick, const inspection::Outline& outline) const {
  std::vector<StructureSensor> out;
  for (const auto& l : layers_) {
    if (!l->ready() || l->ties.of != l->output) continue;
    for (std::size_t i = 0; i < l->ties.all.size(); ++i) {
      const auto& tie = l->ties.all[i];
      if (tie.layer != layer.id || tie.structure != pick.structure) continue;
      const auto& s = (*l->output->sensors)[i];
      const auto state = state_at(s, time_.now);
      StructureSensor one;
      one.layer = l->id, one.row = static_cast<std::uint32_t>(i);
      one.id = s.id;
      one.part = s.part;
      one.guesses = tie.guesses;
      int span = s.part.span;
      if (!span && std::isfinite(s.part.along) && outline.spans() > 0) span = outline.span_at(static_cast<float>(s.part.along) - outline.length / 2);
      one.here = pick.member != inspection::Member::unknown && s.part.member == pick.member && (!pick.span || !span || span == pick.span) &&
                 (pick.element.empty() || s.part.element.empty() || s.part.element == pick.element);
      one.condition = state.condition;
      one.level = state.level;
      one.overdue = state.overdue;
      one.value = state.value;
      one.unit = s.unit;
      one.source = source_shown(*l, s.source.empty() ? l->status.source : s.source);
      one.where = part_words(s.part, options_.language, true);
      one.time = state.time;
      out.push_back(std::move(one));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return std::tuple(!a.here, -a.level, std::cref(a.id).get()) < std::tuple(!b.here, -b.level, std::cref(b.id).get()); });
  if (out.size() > most_on_card) out.resize(most_on_card);
  for (auto& one : out) one.card = card_of(*find_layer(one.layer), one.row);
  return out;
}

}  // namespace tenbo::runtime
