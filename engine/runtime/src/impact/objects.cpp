// What an impact says of each asset: their order, and files for other programs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "tenbo/io/write_vector.h"
#include "tenbo/runtime/csv_cell.h"
#include "tenbo/runtime/impact_drills.h"

namespace tenbo::runtime {
namespace {

std::string time_text(const std::optional<geo::Instant>& t) { return t ? geo::format_utc(*t) : std::string(); }

// The less, the sooner somebody should look.
int urgency(const std::optional<Grade>& grade) {
  if (!grade) return 2;
  switch (*grade) {
    case Grade::IV: return 0;
    case Grade::III: return 1;
    case Grade::not_inspected: return 2;  // nobody knows: not sound
    case Grade::II: return 3;
    case Grade::I: return 4;
    case Grade::exempt: return 5;
  }
  return 2;
}

std::string class_text(const ImpactReport& r, impact::Class c, bool ja) {
  if (impact::is_touched(c) && c <= r.classes.size()) return r.classes[c - 1u].label.in(ja);
  return c == impact::unknown ? "unknown" : c == impact::outside ? "outside" : c == impact::unplaced ? "unplaced" : "untouched";
}

}  // namespace

geo::Extent ImpactObjects::extent(std::uint32_t asset) const {
  geo::Extent out;
  const auto& s = assets->shapes;
  for (const auto& p : s.parts)
    if (p.asset == asset)
      for (std::uint32_t i = p.first; i < p.first + p.count; ++i)
        if (std::isfinite(s.points[i].lon) && std::isfinite(s.points[i].lat)) out.add(s.points[i].lon, s.points[i].lat);
  return out;
}

std::vector<std::uint32_t> ranked(const ImpactReport& report, std::size_t vehicle, std::size_t most) {
  std::vector<std::uint32_t> out;
  if (!report.objects) return out;
  const auto& o = *report.objects;
  for (std::uint32_t a = 0; a < o.first.size(); ++a)
    if (o.first[a] != ImpactObjects::never) out.push_back(a);
  const auto drills = drill_classes(report);
  const auto place = [&](std::uint32_t a) {
    const float deep = o.greatest.empty() || std::isnan(o.greatest[a]) ? 0.f : o.greatest[a];
    return std::tuple(o.worst[a] <= drills, vehicle < o.closed.size() ? o.closed[vehicle][a] : 0u, o.first[a], o.condition.empty() ? 0 : urgency(o.condition[a]), -deep, std::string_view(o.assets->ids[a]), a);
  };
  const auto n = std::min(most, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), [&](auto a, auto b) { return place(a) < place(b); });
  out.resize(n);
  return out;
}

