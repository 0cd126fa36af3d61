#include "structures.h"

#include <algorithm>
#include <tuple>

namespace tenbo::shell {

bool same(const StructuresQuestion& a, const StructuresQuestion& b) {
  const auto of = [](const inspection::Filter& f) { return std::tie(f.grades, f.kinds, f.accesses, f.municipalities, f.year_from, f.year_to, f.overdue, f.as_of, f.built_before, f.text); };
  return a.records == b.records && a.day == b.day && of(a.filter) == of(b.filter);
}

StructuresAnswer answer(const StructuresQuestion& q, const StructuresAnswer* before) {
  StructuresAnswer a;
  a.question = q;
  const auto& r = *q.records;
  if (before && before->question.records == q.records) {
    a.finder = before->finder, a.municipalities = before->municipalities, a.kinds = before->kinds;
  } else {
    a.finder = std::make_shared<const inspection::Finder>(q.records);
    for (const auto& row : inspection::totals(r, nullptr, inspection::By::municipality, 0).rows) a.municipalities.push_back(row.key);
    for (const auto& row : inspection::totals(r, nullptr, inspection::By::kind, 0).rows)
      for (int k = 0; k < 9; ++k)
        if (row.key == inspection::to_string(static_cast<inspection::Kind>(k))) a.kinds.push_back(static_cast<inspection::Kind>(k));
  }
  a.known = before && before->known && before->known->stands_at(q.records, q.day) ? before->known : std::make_shared<const inspection::AsOf>(q.records, q.day);
  a.selection = std::make_shared<const inspection::Selection>(inspection::select(*a.finder, q.filter, *a.known));
  for (std::size_t i = 0; i < totals_shown.size(); ++i) a.totals[i] = inspection::totals(*a.known, a.selection.get(), totals_shown[i], q.filter.as_of);
  a.years = inspection::grades_by_year(*a.known, a.selection.get());
  a.list = inspection::worst_first(*a.known, a.selection.get(), q.filter.as_of, StructuresAnswer::most_listed);
  return a;
}

const StructuresTool::Source* StructuresTool::source() const {
  for (const auto& s : sources)
    if (layer == s.layer) return &s;
  return sources.empty() ? nullptr : &sources.front();
}

}  // namespace tenbo::shell
