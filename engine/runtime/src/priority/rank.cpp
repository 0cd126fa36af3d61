// Ranking: a look-up of what every structure has, in the order of the score.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "tenbo/runtime/impact_drills.h"
#include "tenbo/runtime/priority_as_of.h"

namespace tenbo::runtime {
namespace {

using inspection::HazardAt;
using inspection::HazardState;

constexpr std::uint32_t none = PriorityHazard::no_asset;

// The step of a hazard that counts at a time: the last not after it; absent: nothing is forecast yet.
std::optional<std::size_t> step_of(const std::vector<std::optional<geo::Instant>>& times, const std::optional<geo::Instant>& at) {
  if (times.empty() || !times.front() || !at) return 0;
  std::optional<std::size_t> out;
  for (std::size_t i = 0; i < times.size() && *times[i] <= *at; ++i) out = i;
  return out;
}

// What counts is the worst of now and of what is still to come, what comes later counting less.
// `drills`: so many of its classes, the first, are of an exercise beside what is real, and touch nothing here.
HazardAt hazard_at(const PriorityHazard& h, std::uint32_t structure, const PriorityQuestion& q, std::size_t drills) {
  HazardAt out;
  if (!h.report) return out;
  const auto asset = h.asset[structure];
  if (asset == none) return out.state = HazardState::unplaced, out;
  const auto& o = *h.report->objects;
  const auto now = step_of(o.times, q.time);
  double worst = -1;
  bool unknown = false, known = false, outside = false, unplaced = false;
  for (std::size_t s = now.value_or(0); s < o.times.size(); ++s) {
    const auto c = o.classes[s][asset];
    if (!impact::is_touched(c) || c <= drills) {
      if (c == impact::unknown) unknown = true;
      else if (c == impact::outside) outside = true;
      else if (c == impact::unplaced) unplaced = true;
      else known = true;
      continue;
    }
    HazardAt at;
    at.state = HazardState::touched;
    at.hazard_class = c;
    at.from = o.times[s];
    if (q.time && o.times[s] && *o.times[s] > *q.time) at.hours = static_cast<double>(o.times[s]->ms - q.time->ms) / 3'600'000.0;
    if (const double severity = inspection::severity_of(h.about, at, q.weights); severity > worst) worst = severity, out = at;
  }
  if (worst >= 0) {
    if (o.times.size() == 1 && !o.greatest.empty()) out.value = o.greatest[asset];
    return out;
  }
  out.state = unknown ? HazardState::unknown : outside ? HazardState::outside : unplaced ? HazardState::unplaced : known ? HazardState::untouched : HazardState::unknown;
  return out;
}

int urgency(const inspection::PriorityFacts& f) {
  switch (f.grade) {
    case Grade::IV: return 0;
    case Grade::III: return 1;
    case Grade::not_inspected: return 2;
    case Grade::II: return 3;
    case Grade::I: return 4;
    case Grade::exempt: return 5;
  }
  return 2;
}

// Roads that the vehicle does not pass at the time.
std::vector<std::uint8_t> blocked_at(const PriorityBase& base, const PriorityQuestion& q) {
  std::vector<std::uint8_t> out;
  for (const auto& h : base.hazards) {
    if (!h.on_roads) continue;
    const auto& o = *h.on_roads->objects;
    if (base.vehicle >= o.closed.size()) continue;
    out.resize(base.roads->edges().size(), 0);
    const auto now = step_of(o.times, q.time);
    if (!now) continue;
    for (std::size_t e = 0; e < out.size(); ++e)
      if (const auto a = base.road_of_edge[e]; a != none && o.closed[base.vehicle][a] != ImpactObjects::never && o.closed[base.vehicle][a] <= *now) out[e] = 1;
  }
  return out;
}

void seek(const PriorityBase& base, inspection::RoadSearch& search, const std::vector<std::uint8_t>& blocked, PriorityRow& row) {
  const auto& s = base.structures->structures[row.structure];
  const bool by_time = !base.spec.roads.speed.empty();
  const auto untimed = [&](inspection::Detour d) {  // nobody stated a speed: minutes would be made up
    if (!by_time) d.seconds = d.extra_seconds = std::numeric_limits<double>::quiet_NaN();
    return d;
  };
  row.detour = untimed(search.around(s.lon, s.lat, base.spec.roads.snap, by_time));
  if (blocked.empty()) return;
  row.detour_now = row.detour->around == inspection::Around::not_in_network ? *row.detour : untimed(search.around(s.lon, s.lat, base.spec.roads.snap, by_time, blocked));
}

}  // namespace

void add_detours(const PriorityBase& base, const PriorityQuestion& q, PriorityRow& row) {
  if (!base.roads) return;
  inspection::RoadSearch search(*base.roads);
  seek(base, search, blocked_at(base, q), row);
}

int year_of(geo::Instant t) { return std::stoi(geo::format_utc({t.ms + 9 * 3'600'000LL}).substr(0, 4)); }

namespace {

// Facts with the grade and year that were known by a day.
class FactsAsOf {
 public:
  FactsAsOf(const PriorityBase& base, const inspection::Day& day) : base_(base), day_(day) {
    if (base.structures->structure_register) at_.emplace(base.structures->structure_register, day);
  }
  inspection::PriorityFacts of(std::uint32_t s) const {
    auto f = base_.facts[s];
    if (at_ && s < at_->size()) f.grade = at_->grade(s), f.year = at_->year(s);
    else if (f.year > day_.year) f.grade = f.grade == Grade::exempt ? f.grade : Grade::not_inspected, f.year = 0;
    return f;
  }
  std::uint32_t later() const {
    if (at_) return at_->later();
    return static_cast<std::uint32_t>(std::count_if(base_.facts.begin(), base_.facts.end(), [this](const auto& f) { return f.year > day_.year; }));
  }

