#include "weather.h"

#include "../common/cap.h"

namespace weather {
using hazard::Report;
using hazard::Row;

namespace {
// Earthquakes, tsunamis and volcanoes (category Geo) are other layers'.
bool is_weather(const Row& row) {
  const auto categories = hazard::split(row["category"], "、");
  for (const auto& c : categories)
    if (c != "Geo") return true;
  return categories.empty();
}
bool is_warning(const Report& r) { return r.code.size() == 6 && r.code >= "VPWW54" && r.code <= "VPWW61"; }
}  // namespace

std::string key_of(const Report& r) {
  if (r.code == "CAP") {
    for (const auto& row : r.rows)
      if (is_weather(row)) return hazard::cap_key(r);
    return r.rows.empty() ? hazard::cap_key(r) : std::string();
  }
  if (!is_warning(r)) return {};
  const auto area = hazard::area_of_title(r.name);
  return r.code + "|" + std::to_string(r.status) + "|" + (area.empty() ? r.publisher : area);
}

hazard::Publication publication(const std::vector<const Report*>& reports, const hazard::AreaIndex& areas, hazard::AreaKind kind) {
  hazard::Publication out;
  out.legend_title = "気象警報・注意報 / Weather warnings";
  out.row_type = "warning area";
  std::vector<const Report*> warnings, caps;
  for (const Report* r : reports) (r->code == "CAP" ? caps : warnings).push_back(r);
  if (!warnings.empty() || caps.empty()) {
    const auto ladder = add_ladder(out);
    add_warning_heads(out, warnings);
    add_areas(out, warned_areas(warnings, kind), ladder, areas);
  }
  if (!caps.empty()) add_caps(out, caps, hazard::add_cap_classes(out), is_weather);
  return out;
}

}  // namespace weather
