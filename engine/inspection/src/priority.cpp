#include "tenbo/inspection/priority.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tenbo::inspection {
namespace {

namespace v = priority_value;

double grade_value(Grade grade) {
  switch (grade) {
    case Grade::IV: return v::grade_IV;
    case Grade::III: return v::grade_III;
    case Grade::II: return v::grade_II;
    case Grade::I: return v::grade_I;
    case Grade::exempt: return v::exempt;
    case Grade::not_inspected: break;
  }
  return v::not_inspected;
}

Said grade_said(Grade grade) {
  switch (grade) {
    case Grade::IV: return {"判定区分 IV（緊急措置段階）", "grade IV (urgent action)"};
    case Grade::III: return {"判定区分 III（早期措置段階）", "grade III (early action)"};
    case Grade::II: return {"判定区分 II（予防保全段階）", "grade II (preventive maintenance)"};
    case Grade::I: return {"判定区分 I（健全）", "grade I (sound)"};
    case Grade::exempt: return {"点検対象外", "exempt from inspection"};
    case Grade::not_inspected: break;
  }
  return {"点検記録なし", "not inspected"};
}

std::string thousands(double n) {
  std::string digits = fmt::format("{:.0f}", n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

double condition_of(const PriorityFacts& f, int year, std::vector<PriorityReason>* out) {
  double value = grade_value(f.grade);
  const std::string source(f.source);
  if (out) out->push_back({Factor::condition, grade_said(f.grade), value, true, f.grade != Grade::not_inspected, source, f.year, {}, {}});
  if (f.grade != Grade::not_inspected && overdue(f, year)) {
    value = std::min(1.0, value + v::overdue_more);
    if (out)
      out->push_back({Factor::condition,
                      f.year ? Said{fmt::format("点検から {} 年（5 年を超過）", year - f.year), fmt::format("inspected {} years ago (over 5)", year - f.year)}
                             : Said{"点検年不明（期限超過とみなす）", "year of inspection unknown (taken as overdue)"},
                      v::overdue_more, false, f.year != 0, source, f.year, {}, {}});
  }
  if (f.access == Access::restricted || f.access == Access::closed) {
    const bool shut = f.access == Access::closed;
    const double least = shut ? v::closed : v::restricted_least;
    if (out) {
      const std::string how = f.restriction.empty() ? std::string() : " (" + std::string(f.restriction) + ")";
      out->push_back({Factor::condition, shut ? Said{"通行止め" + how, "closed to traffic" + how} : Said{"通行規制あり" + how, "restricted" + how}, least, least > value, true, source, 0, {}, {}});
      if (least > value) out->front().decides = false;
    }
    value = std::max(value, least);
  }
  return value;
}

const char* state_ja(HazardState s) { return s == HazardState::untouched ? "区域外・影響なし" : s == HazardState::outside ? "予測の対象範囲外（不明）" : s == HazardState::unplaced ? "位置不明" : "不明"; }
const char* state_en(HazardState s) { return s == HazardState::untouched ? "not touched" : s == HazardState::outside ? "outside its area (unknown)" : s == HazardState::unplaced ? "place not known" : "unknown"; }

double hazard_of(std::span<const HazardLayer* const> layers, std::span<const HazardAt> at, const PriorityWeights& w, std::vector<PriorityReason>* out) {
  if (layers.empty()) {
    if (out) out->push_back({Factor::hazard, {"ハザードは指定されていない", "no hazard is named"}, 1, true, false, {}, 0, {}, {}});
    return 1;
  }
  double worst = 0;
  std::size_t which = 0;
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (const double s = severity_of(*layers[i], at[i], w); s > worst) worst = s, which = i;
  if (!out) return worst;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& l = *layers[i];
    const auto& a = at[i];
    Said said;
    if (a.state == HazardState::touched && a.hazard_class >= 1 && a.hazard_class <= l.classes.size()) {
      const auto& label = l.classes[a.hazard_class - 1u].label;
      const std::string number = std::isfinite(a.value) ? fmt::format(" ({:.2f} {})", a.value, l.unit) : std::string();
      said = {label.ja + number, label.en + number};
      if (a.hours > 0) {
        said.ja += fmt::format("、{:.1f} 時間後から", a.hours);
        said.en += fmt::format(", in {:.1f} h", a.hours);
      }
    } else {
      said = {state_ja(a.state), state_en(a.state)};
    }
    const bool known = a.state == HazardState::touched || a.state == HazardState::untouched;
    out->push_back({Factor::hazard, {l.title.ja + ": " + said.ja, l.title.en + ": " + said.en}, severity_of(l, a, w), i == which, known, l.source, 0, a.from, l.issued});
  }
  return worst;
}

double importance_of(const PriorityFacts& f, std::vector<PriorityReason>* out) {
  const bool traffic = f.traffic >= 0, rated = f.importance >= 0;  // false of NaN
  if (!traffic && !rated) {
    if (out) out->push_back({Factor::importance, {"交通量・重要度の記録なし", "no traffic or importance on record"}, v::unknown_importance, true, false, std::string(f.source), 0, {}, {}});
    return v::unknown_importance;
  }
  const double by_traffic = traffic ? std::min(1.0, std::log1p(static_cast<double>(f.traffic)) / std::log1p(v::full_traffic)) : 0;
  const double by_rating = rated ? std::min(1.0, static_cast<double>(f.importance)) : 0;
  if (out && traffic) {
    const auto n = thousands(static_cast<double>(f.traffic));
    out->push_back({Factor::importance, {"交通量 " + n + " 台/日", n + " vehicles a day"}, by_traffic, by_traffic >= by_rating, true, std::string(f.source), 0, {}, {}});
  }
  if (out && rated) {
    const bool emergency = f.importance >= 1;
    out->push_back({Factor::importance, emergency ? Said{"緊急輸送道路など（重要度 1）", "emergency route or the like (importance 1)"} : Said{fmt::format("重要度 {:.2g}", f.importance), fmt::format("importance {:.2g}", f.importance)},
                    by_rating, by_rating > by_traffic || !traffic, true, std::string(f.source), 0, {}, {}});
  }
  return std::max(by_traffic, by_rating);
}

}  // namespace

const char* to_string(Factor factor) { return factor == Factor::condition ? "condition" : factor == Factor::hazard ? "hazard" : "importance"; }

PriorityFacts facts_of(const Register& r, std::uint32_t s) {
  return {r.grade(s), r.year(s), r.access(s), r.word(r.restriction(s)), r.traffic(s), r.importance(s), r.word(r.source(s))};
}

bool overdue(const PriorityFacts& f, int year) { return f.grade != Grade::exempt && (f.year == 0 || year - f.year > inspection_interval_years); }

bool poor(const PriorityFacts& f) {
  return f.grade == Grade::III || f.grade == Grade::IV || f.grade == Grade::not_inspected || f.access == Access::restricted || f.access == Access::closed;
}

double severity_of(const HazardLayer& layer, const HazardAt& at, const PriorityWeights& w) {
  if (at.state == HazardState::untouched) return 0;
  if (at.state != HazardState::touched || at.hazard_class < 1 || at.hazard_class > layer.classes.size()) return v::unknown_hazard;
  const double soon = w.arrival_hours > 0 && at.hours > 0 ? 1 / (1 + at.hours / w.arrival_hours) : 1;
  return layer.classes[at.hazard_class - 1u].severity * soon;
}

Priority prioritise(const PriorityFacts& facts, std::span<const HazardLayer* const> layers, std::span<const HazardAt> hazards, const PriorityWeights& w, int year, bool explain) {
  Priority out;
  std::vector<PriorityReason>* reasons = explain ? &out.reasons : nullptr;
  out.condition = condition_of(facts, year, reasons);
  out.hazard = hazard_of(layers, hazards, w, reasons);
  out.importance = importance_of(facts, reasons);
  // pow(0, 0) is 1: what does not count does not bring the score to nought either.
  out.score = 100 * std::pow(out.condition, w.condition) * std::pow(out.hazard, w.hazard) * std::pow(out.importance, w.importance);
  return out;
}

}  // namespace tenbo::inspection