 private:
  const PriorityBase& base_;
  inspection::Day day_;
  std::optional<inspection::AsOf> at_;
};

// "Not inspected" is not all that is known of what was inspected later.
void say_not_yet(const PriorityReport& report, PriorityRow& row) {
  if (!not_inspected_yet(report, row)) return;
  for (auto& r : row.priority.reasons)
    if (r.factor == inspection::Factor::condition && !r.known && r.value == inspection::priority_value::not_inspected) {
      r.text = {"その時点では点検記録なし", "not inspected by then"};
      return;
    }
}

}  // namespace

bool not_inspected_yet(const PriorityReport& report, const PriorityRow& row) { return row.facts.grade == Grade::not_inspected && report.structure(row).grade != Grade::not_inspected; }
std::uint32_t inspected_later(const PriorityBase& base, const inspection::Day& day) { return FactsAsOf(base, day).later(); }

PriorityReport rank(std::shared_ptr<const PriorityBase> base, const PriorityQuestion& q) { return rank_as_of(std::move(base), q, inspection_day(std::nullopt, q.time)); }

PriorityReport rank_as_of(std::shared_ptr<const PriorityBase> base, const PriorityQuestion& q, const inspection::Day& day) {
  PriorityReport out;
  const FactsAsOf known(*base, day);
  out.question = q;
  const auto n = static_cast<std::uint32_t>(base->facts.size());
  out.structures = n;
  std::vector<const inspection::HazardLayer*> layers;
  std::vector<std::size_t> drills;
  for (const auto& h : base->hazards) layers.push_back(&h.about), drills.push_back(h.report ? drill_classes(*h.report) : 0);
  struct Scored { double score, importance; int urgency; std::uint32_t structure; };
  std::vector<Scored> scored;
  std::vector<HazardAt> at(layers.size());
  std::vector<std::uint8_t> is_touched(n, 0);
  for (std::uint32_t s = 0; s < n; ++s) {
    bool touched = false, maybe = false;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      at[i] = hazard_at(base->hazards[i], s, q, drills[i]);
      touched |= at[i].state == HazardState::touched;
      maybe |= at[i].state != HazardState::untouched && at[i].state != HazardState::touched;
    }
    const auto facts = known.of(s);
    const bool poor = inspection::poor(facts);
    is_touched[s] = touched;
    out.poor += poor;
    out.touched += touched;
    out.unknown += !touched && maybe;
    if ((q.poor && !poor) || (q.touched && !touched && !maybe && !layers.empty())) continue;
    const auto p = inspection::prioritise(facts, layers, at, q.weights, q.year);
    scored.push_back({p.score, p.importance, urgency(facts), s});
  }
  out.listed = scored.size();
  const auto& structures = base->structures->structures;
  const auto before = [&](const Scored& a, const Scored& b) {
    return std::tuple(-a.score, a.urgency, -a.importance, std::string_view(structures[a.structure].id), a.structure) <
           std::tuple(-b.score, b.urgency, -b.importance, std::string_view(structures[b.structure].id), b.structure);
  };
  const auto most = q.most ? std::min(q.most, scored.size()) : scored.size();
  std::partial_sort(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(most), scored.end(), before);
  scored.resize(most);
  const auto blocked = base->roads ? blocked_at(*base, q) : std::vector<std::uint8_t>();
  std::optional<inspection::RoadSearch> search;
  if (base->roads) search.emplace(*base->roads);
  for (const auto& one : scored) {
    PriorityRow row;
    row.structure = one.structure;
    row.facts = known.of(one.structure);
    row.touched = is_touched[one.structure];
    for (std::size_t i = 0; i < layers.size(); ++i) at[i] = hazard_at(base->hazards[i], one.structure, q, drills[i]);
    row.priority = inspection::prioritise(row.facts, layers, at, q.weights, q.year, true);
    if (search && out.rows.size() < q.detours) seek(*base, *search, blocked, row);
    out.rows.push_back(std::move(row));
  }
  out.base = std::move(base);
  for (auto& row : out.rows) say_not_yet(out, row);
  return out;
}

const char* grade_word(Grade grade) { return inspection::to_string(grade); }

std::string detour_words(const inspection::Detour& d, bool ja) {
  using inspection::Around;
  switch (d.around) {
    case Around::found: break;
    case Around::none: return ja ? "迂回路なし" : "no way round";
    case Around::not_in_network: return ja ? "道路ネットワーク上にない" : "the road is not in the network";
    case Around::under_hazard: return ja ? "迂回路は通行不能" : "the way round is impassable";
  }
  const double km = d.extra_metres / 1000, minutes = d.extra_seconds / 60;
  if (!std::isfinite(minutes)) return ja ? fmt::format("迂回 {:+.1f} km", km) : fmt::format("way round {:+.1f} km", km);
  return ja ? fmt::format("迂回 {:+.1f} km（{:+.0f} 分）", km, minutes) : fmt::format("way round {:+.1f} km ({:+.0f} min)", km, minutes);
}

}  // namespace tenbo::runtime
