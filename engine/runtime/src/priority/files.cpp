// The list for other programs.
#include <fmt/format.h>

#include <cmath>

#include "tenbo/io/write_vector.h"
#include "tenbo/runtime/csv_cell.h"
#include "tenbo/runtime/priority.h"
#include "tenbo/runtime/structure_name.h"

namespace tenbo::runtime {
namespace {

std::string time_text(const std::optional<geo::Instant>& t) { return t ? geo::format_utc(*t) : std::string(); }
std::string number(float v) { return std::isfinite(v) ? fmt::format("{:g}", v) : std::string(); }
const inspection::PriorityReason* deciding(const PriorityRow& row) {
  for (const auto& r : row.priority.reasons)
    if (r.factor == inspection::Factor::hazard && r.decides) return &r;
  return nullptr;
}
std::string all_reasons(const PriorityRow& row, bool ja) {
  std::string out;
  for (const auto& r : row.priority.reasons) out += (out.empty() ? "" : "; ") + r.text.in(ja);
  return out;
}

}  // namespace

std::string priority_csv(const PriorityReport& r, bool ja) {
  std::string out = "rank,score,id,name,kind,grade,inspected,overdue,condition,hazard,importance,traffic,hazard_class,hazard_from,hazard_source,hazard_issued,detour,detour_extra_m,detour_extra_s,"
                    "detour_now,detour_now_extra_m,lon,lat,source,reasons,status\r\n";
  std::size_t rank = 0;
  for (const auto& row : r.rows) {
    const auto& s = r.structure(row);
    const auto* h = deciding(row);
    const auto extra = [](const std::optional<inspection::Detour>& d, bool seconds) {
      const double v = d && d->around == inspection::Around::found ? (seconds ? d->extra_seconds : d->extra_metres) : std::nan("");
      return std::isfinite(v) ? fmt::format("{:.1f}", v) : std::string();
    };
    const auto word = [](const std::optional<inspection::Detour>& d) { return d ? std::string(inspection::to_string(d->around)) : std::string(); };
    std::string status = "actual";
    for (const auto& hazard : r.base->hazards)
      if (hazard.source.actuality != Actuality::actual) status = to_string(hazard.source.actuality);
    out += fmt::format("{},{:.2f},{},{},{},{},{},{},{:.4f},{:.4f},{:.4f},{},{},{},{},{},{},{},{},{},{},{:.7f},{:.7f},{},{},{}\r\n", ++rank, row.priority.score, csv_cell(s.id), csv_cell(structure_name(*r.base->structures, row.structure, ja)), csv_cell(s.kind),
                       grade_word(row.facts.grade), row.facts.year ? std::to_string(row.facts.year) : "", inspection::overdue(row.facts, r.question.year) ? "yes" : "no", row.priority.condition,
                       row.priority.hazard, row.priority.importance, number(row.facts.traffic), h ? csv_cell(h->text.in(ja)) : "", h ? time_text(h->from) : "", h ? csv_cell(h->source) : "",
                       h ? time_text(h->issued) : "", word(row.detour), extra(row.detour, false), extra(row.detour, true), word(row.detour_now), extra(row.detour_now, false), s.lon, s.lat,
                       csv_cell(std::string(row.facts.source)), csv_cell(all_reasons(row, ja)), status);
  }
  return out;
}

Status write_priority_geopackage(const std::filesystem::path& path, const PriorityReport& r, bool ja) {
  io::VectorData data;
  auto& t = data.features;
  std::int64_t rank = 0;
  for (const auto& row : r.rows) {
    const auto& s = r.structure(row);
    const auto f = t.add_feature(s.id, "structure");
    t.add_integer(f, "rank", ++rank);
    t.add_real(f, "score", row.priority.score);
    const auto put = [&](const char* name, const std::string& text) {
      if (!text.empty()) t.add_text(f, name, text);
    };
    put("name", structure_name(*r.base->structures, row.structure, ja));
    put("kind", s.kind);
    put("grade", grade_word(row.facts.grade));
    if (row.facts.year) t.add_integer(f, "inspected", row.facts.year);
    t.add_boolean(f, "overdue", inspection::overdue(row.facts, r.question.year));
    t.add_real(f, "condition", row.priority.condition);
    t.add_real(f, "hazard", row.priority.hazard);
    t.add_real(f, "importance", row.priority.importance);
    if (std::isfinite(row.facts.traffic)) t.add_real(f, "traffic", static_cast<double>(row.facts.traffic));
    if (const auto* h = deciding(row)) {
      put("hazard_class", h->text.in(ja));
      put("hazard_from", time_text(h->from));
      put("hazard_source", h->source);
      put("hazard_issued", time_text(h->issued));
    }
    for (const auto& [name, d] : {std::pair(std::string("detour"), &row.detour), std::pair(std::string("detour_now"), &row.detour_now)}) {
      if (!*d) continue;
      t.add_text(f, name, inspection::to_string((*d)->around));
      if ((*d)->around != inspection::Around::found) continue;
      t.add_real(f, name + "_extra_m", (*d)->extra_metres);
      if (std::isfinite((*d)->extra_seconds)) t.add_real(f, name + "_extra_s", (*d)->extra_seconds);
    }
    put("source", std::string(row.facts.source));
    put("reasons", all_reasons(row, ja));
    for (const auto& hazard : r.base->hazards)
      if (hazard.source.actuality != Actuality::actual) put("status", to_string(hazard.source.actuality));
    data.parts.push_back({f, io::ShapeKind::point, false, static_cast<std::uint32_t>(data.points.size()), 1});
    data.points.push_back({s.lon, s.lat, 0});
  }
  return io::write_geopackage(path, "priority", data);
}

}  // namespace tenbo::runtime
