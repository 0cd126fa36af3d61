#include "base.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "tenbo/base/text.h"
#include "tenbo/inspection/list_words.h"
#include "tenbo/runtime/impact_drills.h"

namespace tenbo::runtime {
namespace {

using inspection::PriorityFacts;

// Of plain records: the columns that lists usually have beside the grade.
class Columns {
 public:
  Columns(const geo::FeatureTable& table, std::deque<std::string>& words) : table_(table), words_(words) {
    for (const auto& a : table.summary()) names_.push_back(a.name);
  }
  std::optional<std::string> named(std::initializer_list<std::string_view> known) const {
    for (const auto word : known)
      for (const auto& n : names_)
        if (lower_case(n) == word) return n;
    return std::nullopt;
  }
  float number(std::uint32_t row, const std::optional<std::string>& name) const {
    const auto n = name ? geo::to_number(table_.value(row, *name)) : std::nullopt;
    return n && *n >= 0 ? static_cast<float>(*n) : inspection::unknown_length;
  }
  std::string_view text(std::uint32_t row, const std::optional<std::string>& name) const {
    if (!name) return {};
    const auto text = geo::to_text(table_.value(row, *name));
    if (text.empty()) return {};
    return words_.emplace_back(text);
  }

 private:
  const geo::FeatureTable& table_;
  std::deque<std::string>& words_;
  std::vector<std::string> names_;
};

void read_facts(PriorityBase& out) {
  const auto& o = *out.structures;
  out.facts.reserve(o.structures.size());
  const std::string_view of_layer = out.words.emplace_back(out.source.source);
  if (o.structure_register) {
    for (std::uint32_t s = 0; s < o.structures.size(); ++s) {
      out.facts.push_back(s < o.structure_register->size() ? inspection::facts_of(*o.structure_register, s) : PriorityFacts());
      if (out.facts.back().source.empty()) out.facts.back().source = of_layer;
    }
    return;
  }
  if (!o.records) return;
  const Columns c(*o.records, out.words);
  const auto traffic = c.named({"traffic", "adt", "aadt", "adt_029", "交通量", "日交通量", "24時間交通量"});
  const auto importance = c.named({"importance", "重要度"});
  const auto emergency = c.named({"emergency_route", "緊急輸送道路"});
  const auto restriction = c.named({"restriction", "通行規制", "規制", "荷重制限"});
  const auto closed = c.named({"closed", "通行止め"});
  const auto source = c.named({"source", "出典"});
  for (const auto& s : o.structures) {
    PriorityFacts f;
    f.grade = s.grade;
    f.year = s.year.value_or(0);
    f.traffic = c.number(s.feature, traffic);
    if (const float n = c.number(s.feature, importance); n <= 1) f.importance = n;
    if (emergency && !inspection::says_none(c.text(s.feature, emergency))) f.importance = 1;
    if (restriction)
      if (const auto word = c.text(s.feature, restriction); !inspection::says_none(word)) f.access = inspection::Access::restricted, f.restriction = word;
    if (closed && !inspection::says_none(c.text(s.feature, closed))) f.access = inspection::Access::closed;
    f.source = c.text(s.feature, source);
    if (f.source.empty()) f.source = of_layer;
    out.facts.push_back(f);
  }
}

inspection::HazardLayer about(const PriorityPlan::Hazard& plan, const ImpactReport* report) {
  inspection::HazardLayer out;
  out.title = plan.title;
  out.source = plan.source.source;
  out.certainty = plan.source.certainty;
  out.unit = plan.source.unit;
  out.issued = plan.source.issue_time;
  if (!report) return out;
  const auto drills = drill_classes(*report);  // beside what is real no exercise is a danger
  const auto n = static_cast<double>(report->classes.size() - drills);
  for (std::size_t k = 0; k < report->classes.size(); ++k) {
    const auto& c = report->classes[k];
    double severity = k < drills ? 0 : static_cast<double>(k + 1 - drills) / n;
    if (c.level && k >= drills) {  // of several classes of one level the worst has all of it: 6 lower, 6 upper and 7 are no equals
      const auto like = [&](const auto& other) { return other.level == c.level; };
      const auto real = report->classes.begin() + static_cast<std::ptrdiff_t>(drills);
      const auto of = std::count_if(real, report->classes.end(), like);
      const auto up_to = std::count_if(real, report->classes.begin() + static_cast<std::ptrdiff_t>(k + 1), like);
      severity = std::clamp((*c.level - 1 + static_cast<double>(up_to) / static_cast<double>(of)) / 5, 0.0, 1.0);
    }
    out.classes.push_back({{c.label.in(true), c.label.in(false)}, severity});
  }
  return out;
}

int way_of(const geo::AttributeValue& value) {
  const auto word = lower_case(geo::to_text(value));
  if (word == "-1" || word == "reverse") return -1;
  return word == "yes" || word == "1" || word == "true" ? 1 : 0;
}

void build_roads(const PriorityPlan& plan, PriorityMemo& memo, PriorityBase& out) {
  const auto& spec = plan.spec.roads;
  const auto by = fmt::format("{}|{}|{}", spec.speed, spec.oneway, spec.tolerance);
  if (memo.roads != plan.roads || memo.roads_by != by || !memo.network) {
    std::vector<inspection::RoadLine> lines;
    const auto& v = *plan.roads;
    for (const auto& part : v.parts) {
      if (part.kind != io::ShapeKind::line || part.count < 2) continue;
      inspection::RoadLine l;
      l.feature = part.feature;
      l.points = std::span(v.points).subspan(part.first, part.count);
      if (!spec.speed.empty())
        if (const auto s = geo::to_number(v.features.value(part.feature, spec.speed))) l.speed = *s;
      if (!spec.oneway.empty()) l.way = way_of(v.features.value(part.feature, spec.oneway));
      lines.push_back(l);
    }
    memo.network = std::make_shared<const inspection::RoadNetwork>(inspection::RoadNetwork::build(lines, spec.tolerance));
    memo.roads = plan.roads;
    memo.roads_by = by;
  }
  if (memo.network->edges().empty()) {
    out.roads_trouble = "the layer \"" + spec.layer + "\" has no lines: a detour needs a network of roads";
    return;
  }
  out.roads = memo.network;
  if (!spec.speed.empty() && out.roads->without_speed() > 0)
    out.diagnostics.warn({ErrorCode::malformed, fmt::format("{} of {} roads have no \"{}\": they are taken at 30 km/h", out.roads->without_speed(), out.roads->edges().size(), spec.speed), spec.layer, "", ""});
}

}  // namespace

std::shared_ptr<const PriorityBase> make_priority_base(const PriorityPlan& plan, JobSystem& jobs, PriorityMemo& memo, const std::string& structures_key, const std::string& roads_key) {
  auto out = std::make_shared<PriorityBase>();
  out->spec = plan.spec;
  out->structures = plan.structures;
  out->source = plan.source;
  out->roads_source = plan.roads_source;
  out->roads_trouble = plan.roads_trouble;
  read_facts(*out);
  if (plan.roads) build_roads(plan, memo, *out);
  memo.on_structures.resize(plan.hazards.size());
  memo.on_roads.resize(plan.hazards.size());
  for (std::size_t i = 0; i < plan.hazards.size(); ++i) {
    const auto& h = plan.hazards[i];
    PriorityHazard made{h.layer, {}, h.source, h.trouble, nullptr, {}, nullptr};
    if (h.on_structures) {
      auto report = run_impact(*h.on_structures, jobs, memo.on_structures[i], structures_key);
      if (report) made.report = std::make_shared<const ImpactReport>(std::move(*report));
      else made.trouble = report.error().text();
    }
    made.about = about(h, made.report.get());
    if (made.report) {
      std::unordered_map<std::string_view, std::uint32_t> by_id;
      const auto& ids = made.report->objects->assets->ids;
      for (std::uint32_t a = 0; a < ids.size(); ++a) by_id.emplace(ids[a], a);
      for (const auto& s : plan.structures->structures) {
        const auto found = by_id.find(plan.structures->records->id(s.feature));
        made.asset.push_back(found == by_id.end() ? PriorityHazard::no_asset : found->second);
      }
    }
    if (h.on_roads && out->roads) {
      auto report = run_impact(*h.on_roads, jobs, memo.on_roads[i], roads_key);
      if (report) made.on_roads = std::make_shared<const ImpactReport>(std::move(*report));
      else out->diagnostics.warn(report.error());
    }
    if (made.on_roads && made.on_roads->passability)
      for (std::size_t k = 0; k < made.on_roads->passability->vehicles.size(); ++k)
        if (made.on_roads->passability->vehicles[k].id == plan.spec.roads.vehicle) out->vehicle = k;
    out->hazards.push_back(std::move(made));
  }
  if (plan.roads && out->roads) {
    // an asset's place among those of the impact, by the id that both have
    std::unordered_map<std::string_view, std::uint32_t> by_id;
    for (const auto& h : out->hazards)
      if (h.on_roads && by_id.empty())
        for (std::uint32_t a = 0; a < h.on_roads->objects->assets->ids.size(); ++a) by_id.emplace(h.on_roads->objects->assets->ids[a], a);
    if (!by_id.empty())
      for (const auto& e : out->roads->edges()) {
        const auto found = by_id.find(plan.roads->features.id(e.feature));
        out->road_of_edge.push_back(found == by_id.end() ? PriorityHazard::no_asset : found->second);
      }
  }
  return out;
}

}  // namespace tenbo::runtime
