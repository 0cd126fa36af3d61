#include "placing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tenbo::io::city {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr geo::GeoPoint nowhere{nan, nan, nan};
}  // namespace

Placer::~Placer() {
  for (auto& [entry, transformer] : transformers_) file_.crs_table->give_back(*entry, std::move(transformer));
}

geo::Transformer* Placer::transformer(const CrsEntry& entry) {
  auto& mine = transformers_[&entry];
  if (!mine) mine = file_.crs_table->borrow(entry);
  return mine.get();
}

void Placer::place(Geometry& g, Harvest& out) {
  for (std::size_t r = 0; r < g.runs.size(); ++r) {
    const CrsRun& run = g.runs[r];
    const std::size_t end = r + 1 < g.runs.size() ? g.runs[r + 1].first : g.points.size();
    const std::span<geo::GeoPoint> points(g.points.data() + run.first, end - run.first);
    if (run.implicit >= 0) {
      place_implicit(g.implicits[static_cast<std::size_t>(run.implicit)], points);
    } else if (run.crs == nullptr || run.crs->error) {
      if (run.crs == nullptr) out.met_no_crs = out.met_no_crs || !points.empty();
      else if (std::find(out.failed_crs.begin(), out.failed_crs.end(), run.crs) == out.failed_crs.end()) out.failed_crs.push_back(run.crs);
      std::fill(points.begin(), points.end(), nowhere);
    } else {
      place_run(points, *run.crs);
    }
  }
}

void Placer::place_run(std::span<geo::GeoPoint> points, const CrsEntry& crs) {
  if (file_.exchanges(crs))
    for (geo::GeoPoint& p : points) std::swap(p.lon, p.lat);
  if (crs.swap_only) {
    for (geo::GeoPoint& p : points) p = std::abs(p.lon) <= 90 && std::abs(p.lat) <= 360 ? geo::GeoPoint{p.lat, p.lon, p.height} : nowhere;
  } else if (const auto* to_geographic = transformer(crs)) {
    to_geographic->transform(points);
  } else {
    std::fill(points.begin(), points.end(), nowhere);
  }
  if (crs.shift_heights)
    for (geo::GeoPoint& p : points) p.height += file_.crs_table->heights().offset(crs.vertical, p.lon, p.lat);
}

void Placer::place_implicit(const Implicit& implicit, std::span<geo::GeoPoint> points) {
  const CrsEntry* crs = implicit.crs != nullptr ? implicit.crs : file_.crs;
  const auto no_place = [&] { std::fill(points.begin(), points.end(), nowhere); };
  if (!implicit.has_anchor || crs == nullptr || crs->error) return no_place();
  geo::GeoPoint at = implicit.anchor;
  if (file_.exchanges(*crs)) std::swap(at.lon, at.lat);
  const auto& m = implicit.matrix;
  const auto moved = [&](const geo::GeoPoint& p) {
    return glm::dvec3(m[0] * p.lon + m[1] * p.lat + m[2] * p.height + m[3], m[4] * p.lon + m[5] * p.lat + m[6] * p.height + m[7],
                      m[8] * p.lon + m[9] * p.lat + m[10] * p.height + m[11]);
  };
  const geo::Transformer* to_geographic = transformer(*crs);
  if (to_geographic == nullptr) return no_place();
  if (crs->geographic || crs->crs.is_geocentric()) {
    to_geographic->transform({&at, 1});
    if (!std::isfinite(at.lon)) return no_place();
    const auto frame = geo::LocalFrame::at(at);
    for (geo::GeoPoint& p : points) p = frame.to_geo(moved(p));
  } else {  // in the CRS's own axes, so that its grid north is kept
    const double unit = 1 / crs->crs.linear_unit();
    for (geo::GeoPoint& p : points) {
      const glm::dvec3 d = moved(p);
      p = {at.lon + (crs->north_first ? d.y : d.x) * unit, at.lat + (crs->north_first ? d.x : d.y) * unit,
           at.height + d.z / crs->crs.vertical_unit()};
    }
    to_geographic->transform(points);
  }
  if (crs->shift_heights)
    for (geo::GeoPoint& p : points) p.height += file_.crs_table->heights().offset(crs->vertical, p.lon, p.lat);
}

}  // namespace tenbo::io::city
