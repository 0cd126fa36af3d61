#include "../meant.h"
#include "tenbo/runtime/impact_drills.h"

namespace tenbo::runtime {
namespace {
bool in_part(Actuality a) { return a == Actuality::part_exercise || a == Actuality::part_test; }
}  // namespace

std::size_t drill_classes(const ImpactReport& r) {
  std::size_t n = 0;
  if (in_part(r.hazard.actuality))
    while (n < r.classes.size() && without_drill_mark(r.classes[n].label.ja) != r.classes[n].label.ja) ++n;
  return n;
}

double touched_in_drill(const ImpactReport& r, std::optional<std::size_t> step) {
  if (r.hazard.actuality == Actuality::actual) return 0;
  if (!in_part(r.hazard.actuality)) return step ? r.sums[*step].touched : r.whole.touched;
  const auto drills = drill_classes(r);
  double out = 0;
  for (const auto& row : step ? r.rows : r.worst)
    if (row.hazard_class <= drills && (!step || row.time == r.sums[*step].time)) out += row.count;
  return out;
}

Actuality class_actuality(const ImpactReport& r, impact::Class c) {
  if (!in_part(r.hazard.actuality) || !impact::is_touched(c)) return r.hazard.actuality;
  if (c > drill_classes(r)) return Actuality::actual;
  return r.classes[c - 1u].label.ja.starts_with(drill_mark(Actuality::test, true)) ? Actuality::test : Actuality::exercise;
}

}  // namespace tenbo::runtime
