#include "tenbo/inspection/as_of.h"

#include <algorithm>
#include <tuple>

namespace tenbo::inspection {
namespace {

template <class T>
bool after(const T& what, const Day& day) {
  if (what.year == 0 || what.year < day.year) return false;
  if (what.year > day.year) return true;
  return what.month != 0 && std::tuple<int, int>(what.month, what.day) > std::tuple(day.month, day.day);
}

}  // namespace

bool is_after(const Inspection& i, const Day& day) { return after(i, day); }
bool is_after(const Defect& d, const Day& day) { return after(d, day); }

std::uint32_t later_than(const Register& r, const Day& day) {
  std::uint32_t n = 0;
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    const auto all = r.inspections(s);
    n += std::any_of(all.begin(), all.end(), [&](const Inspection& i) { return after(i, day); });
  }
  return n;
}

std::shared_ptr<const Register> as_of(std::shared_ptr<const Register> records, const Day& day) {
  const Register& r = *records;
  const auto defects = r.defects();
  if (later_than(r, day) == 0 && std::none_of(defects.begin(), defects.end(), [&](const Defect& d) { return after(d, day); })) return records;
  RegisterBuilder out;
  out.reserve(r.size());
  std::vector<Inspection> until;
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    StructureRow row;
    row.id = r.id(s), row.name = r.name(s), row.kind_word = r.kind_word(s);
    row.road = r.word(r.road(s)), row.owner = r.word(r.owner(s)), row.prefecture = r.word(r.prefecture(s)), row.municipality = r.word(r.municipality(s));
    row.source = r.word(r.source(s)), row.restriction = r.word(r.restriction(s));
    row.kind = r.kind(s);
    row.lon = r.lon(s), row.lat = r.lat(s), row.height = static_cast<double>(r.height(s));
    row.length = r.length(s), row.width = r.width(s), row.heading = r.heading(s);
    row.spans = static_cast<std::int16_t>(r.spans(s));
    row.span_lengths = r.span_lengths(s);
    row.built = static_cast<std::int16_t>(r.built(s));
    row.access = r.access(s);
    row.traffic = r.traffic(s), row.importance = r.importance(s);
    row.line = r.line(s);
    until.clear();
    for (const auto& i : r.inspections(s))
      if (!after(i, day)) until.push_back(i);
    if (until.empty() && r.grade(s) == Grade::exempt) until.push_back({0, 0, 0, Grade::exempt, unknown_length});
    row.inspections = until;
    out.add(row);
  }
  for (Defect d : defects) {
    if (after(d, day)) continue;
    for (Word* w : {&d.id, &d.kind_word, &d.member_word, &d.element, &d.response, &d.photo, &d.note}) *w = out.intern(r.word(*w));
    out.add(d);
  }
  return out.finish();
}

}  // namespace tenbo::inspection
