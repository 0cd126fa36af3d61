// As of when structures are shown: markers, models, defects, cards and the legend all ask here.
#include <set>

#include "engine_impl.h"
#include "tenbo/runtime/inspection_day.h"

namespace tenbo::runtime {

inspection::Day EngineImpl::shown_day() const { return inspection_day(inspection_year_, time_.now); }

const inspection::AsOf* EngineImpl::as_of(const Layer& layer) const {
  const StructureLayer& s = layer.structures;
  if (!s.records || s.of != layer.output) return nullptr;
  if (const auto day = shown_day(); !s.as_of || !s.as_of->stands_at(s.records, day)) s.as_of = std::make_shared<const inspection::AsOf>(s.records, day);
  return s.as_of.get();
}

Grade EngineImpl::grade_shown(const Layer& layer, const inspection::AsOf* at, std::uint32_t structure) const {
  return at && structure < at->size() ? at->grade(structure) : layer.output->structures[structure].grade;
}

void EngineImpl::set_inspection_year(std::optional<int> year) {
  if (year == inspection_year_) return;
  inspection_year_ = year;
  ++revision_;
}

std::vector<int> EngineImpl::inspection_years() const {
  std::set<int> all;
  for (const auto& l : layers_) {
    const auto& s = l->structures;
    if (!l->ready() || !s.records) continue;
    if (s.years_of != s.records) s.years_of = s.records, s.years = inspection::years_of(*s.records);
    all.insert(s.years.begin(), s.years.end());
  }
  return {all.begin(), all.end()};
}

}  // namespace tenbo::runtime
