#include <algorithm>
#include <cmath>

#include "plugins/intake.h"
#include "plugins/intake_about.h"
#include "plugins/reader_handles.h"
#include "tenbo/geo/crs.h"

namespace tenbo::runtime {
namespace {
using Slices = std::vector<std::shared_ptr<const geo::FieldSlice>>;

// The outline's corners and points between them, so that a projected grid's curved edges are inside.
Result<geo::Extent> outline(const geo::GridGeometry& grid) {
  auto to_geographic = geo::Transformer::to_geographic(grid.crs, geo::AxisOrder::xy);
  if (!to_geographic) return to_geographic.error();
  constexpr int pieces = 32;
  std::vector<geo::GeoPoint> points;
  for (int i = 0; i <= pieces; ++i) {
    const double c = double(grid.width) * i / pieces, r = double(grid.height) * i / pieces;
    for (const auto& [column, row] : {std::pair{c, 0.0}, {c, double(grid.height)}, {0.0, r}, {double(grid.width), r}}) {
      geo::GeoPoint p;
      grid.pixel_to_crs(column, row, p.lon, p.lat);
      points.push_back(p);
    }
  }
  to_geographic->transform(points);
  geo::Extent extent;
  for (const auto& p : points)
    if (std::isfinite(p.lon) && std::isfinite(p.lat)) extent.add(p.lon, p.lat);
  if (extent.empty()) return bad("tenbo_field.geotransform", "puts the grid where " + grid.crs.name() + " has no longitude and latitude");
  return extent;
}

Result<geo::GridGeometry> take_grid(const tenbo_field& f) {
  geo::GridGeometry grid;
  if (f.width < 1 || f.height < 1 || f.width > TENBO_MAX_GRID_SIDE || f.height > TENBO_MAX_GRID_SIDE)
    return bad("tenbo_field.width, height", "found " + std::to_string(f.width) + " x " + std::to_string(f.height) + " cells, expected 1 to " + std::to_string(TENBO_MAX_GRID_SIDE) + " each", ErrorCode::out_of_budget);
  grid.width = static_cast<int>(f.width);
  grid.height = static_cast<int>(f.height);
  for (int i = 0; i < 6; ++i) {
    if (!std::isfinite(f.geotransform[i])) return bad("tenbo_field.geotransform[" + std::to_string(i) + "]", "is not a finite number");
    grid.geotransform[static_cast<std::size_t>(i)] = f.geotransform[i];
  }
  if (const auto& g = grid.geotransform; !(std::abs(g[1] * g[5] - g[2] * g[4]) > 0)) return bad("tenbo_field.geotransform", "gives cells without an area");
  auto crs_text = take_text(f.crs, "tenbo_field.crs");
  if (!crs_text) return crs_text.error();
  if (crs_text->empty()) return bad("tenbo_field.crs", "is empty, expected a coordinate reference system such as EPSG:6668");
  auto crs = geo::Crs::parse(*crs_text);
  if (!crs) return bad("tenbo_field.crs", crs.error().message);
  grid.crs = *crs;
  return grid;
}

Status take_times(const tenbo_field& f, std::vector<geo::Instant>& out) {
  if (f.step_count < 1 || f.step_count > TENBO_MAX_STEPS)
    return bad("tenbo_field.step_count", "found " + std::to_string(f.step_count) + ", expected 1 to " + std::to_string(TENBO_MAX_STEPS), ErrorCode::out_of_budget);
  if (!f.valid_times) return f.step_count == 1 ? Status{} : Status(bad("tenbo_field.valid_times", "is NULL, but there are several steps"));
  for (std::uint32_t i = 0; i < f.step_count; ++i) {
    const geo::Instant t{f.valid_times[i]};
    const std::string place = "tenbo_field.valid_times[" + std::to_string(i) + "]";
    if (!is_sane(t)) return bad(place, "is outside the years 1 to 9999");
    if (!out.empty() && t <= out.back()) return bad(place, geo::format_utc(t) + " is not after the step before it");
    out.push_back(t);
  }
  return {};
}

Result<Slices> take_slices(const tenbo_field& f, std::vector<std::string>& warnings) {
  const std::uint64_t cells = std::uint64_t{f.width} * f.height;
  if (cells * f.step_count > TENBO_MAX_FIELD_VALUES)
    return bad("tenbo_field.slices", "hold " + std::to_string(cells * f.step_count) + " values, the limit is " + std::to_string(TENBO_MAX_FIELD_VALUES), ErrorCode::out_of_budget);
  if (!f.slices) return bad("tenbo_field.slices", "is NULL");
  Slices out;
  std::uint64_t infinite = 0;
  for (std::uint32_t s = 0; s < f.step_count; ++s) {
    if (!f.slices[s]) return bad("tenbo_field.slices[" + std::to_string(s) + "]", "is NULL");
    auto slice = std::make_shared<geo::FieldSlice>();
    slice->values.assign(f.slices[s], f.slices[s] + cells);
    for (float& v : slice->values)
      if (std::isinf(v)) {
        v = std::numeric_limits<float>::quiet_NaN();
        ++infinite;
      }
    out.push_back(std::move(slice));
  }
  if (infinite) warnings.push_back(std::to_string(infinite) + " infinite values in the field are shown as unknown");
  return out;
}
// What the plugin says of its field is said of every member of every issue; when each was issued is the file's.
Result<std::shared_ptr<const geo::Forecast>> take_forecast(const geo::Forecast& from, const geo::FieldInfo& said) {
  std::vector<geo::Forecast::Issue> issues(from.issues());
  for (std::size_t i = 0; i < from.issues(); ++i) {
    issues[i].time = from.issue_time(i);
    for (std::size_t k = 0; k < from.members(); ++k) {
      geo::FieldInfo info = from.member(i, k)->info();
      info.quantity = said.quantity;
      info.unit = said.unit;
      info.source = said.source;
      info.certainty = said.certainty;
      info.nodata_is_dry = said.nodata_is_dry;
      issues[i].members.push_back(std::make_shared<geo::Field>(std::move(info), [field = from.member(i, k)](std::size_t step) { return field->slice(step); }, 0));
    }
  }
  return geo::Forecast::make(from.names(), std::move(issues));
}
}  // namespace

Result<PluginOutput> take_field(const tenbo_field* field, const ReaderHandles& handles) {
  auto f = take_struct(field, "tenbo_field");
  if (!f) return f.error();
  auto output = take_about(f->about, "tenbo_field.about");
  if (!output) return output.error();
  auto& o = *output;
  auto quantity = take_text(f->quantity, "tenbo_field.quantity");
  if (!quantity) return quantity.error();
  auto unit = take_text(f->unit, "tenbo_field.unit");
  if (!unit) return unit.error();
  auto palette = take_text(f->palette, "tenbo_field.palette");
  if (!palette) return palette.error();
  if (palette->find_first_of("/\\.") != std::string::npos) return bad("tenbo_field.palette", "found \"" + *palette + "\", expected a name under assets/palettes");
  if (auto s = check_flag(f->is_water_depth, "tenbo_field.is_water_depth"); !s) return s.error();
  if (auto s = check_flag(f->nodata_is_dry, "tenbo_field.nodata_is_dry"); !s) return s.error();
  o.palette = *palette;
  o.is_water_depth = f->is_water_depth == 1;

  std::shared_ptr<const ReadField> read;
  geo::FieldInfo info;
  if (f->from_reader) {
    read = handles.find(f->from_reader);
    if (!read) return bad("tenbo_field.from_reader", "is not an open handle of this plugin's reader");
    info = read->field->info();
    for (const auto& w : read->warnings) add_warning(o, w);
  }
  if (!quantity->empty()) info.quantity = *quantity;
  if (!unit->empty()) info.unit = *unit;
  if (!o.source.empty()) info.source = o.source;
  if (o.certainty != geo::Certainty::unknown) info.certainty = o.certainty;
  if (o.issue_time) info.issue_time = o.issue_time;
  if (f->nodata_is_dry) info.nodata_is_dry = true;
  o.source = info.source;
  o.certainty = info.certainty;
  o.issue_time = info.issue_time;
  if (read) {
    o.field = std::make_shared<geo::Field>(info, [from = read->field](std::size_t step) { return from->slice(step); });
    if (read->forecast) {
      auto forecast = take_forecast(*read->forecast, info);
      if (!forecast) return forecast.error();
      o.forecast = std::move(*forecast);
    }
    return output;
  }

  auto grid = take_grid(*f);
  if (!grid) return grid.error();
  info.grid = *grid;
  auto extent = outline(*grid);
  if (!extent) return extent.error();
  info.extent = *extent;
  if (auto s = take_times(*f, info.valid_times); !s) return s.error();
  std::vector<std::string> warnings;
  auto slices = take_slices(*f, warnings);
  if (!slices) return slices.error();
  for (auto& w : warnings) add_warning(o, std::move(w));
  o.field = std::make_shared<geo::Field>(std::move(info), [all = std::move(*slices)](std::size_t step) -> Result<std::shared_ptr<const geo::FieldSlice>> {
    if (step >= all.size()) return Error{ErrorCode::not_found, "step " + std::to_string(step) + " of " + std::to_string(all.size()), "", "", ""};
    return all[step];
  });
  return output;
}

}  // namespace tenbo::runtime
