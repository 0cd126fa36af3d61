// Points with velocity and displacements from what GDAL opens as features (GeoPackage, GeoJSON, shapefiles ...), and from NetCDF.
#include <cmath>
#include <limits>
#include <map>

#include "gdal/module.h"
#include "points/read_las.h"
#include "points/series_columns.h"
#include "tenbo/base/url.h"
#include "tenbo/io/vector.h"

namespace tenbo::io::points {
namespace {

constexpr std::uint32_t chunk = 50'000;  // features
constexpr float none = std::numeric_limits<float>::quiet_NaN();

Error no_velocity(const std::filesystem::path& path) {
  return {ErrorCode::unsupported, "no column of velocity was found", shown(path), "", "name it velocity; displacements stand in columns named by their date, 20200105 or D20200105"};
}

}  // namespace

Result<PointCloud> read_series_vector(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  VectorOptions vector_options;
  vector_options.layer = options.layer;
  vector_options.heights = options.heights;
  vector_options.vertical = options.vertical;
  vector_options.max_features = std::min<std::uint64_t>(options.most_points, UINT32_MAX / 4);
  const auto mm = millimetres(options.unit.empty() ? "mm" : options.unit);
  if (!mm) return Error{ErrorCode::unsupported, "\"" + options.unit + "\" is no unit of displacements", shown(path), "", "say \"mm\", \"cm\" or \"m\""};
  std::optional<SeriesBuilder> all;
  SeriesColumns columns;
  std::vector<std::string> names;
  Diagnostics diagnostics;
  bool has_z = false, any_shape_lost = false;
  auto status = read_vector_chunks(path, vector_options, chunk, progress, cancel, [&](VectorData&& data) -> Status {
    diagnostics.merge(std::move(data.diagnostics));
    if (!all) {
      names = {"lon", "lat"};  // of the geometry
      for (const auto& a : data.features.summary())
        if (a.name != "lon" && a.name != "lat") names.push_back(a.name);
      columns = series_columns(names);
      if (!columns.complete()) return no_velocity(path);
      if (!columns.strange_unit.empty())
        return Error{ErrorCode::unsupported, "\"" + columns.strange_unit + "\" in the heading \"" + names[static_cast<std::size_t>(columns.velocity)] + "\" is no unit of velocities", shown(path), "", "say [mm/yr], [cm/yr] or [m/yr]"};
      has_z = data.has_z;
      std::vector<geo::Instant> dates;
      for (const auto& [when, column] : columns.dates) dates.push_back(when);
      all.emplace(std::move(dates), has_z || columns.height >= 0, columns.coherence >= 0);
    }
    std::vector<float> values(columns.dates.size());
    const double velocity_mm = columns.velocity_mm > 0 ? columns.velocity_mm : *mm;
    for (const auto& part : data.parts) {
      if (part.kind != ShapeKind::point || part.count != 1) { any_shape_lost = true; continue; }
      const auto number = [&](int column) {
        if (column < 0) return std::numeric_limits<double>::quiet_NaN();
        return geo::to_number(data.features.value(part.feature, names[static_cast<std::size_t>(column)])).value_or(std::numeric_limits<double>::quiet_NaN());
      };
      const auto& p = data.points[part.first];
      SeriesRow row;
      row.lon = p.lon;
      row.lat = p.lat;
      row.height = has_z ? p.height : number(columns.height);
      row.velocity = static_cast<float>(number(columns.velocity) * velocity_mm);
      row.coherence = static_cast<float>(number(columns.coherence));
      row.id = columns.id >= 0 ? geo::to_text(data.features.value(part.feature, names[static_cast<std::size_t>(columns.id)])) : std::string(data.features.id(part.feature));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(number(columns.dates[i].second) * *mm);
      if (auto s = all->add(row, values); !s) return s;
    }
    return {};
  });
  if (!status) return status.error();
  if (!all) return no_velocity(path);
  if (any_shape_lost) diagnostics.warn({ErrorCode::unsupported, "lines and areas among its points are left out", shown(path), "", ""});
  PointOptions placed = options;
  if (has_z) placed.heights = {}, placed.vertical = geo::VerticalKind::unknown;  // brought to the scene's datum already
  return all->finish(path, placed, std::move(diagnostics), jobs, progress, cancel);
}

Result<PointCloud> read_series_netcdf(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  const auto gdal = gdal::functions();
  if (!gdal) return gdal.error();
  auto read = (*gdal)->read_series(path);
  if (!read) return read.error();
  auto& a = *read;
  const auto scale_of = [&](const std::string& unit, const char* what) -> Result<double> {
    const std::string& word = !unit.empty() ? unit : options.unit;
    const auto mm = millimetres(word.empty() ? "mm" : word);
    if (!mm) return Error{ErrorCode::unsupported, "\"" + word + "\" is no unit of its " + what, shown(path), "", "say \"mm\", \"cm\" or \"m\""};
    return *mm;
  };
  const auto step = scale_of(a.displacement_unit, "displacements"), rate = scale_of(a.velocity_unit, "velocities");
  if (!step) return step.error();
  if (!rate) return rate.error();
  SeriesBuilder all(a.dates, !a.height.empty(), !a.coherence.empty());
  std::vector<float> values(a.dates.size());
  for (std::size_t i = 0; i < a.lon.size(); ++i) {
    SeriesRow row;
    row.lon = a.lon[i];
    row.lat = a.lat[i];
    row.height = a.height.empty() ? 0 : a.height[i];
    row.velocity = static_cast<float>(a.velocity[i] * *rate);
    row.coherence = a.coherence.empty() ? none : static_cast<float>(a.coherence[i]);
    if (!a.id.empty()) row.id = a.id[i];
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = static_cast<float>(static_cast<double>(a.displacement[i * values.size() + k]) * *step);
    if (auto s = all.add(row, values); !s) return s.error();
  }
  all.series().reference = a.reference;
  all.series().orbit = a.orbit;
  all.series().line_of_sight = a.line_of_sight;
  Diagnostics diagnostics;
  if (options.unit.empty() && (a.velocity_unit.empty() || (!a.displacement.empty() && a.displacement_unit.empty())))
    a.warnings.emplace_back(a.velocity_unit.empty() ? "its velocities have no unit: they are taken to be in mm/year" : "its displacements have no unit: they are taken to be in mm");
  for (const auto& w : a.warnings) diagnostics.warn({ErrorCode::unsupported, w, shown(path), "", ""});
  auto out = all.finish(path, options, std::move(diagnostics), jobs, progress, cancel);
  if (out) out->source = a.source;
  return out;
}

}  // namespace tenbo::io::points
