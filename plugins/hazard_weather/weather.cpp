#include "weather.h"

#include <array>

#include "../common/cap.h"
#include "../common/heads.h"

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
bool has(std::string_view s, std::string_view word) { return s.find(word) != std::string_view::npos; }

// What a flash is about, from the worst on; other: whatever else the tags say (竜巻注意 ...).
enum class Flash { other, record, soon, band };
Flash flash_of(std::string_view kind) {
  if (has(kind, "線状降水帯")) return has(kind, "発生") ? Flash::band : Flash::soon;
  return has(kind, "記録") ? Flash::record : Flash::other;
}

// The bands as edges over the warnings' areas: both are seen.
void add_flashes(hazard::Publication& to, const std::vector<const Report*>& flashes, const hazard::AreaIndex& areas) {
  // A level 4 is what the Agency compares a band with (警戒レベル４相当以上), and record rain comes while a warning of level 4 stands. The
  // colours are ours: blues, which no alert level has, as the edges lie on those of warned areas.
  const std::array<std::uint32_t, 4> classes{to.add_class(3, {0xff, 0x99, 0x00}, "気象防災速報（その他）", "Other weather flash"), to.add_class(4, {0x00, 0x5a, 0xff}, "記録的短時間大雨", "Record heavy rain of a short time"),
                                             to.add_class(4, {0xa0, 0xf0, 0xff}, "線状降水帯（直前予測など）", "Linear rain band, about to form"), to.add_class(4, {0x00, 0xd2, 0xff}, "線状降水帯 発生", "Linear rain band")};
  std::size_t nowhere = 0;
  for (const Report* r : flashes) {
    if (r->cancelled()) continue;
    const hazard::Span span{r->time, r->until ? *r->until : r->time + flash_shown};
    for (const auto& row : r->rows) {
      if (row["in_force"] != "true") continue;
      const auto flash = flash_of(row["kind"]);
      const auto shape_class = classes[static_cast<std::size_t>(flash)];
      const std::string name(row["name"]);
      const auto at = to.add_row(hazard::drill_id(std::string(row["kind"]) + " " + std::string(row["code"]), r->status));
      to.set_status(at, r->status);
      to.put(at, "name", name);
      to.put(at, "code", row["code"]);
      to.put(at, "class", to.classes()[shape_class].ja);
      to.put(at, "level", static_cast<std::int64_t>(to.classes()[shape_class].level));
      to.put(at, "in_force", hazard::drill_mark(*r) + std::string(row["kind"]));
      to.put(at, "headline", r->headline);
      if (const auto t = hazard::time_of(row["event_time"])) to.put(at, "event_time", hazard::japan_time(*t));
      to.put(at, "report_time", hazard::japan_time(r->dated()));
      to.put(at, "office", r->publisher);
      const auto match = areas.region(row["code"]);
      if (match.empty()) ++nowhere, to.record(at, shape_class, span);
      const auto label = hazard::drill_mark(*r) + name + " " + std::string(row["kind"]);
      for (const auto outline : match) to.place(TENBO_SHAPE_LINE, at, shape_class, span, areas.geometry(), outline, outline == match.front() ? label : std::string());
    }
  }
  if (nowhere)
    to.warn(hazard::both("気象防災速報の " + std::to_string(nowhere) + " 区域は図形のレイヤになく一覧のみ", std::to_string(nowhere) + " areas of weather flashes are not among the outlines that the layer names; they are listed, not drawn"));
}
}  // namespace

bool is_flash(const Report& r) { return r.code == "VPBS50" || r.code == "VPOA50"; }

std::string key_of(const Report& r) {
  if (r.code == "CAP") {
    for (const auto& row : r.rows)
      if (is_weather(row)) return hazard::cap_key(r);
    return r.rows.empty() ? hazard::cap_key(r) : std::string();
  }
  if (is_flash(r)) return r.code + "|" + std::to_string(r.status) + "|" + (r.name.empty() ? r.publisher : r.name);  // the name says prefecture and kind
  if (!is_warning(r)) return {};
  const auto area = hazard::area_of_title(r.name);
  return r.code + "|" + std::to_string(r.status) + "|" + (area.empty() ? r.publisher : area);
}

hazard::Publication publication(const std::vector<const Report*>& reports, const hazard::AreaIndex& areas, hazard::AreaKind kind) {
  hazard::Publication out;
  out.legend_title = "気象警報・注意報 / Weather warnings";
  out.row_type = "warning area";
  std::vector<const Report*> warnings, flashes, caps, messages;
  for (const Report* r : reports) {
    (r->code == "CAP" ? caps : is_flash(*r) ? flashes : warnings).push_back(r);
    if (r->code != "CAP") messages.push_back(r);
  }
  if (!messages.empty() || caps.empty()) {
    const auto ladder = hazard::add_ladder(out);
    add_warning_heads(out, messages);
    add_areas(out, warned_areas(warnings, kind), ladder, areas);
  }
  if (!flashes.empty()) add_flashes(out, flashes, areas);
  if (!caps.empty()) add_caps(out, caps, hazard::add_cap_classes(out), is_weather);
  out.set_drills_apart();
  return out;
}

}  // namespace weather