Status write_impact_geopackage(const std::filesystem::path& path, const ImpactReport& report, std::optional<std::size_t> step, bool japanese) {
  if (!report.objects) return Error{ErrorCode::invalid_argument, "the impact was worked out without its objects", path.string(), "", ""};
  const auto& o = *report.objects;
  const auto& a = *o.assets;
  io::VectorData data;
  auto& t = data.features;
  const auto column = [&](const char* name) { return t.name(name); };
  const auto name = column("name"), group = column("group"), time = column("time"), now = column("class"), worst = column("worst"), first = column("first_touched"),
             greatest = column("greatest"), unit = column("unit"), condition = column("condition"), source = column("source"), issue = column("issue_time"),
             certainty = column("certainty"), status = column("status");
  std::vector<geo::FeatureTable::Name> closed;
  for (std::size_t k = 0; k < o.closed.size(); ++k) closed.push_back(t.name("closed_" + report.passability->vehicles[k].id));
  const auto time_of = [&](std::uint32_t s) { return s == ImpactObjects::never || !o.times[s] ? std::string() : geo::format_utc(*o.times[s]); };
  const auto put = [&](std::uint32_t f, geo::FeatureTable::Name n, const std::string& text) {
    if (!text.empty()) t.add_text(f, n, text);
  };
  const std::string quantity_unit = report.hazard.unit;
  for (std::uint32_t i = 0; i < a.shapes.count; ++i) {
    const auto f = t.add_feature(a.ids[i], "asset");
    put(f, name, a.names[i]);
    put(f, group, a.groups[a.group[i]]);
    if (step && o.times[*step]) put(f, time, geo::format_utc(*o.times[*step]));
    t.add_text(f, now, class_text(report, step ? o.classes[*step][i] : o.worst[i], japanese));
    t.add_text(f, worst, class_text(report, o.worst[i], japanese));
    put(f, first, time_of(o.first[i]));
    if (!o.greatest.empty() && !std::isnan(o.greatest[i])) {
      t.add_real(f, greatest, static_cast<double>(o.greatest[i]));
      put(f, unit, quantity_unit);
    }
    for (std::size_t k = 0; k < closed.size(); ++k) put(f, closed[k], time_of(o.closed[k][i]));
    if (!o.condition.empty()) {
      static constexpr const char* words[] = {"not inspected", "I", "II", "III", "IV", "exempt"};
      t.add_text(f, condition, o.condition[i] ? words[static_cast<std::size_t>(*o.condition[i])] : "no record");
    }
    put(f, source, report.hazard.source);
    put(f, issue, time_text(report.hazard.issue_time));
    put(f, certainty, report.hazard.certainty);
    put(f, status, to_string(class_actuality(report, o.worst[i])));
  }
  std::vector<std::uint32_t> order(a.shapes.parts.size());  // features in their order, holes after the ring that they are in
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return a.shapes.parts[x].asset < a.shapes.parts[y].asset; });
  for (const auto at : order) {
    const auto& p = a.shapes.parts[at];
    const auto kind = p.shape == impact::Shape::area ? io::ShapeKind::polygon : p.shape == impact::Shape::line ? io::ShapeKind::line : io::ShapeKind::point;
    data.parts.push_back({p.asset, kind, p.hole, static_cast<std::uint32_t>(data.points.size()), p.count});
    for (std::uint32_t i = p.first; i < p.first + p.count; ++i) data.points.push_back({a.shapes.points[i].lon, a.shapes.points[i].lat, 0});
  }
  return io::write_geopackage(path, "impact", data);
}

namespace {
// Sums of weights, for tables: to a thousandth, or to six digits what is less than one. Whole numbers are whole. --json has them in full.
std::string sum_text(double v) {
  if (!std::isfinite(v)) return {};
  if (v == std::floor(v) && std::abs(v) < 1e15) return fmt::format("{:.0f}", v);
  if (std::abs(v) < 1) return fmt::format("{:.6g}", v);
  if (std::abs(v) >= 1e12) return fmt::format("{:.15g}", v);
  auto out = fmt::format("{:.3f}", v);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out;
}
}  // namespace

std::string impact_csv(const ImpactReport& r, bool ja) {
  const bool several = !r.members.empty();
  std::string out = fmt::format("time,class,group,count,min,max,unit,source,issue_time,certainty,status{}\r\n", several ? ",member,p10,p50,p90" : "");
  const std::string said = fmt::format(",{},{},{},{},", csv_cell(r.unit), csv_cell(r.hazard.source), time_text(r.hazard.issue_time), r.hazard.certainty);
  const auto tail = [&](impact::Class c) { return said + to_string(class_actuality(r, c)); };
  for (const auto& row : r.rows)
    out += fmt::format("{},{},{},{},{},{}{}{}\r\n", time_text(row.time), csv_cell(r.classes[row.hazard_class - 1u].label.in(ja)), csv_cell(r.groups[row.group]), sum_text(row.count), sum_text(row.min), sum_text(row.max), tail(row.hazard_class),
                       several ? fmt::format(",{},{},{},{}", csv_cell(r.hazard.member), sum_text(row.p10), sum_text(row.p50), sum_text(row.p90)) : "");
  for (const auto& s : r.sums)
    for (const auto& [word, n] : {std::pair("unknown", s.unknown), std::pair("outside", s.outside), std::pair("unplaced", s.unplaced)})
      if (n > 0) out += fmt::format("{},{},,{},{},{}{}{}\r\n", time_text(s.time), word, sum_text(n), sum_text(n), sum_text(n), tail(impact::unknown), several ? fmt::format(",{},,,", csv_cell(r.hazard.member)) : "");
  return out;
}

}  // namespace tenbo::runtime
